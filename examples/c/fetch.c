// Fetches the newest version of an application into a folder, with a progress bar. Ctrl-C stops; what has
// come stays, and the next run goes on with it.
//
//   fetch KIND APP_KEY VERSION_CODE [FOLDER [BASE_FILE]]
//
// KIND is url, file, apk, win, mac or lnx, VERSION_CODE the version that runs, BASE_FILE its file, to which
// a patch can be applied. UPGRADELINK_ENDPOINT is the address of a dev server to ask in place of the
// service, UPGRADELINK_ACCESS_KEY and UPGRADELINK_SECRET_KEY are the keys, UPGRADELINK_ARCH the
// architecture that win, mac and lnx want.
#ifndef _WIN32
#define _POSIX_C_SOURCE 200809L
#endif
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <upgradelink.h>
#ifdef _WIN32
#include <io.h>
#define is_terminal() _isatty(_fileno(stderr))
#else
#include <unistd.h>
#define is_terminal() isatty(fileno(stderr))
#endif

#define WIDTH 30

static volatile sig_atomic_t stopped;

static void on_interrupt(int number) {
  stopped = 1;
  signal(number, SIG_DFL); // the second time in earnest
}

typedef struct {
  int terminal;
  upgradelink_phase phase; // of the last line
  int shown;               // its percentage
} bar;

// In a terminal one line is drawn over and over; a log file gets a line for every tenth.
static void draw(bar *bar, const char *doing, uint64_t done, uint64_t total) {
  int known = total != UPGRADELINK_SIZE_UNKNOWN && total > 0;
  int percent = known && done < total ? (int)(done * 100 / total) : known ? 100 : 0;
  double megabytes = (double)done / 1e6;
  if (bar->terminal) {
    char drawn[WIDTH + 1];
    memset(drawn, '.', WIDTH);
    memset(drawn, '#', (size_t)(percent * WIDTH / 100));
    drawn[WIDTH] = '\0';
    if (known)
      fprintf(stderr, "\r  %-8s [%s] %3d %% of %.1f MB ", doing, drawn, percent, (double)total / 1e6);
    else
      fprintf(stderr, "\r  %-8s %.1f MB ", doing, megabytes);
  } else if (percent / 10 != bar->shown / 10 || bar->shown < 0) {
    fprintf(stderr, "  %s: %.1f MB, %d %%\n", doing, megabytes, percent);
  } else {
    return;
  }
  bar->shown = percent;
  fflush(stderr);
}

static int32_t on_progress(void *user_data, upgradelink_phase phase, uint64_t done, uint64_t total) {
  static const char *const doing[] = {"", "download", "verify", "patch"};
  bar *bar = user_data;
  if (phase != bar->phase) {
    if (bar->terminal && bar->phase)
      fputc('\n', stderr);
    bar->phase = phase;
    bar->shown = -1;
  }
  draw(bar, phase >= 1 && phase <= 3 ? doing[phase] : "working", done, total);
  return !stopped;
}

static upgradelink_kind kind_of(const char *name) {
  static const struct {
    const char *name;
    upgradelink_kind kind;
  } kinds[] = {
      {"url", UPGRADELINK_KIND_URL}, {"file", UPGRADELINK_KIND_FILE}, {"apk", UPGRADELINK_KIND_APK},
      {"win", UPGRADELINK_KIND_WIN}, {"mac", UPGRADELINK_KIND_MAC},   {"lnx", UPGRADELINK_KIND_LNX},
  };
  for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
    if (strcmp(kinds[i].name, name) == 0)
      return kinds[i].kind;
  return 0;
}

