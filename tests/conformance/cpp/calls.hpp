// What the conformance list sets and calls, through the C++ binding.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <stdexcept>
#include <string>
#include <upgradelink.hpp>

namespace ul = upgradelink;

/// The case is not as it should be.
struct wrong : std::runtime_error {
  using runtime_error::runtime_error;
};

using names = std::vector<std::string>;
inline const names stages{"",       "config",  "sign",     "connect", "tls",   "send", "receive",
                          "decode", "service", "download", "verify",  "patch", "io"};
inline const names kinds{"", "url", "file", "apk", "configuration", "win", "mac", "lnx"};
inline const names upgrade_types{"unknown", "prompt", "silent", "force"};
inline const names patch_algos{"none", "hdiffpatch"};
inline const names origins{"", "downloaded", "resumed", "patched", "present"};
inline const names event_types{"", "start", "download", "upgrade"};
inline const names signature_policies{"", "off", "when_present", "required"};
inline const names log_levels{"", "error", "warn", "info", "debug"};

// Values of the list as arguments.

template <class Enumeration> Enumeration named(const names &all, const std::string &value) {
  const auto at = std::find(all.begin(), all.end(), value);
  return static_cast<Enumeration>(at == all.end() ? std::stoi(value) : static_cast<int>(at - all.begin()));
}
inline bool truth(const std::string &value) { return value == "true"; }
inline std::uint32_t u32(const std::string &value) { return static_cast<std::uint32_t>(std::stoul(value)); }
inline std::int64_t i64(const std::string &value) { return std::stoll(value); }
inline std::chrono::milliseconds ms(const std::string &value) { return std::chrono::milliseconds(i64(value)); }
inline ul::event::time_point moment(const std::string &value) { return ul::event::time_point(ms(value)); }
inline std::uint64_t size(const std::string &value) { return std::stoull(value); }

// What came as values of the list.

inline std::string shown(std::string_view text) { return std::string(text); }
inline std::string shown(bool truth) { return truth ? "true" : "false"; }
template <class Number, class = std::enable_if_t<std::is_integral_v<Number>>> std::string shown(Number number) {
  return std::to_string(number);
}
template <class T> std::string shown(const std::optional<T> &value) { return value ? shown(*value) : "(null)"; }
template <class Enumeration> std::string shown(const names &all, Enumeration value) {
  const auto number = static_cast<std::int32_t>(value);
  const bool known = number >= 0 && static_cast<std::size_t>(number) < all.size();
  return known && !all[static_cast<std::size_t>(number)].empty() ? all[static_cast<std::size_t>(number)]
                                                                 : std::to_string(number);
}

class calls {
public:
  calls(const std::string &endpoint, const std::string &work) : endpoint_(endpoint), work_(work) {}
  calls(const calls &) = delete;
  calls &operator=(const calls &) = delete;

  void set(const std::string &line, const std::string &field, const std::string &value) {
    const auto name = line + "." + field;
    if (!is_field(name))
      throw wrong("unknown line or field: " + name);
    set_.emplace_back(name, value);
  }

  void call(const std::string &how, const std::string &what) {
    came_.clear();
    put("status", std::string_view("OK"));
    how_ = how;
    const auto found = verbs().find(what);
    if (found == verbs().end())
      throw wrong("unknown verb: " + what);
    if (how != "call" && found->second.forms.find(how) == std::string::npos)
      throw wrong(what + " has no form " + how);
    (this->*found->second.body)();
  }

  std::optional<std::string> came(const std::string &field) const {
    if (field == "log") {
      const std::lock_guard<std::mutex> guard(log_lock_);
      return log_;
    }
    const auto found = came_.find(field);
    return found == came_.end() ? std::nullopt : std::optional<std::string>(found->second);
  }

private:
  struct verb {
    void (calls::*body)();
    std::string forms;
  };

  template <class Of> using setters = std::map<std::string, void (*)(Of &, const std::string &)>;

