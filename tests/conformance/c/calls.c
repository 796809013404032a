#include "case.h"
#include "fields.h"
#include "text.h"

typedef conformance_case kase;

static const char *const STATUSES[] = {
    "OK",        "INVALID_ARGUMENT", "CONFIG",   "CONNECT",  "TLS",    "TIMEOUT", "CANCELLED",
    "REPLY",     "SERVICE",          "AUTHENTICATION", "NOT_FOUND", "RATE_LIMITED", "IO", "NO_SPACE",
    "VERIFY",    "PATCH",            "BUSY",     "DOWNGRADE", "INTERNAL", "UNSUPPORTED", "NETWORK", NULL};
static const char *const STAGES[] = {"",       "config",  "sign",     "connect", "tls",   "send", "receive",
                                     "decode", "service", "download", "verify",  "patch", "io",   NULL};
static const char *const KINDS[] = {"", "url", "file", "apk", "configuration", "win", "mac", "lnx", NULL};
static const char *const UPGRADE_TYPES[] = {"unknown", "prompt", "silent", "force", NULL};
static const char *const PATCH_ALGOS[] = {"none", "hdiffpatch", NULL};
static const char *const ORIGINS[] = {"", "downloaded", "resumed", "patched", "present", NULL};
static const char *const EVENT_TYPES[] = {"", "start", "download", "upgrade", NULL};
static const char *const POLICIES[] = {"", "off", "when_present", "required", NULL};
static const char *const LOG_LEVELS[] = {"", "error", "warn", "info", "debug", NULL};

/* Values of the list as arguments. */

static int32_t number_of(const char *const *names, const char *value) {
  for (int32_t number = 0; names[number]; number++)
    if (strcmp(names[number], value) == 0)
      return number;
  return (int32_t)strtol(value, NULL, 10);
}
static const char *text(const char *value) { return strcmp(value, "(null)") == 0 ? NULL : value; }
static int32_t truth(const char *value) { return strcmp(value, "true") == 0; }
static uint32_t u32(const char *value) { return (uint32_t)strtoul(value, NULL, 10); }
static int64_t i64(const char *value) { return strtoll(value, NULL, 10); }
static uint64_t size(const char *value) {
  return text(value) ? strtoull(value, NULL, 10) : UPGRADELINK_SIZE_UNKNOWN;
}
static int32_t signature_policy(const char *value) { return number_of(POLICIES, value); }
static int32_t patch_algo(const char *value) { return number_of(PATCH_ALGOS, value); }

#define SETTER(line, field, function, type) \
  static void set_##line##_##field(void *handle, const char *value) { upgradelink_##function(handle, type(value)); }
FIELDS(SETTER)

#define ROW(line, field, function, type) {#line, #field, set_##line##_##field},
static const struct {
  const char *line, *field;
  void (*set)(void *handle, const char *value);
} SETTERS[] = {FIELDS(ROW)};

/* Fields that are set when the handle is made, or by more than one value. */
static const char *const OTHERS =
    " config.access_key config.secret_key config.ca_pem config.log query.kind query.app_key query.version_code "
    "option.folder link.url link.size link.md5 patch.base patch.patch patch.output event.type event.app_key "
    "event.version_code argument.timeout_ms argument.until_unix_ms argument.interval_ms argument.feature ";

int is_field(const char *line, const char *field) {
  for (size_t i = 0; i < sizeof SETTERS / sizeof *SETTERS; i++)
    if (strcmp(SETTERS[i].line, line) == 0 && strcmp(SETTERS[i].field, field) == 0)
      return 1;
  char *name = made(" %s.%s ", line, field);
  int found = strstr(OTHERS, name) != NULL;
  free(name);
  return found;
}

static void fill(const kase *of, const char *line, void *handle) {
  for (size_t i = 0; i < of->set.count; i++)
    for (size_t j = 0; j < sizeof SETTERS / sizeof *SETTERS; j++)
      if (strcmp(of->set.items[i].line, line) == 0 && strcmp(SETTERS[j].line, line) == 0
          && strcmp(SETTERS[j].field, of->set.items[i].field) == 0)
        SETTERS[j].set(handle, of->set.items[i].value);
}

