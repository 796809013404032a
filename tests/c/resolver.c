/*
 * Cancels a check while a name is being resolved: the program's own getaddrinfo never comes back for
 * `hang.example`. Usage: resolver
 */
#define _GNU_SOURCE
#include <netdb.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "upgradelink.h"

#define EXPECT(condition) \
  do { \
    if (!(condition)) { \
      fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition); \
      abort(); \
    } \
  } while (0)

static sem_t asked;

/* Stands before that of the C library, also for the library under test. */
int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **found)
{
  (void)service;
  (void)hints;
  *found = NULL;
  if (!node || strcmp(node, "hang.example") != 0)
    return EAI_NONAME;
  sem_post(&asked);
  for (;;)
    pause();
}

static upgradelink_client *client_of(const char *endpoint, uint32_t connect_limit)
{
  upgradelink_config *config = upgradelink_config_new("access", "secret");
  upgradelink_client *client = NULL;

  upgradelink_config_set_endpoint(config, endpoint);
  upgradelink_config_set_proxy(config, "");
  upgradelink_config_set_max_attempts(config, 1);
  upgradelink_config_set_connect_timeout_ms(config, connect_limit);
  upgradelink_config_set_total_timeout_ms(config, UPGRADELINK_WAIT_FOREVER);
  EXPECT(upgradelink_client_new(config, &client, NULL) == UPGRADELINK_OK);
  upgradelink_config_free(config);
  return client;
}

static upgradelink_status outcome(const upgradelink_client *client, int32_t stage)
{
  upgradelink_query *query = upgradelink_query_new(UPGRADELINK_KIND_URL, "key", 1);
  upgradelink_strategy *strategy = NULL;
  upgradelink_error *error = NULL;
  upgradelink_status status = upgradelink_check(client, query, &strategy, &error);

  EXPECT(!strategy && upgradelink_error_stage(error) == stage);
  upgradelink_error_free(error);
  upgradelink_query_free(query);
  return status;
}

int main(void)
{
  upgradelink_client *client = client_of("https://hang.example", UPGRADELINK_WAIT_FOREVER);
  upgradelink_query *query = upgradelink_query_new(UPGRADELINK_KIND_URL, "key", 1);
  upgradelink_operation *operation = NULL;
  upgradelink_strategy *strategy = NULL;

  EXPECT(sem_init(&asked, 0, 0) == 0);
  EXPECT(upgradelink_check_start(client, query, NULL, NULL, &operation, NULL) == UPGRADELINK_OK);
  while (sem_wait(&asked) != 0)
    ;
  upgradelink_operation_cancel(operation);
  EXPECT(upgradelink_operation_wait(operation, 5000));
  EXPECT(upgradelink_operation_take_strategy(operation, &strategy, NULL) == UPGRADELINK_ERROR_CANCELLED);
  upgradelink_operation_free(operation);
  upgradelink_query_free(query);
  upgradelink_client_free(client);

  client = client_of("https://hang.example", 300);
  EXPECT(outcome(client, UPGRADELINK_STAGE_CONNECT) == UPGRADELINK_ERROR_TIMEOUT);
  upgradelink_client_free(client);

  client = client_of("https://unknown.example", 60000);
  EXPECT(outcome(client, UPGRADELINK_STAGE_CONNECT) == UPGRADELINK_ERROR_CONNECT);
  upgradelink_client_free(client);
  return 0; /* with two resolvers still asleep */
}