  static const setters<ul::config> &config_fields() {
    using c = ul::config;
    static const setters<c> all{
        {"config.endpoint", [](c &of, const std::string &v) { of.endpoint(v); }},
        {"config.allow_http", [](c &of, const std::string &v) { of.allow_http(truth(v)); }},
        {"config.proxy", [](c &of, const std::string &v) { of.proxy(v); }},
        {"config.connect_timeout_ms", [](c &of, const std::string &v) { of.connect_timeout(ms(v)); }},
        {"config.response_timeout_ms", [](c &of, const std::string &v) { of.response_timeout(ms(v)); }},
        {"config.total_timeout_ms", [](c &of, const std::string &v) { of.total_timeout(ms(v)); }},
        {"config.max_attempts", [](c &of, const std::string &v) { of.max_attempts(u32(v)); }},
        {"config.ca_pem", [](c &of, const std::string &v) { of.ca_pem(v); }},
        {"config.platform_roots", [](c &of, const std::string &v) { of.platform_roots(truth(v)); }},
        {"config.user_agent", [](c &of, const std::string &v) { of.user_agent(v); }},
        {"config.device_key", [](c &of, const std::string &v) { of.device_key(v); }},
        {"config.device_model_key", [](c &of, const std::string &v) { of.device_model_key(v); }},
        {"config.state_folder", [](c &of, const std::string &v) { of.state_folder(v); }},
        {"config.public_key", [](c &of, const std::string &v) { of.public_key(v); }},
        {"config.signature_policy",
         [](c &of, const std::string &v) { of.signature_policy(named<ul::signature_policy>(signature_policies, v)); }},
    };
    return all;
  }
  static const setters<ul::query> &query_fields() {
    using q = ul::query;
    static const setters<q> all{
        {"query.arch", [](q &of, const std::string &v) { of.arch(v); }},
        {"query.appoint_version_code", [](q &of, const std::string &v) { of.appoint_version_code(i64(v)); }},
        {"query.device_key", [](q &of, const std::string &v) { of.device_key(v); }},
        {"query.device_model_key", [](q &of, const std::string &v) { of.device_model_key(v); }},
        {"query.patch_algo",
         [](q &of, const std::string &v) { of.patch_algo(named<ul::patch_algo>(patch_algos, v)); }},
    };
    return all;
  }
  static const setters<ul::fetch_options> &option_fields() {
    using o = ul::fetch_options;
    static const setters<o> all{
        {"option.base_file", [](o &of, const std::string &v) { of.base_file(v); }},
        {"option.file_name", [](o &of, const std::string &v) { of.file_name(v); }},
        {"option.sha256", [](o &of, const std::string &v) { of.sha256(v); }},
        {"option.require_hash", [](o &of, const std::string &v) { of.require_hash(truth(v)); }},
        {"option.max_size", [](o &of, const std::string &v) { of.max_size(size(v)); }},
        {"option.allow_downgrade", [](o &of, const std::string &v) { of.allow_downgrade(truth(v)); }},
        {"option.stall_timeout_ms", [](o &of, const std::string &v) { of.stall_timeout(ms(v)); }},
        {"option.lock_wait_ms", [](o &of, const std::string &v) { of.lock_wait(ms(v)); }},
        {"option.keep_partial", [](o &of, const std::string &v) { of.keep_partial(truth(v)); }},
        {"option.max_bytes_per_second", [](o &of, const std::string &v) { of.max_bytes_per_second(size(v)); }},
        {"option.report", [](o &of, const std::string &v) { of.report(truth(v)); }},
    };
    return all;
  }
  static const setters<ul::patch_options> &patch_fields() {
    using p = ul::patch_options;
    static const setters<p> all{
        {"patch.expected_size", [](p &of, const std::string &v) { of.expected_size(size(v)); }},
        {"patch.expected_md5", [](p &of, const std::string &v) { of.expected_md5(v); }},
        {"patch.max_window", [](p &of, const std::string &v) { of.max_window(size(v)); }},
    };
    return all;
  }
  static const setters<ul::event> &event_fields() {
    using e = ul::event;
    static const setters<e> all{
        {"event.time", [](e &of, const std::string &v) { of.time(moment(v)); }},
        {"event.launch_time", [](e &of, const std::string &v) { of.launch_time(moment(v)); }},
        {"event.download_version_code", [](e &of, const std::string &v) { of.download_version_code(i64(v)); }},
        {"event.upgrade_version_code", [](e &of, const std::string &v) { of.upgrade_version_code(i64(v)); }},
        {"event.code", [](e &of, const std::string &v) { of.code(i64(v)); }},
        {"event.device_key", [](e &of, const std::string &v) { of.device_key(v); }},
        {"event.device_model_key", [](e &of, const std::string &v) { of.device_model_key(v); }},
        {"event.target", [](e &of, const std::string &v) { of.target(v); }},
        {"event.arch", [](e &of, const std::string &v) { of.arch(v); }},
    };
    return all;
  }

