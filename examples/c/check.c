// Asks the service about five applications, once about one that is already the newest and once about
// one that does not exist, and compares every answer with the one that the service documents.
//
//   check [ENDPOINT [FOLDER]]
//
// ENDPOINT is the address of a dev server (or UPGRADELINK_ENDPOINT), FOLDER has the documented
// answers (or UPGRADELINK_EXPECTED; examples/expected by default). The keys are the documented ones,
// or UPGRADELINK_ACCESS_KEY and UPGRADELINK_SECRET_KEY. Exits with 0 when all answers are right.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <upgradelink.h>

#define TEXT_MAX 1024

typedef struct {
  const char *page; // expected answer: FOLDER/page.json
  upgradelink_kind kind;
  const char *key_field;
  const char *app_key;
  const char *arch;
} question;

static const question UPGRADES[] = {
    {"url-upgrade", UPGRADELINK_KIND_URL, "urlKey", "SkEgKQ4SyLmzazl31fJnAw", NULL},
    {"apk-upgrade", UPGRADELINK_KIND_APK, "apkKey", "isVZBUvkFhv6oHxk_X-D0Q", NULL},
    {"win-upgrade", UPGRADELINK_KIND_WIN, "winKey", "isVZBUvkFhv6oHxk_X-D0Q", "x64"},
    {"mac-upgrade", UPGRADELINK_KIND_MAC, "macKey", "isVZBUvkFhv6oHxk_X-D0Q", "x64"},
};
static const question DETAILS = {"url-version", UPGRADELINK_KIND_URL, "urlKey", "LOYlLXNy7wV3ySuh0XgtSg", NULL};

// Every member of an answer and the function that reads it.
static const struct {
  const char *member;
  const char *(*get)(const upgradelink_strategy *);
} TEXTS[] = {
    {"packageName", upgradelink_strategy_package_name},
    {"versionName", upgradelink_strategy_version_name},
    {"urlPath", upgradelink_strategy_url},
    {"urlFileMd5", upgradelink_strategy_file_md5},
    {"promptUpgradeContent", upgradelink_strategy_prompt},
    {"patchUrlPath", upgradelink_strategy_patch_url},
    {"patchUrlFileMd5", upgradelink_strategy_patch_file_md5},
    {"msg", upgradelink_strategy_message},
};
static const struct {
  const char *member;
  uint64_t (*get)(const upgradelink_strategy *);
} SIZES[] = {
    {"urlFileSize", upgradelink_strategy_file_size},
    {"patchUrlFileSize", upgradelink_strategy_patch_file_size},
};
static const struct {
  const char *member;
  int32_t (*get)(const upgradelink_strategy *);
} NUMBERS[] = {
    {"upgradeType", upgradelink_strategy_upgrade_type},
    {"patchAlgo", upgradelink_strategy_patch_algo},
};
#define COUNT(table) (sizeof(table) / sizeof(table)[0])

static upgradelink_client *client;
static int differences; // in the answer at hand
static int failures;    // answers that were not the documented ones

// A member's value without quotes; NULL where there is none or an empty one. That suffices for the
// pages: no name stands twice in an answer, and no text holds an escape.
static const char *member_of(const char *json, const char *member, char text[TEXT_MAX]) {
  char quoted[64];
  snprintf(quoted, sizeof quoted, "\"%s\"", member);
  const char *value = strstr(json, quoted);
  if (!value)
    return NULL;
  value += strlen(quoted);
  value += strspn(value, ": ");
  size_t length = *value == '"' ? strcspn(++value, "\"") : strcspn(value, ",} \r\n");
  snprintf(text, TEXT_MAX, "%.*s", (int)length, value);
  return length ? text : NULL;
}

static void require(int holds, const char *what) {
  if (holds)
    return;
  differences++;
  printf("    not so: %s\n", what);
}

static void compare_text(const char *json, const char *member, const char *got) {
  char text[TEXT_MAX];
  const char *want = member_of(json, member, text);
  if ((want && got) ? strcmp(want, got) == 0 : want == got)
    return;
  differences++;
  printf("    %s: the page says %s, the answer %s\n", member, want ? want : "nothing", got ? got : "nothing");
}

static void compare_number(const char *json, const char *member, int64_t got) {
  char text[TEXT_MAX];
  if (!got && !member_of(json, member, text))
    return; // what is absent reads as 0
  snprintf(text, sizeof text, "%" PRId64, got);
  compare_text(json, member, text);
}

