// One fetch, or one that is cancelled while nothing arrives:
//
//   fetch take URL SIZE MD5 FOLDER     tells its memory before and at its peak, in KiB
//   fetch cancel URL FOLDER            tells the milliseconds from the cancel to the end
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <upgradelink.h>

static void require(int holds, const char *what) {
  if (!holds) {
    fprintf(stderr, "%s\n", what);
    exit(1);
  }
}

// A line of /proc/self/status in KiB.
static long memory(const char *name) {
  char line[256];
  long found = 0;
  FILE *status = fopen("/proc/self/status", "r");
  while (status && fgets(line, sizeof line, status))
    if (strncmp(line, name, strlen(name)) == 0)
      found = strtol(line + strlen(name), NULL, 10);
  if (status)
    fclose(status);
  return found;
}

static upgradelink_client *make_client(void) {
  upgradelink_client *client = NULL;
  upgradelink_config *config = upgradelink_config_new("access", "secret");
  upgradelink_config_set_allow_http(config, 1);
  require(upgradelink_client_new(config, &client, NULL) == UPGRADELINK_OK, "no client");
  upgradelink_config_free(config);
  return client;
}

static void take(char **of) {
  upgradelink_error *error = NULL;
  upgradelink_artifact *artifact = NULL;
  upgradelink_client *client = make_client();
  upgradelink_fetch_options *options = upgradelink_fetch_options_new(of[3]);
  long idle = memory("VmRSS:");
  upgradelink_fetch_link(client, of[0], strtoull(of[1], NULL, 10), of[2], options, NULL, NULL, &artifact, &error);
  require(artifact != NULL, upgradelink_error_message(error));
  require(upgradelink_artifact_checked(artifact) == (UPGRADELINK_CHECKED_SIZE | UPGRADELINK_CHECKED_MD5), "unchecked");
  printf("%ld %ld\n", idle, memory("VmHWM:"));
  upgradelink_artifact_free(artifact);
  upgradelink_fetch_options_free(options);
  upgradelink_client_free(client);
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

static void cancel(char **of) {
  upgradelink_operation *operation = NULL;
  upgradelink_client *client = make_client();
  upgradelink_fetch_options *options = upgradelink_fetch_options_new(of[1]);
  require(upgradelink_fetch_link_start(client, of[0], UPGRADELINK_SIZE_UNKNOWN, NULL, options, NULL, NULL, NULL,
                                       &operation, NULL) == UPGRADELINK_OK, "not started");
  require(!upgradelink_operation_wait(operation, 1500), "it did not stall");
  double begun = now();
  upgradelink_operation_cancel(operation);
  require(upgradelink_operation_wait(operation, 10000), "it did not end");
  printf("%.1f\n", now() - begun);
  upgradelink_operation_free(operation);
  upgradelink_fetch_options_free(options);
  upgradelink_client_free(client);
}

int main(int argc, char **argv) {
  if (argc == 6 && strcmp(argv[1], "take") == 0)
    take(argv + 2);
  else if (argc == 4 && strcmp(argv[1], "cancel") == 0)
    cancel(argv + 2);
  else
    require(0, "usage: fetch take URL SIZE MD5 FOLDER | fetch cancel URL FOLDER");
  return 0;
}
