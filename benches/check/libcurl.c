// The same N checks with libcurl, cJSON and OpenSSL's MD5, as a careful program would send them:
// libcurl ENDPOINT N
#include "common.h"
#include <cjson/cJSON.h>
#include <curl/curl.h>
#include <openssl/evp.h>
#include <sys/random.h>
#include <time.h>

#define TARGET "/v1/apk/upgrade"
#define REPLY_MAX (1 << 20)

typedef struct {
  char *bytes;
  size_t length;
} buffer;

static size_t take(char *bytes, size_t one, size_t length, void *to) {
  buffer *reply = to;
  (void)one;
  if (reply->length + length > REPLY_MAX)
    return 0;
  reply->bytes = realloc(reply->bytes, reply->length + length + 1);
  require(reply->bytes != NULL, "no memory");
  memcpy(reply->bytes + reply->length, bytes, length);
  reply->length += length;
  reply->bytes[reply->length] = 0;
  return length;
}

static void hex(const unsigned char *bytes, size_t length, char *out) {
  for (size_t i = 0; i < length; i++)
    snprintf(out + 2 * i, 3, "%02x", bytes[i]);
}

static struct curl_slist *signed_headers(const char *body) {
  unsigned char random[16], digest[EVP_MAX_MD_SIZE];
  char nonce[33], timestamp[32], text[2048], signature[33], line[128];
  require(getrandom(random, sizeof random, 0) == sizeof random, "no random bytes");
  hex(random, sizeof random, nonce);
  time_t now = time(NULL);
  struct tm utc;
  strftime(timestamp, sizeof timestamp, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &utc));
  int length = snprintf(text, sizeof text, "body=%s&nonce=%s&secretKey=%s&timestamp=%s&url=%s", body, nonce,
                        SECRET_KEY, timestamp, TARGET);
  require(EVP_Digest(text, (size_t)length, digest, NULL, EVP_md5(), NULL), "no MD5");
  hex(digest, 16, signature);

  struct curl_slist *headers = NULL;
  const char *const values[][2] = {{"Content-Type", "application/json"}, {"X-Timestamp", timestamp},
                                   {"X-Nonce", nonce}, {"X-AccessKey", ACCESS_KEY}, {"X-Signature", signature}};
  for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
    snprintf(line, sizeof line, "%s: %s", values[i][0], values[i][1]);
    headers = curl_slist_append(headers, line);
  }
  return headers;
}

static char *question(void) {
  cJSON *json = cJSON_CreateObject();
  cJSON_AddStringToObject(json, "apkKey", APP_KEY);
  cJSON_AddNumberToObject(json, "versionCode", 1);
  cJSON_AddStringToObject(json, "devModelKey", "stv1");
  cJSON_AddStringToObject(json, "devKey", "LOYlLXNy7w");
  char *body = cJSON_PrintUnformatted(json);
  cJSON_Delete(json);
  return body;
}

static void check(CURL *curl) {
  buffer reply = {NULL, 0};
  char *body = question();
  struct curl_slist *headers = signed_headers(body);
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &reply);
  CURLcode code = curl_easy_perform(curl);
  require(code == CURLE_OK, curl_easy_strerror(code));
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  require(status == 200, "not 200");

  cJSON *json = cJSON_ParseWithLength(reply.bytes, reply.length);
  const cJSON *data = cJSON_GetObjectItemCaseSensitive(json, "data");
  require(cJSON_GetNumberValue(cJSON_GetObjectItemCaseSensitive(json, "code")) == 200, "not code 200");
  require(cJSON_GetNumberValue(cJSON_GetObjectItemCaseSensitive(data, "versionCode")) == 2, "not version 2");
  require(cJSON_GetNumberValue(cJSON_GetObjectItemCaseSensitive(data, "urlFileSize")) == 7213, "not 7213 bytes");
  cJSON_Delete(json);
  curl_slist_free_all(headers);
  free(body);
  free(reply.bytes);
}

int main(int argc, char **argv) {
  char url[512];
  require(argc == 3, "usage: libcurl ENDPOINT N");
  snprintf(url, sizeof url, "%s" TARGET, argv[1]);
  curl_global_init(CURL_GLOBAL_DEFAULT);
  CURL *curl = curl_easy_init();
  require(curl != NULL, "no curl");
  curl_easy_setopt(curl, CURLOPT_URL, url);
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_TIMEOUT_MS);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)TOTAL_TIMEOUT_MS);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);

  for (int i = 0, n = atoi(argv[2]); i < n; i++) {
    check(curl);
    if (i == 0)
      tell_first_answer();
  }
  tell_peak();
  curl_easy_cleanup(curl);
  curl_global_cleanup();
  return 0;
}