static const char *given(const kase *of, const char *line, const char *field, const char *otherwise) {
  return recall(&of->set, line, field, otherwise);
}

/* What came as values of the list. */

static void put(kase *of, const char *prefix, const char *field, char *value) {
  char *name = made("%s%s", prefix, field);
  remember(&of->came, "", name, value);
  free(name);
}
static void put_text(kase *of, const char *prefix, const char *field, const char *value) {
  put(of, prefix, field, copied(value ? value : "(null)"));
}
static void put_number(kase *of, const char *prefix, const char *field, int64_t value) {
  put(of, prefix, field, made("%lld", (long long)value));
}
static void put_size(kase *of, const char *prefix, const char *field, uint64_t value) {
  put(of, prefix, field, value == UPGRADELINK_SIZE_UNKNOWN ? copied("(null)") : made("%llu", (unsigned long long)value));
}
static void put_truth(kase *of, const char *prefix, const char *field, int32_t value) {
  put_text(of, prefix, field, value ? "true" : "false");
}
static void put_name(kase *of, const char *prefix, const char *field, const char *const *names, int32_t value) {
  int32_t known = 0;
  while (names[known])
    known++;
  if (value >= 0 && value < known && *names[value])
    put_text(of, prefix, field, names[value]);
  else
    put_number(of, prefix, field, value);
}
static void put_json(kase *of, const char *prefix, const char *json, size_t length) {
  if (!json || strlen(json) != length)
    wrong(of, "the length of the JSON is not", json ? json : "(null)");
  put_text(of, prefix, "json", json);
}

static void put_error(kase *of, upgradelink_error *error) {
  put_name(of, "error.", "stage", STAGES, upgradelink_error_stage(error));
  put_number(of, "error.", "http_status", upgradelink_error_http_status(error));
  put_number(of, "error.", "service_code", upgradelink_error_service_code(error));
  put_text(of, "error.", "trace_id", upgradelink_error_trace_id(error));
  put_text(of, "error.", "docs", upgradelink_error_docs(error));
  put_number(of, "error.", "os_error", upgradelink_error_os_error(error));
  put_truth(of, "error.", "retryable", upgradelink_error_is_retryable(error));
  put_number(of, "error.", "retry_after_ms", upgradelink_error_retry_after_ms(error));
  put_text(of, "error.", "message", upgradelink_error_message(error));
}

/* Keeps how a call ended, and frees the error. Returns whether it went well. */
static int ended_well(kase *of, upgradelink_status status, upgradelink_error *error) {
  put_name(of, "", "status", STATUSES, status);
  if (status != upgradelink_error_status(error))
    wrong(of, "the error has another status than the call", upgradelink_status_name(status));
  if (error)
    put_error(of, error);
  upgradelink_error_free(error);
  return status == UPGRADELINK_OK;
}

static void put_strategy(kase *of, upgradelink_strategy *strategy) {
  size_t length = 0;
  const char *json = upgradelink_strategy_json(strategy, &length);
  const char *prefix = "strategy.";
  put_truth(of, prefix, "available", upgradelink_strategy_is_available(strategy));
  put_name(of, prefix, "kind", KINDS, upgradelink_strategy_kind(strategy));
  put_text(of, prefix, "app_key", upgradelink_strategy_app_key(strategy));
  put_text(of, prefix, "package_name", upgradelink_strategy_package_name(strategy));
  put_text(of, prefix, "version_name", upgradelink_strategy_version_name(strategy));
  put_number(of, prefix, "version_code", upgradelink_strategy_version_code(strategy));
  put_text(of, prefix, "url", upgradelink_strategy_url(strategy));
  put_size(of, prefix, "file_size", upgradelink_strategy_file_size(strategy));
  put_text(of, prefix, "file_md5", upgradelink_strategy_file_md5(strategy));
  put_name(of, prefix, "upgrade_type", UPGRADE_TYPES, upgradelink_strategy_upgrade_type(strategy));
  put_text(of, prefix, "prompt", upgradelink_strategy_prompt(strategy));
  put_name(of, prefix, "patch_algo", PATCH_ALGOS, upgradelink_strategy_patch_algo(strategy));
  put_text(of, prefix, "patch_url", upgradelink_strategy_patch_url(strategy));
  put_size(of, prefix, "patch_file_size", upgradelink_strategy_patch_file_size(strategy));
  put_text(of, prefix, "patch_file_md5", upgradelink_strategy_patch_file_md5(strategy));
  put_text(of, prefix, "content", upgradelink_strategy_content(strategy));
  put_text(of, prefix, "message", upgradelink_strategy_message(strategy));
  put_json(of, prefix, json, length);
}

