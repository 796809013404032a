// Asks whether version 1 of an application is still the newest; the argument is the server's address.
#include <stdio.h>
#include <upgradelink.h>

int main(int argc, char **argv) {
  upgradelink_error *error = NULL;
  upgradelink_client *client = NULL;
  upgradelink_strategy *strategy = NULL;
  upgradelink_config *config = upgradelink_config_new("mui2W50H1j-OC4xD6PgQag", "PEbdHFGC0uO_Pch7XWBQTMsFRxKPQAM2565eP8LJ3gc");
  upgradelink_query *query = upgradelink_query_new(UPGRADELINK_KIND_URL, "SkEgKQ4SyLmzazl31fJnAw", 1);

  if (argc > 1) {
    upgradelink_config_set_endpoint(config, argv[1]);
    upgradelink_config_set_allow_http(config, 1); // for a local server only
  }
  if (upgradelink_client_new(config, &client, &error) || upgradelink_check(client, query, &strategy, &error))
    fprintf(stderr, "%s\n", upgradelink_error_message(error));
  else if (upgradelink_strategy_is_available(strategy))
    printf("%s is out: %s\n", upgradelink_strategy_version_name(strategy), upgradelink_strategy_url(strategy));
  else
    puts("already the newest");

  int failed = error != NULL;
  upgradelink_strategy_free(strategy);
  upgradelink_query_free(query);
  upgradelink_client_free(client);
  upgradelink_config_free(config);
  upgradelink_error_free(error);
  return failed;
}