static void say(const upgradelink_artifact *artifact) {
  static const char *const origins[] = {"", "downloaded", "downloaded, an earlier run had begun", "patched",
                                        "already there"};
  uint32_t checked = upgradelink_artifact_checked(artifact);
  upgradelink_origin origin = upgradelink_artifact_origin(artifact);
  printf("  file     %s\n", upgradelink_artifact_path(artifact));
  printf("  came     %s, %" PRIu64 " bytes from the network\n",
         origin >= 1 && origin <= 4 ? origins[origin] : "somehow", upgradelink_artifact_network_bytes(artifact));
  if (upgradelink_artifact_patch_failure(artifact))
    printf("  no patch %s\n", upgradelink_artifact_patch_failure(artifact));
  printf("  size     %" PRIu64 "\n", upgradelink_artifact_size(artifact));
  printf("  MD5      %s\n", upgradelink_artifact_md5(artifact));
  printf("  SHA-256  %s\n", upgradelink_artifact_sha256(artifact));
  printf("  verified%s%s%s%s%s\n", checked & UPGRADELINK_CHECKED_SIZE ? " size" : "",
         checked & UPGRADELINK_CHECKED_MD5 ? " MD5" : "", checked & UPGRADELINK_CHECKED_SHA256 ? " SHA-256" : "",
         checked & UPGRADELINK_CHECKED_SIGNATURE ? " signature" : "", checked ? "" : " nothing: nothing was promised");
}

static const char *setting(const char *variable, const char *otherwise) {
  const char *value = getenv(variable);
  return value ? value : otherwise;
}

int main(int argc, char **argv) {
  if (argc < 4 || !kind_of(argv[1])) {
    fprintf(stderr, "usage: fetch url|file|apk|win|mac|lnx APP_KEY VERSION_CODE [FOLDER [BASE_FILE]]\n");
    return 2;
  }
  const char *endpoint = getenv("UPGRADELINK_ENDPOINT"), *base = argc > 5 ? argv[5] : NULL;
  upgradelink_error *error = NULL;
  upgradelink_client *client = NULL;
  upgradelink_strategy *strategy = NULL;
  upgradelink_artifact *artifact = NULL;
  upgradelink_config *config =
      upgradelink_config_new(setting("UPGRADELINK_ACCESS_KEY", "mui2W50H1j-OC4xD6PgQag"),
                             setting("UPGRADELINK_SECRET_KEY", "PEbdHFGC0uO_Pch7XWBQTMsFRxKPQAM2565eP8LJ3gc"));
  upgradelink_query *query = upgradelink_query_new(kind_of(argv[1]), argv[2], strtoll(argv[3], NULL, 10));
  upgradelink_fetch_options *options = upgradelink_fetch_options_new(argc > 4 ? argv[4] : ".");
  bar bar = {is_terminal(), 0, -1};
  signal(SIGINT, on_interrupt);

  if (endpoint) {
    upgradelink_config_set_endpoint(config, endpoint);
    upgradelink_config_set_allow_http(config, strncmp(endpoint, "http:", 5) == 0);
  }
  upgradelink_query_set_arch(query, getenv("UPGRADELINK_ARCH"));
  if (base) {
    upgradelink_query_set_patch_algo(query, UPGRADELINK_PATCH_HDIFFPATCH);
    upgradelink_fetch_options_set_base_file(options, base);
  }
  if (upgradelink_client_new(config, &client, &error) == UPGRADELINK_OK
      && upgradelink_check(client, query, &strategy, &error) == UPGRADELINK_OK
      && upgradelink_strategy_is_available(strategy)) {
    printf("version %s is out\n", upgradelink_strategy_version_name(strategy));
    fflush(stdout);
    upgradelink_fetch(client, strategy, options, on_progress, &bar, &artifact, &error);
    if (bar.terminal && bar.phase)
      fputc('\n', stderr);
  }
  if (error)
    fprintf(stderr, "%s: %s\n", upgradelink_status_name(upgradelink_error_status(error)),
            upgradelink_error_message(error));
  else if (artifact)
    say(artifact);
  else
    puts("already the newest");

  int failed = error != NULL;
  upgradelink_artifact_free(artifact);
  upgradelink_strategy_free(strategy);
  upgradelink_fetch_options_free(options);
  upgradelink_query_free(query);
  upgradelink_client_free(client);
  upgradelink_config_free(config);
  upgradelink_error_free(error);
  return failed;
}