static void put_details(kase *of, upgradelink_version_details *details) {
  size_t length = 0;
  const char *json = upgradelink_version_details_json(details, &length);
  const char *prefix = "details.";
  put_text(of, prefix, "app_key", upgradelink_version_details_app_key(details));
  put_text(of, prefix, "package_name", upgradelink_version_details_package_name(details));
  put_text(of, prefix, "version_name", upgradelink_version_details_version_name(details));
  put_number(of, prefix, "version_code", upgradelink_version_details_version_code(details));
  put_text(of, prefix, "description", upgradelink_version_details_description(details));
  put_json(of, prefix, json, length);
}

static void put_statistics(kase *of, upgradelink_statistics *statistics) {
  static const char *const SERIES[] = {"downloads", "strategies", "upgrades", "starts"};
  size_t length = 0, days = upgradelink_statistics_day_count(statistics);
  const char *json = upgradelink_statistics_json(statistics, &length);
  const char *prefix = "statistics.";
  put_number(of, prefix, "yesterday_download_count", upgradelink_statistics_yesterday_download_count(statistics));
  put_number(of, prefix, "total_download_count", upgradelink_statistics_total_download_count(statistics));
  put_number(of, prefix, "yesterday_strategy_count", upgradelink_statistics_yesterday_strategy_count(statistics));
  put_number(of, prefix, "total_strategy_count", upgradelink_statistics_total_strategy_count(statistics));
  put_number(of, prefix, "yesterday_upgrade_count", upgradelink_statistics_yesterday_upgrade_count(statistics));
  put_number(of, prefix, "total_upgrade_count", upgradelink_statistics_total_upgrade_count(statistics));
  put_number(of, prefix, "yesterday_start_count", upgradelink_statistics_yesterday_start_count(statistics));
  put_number(of, prefix, "total_start_count", upgradelink_statistics_total_start_count(statistics));
  put_number(of, prefix, "day_count", (int64_t)days);
  put_json(of, prefix, json, length);
  for (size_t day = 0; day < days; day++) {
    char *name = made("day_name.%zu", day);
    put_text(of, prefix, name, upgradelink_statistics_day_name(statistics, day));
    free(name);
    for (int32_t series = UPGRADELINK_SERIES_DOWNLOADS; series <= UPGRADELINK_SERIES_STARTS; series++) {
      char *figure = made("%s.%zu", SERIES[series - 1], day);
      put_number(of, prefix, figure, upgradelink_statistics_day_value(statistics, series, day));
      free(figure);
    }
  }
}

static void put_artifact(kase *of, upgradelink_artifact *artifact) {
  const char *prefix = "artifact.";
  put_text(of, prefix, "path", upgradelink_artifact_path(artifact));
  put_size(of, prefix, "size", upgradelink_artifact_size(artifact));
  put_text(of, prefix, "md5", upgradelink_artifact_md5(artifact));
  put_text(of, prefix, "sha256", upgradelink_artifact_sha256(artifact));
  put_name(of, prefix, "origin", ORIGINS, upgradelink_artifact_origin(artifact));
  put_number(of, prefix, "checked", upgradelink_artifact_checked(artifact));
  put_size(of, prefix, "network_bytes", upgradelink_artifact_network_bytes(artifact));
  put_text(of, prefix, "patch_failure", upgradelink_artifact_patch_failure(artifact));
}