  /// Fields that are set when the object is made, or that are arguments.
  static bool is_field(const std::string &name) {
    static const names others{"config.access_key",   "config.secret_key",     "config.log",          "query.kind",
                              "query.app_key",       "query.version_code",    "option.folder",       "link.url",
                              "link.size",           "link.md5",              "patch.base",          "patch.patch",
                              "patch.output",        "event.type",            "event.app_key",       "event.version_code",
                              "argument.timeout_ms", "argument.until_unix_ms", "argument.interval_ms", "argument.feature"};
    return config_fields().count(name) || query_fields().count(name) || option_fields().count(name)
           || patch_fields().count(name) || event_fields().count(name)
           || std::find(others.begin(), others.end(), name) != others.end();
  }

  template <class Of> Of filled(Of of, const setters<Of> &fields) const {
    for (const auto &[name, value] : set_)
      if (const auto found = fields.find(name); found != fields.end())
        found->second(of, value);
    return of;
  }

  std::string given(const std::string &name, const std::string &otherwise = "") const {
    const auto last = std::find_if(set_.rbegin(), set_.rend(), [&](const auto &one) { return one.first == name; });
    return last == set_.rend() ? otherwise : last->second;
  }
  std::optional<std::string> optional(const std::string &name) const {
    const auto value = given(name, "(null)");
    return value == "(null)" ? std::nullopt : std::optional<std::string>(value);
  }

  // What is made of the lines.

  ul::config config() {
    auto base = ul::config(given("config.access_key", "access"), given("config.secret_key", "secret"));
    auto config = filled(base.endpoint(endpoint_).allow_http().no_proxy(), config_fields());
    if (const auto level = optional("config.log"))
      config.log(named<ul::log_level>(log_levels, *level), [this](ul::log_level, std::string_view message) {
        const std::lock_guard<std::mutex> guard(log_lock_);
        log_ += std::string(message) + "\n";
      });
    return config;
  }
  ul::query query() const {
    return filled(ul::query(named<ul::kind>(kinds, given("query.kind", "url")), given("query.app_key"),
                            i64(given("query.version_code", "1"))),
                  query_fields());
  }
  ul::fetch_options options() const {
    return filled(ul::fetch_options(given("option.folder", work_)), option_fields());
  }
  ul::event event() const {
    return filled(ul::event(named<ul::event_type>(event_types, given("event.type", "start")), given("event.app_key"),
                            i64(given("event.version_code", "1"))),
                  event_fields());
  }

  // What came.

  template <class... Value> void put(const std::string &field, const Value &...value) {
    came_[field] = shown(value...);
  }

