/*
 * A host of the library: one scenario for each run.
 *
 *   abi SCENARIO ENDPOINT
 *
 * ENDPOINT is a local service that knows the documented pages. Ends with 0 when everything was as
 * promised; else it says on stderr what was not, and aborts.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <locale.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "upgradelink.h"

#define ACCESS "mui2W50H1j-OC4xD6PgQag"
#define SECRET "PEbdHFGC0uO_Pch7XWBQTMsFRxKPQAM2565eP8LJ3gc"
#define URL_KEY "SkEgKQ4SyLmzazl31fJnAw"
#define DETAILS_KEY "LOYlLXNy7wV3ySuh0XgtSg"

#define EXPECT(condition) \
  do { \
    if (!(condition)) { \
      fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition); \
      abort(); \
    } \
  } while (0)

static const char *endpoint;

static upgradelink_client *client_of(const char *url)
{
  upgradelink_config *config = upgradelink_config_new(ACCESS, SECRET);
  upgradelink_client *client = NULL;

  upgradelink_config_set_endpoint(config, url);
  upgradelink_config_set_allow_http(config, 1);
  upgradelink_config_set_proxy(config, "");
  upgradelink_config_set_max_attempts(config, 1);
  EXPECT(upgradelink_client_new(config, &client, NULL) == UPGRADELINK_OK);
  upgradelink_config_free(config);
  return client;
}

static upgradelink_query *url_query(void)
{
  return upgradelink_query_new(UPGRADELINK_KIND_URL, URL_KEY, 1);
}

/* An endpoint that takes connections and never answers. */
static const char *silent(void)
{
  static char url[64];
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof address;
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  EXPECT(bind(listener, (struct sockaddr *)&address, length) == 0 && listen(listener, 128) == 0);
  EXPECT(getsockname(listener, (struct sockaddr *)&address, &length) == 0);
  snprintf(url, sizeof url, "http://127.0.0.1:%d", ntohs(address.sin_port));
  return url;
}

static upgradelink_status check(const upgradelink_client *client)
{
  upgradelink_query *query = url_query();
  upgradelink_strategy *strategy = NULL;
  upgradelink_status status = upgradelink_check(client, query, &strategy, NULL);

  EXPECT((status == UPGRADELINK_OK) == (strategy != NULL));
  EXPECT(!strategy || strcmp(upgradelink_strategy_url(strategy), "http://file.com/2.exe") == 0);
  upgradelink_strategy_free(strategy);
  upgradelink_query_free(query);
  return status;
}

static upgradelink_operation *start(const upgradelink_client *client)
{
  upgradelink_query *query = url_query();
  upgradelink_operation *operation = NULL;

  EXPECT(upgradelink_check_start(client, query, NULL, NULL, &operation, NULL) == UPGRADELINK_OK);
  upgradelink_query_free(query);
  return operation;
}

static upgradelink_status take(upgradelink_operation *operation)
{
  upgradelink_strategy *strategy = NULL;
  upgradelink_status status = upgradelink_operation_take_strategy(operation, &strategy, NULL);

  upgradelink_strategy_free(strategy);
  return status;
}

static void count(void *user_data, upgradelink_operation *operation)
{
  EXPECT(upgradelink_operation_is_done(operation));
  EXPECT(upgradelink_operation_wait(operation, UPGRADELINK_WAIT_FOREVER));
  __atomic_fetch_add((int *)user_data, 1, __ATOMIC_SEQ_CST);
}