static void put_patch(kase *of, upgradelink_patch_info *info) {
  const char *prefix = "patch.";
  put_text(of, prefix, "container", upgradelink_patch_info_container(info));
  put_text(of, prefix, "compressor", upgradelink_patch_info_compressor(info));
  put_size(of, prefix, "old_size", upgradelink_patch_info_old_size(info));
  put_size(of, prefix, "new_size", upgradelink_patch_info_new_size(info));
}

/* Progress and log. */

typedef struct {
  int stops, seen;
  uint64_t done, total;
} told;

static int32_t on_progress(void *user_data, upgradelink_phase phase, uint64_t done, uint64_t total) {
  told *so_far = user_data;
  (void)phase;
  so_far->seen = 1;
  if (done > so_far->done)
    so_far->done = done;
  if (total != UPGRADELINK_SIZE_UNKNOWN && (so_far->total == UPGRADELINK_SIZE_UNKNOWN || total > so_far->total))
    so_far->total = total;
  return !(so_far->stops && done > 0);
}

static void put_progress(kase *of, const told *progress) {
  put_truth(of, "progress.", "seen", progress->seen);
  put_size(of, "progress.", "done", progress->done);
  put_size(of, "progress.", "total", progress->total);
}

static void on_log(void *user_data, upgradelink_log_level level, const char *message) {
  kase *of = user_data;
  (void)level;
  char *longer = made("%s%s\n", of->log, message);
  free(of->log);
  of->log = longer;
}

/* Handles. */

static upgradelink_client *new_client(kase *of) {
  upgradelink_config *config = upgradelink_config_new(text(given(of, "config", "access_key", "access")),
                                                      text(given(of, "config", "secret_key", "secret")));
  upgradelink_config_set_endpoint(config, of->endpoint);
  upgradelink_config_set_allow_http(config, 1);
  upgradelink_config_set_proxy(config, "");
  fill(of, "config", config);
  const char *pem = given(of, "config", "ca_pem", NULL), *level = given(of, "config", "log", NULL);
  if (pem)
    upgradelink_config_set_ca_pem(config, text(pem), text(pem) ? strlen(pem) : 0);
  if (level)
    upgradelink_config_set_log(config, number_of(LOG_LEVELS, level), on_log, of);
  upgradelink_client *client = NULL;
  upgradelink_error *error = NULL;
  upgradelink_status status = upgradelink_client_new(config, &client, &error);
  upgradelink_config_free(config);
  ended_well(of, status, error);
  return client;
}

static upgradelink_query *new_query(kase *of) {
  upgradelink_query *query = upgradelink_query_new(number_of(KINDS, given(of, "query", "kind", "url")),
                                                   text(given(of, "query", "app_key", "")),
                                                   i64(given(of, "query", "version_code", "1")));
  fill(of, "query", query);
  return query;
}

static upgradelink_fetch_options *new_options(kase *of) {
  upgradelink_fetch_options *options = upgradelink_fetch_options_new(text(given(of, "option", "folder", of->work)));
  fill(of, "option", options);
  return options;
}

static void finish(upgradelink_operation *operation, enum how how) {
  if (how == CANCEL)
    upgradelink_operation_cancel(operation);
  upgradelink_operation_wait(operation, UPGRADELINK_WAIT_FOREVER);
}

/* Verbs. Each gets the client, or NULL where it needs none. */

static upgradelink_strategy *ask(kase *of, enum how how, upgradelink_client *client) {
  upgradelink_query *query = new_query(of);
  upgradelink_strategy *strategy = NULL;
  upgradelink_error *error = NULL;
  upgradelink_status status;
  if (how == CALL) {
    status = upgradelink_check(client, query, &strategy, &error);
  } else {
    upgradelink_operation *operation = NULL;
    status = upgradelink_check_start(client, query, NULL, NULL, &operation, &error);
    if (status == UPGRADELINK_OK) {
      finish(operation, how);
      status = upgradelink_operation_take_strategy(operation, &strategy, &error);
    }
    upgradelink_operation_free(operation);
  }
  upgradelink_query_free(query);
  if (ended_well(of, status, error))
    put_strategy(of, strategy);
  return strategy;
}