  void put(const ul::failure &why) {
    put("status", ul::to_string(why.status()));
    put("error.stage", stages, why.stage());
    put("error.http_status", why.http_status());
    put("error.service_code", why.service_code());
    put("error.trace_id", why.trace_id());
    put("error.docs", why.docs());
    put("error.os_error", why.os_error());
    put("error.retryable", why.is_retryable());
    put("error.retry_after_ms", why.retry_after().count());
    put("error.message", why.message());
  }
  void put(const ul::strategy &strategy) {
    put("strategy.available", strategy.is_available());
    put("strategy.kind", kinds, strategy.kind());
    put("strategy.app_key", strategy.app_key());
    put("strategy.package_name", strategy.package_name());
    put("strategy.version_name", strategy.version_name());
    put("strategy.version_code", strategy.version_code());
    put("strategy.url", strategy.url());
    put("strategy.file_size", strategy.file_size());
    put("strategy.file_md5", strategy.file_md5());
    put("strategy.upgrade_type", upgrade_types, strategy.upgrade_type());
    put("strategy.prompt", strategy.prompt());
    put("strategy.patch_algo", patch_algos, strategy.patch_algo());
    put("strategy.patch_url", strategy.patch_url());
    put("strategy.patch_file_size", strategy.patch_file_size());
    put("strategy.patch_file_md5", strategy.patch_file_md5());
    put("strategy.content", strategy.content());
    put("strategy.message", strategy.message());
    put("strategy.json", strategy.json());
  }
  void put(const ul::version_details &details) {
    put("details.app_key", details.app_key());
    put("details.package_name", details.package_name());
    put("details.version_name", details.version_name());
    put("details.version_code", details.version_code());
    put("details.description", details.description());
    put("details.json", details.json());
  }
  void put(const ul::statistics &statistics) {
    put("statistics.yesterday_download_count", statistics.yesterday_download_count());
    put("statistics.total_download_count", statistics.total_download_count());
    put("statistics.yesterday_strategy_count", statistics.yesterday_strategy_count());
    put("statistics.total_strategy_count", statistics.total_strategy_count());
    put("statistics.yesterday_upgrade_count", statistics.yesterday_upgrade_count());
    put("statistics.total_upgrade_count", statistics.total_upgrade_count());
    put("statistics.yesterday_start_count", statistics.yesterday_start_count());
    put("statistics.total_start_count", statistics.total_start_count());
    put("statistics.day_count", statistics.day_count());
    put("statistics.json", statistics.json());
    for (std::size_t day = 0; day < statistics.day_count(); day++) {
      const auto number = "." + std::to_string(day);
      put("statistics.day_name" + number, statistics.day_name(day));
      put("statistics.downloads" + number, statistics.day_value(ul::series::downloads, day));
      put("statistics.strategies" + number, statistics.day_value(ul::series::strategies, day));
      put("statistics.upgrades" + number, statistics.day_value(ul::series::upgrades, day));
      put("statistics.starts" + number, statistics.day_value(ul::series::starts, day));
    }
  }
  void put(const ul::artifact &artifact) {
    std::uint32_t checked = 0;
    for (const auto one : {ul::checked::size, ul::checked::md5, ul::checked::sha256, ul::checked::signature})
      checked += artifact.is_checked(one) ? static_cast<std::uint32_t>(one) : 0;
    put("artifact.path", artifact.path());
    put("artifact.size", artifact.size());
    put("artifact.md5", artifact.md5());
    put("artifact.sha256", artifact.sha256());
    put("artifact.origin", origins, artifact.origin());
    put("artifact.checked", checked);
    put("artifact.network_bytes", artifact.network_bytes());
    put("artifact.patch_failure", artifact.patch_failure());
  }
  void put(const ul::patch_info &info) {
    put("patch.container", info.container());
    put("patch.compressor", info.compressor());
    put("patch.old_size", info.old_size());
    put("patch.new_size", info.new_size());
  }

  /// What a call gave, put where it can be expected.
  template <class T> ul::result<T> kept(ul::result<T> came) {
    if (!came)
      put(came.error());
    else if constexpr (!std::is_void_v<T>)
      put(*came);
    return came;
  }

  /// Waits for what runs in the background, or cancels it.
  template <class T> ul::result<T> ended(ul::operation<T> operation) {
    if (how_ == "cancel")
      operation.cancel();
    operation.wait();
    return kept(operation.try_get());
  }

  bool at_once() const { return how_ == "call" || how_ == "stop"; }

  ul::progress_function progress() {
    put("progress.seen", false);
    put("progress.done", 0);
    put("progress.total", std::optional<std::uint64_t>());
    done_ = 0;
    total_.reset();
    return [this, stops = how_ == "stop"](ul::phase, std::uint64_t done, std::optional<std::uint64_t> total) {
      done_ = std::max(done_, done);
      total_ = std::max(total_, total);
      put("progress.seen", true);
      put("progress.done", done_);
      put("progress.total", total_);
      return !(stops && done > 0);
    };
  }

  // Verbs.

  /// Makes the client, and calls with it.
  template <class Call> void with_client(const Call &call) {
    const auto made = ul::client::make(config());
    if (!made)
      put(made.error());
    else
      call(*made);
  }
  /// Checks, and calls with the client and the strategy.
  template <class Call> void with_strategy(const Call &call) {
    with_client([&](const ul::client &client) {
      if (const auto strategy = kept(client.try_check(query())))
        call(client, *strategy);
    });
  }