/* Every call once, blocking and in the background, with success and with failure. */
static void calls(void)
{
  upgradelink_client *client = client_of(endpoint);
  upgradelink_query *query = upgradelink_query_new(UPGRADELINK_KIND_URL, DETAILS_KEY, 1);
  upgradelink_version_details *details = NULL;
  upgradelink_statistics *statistics = NULL;
  upgradelink_operation *operation = NULL;
  upgradelink_strategy *strategy = NULL;
  upgradelink_error *error = NULL;
  size_t length = 0;
  int completed = 0;

  EXPECT(upgradelink_version_number() == UPGRADELINK_VERSION_NUMBER);
  EXPECT(check(client) == UPGRADELINK_OK);

  EXPECT(upgradelink_describe(client, query, &details, &error) == UPGRADELINK_OK);
  EXPECT(!error && strcmp(upgradelink_version_details_description(details), "Version description") == 0);
  EXPECT(strlen(upgradelink_version_details_json(details, &length)) == length);
  upgradelink_version_details_free(details);

  EXPECT(upgradelink_measure(client, URL_KEY, &statistics, &error) == UPGRADELINK_OK);
  EXPECT(upgradelink_statistics_total_start_count(statistics) == 0);
  upgradelink_statistics_free(statistics);

  EXPECT(upgradelink_measure(client, "no such key", &statistics, &error) == UPGRADELINK_ERROR_NOT_FOUND);
  EXPECT(!statistics && upgradelink_error_service_code(error) == 404001);
  EXPECT(strlen(upgradelink_error_message(error)) > 0);
  upgradelink_error_free(error);

  EXPECT(upgradelink_describe_start(client, query, count, &completed, &operation, NULL) == UPGRADELINK_OK);
  EXPECT(upgradelink_operation_wait(operation, UPGRADELINK_WAIT_FOREVER));
  EXPECT(upgradelink_operation_take_details(operation, &details, NULL) == UPGRADELINK_OK);
  EXPECT(upgradelink_operation_take_strategy(operation, &strategy, &error) == UPGRADELINK_ERROR_INVALID_ARGUMENT);
  upgradelink_error_free(error);
  upgradelink_version_details_free(details);
  upgradelink_operation_free(operation);

  EXPECT(upgradelink_measure_start(client, URL_KEY, count, &completed, &operation, NULL) == UPGRADELINK_OK);
  EXPECT(upgradelink_operation_wait(operation, UPGRADELINK_WAIT_FOREVER));
  EXPECT(upgradelink_operation_take_statistics(operation, &statistics, NULL) == UPGRADELINK_OK);
  upgradelink_statistics_free(statistics);
  upgradelink_operation_free(operation);
  EXPECT(completed == 2);

  /* An untaken result goes with its operation. */
  operation = start(client);
  EXPECT(upgradelink_operation_wait(operation, UPGRADELINK_WAIT_FOREVER));
  upgradelink_operation_free(operation);

  upgradelink_query_free(query);
  upgradelink_client_free(client);
}

/* The host calls from atexit too: the locals of its thread are gone by then. */
static void late(void)
{
  EXPECT(atexit(calls) == 0);
  calls();
}

static void *use_shared(void *shared)
{
  const upgradelink_client *client = shared;

  for (int turn = 0; turn < 6; turn++) {
    upgradelink_operation *operation;

    EXPECT(check(client) == UPGRADELINK_OK);
    operation = start(client);
    if (turn % 3 == 0)
      upgradelink_operation_cancel(operation);
    if (turn % 3 != 1)
      EXPECT(upgradelink_operation_wait(operation, UPGRADELINK_WAIT_FOREVER));
    if (turn % 3 == 2)
      EXPECT(take(operation) == UPGRADELINK_OK);
    upgradelink_operation_free(operation);
  }
  return NULL;
}

/* Ten threads share one client, cancel, free while it runs; the client goes first. */
static void threads(void)
{
  upgradelink_client *client = client_of(endpoint), *mute = client_of(silent());
  upgradelink_operation *operations[8];
  pthread_t thread[10];
  int completed = 0;
  upgradelink_query *query = url_query();

  for (int i = 0; i < 10; i++)
    EXPECT(pthread_create(&thread[i], NULL, use_shared, client) == 0);
  for (int i = 0; i < 8; i++)
    EXPECT(upgradelink_check_start(mute, query, count, &completed, &operations[i], NULL) == UPGRADELINK_OK);
  upgradelink_query_free(query);
  upgradelink_client_free(mute);
  for (int i = 0; i < 8; i++) {
    upgradelink_operation_cancel(operations[i]);
    EXPECT(upgradelink_operation_wait(operations[i], UPGRADELINK_WAIT_FOREVER));
    EXPECT(take(operations[i]) == UPGRADELINK_ERROR_CANCELLED);
    upgradelink_operation_free(operations[i]);
  }
  EXPECT(__atomic_load_n(&completed, __ATOMIC_SEQ_CST) == 8);
  for (int i = 0; i < 10; i++)
    EXPECT(pthread_join(thread[i], NULL) == 0);
  upgradelink_client_free(client);
}

/* The process ends while operations run. */
static void leave(void)
{
  upgradelink_client *client = client_of(silent());

  for (int i = 0; i < 8; i++)
    start(client);
  exit(0);
}