static void check(kase *of, enum how how, upgradelink_client *client) {
  upgradelink_strategy_free(ask(of, how, client));
}

static void describe(kase *of, enum how how, upgradelink_client *client) {
  upgradelink_query *query = new_query(of);
  upgradelink_version_details *details = NULL;
  upgradelink_error *error = NULL;
  upgradelink_status status;
  if (how == CALL) {
    status = upgradelink_describe(client, query, &details, &error);
  } else {
    upgradelink_operation *operation = NULL;
    status = upgradelink_describe_start(client, query, NULL, NULL, &operation, &error);
    if (status == UPGRADELINK_OK) {
      finish(operation, how);
      status = upgradelink_operation_take_details(operation, &details, &error);
    }
    upgradelink_operation_free(operation);
  }
  upgradelink_query_free(query);
  if (ended_well(of, status, error))
    put_details(of, details);
  upgradelink_version_details_free(details);
}

static void measure(kase *of, enum how how, upgradelink_client *client) {
  const char *app_key = text(given(of, "query", "app_key", ""));
  upgradelink_statistics *statistics = NULL;
  upgradelink_error *error = NULL;
  upgradelink_status status;
  if (how == CALL) {
    status = upgradelink_measure(client, app_key, &statistics, &error);
  } else {
    upgradelink_operation *operation = NULL;
    status = upgradelink_measure_start(client, app_key, NULL, NULL, &operation, &error);
    if (status == UPGRADELINK_OK) {
      finish(operation, how);
      status = upgradelink_operation_take_statistics(operation, &statistics, &error);
    }
    upgradelink_operation_free(operation);
  }
  if (ended_well(of, status, error))
    put_statistics(of, statistics);
  upgradelink_statistics_free(statistics);
}

static void fetch(kase *of, enum how how, upgradelink_client *client) {
  upgradelink_strategy *strategy = ask(of, CALL, client);
  if (!strategy)
    return;
  upgradelink_fetch_options *options = new_options(of);
  upgradelink_artifact *artifact = NULL;
  upgradelink_error *error = NULL;
  told progress = {how == STOP, 0, 0, UPGRADELINK_SIZE_UNKNOWN};
  upgradelink_status status =
      upgradelink_fetch(client, strategy, options, on_progress, &progress, &artifact, &error);
  put_progress(of, &progress);
  if (ended_well(of, status, error))
    put_artifact(of, artifact);
  upgradelink_artifact_free(artifact);
  upgradelink_fetch_options_free(options);
  upgradelink_strategy_free(strategy);
}

static void fetch_link(kase *of, enum how how, upgradelink_client *client) {
  const char *url = text(given(of, "link", "url", "")), *md5 = text(given(of, "link", "md5", "(null)"));
  uint64_t bytes = size(given(of, "link", "size", "(null)"));
  upgradelink_fetch_options *options = new_options(of);
  upgradelink_artifact *artifact = NULL;
  upgradelink_error *error = NULL;
  upgradelink_status status;
  told progress = {how == STOP, 0, 0, UPGRADELINK_SIZE_UNKNOWN};
  if (how == CALL || how == STOP) {
    status = upgradelink_fetch_link(client, url, bytes, md5, options, on_progress, &progress, &artifact, &error);
  } else {
    upgradelink_operation *operation = NULL;
    status = upgradelink_fetch_link_start(client, url, bytes, md5, options, on_progress, NULL, &progress, &operation,
                                          &error);
    if (status == UPGRADELINK_OK) {
      finish(operation, how);
      status = upgradelink_operation_take_artifact(operation, &artifact, &error);
    }
    upgradelink_operation_free(operation);
  }
  put_progress(of, &progress);
  if (ended_well(of, status, error))
    put_artifact(of, artifact);
  upgradelink_artifact_free(artifact);
  upgradelink_fetch_options_free(options);
}