  void check() {
    with_client([&](const ul::client &client) {
      (void)(at_once() ? kept(client.try_check(query())) : ended(client.check_async(query())));
    });
  }
  void describe() {
    with_client([&](const ul::client &client) {
      (void)(at_once() ? kept(client.try_describe(query())) : ended(client.describe_async(query())));
    });
  }
  void measure() {
    with_client([&](const ul::client &client) {
      const auto key = given("query.app_key");
      (void)(at_once() ? kept(client.try_measure(key)) : ended(client.measure_async(key)));
    });
  }
  void fetch() {
    with_strategy([&](const ul::client &client, const ul::strategy &strategy) {
      (void)kept(client.try_fetch(strategy, options(), progress()));
    });
  }
  void fetch_link() {
    with_client([&](const ul::client &client) {
      const auto bytes = optional("link.size");
      const ul::file_link link{given("link.url"), bytes ? std::optional(size(*bytes)) : std::nullopt,
                               optional("link.md5")};
      (void)(at_once() ? kept(client.try_fetch(link, options(), progress()))
                       : ended(client.fetch_async(link, options(), progress())));
    });
  }
  void patch_apply() {
    const auto base = given("patch.base"), changes = given("patch.patch"), output = given("patch.output");
    const auto options = filled(ul::patch_options(), patch_fields());
    (void)(at_once() ? kept(ul::patch::try_apply(base, changes, output, options, progress()))
                     : ended(ul::patch::apply_async(base, changes, output, options, progress())));
  }
  void patch_inspect() { (void)kept(ul::patch::try_inspect(given("patch.patch"))); }
  void report() {
    with_client([&](const ul::client &client) {
      (void)(at_once() ? kept(client.try_report(event())) : ended(client.report_async(event())));
    });
  }
  void flush() {
    with_client([&](const ul::client &client) { (void)kept(client.try_flush(ms(given("argument.timeout_ms")))); });
  }
  void report_started() {
    with_client([&](const ul::client &client) {
      (void)kept(client.try_report_started(given("query.app_key"), i64(given("query.version_code", "1"))));
    });
  }
  void remember_upgrade() {
    with_strategy([&](const ul::client &client, const ul::strategy &strategy) {
      (void)kept(client.try_remember_upgrade(strategy));
    });
  }
  void last_strategy() {
    with_client([&](const ul::client &client) { (void)kept(client.try_last_strategy(query())); });
  }
  void skip() {
    with_strategy([&](const ul::client &client, const ul::strategy &strategy) { (void)kept(client.try_skip(strategy)); });
  }
  void snooze() {
    with_strategy([&](const ul::client &client, const ul::strategy &strategy) {
      (void)kept(client.try_snooze(strategy, moment(given("argument.until_unix_ms"))));
    });
  }
  void is_wanted() {
    with_strategy([&](const ul::client &client, const ul::strategy &strategy) {
      put("wanted", client.is_wanted(strategy));
    });
  }
  void schedule() {
    with_client([&](const ul::client &client) {
      const auto scheduler = ul::scheduler::make(client, query(), ms(given("argument.interval_ms")));
      if (!scheduler)
        put(scheduler.error());
      else
        (void)kept(scheduler->try_check());
    });
  }
  void client() {
    with_client([](const ul::client &) {});
  }
  void has() { put("has", ul::has(given("argument.feature"))); }
  void version() {
    put("version", ul::version());
    put("version_number", ul::version_number());
  }

  static const std::map<std::string, verb> &verbs() {
    static const std::map<std::string, verb> all{
        {"check", {&calls::check, "start cancel"}},
        {"describe", {&calls::describe, "start cancel"}},
        {"measure", {&calls::measure, "start cancel"}},
        {"fetch", {&calls::fetch, "stop"}},
        {"fetch_link", {&calls::fetch_link, "start cancel stop"}},
        {"patch_apply", {&calls::patch_apply, "start cancel stop"}},
        {"patch_inspect", {&calls::patch_inspect, ""}},
        {"report", {&calls::report, "start cancel"}},
        {"flush", {&calls::flush, ""}},
        {"report_started", {&calls::report_started, ""}},
        {"remember_upgrade", {&calls::remember_upgrade, ""}},
        {"last_strategy", {&calls::last_strategy, ""}},
        {"skip", {&calls::skip, ""}},
        {"snooze", {&calls::snooze, ""}},
        {"is_wanted", {&calls::is_wanted, ""}},
        {"schedule", {&calls::schedule, ""}},
        {"client", {&calls::client, ""}},
        {"has", {&calls::has, ""}},
        {"version", {&calls::version, ""}},
    };
    return all;
  }

  std::string endpoint_;
  std::string work_;
  std::string how_;
  std::vector<std::pair<std::string, std::string>> set_;
  std::map<std::string, std::string> came_;
  std::uint64_t done_ = 0;
  std::optional<std::uint64_t> total_;
  mutable std::mutex log_lock_;
  std::string log_;
};
