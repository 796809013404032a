/*
 * A host of a library that panics on demand (feature inject-panic): it lives on, and is told.
 * Usage: panic ENDPOINT
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "upgradelink.h"

#define EXPECT(condition) \
  do { \
    if (!(condition)) { \
      fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition); \
      abort(); \
    } \
  } while (0)

static char logged[1000];
static int completed;

static void keep(void *user_data, upgradelink_log_level level, const char *message)
{
  (void)user_data;
  if (level == UPGRADELINK_LOG_ERROR)
    snprintf(logged, sizeof logged, "%s", message);
}

/* Every export panics while the completion runs, too. */
static void complete(void *user_data, upgradelink_operation *operation)
{
  upgradelink_strategy *strategy = NULL;

  (void)user_data;
  completed++;
  setenv("UPGRADELINK_INJECT_PANIC", "export", 1);
  EXPECT(upgradelink_operation_take_strategy(operation, &strategy, NULL) == UPGRADELINK_ERROR_INTERNAL);
  EXPECT(!upgradelink_operation_is_done(operation));
  upgradelink_operation_free(operation);
  unsetenv("UPGRADELINK_INJECT_PANIC");
}

static upgradelink_client *client_of(const char *endpoint)
{
  upgradelink_config *config =
    upgradelink_config_new("mui2W50H1j-OC4xD6PgQag", "PEbdHFGC0uO_Pch7XWBQTMsFRxKPQAM2565eP8LJ3gc");
  upgradelink_client *client = NULL;

  upgradelink_config_set_endpoint(config, endpoint);
  upgradelink_config_set_allow_http(config, 1);
  upgradelink_config_set_log(config, UPGRADELINK_LOG_ERROR, keep, NULL);
  EXPECT(upgradelink_client_new(config, &client, NULL) == UPGRADELINK_OK);
  upgradelink_config_free(config);
  return client;
}

int main(int argc, char **argv)
{
  upgradelink_client *client;
  upgradelink_query *query;
  upgradelink_strategy *strategy = NULL;
  upgradelink_operation *operation = NULL;
  upgradelink_error *error = NULL;

  EXPECT(argc == 2);
  client = client_of(argv[1]);
  query = upgradelink_query_new(UPGRADELINK_KIND_URL, "SkEgKQ4SyLmzazl31fJnAw", 1);

  /* In an export. */
  setenv("UPGRADELINK_INJECT_PANIC", "export", 1);
  EXPECT(upgradelink_check(client, query, &strategy, &error) == UPGRADELINK_ERROR_INTERNAL);
  EXPECT(!strategy && error && !upgradelink_error_message(error));
  EXPECT(upgradelink_check_start(client, query, complete, NULL, &operation, NULL) == UPGRADELINK_ERROR_INTERNAL);
  EXPECT(!operation && completed == 0);
  unsetenv("UPGRADELINK_INJECT_PANIC");
  EXPECT(strncmp(upgradelink_error_message(error), "a bug in upgradelink: injected at ", 34) == 0);
  EXPECT(!upgradelink_error_is_retryable(error));
  upgradelink_error_free(error);

  /* In the work behind one, on this thread and on one of the library; the text goes to the log. */
  setenv("UPGRADELINK_INJECT_PANIC", "call", 1);
  EXPECT(upgradelink_check(client, query, &strategy, NULL) == UPGRADELINK_ERROR_INTERNAL);
  EXPECT(!strategy && strstr(logged, "injected"));
  logged[0] = '\0';
  EXPECT(upgradelink_check_start(client, query, complete, NULL, &operation, NULL) == UPGRADELINK_OK);
  EXPECT(upgradelink_operation_wait(operation, 20000));
  EXPECT(completed == 1 && strstr(logged, "injected"));
  EXPECT(upgradelink_operation_take_strategy(operation, &strategy, &error) == UPGRADELINK_ERROR_INTERNAL);
  EXPECT(!strategy && strncmp(upgradelink_error_message(error), "a bug in upgradelink: injected", 30) == 0);
  upgradelink_error_free(error);
  upgradelink_operation_free(operation);
  unsetenv("UPGRADELINK_INJECT_PANIC");

  /* And it works again. */
  EXPECT(upgradelink_check(client, query, &strategy, NULL) == UPGRADELINK_OK);
  EXPECT(upgradelink_strategy_is_available(strategy));
  upgradelink_strategy_free(strategy);
  upgradelink_query_free(query);
  upgradelink_client_free(client);
  return 0;
}