static void patch_apply(kase *of, enum how how, upgradelink_client *client) {
  (void)client;
  const char *base = text(given(of, "patch", "base", "")), *patch = text(given(of, "patch", "patch", ""));
  const char *output = text(given(of, "patch", "output", ""));
  upgradelink_patch_options *options = upgradelink_patch_options_new();
  fill(of, "patch", options);
  upgradelink_error *error = NULL;
  upgradelink_status status;
  told progress = {how == STOP, 0, 0, UPGRADELINK_SIZE_UNKNOWN};
  if (how == CALL || how == STOP) {
    status = upgradelink_patch_apply(base, patch, output, options, on_progress, &progress, &error);
  } else {
    upgradelink_operation *operation = NULL;
    status = upgradelink_patch_apply_start(base, patch, output, options, on_progress, NULL, &progress, &operation,
                                           &error);
    if (status == UPGRADELINK_OK) {
      finish(operation, how);
      status = upgradelink_operation_take_nothing(operation, &error);
    }
    upgradelink_operation_free(operation);
  }
  put_progress(of, &progress);
  ended_well(of, status, error);
  upgradelink_patch_options_free(options);
}

static void patch_inspect(kase *of, enum how how, upgradelink_client *client) {
  (void)how, (void)client;
  upgradelink_patch_info *info = NULL;
  upgradelink_error *error = NULL;
  upgradelink_status status = upgradelink_patch_inspect(text(given(of, "patch", "patch", "")), &info, &error);
  if (ended_well(of, status, error))
    put_patch(of, info);
  upgradelink_patch_info_free(info);
}

static void report(kase *of, enum how how, upgradelink_client *client) {
  upgradelink_event *event = upgradelink_event_new(number_of(EVENT_TYPES, given(of, "event", "type", "start")),
                                                   text(given(of, "event", "app_key", "")),
                                                   i64(given(of, "event", "version_code", "1")));
  fill(of, "event", event);
  upgradelink_error *error = NULL;
  upgradelink_status status;
  if (how == CALL) {
    status = upgradelink_report(client, event, &error);
  } else {
    upgradelink_operation *operation = NULL;
    status = upgradelink_report_start(client, event, NULL, NULL, &operation, &error);
    if (status == UPGRADELINK_OK) {
      finish(operation, how);
      status = upgradelink_operation_take_nothing(operation, &error);
    }
    upgradelink_operation_free(operation);
  }
  ended_well(of, status, error);
  upgradelink_event_free(event);
}

static void flush(kase *of, enum how how, upgradelink_client *client) {
  (void)how;
  upgradelink_error *error = NULL;
  upgradelink_status status = upgradelink_flush(client, u32(given(of, "argument", "timeout_ms", "0")), &error);
  ended_well(of, status, error);
}

static void report_started(kase *of, enum how how, upgradelink_client *client) {
  (void)how;
  upgradelink_error *error = NULL;
  upgradelink_status status =
      upgradelink_report_started(client, text(given(of, "query", "app_key", "")),
                                 i64(given(of, "query", "version_code", "1")), &error);
  ended_well(of, status, error);
}

static void last_strategy(kase *of, enum how how, upgradelink_client *client) {
  (void)how;
  upgradelink_query *query = new_query(of);
  upgradelink_strategy *strategy = NULL;
  upgradelink_error *error = NULL;
  upgradelink_status status = upgradelink_last_strategy(client, query, &strategy, &error);
  if (ended_well(of, status, error))
    put_strategy(of, strategy);
  upgradelink_strategy_free(strategy);
  upgradelink_query_free(query);
}

static void remember_upgrade(kase *of, enum how how, upgradelink_client *client) {
  upgradelink_strategy *strategy = ask(of, how, client);
  upgradelink_error *error = NULL;
  if (strategy) {
    upgradelink_status status = upgradelink_remember_upgrade(client, strategy, &error);
    ended_well(of, status, error);
  }
  upgradelink_strategy_free(strategy);
}

static void skip(kase *of, enum how how, upgradelink_client *client) {
  upgradelink_strategy *strategy = ask(of, how, client);
  upgradelink_error *error = NULL;
  if (strategy) {
    upgradelink_status status = upgradelink_skip(client, strategy, &error);
    ended_well(of, status, error);
  }
  upgradelink_strategy_free(strategy);
}