static void in_child(upgradelink_client *parents, upgradelink_operation *operation)
{
  upgradelink_client *own = client_of(endpoint);
  upgradelink_operation *started;

  EXPECT(check(parents) == UPGRADELINK_ERROR_UNSUPPORTED);
  started = start(parents);
  EXPECT(upgradelink_operation_wait(started, 20000));
  EXPECT(take(started) == UPGRADELINK_ERROR_UNSUPPORTED);
  upgradelink_operation_free(started);

  EXPECT(check(own) == UPGRADELINK_OK);
  started = start(own);
  EXPECT(upgradelink_operation_wait(started, 20000));
  EXPECT(take(started) == UPGRADELINK_OK);
  upgradelink_operation_free(started);
  upgradelink_client_free(own);
  upgradelink_operation_free(operation);
  upgradelink_client_free(parents);
}

/* A fork while the parent has a live connection and as many operations as may run. */
static void forked(void)
{
  upgradelink_client *client = client_of(endpoint), *mute = client_of(silent());
  upgradelink_operation *operations[64];
  int status;

  EXPECT(check(client) == UPGRADELINK_OK);
  for (int i = 0; i < 64; i++)
    operations[i] = start(mute);
  pid_t child = fork();
  if (child == 0) {
    in_child(client, operations[0]);
    _exit(0);
  }
  EXPECT(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0);
  EXPECT(check(client) == UPGRADELINK_OK);
  for (int i = 0; i < 64; i++)
    upgradelink_operation_cancel(operations[i]);
  for (int i = 0; i < 64; i++) {
    EXPECT(upgradelink_operation_wait(operations[i], UPGRADELINK_WAIT_FOREVER));
    upgradelink_operation_free(operations[i]);
  }
  upgradelink_client_free(mute);
  upgradelink_client_free(client);
}

static void must_not_complete(void *user_data, upgradelink_operation *operation)
{
  (void)user_data;
  (void)operation;
  EXPECT(!"the completion of an operation that did not start");
}

/* No thread can be made: an error, with its number, and no completion. */
static void threadless(void)
{
  upgradelink_client *client = client_of(endpoint);
  upgradelink_query *query = url_query();
  upgradelink_operation *operation = NULL;
  upgradelink_strategy *strategy = NULL;
  upgradelink_error *error = NULL;
  struct rlimit one = {1, 1};

  EXPECT(setrlimit(RLIMIT_NPROC, &one) == 0);
  if (geteuid() == 0) /* the limit does not bind root */
    EXPECT(setresuid(65534, 65534, 65534) == 0);
  EXPECT(upgradelink_check_start(client, query, must_not_complete, NULL, &operation, &error)
         == UPGRADELINK_ERROR_INTERNAL);
  EXPECT(!operation && upgradelink_error_os_error(error) == EAGAIN);
  EXPECT(upgradelink_error_is_retryable(error));
  upgradelink_error_free(error);
  EXPECT(upgradelink_check(client, query, &strategy, &error) == UPGRADELINK_ERROR_CONNECT);
  EXPECT(!strategy && upgradelink_error_os_error(error) == EAGAIN);
  upgradelink_error_free(error);
  upgradelink_query_free(query);
  upgradelink_client_free(client);
}

/* The threads of the library, each with its blocked signals. */
static int library_threads(void)
{
  DIR *tasks = opendir("/proc/self/task");
  struct dirent *task;
  int found = 0;

  while ((task = readdir(tasks))) {
    char path[300], line[200], name[64] = "";
    unsigned long long blocked = 0;
    FILE *status;

    snprintf(path, sizeof path, "/proc/self/task/%s/status", task->d_name);
    if (task->d_name[0] == '.' || !(status = fopen(path, "r")))
      continue;
    while (fgets(line, sizeof line, status)) {
      sscanf(line, "Name: %63s", name);
      sscanf(line, "SigBlk: %llx", &blocked);
    }
    fclose(status);
    if (strncmp(name, "upgradelink", 11) != 0)
      continue;
    found++;
    for (int signal = 1; signal <= 64; signal++) {
      int settable = signal != SIGKILL && signal != SIGSTOP && signal != 32 && signal != 33;
      EXPECT(!settable || (blocked >> (signal - 1) & 1));
    }
  }
  closedir(tasks);
  return found;
}

/* The mask of the thread that calls back. */
static void note_mask(void *user_data, upgradelink_operation *operation)
{
  (void)operation;
  pthread_sigmask(SIG_SETMASK, NULL, user_data);
}

