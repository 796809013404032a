// N checks on one client: upgradelink ENDPOINT N
#include "common.h"
#include <upgradelink.h>

int main(int argc, char **argv) {
  require(argc == 3, "usage: upgradelink ENDPOINT N");
  upgradelink_error *error = NULL;
  upgradelink_client *client = NULL;
  upgradelink_config *config = upgradelink_config_new(ACCESS_KEY, SECRET_KEY);
  upgradelink_config_set_endpoint(config, argv[1]);
  upgradelink_config_set_allow_http(config, 1);
  upgradelink_config_set_connect_timeout_ms(config, CONNECT_TIMEOUT_MS);
  upgradelink_config_set_total_timeout_ms(config, TOTAL_TIMEOUT_MS);
  upgradelink_query *query = upgradelink_query_new(UPGRADELINK_KIND_APK, APP_KEY, 1);
  upgradelink_query_set_device_key(query, "LOYlLXNy7w");
  upgradelink_query_set_device_model_key(query, "stv1");
  require(upgradelink_client_new(config, &client, &error) == UPGRADELINK_OK, "no client");

  for (int i = 0, n = atoi(argv[2]); i < n; i++) {
    upgradelink_strategy *strategy = NULL;
    if (upgradelink_check(client, query, &strategy, &error) != UPGRADELINK_OK)
      require(0, upgradelink_error_message(error));
    require(upgradelink_strategy_version_code(strategy) == 2, "not version 2");
    require(upgradelink_strategy_file_size(strategy) == 7213, "not 7213 bytes");
    upgradelink_strategy_free(strategy);
    if (i == 0)
      tell_first_answer();
  }
  tell_peak();
  upgradelink_query_free(query);
  upgradelink_client_free(client);
  upgradelink_config_free(config);
  return 0;
}