static void compare_size(const char *json, const char *member, uint64_t got) {
  char text[TEXT_MAX];
  snprintf(text, sizeof text, "%" PRIu64, got);
  compare_text(json, member, got == UPGRADELINK_SIZE_UNKNOWN ? NULL : text);
}

// The same JSON, whatever the space between its tokens.
static void compare_json(const char *want, const char *got) {
  int in_text = 0;
  for (;; want++, got++) {
    if (!in_text) {
      want += strspn(want, " \t\r\n");
      got += strspn(got, " \t\r\n");
    }
    if (*want != *got) {
      differences++;
      printf("    the page goes on with %.40s, the answer with %.40s\n", want, got);
      return;
    }
    if (!*want)
      return;
    in_text ^= *want == '"'; // no text of the pages holds an escape
  }
}

static char *read_page(const char *folder, const char *page) {
  char path[TEXT_MAX];
  snprintf(path, sizeof path, "%s/%s.json", folder, page);
  FILE *file = fopen(path, "rb");
  static char json[1 << 16];
  if (!file) {
    fprintf(stderr, "check: %s cannot be read\n", path);
    exit(2);
  }
  json[fread(json, 1, sizeof json - 1, file)] = 0;
  fclose(file);
  return json;
}

static upgradelink_query *query_of(const question *asked, int64_t version_code) {
  upgradelink_query *query = upgradelink_query_new(asked->kind, asked->app_key, version_code);
  upgradelink_query_set_device_key(query, "LOYlLXNy7w");
  upgradelink_query_set_device_model_key(query, "stv1");
  if (asked->arch)
    upgradelink_query_set_arch(query, asked->arch);
  return query;
}

static void row(const char *asked, const char *answer) {
  printf("  %-24s %-15s %s\n", asked, differences ? "NO" : "yes", answer);
  failures += differences != 0;
  differences = 0;
}

static void row_of_error(const char *asked, upgradelink_error *error) {
  differences++;
  row(asked, upgradelink_error_message(error));
  upgradelink_error_free(error);
}

static void ask_for_upgrade(const question *asked, const char *folder) {
  upgradelink_error *error = NULL;
  upgradelink_strategy *strategy = NULL;
  upgradelink_query *query = query_of(asked, 1);
  upgradelink_status status = upgradelink_check(client, query, &strategy, &error);
  upgradelink_query_free(query);
  if (status != UPGRADELINK_OK) {
    row_of_error(asked->page, error);
    return;
  }
  const char *page = read_page(folder, asked->page);
  compare_text(page, asked->key_field, upgradelink_strategy_app_key(strategy));
  for (size_t i = 0; i < COUNT(TEXTS); i++)
    compare_text(page, TEXTS[i].member, TEXTS[i].get(strategy));
  for (size_t i = 0; i < COUNT(SIZES); i++)
    compare_size(page, SIZES[i].member, SIZES[i].get(strategy));
  for (size_t i = 0; i < COUNT(NUMBERS); i++)
    compare_number(page, NUMBERS[i].member, NUMBERS[i].get(strategy));
  compare_number(page, "versionCode", upgradelink_strategy_version_code(strategy));
  compare_json(page, upgradelink_strategy_json(strategy, NULL));
  require(upgradelink_strategy_kind(strategy) == asked->kind, "the kind is the one that was asked for");
  require(upgradelink_strategy_is_available(strategy), "an upgrade is available");

  char answer[TEXT_MAX];
  snprintf(answer, sizeof answer, "%s at %s", upgradelink_strategy_version_name(strategy),
           upgradelink_strategy_url(strategy));
  row(asked->page, answer);
  upgradelink_strategy_free(strategy);
}

static void ask_for_details(const question *asked, const char *folder) {
  upgradelink_error *error = NULL;
  upgradelink_version_details *details = NULL;
  upgradelink_query *query = upgradelink_query_new(asked->kind, asked->app_key, 1);
  upgradelink_status status = upgradelink_describe(client, query, &details, &error);
  upgradelink_query_free(query);
  if (status != UPGRADELINK_OK) {
    row_of_error(asked->page, error);
    return;
  }
  const char *page = read_page(folder, asked->page);
  compare_text(page, asked->key_field, upgradelink_version_details_app_key(details));
  compare_text(page, "packageName", upgradelink_version_details_package_name(details));
  compare_text(page, "versionName", upgradelink_version_details_version_name(details));
  compare_number(page, "versionCode", upgradelink_version_details_version_code(details));
  compare_text(page, "description", upgradelink_version_details_description(details));
  compare_json(page, upgradelink_version_details_json(details, NULL));

  char answer[TEXT_MAX];
  snprintf(answer, sizeof answer, "%s: %s", upgradelink_version_details_version_name(details),
           upgradelink_version_details_description(details));
  row(asked->page, answer);
  upgradelink_version_details_free(details);
}

