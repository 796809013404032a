/* The library stays in the process whatever the host does to its handle: a call that runs ends in it. */
#include <stdio.h>
#include <stdlib.h>
#include <windows.h>

#include "upgradelink.h"

#define IMPORT(name) name##_type name = (name##_type)(void (*)(void))GetProcAddress(library, #name)

typedef upgradelink_config *(*upgradelink_config_new_type)(const char *, const char *);
typedef void (*upgradelink_config_set_endpoint_type)(upgradelink_config *, const char *);
typedef void (*upgradelink_config_set_allow_http_type)(upgradelink_config *, int32_t);
typedef void (*upgradelink_config_free_type)(upgradelink_config *);
typedef upgradelink_status (*upgradelink_client_new_type)(const upgradelink_config *, upgradelink_client **,
                                                          upgradelink_error **);
typedef void (*upgradelink_client_free_type)(upgradelink_client *);
typedef upgradelink_query *(*upgradelink_query_new_type)(upgradelink_kind, const char *, int64_t);
typedef void (*upgradelink_query_free_type)(upgradelink_query *);
typedef upgradelink_status (*upgradelink_check_start_type)(const upgradelink_client *, const upgradelink_query *,
                                                           upgradelink_completion, void *,
                                                           upgradelink_operation **, upgradelink_error **);

static volatile LONG completed;

static void complete(void *user_data, upgradelink_operation *operation)
{
  (void)user_data;
  (void)operation;
  InterlockedIncrement(&completed);
}

int main(void)
{
  const char *endpoint = getenv("UPGRADELINK_ENDPOINT");
  HMODULE library = LoadLibraryA("upgradelink.dll");
  if (!library || !endpoint)
    return 2;
  IMPORT(upgradelink_config_new);
  IMPORT(upgradelink_config_set_endpoint);
  IMPORT(upgradelink_config_set_allow_http);
  IMPORT(upgradelink_config_free);
  IMPORT(upgradelink_client_new);
  IMPORT(upgradelink_client_free);
  IMPORT(upgradelink_query_new);
  IMPORT(upgradelink_query_free);
  IMPORT(upgradelink_check_start);

  upgradelink_client *client = NULL;
  upgradelink_config *config = upgradelink_config_new("access", "secret");
  upgradelink_query *query = upgradelink_query_new(UPGRADELINK_KIND_URL, "bare", 1);
  upgradelink_config_set_endpoint(config, endpoint);
  upgradelink_config_set_allow_http(config, 1);
  if (upgradelink_client_new(config, &client, NULL) != UPGRADELINK_OK
      || upgradelink_check_start(client, query, complete, NULL, NULL, NULL) != UPGRADELINK_OK)
    return 3;
  upgradelink_query_free(query);
  upgradelink_config_free(config);
  upgradelink_client_free(client);

  while (FreeLibrary(library) && GetModuleHandleA("upgradelink.dll") && !completed)
    Sleep(1);
  if (!GetModuleHandleA("upgradelink.dll"))
    return 4;
  for (int waited = 0; !completed && waited < 30000; waited++)
    Sleep(1);
  puts(completed == 1 ? "pinned" : "not completed");
  return completed == 1 ? 0 : 5;
}