static sigset_t mask_in_completion(void)
{
  upgradelink_client *client = client_of(endpoint);
  upgradelink_query *query = url_query();
  upgradelink_operation *operation = NULL;
  sigset_t mask;

  EXPECT(upgradelink_check_start(client, query, note_mask, &mask, &operation, NULL) == UPGRADELINK_OK);
  EXPECT(upgradelink_operation_wait(operation, UPGRADELINK_WAIT_FOREVER));
  upgradelink_operation_free(operation);
  upgradelink_query_free(query);
  upgradelink_client_free(client);
  return mask;
}

/* Callbacks run with all signals blocked, unless the host wants its own mask there. */
static void masks(void)
{
  sigset_t hosts, seen;

  sigemptyset(&hosts);
  sigaddset(&hosts, SIGUSR1);
  EXPECT(pthread_sigmask(SIG_SETMASK, &hosts, NULL) == 0);
  seen = mask_in_completion();
  for (int signal = 1; signal <= 31; signal++)
    EXPECT(signal == SIGKILL || signal == SIGSTOP || sigismember(&seen, signal) == 1);

  upgradelink_unblock_signals_in_callbacks();
  seen = mask_in_completion();
  for (int signal = 1; signal <= 31; signal++)
    EXPECT(sigismember(&seen, signal) == (signal == SIGUSR1));
}

static volatile sig_atomic_t alarms;

static void alarmed(int number)
{
  (void)number;
  alarms++;
}

/* Threads of the library block all signals; handlers and mask stay the host's; calls survive EINTR. */
static void signals(void)
{
  struct sigaction before[65], after, alarm_action = {.sa_handler = alarmed};
  struct itimerval often = {{0, 2000}, {0, 2000}}, never = {{0, 0}, {0, 0}};
  upgradelink_client *client = client_of(silent()), *answered = client_of(endpoint);
  upgradelink_operation *operation;
  sigset_t mask_before, mask_after;

  EXPECT(sigaction(SIGALRM, &alarm_action, NULL) == 0);
  for (int signal = 1; signal <= 64; signal++)
    if (signal != 32 && signal != 33)
      EXPECT(sigaction(signal, NULL, &before[signal]) == 0);
  pthread_sigmask(SIG_SETMASK, NULL, &mask_before);

  operation = start(client);
  while (library_threads() == 0)
    usleep(1000);
  EXPECT(setitimer(ITIMER_REAL, &often, NULL) == 0);
  for (int i = 0; i < 50 || alarms < 5; i++)
    EXPECT(check(answered) == UPGRADELINK_OK);
  EXPECT(setitimer(ITIMER_REAL, &never, NULL) == 0);
  upgradelink_operation_cancel(operation);
  EXPECT(upgradelink_operation_wait(operation, UPGRADELINK_WAIT_FOREVER));
  upgradelink_operation_free(operation);

  for (int signal = 1; signal <= 64; signal++)
    if (signal != 32 && signal != 33) {
      EXPECT(sigaction(signal, NULL, &after) == 0);
      EXPECT(after.sa_handler == before[signal].sa_handler);
    }
  pthread_sigmask(SIG_SETMASK, NULL, &mask_after);
  EXPECT(memcmp(&mask_before, &mask_after, sizeof mask_before) == 0);
  upgradelink_client_free(answered);
  upgradelink_client_free(client);
}

extern char **environ;

/* Locale, environment and working directory stay as the host set them. */
static void guest(void)
{
  char locale[100], folder_before[4096], folder_after[4096];
  char **variables = environ;

  setlocale(LC_ALL, "C.UTF-8");
  snprintf(locale, sizeof locale, "%s", setlocale(LC_ALL, NULL));
  EXPECT(getcwd(folder_before, sizeof folder_before));
  calls();
  EXPECT(strcmp(setlocale(LC_ALL, NULL), locale) == 0);
  EXPECT(getcwd(folder_after, sizeof folder_after) && strcmp(folder_before, folder_after) == 0);
  EXPECT(environ == variables);
}

int main(int argc, char **argv)
{
  static const struct {
    const char *name;
    void (*run)(void);
  } scenarios[] = {
    {"calls", calls}, {"late", late}, {"threads", threads}, {"leave", leave}, {"fork", forked},
    {"threadless", threadless}, {"signals", signals}, {"masks", masks}, {"guest", guest},
  };

  EXPECT(argc == 3);
  endpoint = argv[2];
  for (size_t i = 0; i < sizeof scenarios / sizeof *scenarios; i++)
    if (strcmp(argv[1], scenarios[i].name) == 0) {
      scenarios[i].run();
      return 0;
    }
  EXPECT(!"a scenario of that name");
}