// Code 0 of the pages: there is nothing to do, which is not an error.
static void ask_as_the_newest(const question *asked) {
  upgradelink_error *error = NULL;
  upgradelink_strategy *strategy = NULL;
  upgradelink_query *query = query_of(asked, 2);
  upgradelink_status status = upgradelink_check(client, query, &strategy, &error);
  upgradelink_query_free(query);
  if (status != UPGRADELINK_OK) {
    row_of_error("url-upgrade of newest", error);
    return;
  }
  char text[TEXT_MAX];
  const char *code = member_of(upgradelink_strategy_json(strategy, NULL), "code", text);
  require(code && strcmp(code, "0") == 0, "the code is 0");
  require(!upgradelink_strategy_is_available(strategy), "no upgrade is available");
  require(upgradelink_strategy_version_code(strategy) == 0, "no version is offered");
  row("url-upgrade of newest", "already the newest");
  upgradelink_strategy_free(strategy);
}

static void ask_about_nobody(const char *folder) {
  upgradelink_error *error = NULL;
  upgradelink_strategy *strategy = NULL;
  upgradelink_query *query = upgradelink_query_new(UPGRADELINK_KIND_URL, "there-is-no-such-key", 1);
  upgradelink_status status = upgradelink_check(client, query, &strategy, &error);
  const char *page = read_page(folder, "url-upgrade.error");
  compare_number(page, "code", upgradelink_error_service_code(error));
  compare_text(page, "docs", upgradelink_error_docs(error));
  require(status == UPGRADELINK_ERROR_NOT_FOUND, "the status is NOT_FOUND");
  require(upgradelink_error_status(error) == status, "the error has the status that was returned");
  require(upgradelink_error_stage(error) == UPGRADELINK_STAGE_SERVICE, "the service refused");
  require(upgradelink_error_http_status(error) == 404, "the HTTP status is 404");
  require(!upgradelink_error_is_retryable(error), "asking again does not help");

  char answer[TEXT_MAX];
  const char *docs = upgradelink_error_docs(error), *link = docs ? strstr(docs, "http") : NULL;
  snprintf(answer, sizeof answer, "%s, see %s", upgradelink_status_name(status), link ? link : "no link");
  row("url-upgrade of nobody", answer);
  upgradelink_strategy_free(strategy);
  upgradelink_query_free(query);
  upgradelink_error_free(error);
}

static const char *setting(const char *given, const char *variable, const char *otherwise) {
  const char *value = given ? given : getenv(variable);
  return value ? value : otherwise;
}

int main(int argc, char **argv) {
  const char *endpoint = setting(argc > 1 ? argv[1] : NULL, "UPGRADELINK_ENDPOINT", "http://127.0.0.1:8888");
  const char *folder = setting(argc > 2 ? argv[2] : NULL, "UPGRADELINK_EXPECTED", "examples/expected");
  upgradelink_error *error = NULL;
  upgradelink_config *config =
      upgradelink_config_new(setting(NULL, "UPGRADELINK_ACCESS_KEY", "mui2W50H1j-OC4xD6PgQag"),
                             setting(NULL, "UPGRADELINK_SECRET_KEY", "PEbdHFGC0uO_Pch7XWBQTMsFRxKPQAM2565eP8LJ3gc"));
  upgradelink_config_set_endpoint(config, endpoint);
  upgradelink_config_set_allow_http(config, strncmp(endpoint, "http:", 5) == 0);
  upgradelink_status status = upgradelink_client_new(config, &client, &error);
  upgradelink_config_free(config);
  if (status != UPGRADELINK_OK) {
    fprintf(stderr, "check: %s\n", upgradelink_error_message(error));
    upgradelink_error_free(error);
    return 2;
  }

  printf("upgradelink %s asks %s\n\n", upgradelink_version(), endpoint);
  printf("  %-24s %-15s %s\n", "asked", "as documented", "answer");
  for (size_t i = 0; i < COUNT(UPGRADES); i++)
    ask_for_upgrade(&UPGRADES[i], folder);
  ask_for_details(&DETAILS, folder);
  ask_as_the_newest(&UPGRADES[0]);
  ask_about_nobody(folder);
  upgradelink_client_free(client);

  if (failures)
    printf("\n%d answers are not the documented ones\n", failures);
  else
    puts("\nall answers are the documented ones");
  return failures != 0;
}