static void snooze(kase *of, enum how how, upgradelink_client *client) {
  upgradelink_strategy *strategy = ask(of, how, client);
  int64_t until = i64(given(of, "argument", "until_unix_ms", "0"));
  upgradelink_error *error = NULL;
  if (strategy) {
    upgradelink_status status = upgradelink_snooze(client, strategy, until, &error);
    ended_well(of, status, error);
  }
  upgradelink_strategy_free(strategy);
}

static void is_wanted(kase *of, enum how how, upgradelink_client *client) {
  upgradelink_strategy *strategy = ask(of, how, client);
  if (strategy)
    put_truth(of, "", "wanted", upgradelink_is_wanted(client, strategy));
  upgradelink_strategy_free(strategy);
}

static void schedule(kase *of, enum how how, upgradelink_client *client) {
  (void)how;
  upgradelink_query *query = new_query(of);
  upgradelink_scheduler *scheduler = NULL;
  upgradelink_strategy *strategy = NULL;
  upgradelink_error *error = NULL;
  uint32_t interval = u32(given(of, "argument", "interval_ms", "0"));
  upgradelink_status status = upgradelink_scheduler_new(client, query, interval, &scheduler, &error);
  if (status == UPGRADELINK_OK)
    status = upgradelink_scheduler_check(scheduler, &strategy, &error);
  if (ended_well(of, status, error))
    put_strategy(of, strategy);
  upgradelink_strategy_free(strategy);
  upgradelink_scheduler_free(scheduler);
  upgradelink_query_free(query);
}

static void client_alone(kase *of, enum how how, upgradelink_client *client) { (void)of, (void)how, (void)client; }

static void has(kase *of, enum how how, upgradelink_client *client) {
  (void)how, (void)client;
  put_text(of, "", "status", "OK");
  put_truth(of, "", "has", upgradelink_has(given(of, "argument", "feature", "")));
}

static void version(kase *of, enum how how, upgradelink_client *client) {
  (void)how, (void)client;
  put_text(of, "", "status", "OK");
  put_text(of, "", "version", upgradelink_version());
  put_number(of, "", "version_number", upgradelink_version_number());
}

static const struct {
  const char *name;
  void (*call)(kase *of, enum how how, upgradelink_client *client);
  const char *forms; /* beside call */
  int needs_client;
} VERBS[] = {
    {"check", check, "start cancel", 1},
    {"describe", describe, "start cancel", 1},
    {"measure", measure, "start cancel", 1},
    {"fetch", fetch, "stop", 1},
    {"fetch_link", fetch_link, "start cancel stop", 1},
    {"patch_apply", patch_apply, "start cancel stop", 0},
    {"patch_inspect", patch_inspect, "", 0},
    {"report", report, "start cancel", 1},
    {"flush", flush, "", 1},
    {"report_started", report_started, "", 1},
    {"remember_upgrade", remember_upgrade, "", 1},
    {"last_strategy", last_strategy, "", 1},
    {"skip", skip, "", 1},
    {"snooze", snooze, "", 1},
    {"is_wanted", is_wanted, "", 1},
    {"schedule", schedule, "", 1},
    {"client", client_alone, "", 1},
    {"has", has, "", 0},
    {"version", version, "", 0},
};

void call_verb(kase *of, enum how how, const char *verb) {
  static const char *const FORMS[] = {"", "start", "cancel", "stop"};
  forget(&of->came);
  for (size_t i = 0; i < sizeof VERBS / sizeof *VERBS; i++) {
    if (strcmp(VERBS[i].name, verb) != 0)
      continue;
    if (how != CALL && !strstr(VERBS[i].forms, FORMS[how])) {
      wrong(of, "this verb has no form", FORMS[how]);
      return;
    }
    upgradelink_client *client = VERBS[i].needs_client ? new_client(of) : NULL;
    if (client || !VERBS[i].needs_client)
      VERBS[i].call(of, how, client);
    upgradelink_client_free(client);
    return;
  }
  wrong(of, "unknown verb", verb);
}
