/// upgradelink for C++17 and newer: keeps an application up to date through the UpgradeLink service.
///
///   upgradelink::client client(upgradelink::config("accessKey", "secretKey"));
///   auto strategy = client.check({upgradelink::kind::url, "urlKey", 1});
///   if (strategy.is_available())
///     std::cout << client.fetch(strategy, upgradelink::fetch_options("downloads")).path() << "\n";
///
/// Each long call has three forms, here for `check`:
///
/// - `client.check(query)` gives the strategy or throws `upgradelink::error`;
/// - `client.try_check(query)` gives a `result<strategy>` and throws nothing;
/// - `client.check_async(query)` gives an `operation<strategy>` at once: it can be waited for, be
///   cancelled, and gives a `std::future`.
///
/// What a call asks the host, such as progress, may throw in every form: the call then ends, and throws
/// that. Without exceptions (`-fno-exceptions`) the first form is not there, and a future holds a `result`.
///
/// Configurations, queries and options are values: copy them, keep them, build them in one
/// expression. They belong to one thread at a time. Clients, operations and results can be moved but
/// not copied; what was moved from can be assigned, destroyed, and asked (it answers with nothing).
/// Clients and operations may be used from any thread at once, results read from any thread.
///
/// Texts and paths in are UTF-8; what follows a NUL in them is not seen. Texts out are `std::string_view`s of
/// the object that gives them; `std::optional` stands where the service may give none. Enumerations
/// keep the numbers that they do not know.
///
/// The C header, `upgradelink.h`, tells each function's limits and errors in full.
#ifndef UPGRADELINK_HPP
#define UPGRADELINK_HPP

#include "upgradelink.h"

#include <cassert>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#if defined(__cpp_exceptions) || defined(_CPPUNWIND)
#define UPGRADELINK_EXCEPTIONS 1
#else
#define UPGRADELINK_EXCEPTIONS 0
#endif

namespace upgradelink {

// The two forms differ in their types, so one program may hold files that are built either way.
#if UPGRADELINK_EXCEPTIONS
inline namespace throwing {
#else
inline namespace not_throwing {
#endif

/// What a call did.
enum class status : std::int32_t {
  ok = UPGRADELINK_OK,
  invalid_argument = UPGRADELINK_ERROR_INVALID_ARGUMENT,
  config = UPGRADELINK_ERROR_CONFIG,
  connect = UPGRADELINK_ERROR_CONNECT,
  tls = UPGRADELINK_ERROR_TLS,
  timeout = UPGRADELINK_ERROR_TIMEOUT,
  cancelled = UPGRADELINK_ERROR_CANCELLED,
  reply = UPGRADELINK_ERROR_REPLY,
  service = UPGRADELINK_ERROR_SERVICE,
  authentication = UPGRADELINK_ERROR_AUTHENTICATION,
  not_found = UPGRADELINK_ERROR_NOT_FOUND,
  rate_limited = UPGRADELINK_ERROR_RATE_LIMITED,
  io = UPGRADELINK_ERROR_IO,
  no_space = UPGRADELINK_ERROR_NO_SPACE,
  verify = UPGRADELINK_ERROR_VERIFY,
  patch = UPGRADELINK_ERROR_PATCH,
  busy = UPGRADELINK_ERROR_BUSY,
  downgrade = UPGRADELINK_ERROR_DOWNGRADE,
  internal = UPGRADELINK_ERROR_INTERNAL,
  unsupported = UPGRADELINK_ERROR_UNSUPPORTED,
  network = UPGRADELINK_ERROR_NETWORK,
};

/// Where a call failed.
enum class stage : std::int32_t {
  config = UPGRADELINK_STAGE_CONFIG,
  sign = UPGRADELINK_STAGE_SIGN,
  connect = UPGRADELINK_STAGE_CONNECT,
  tls = UPGRADELINK_STAGE_TLS,
  send = UPGRADELINK_STAGE_SEND,
  receive = UPGRADELINK_STAGE_RECEIVE,
  decode = UPGRADELINK_STAGE_DECODE,
  service = UPGRADELINK_STAGE_SERVICE,
  download = UPGRADELINK_STAGE_DOWNLOAD,
  verify = UPGRADELINK_STAGE_VERIFY,
  patch = UPGRADELINK_STAGE_PATCH,
  io = UPGRADELINK_STAGE_IO,
};

/// A kind of application.
enum class kind : std::int32_t {
  url = UPGRADELINK_KIND_URL,
  file = UPGRADELINK_KIND_FILE,
  apk = UPGRADELINK_KIND_APK,
  configuration = UPGRADELINK_KIND_CONFIGURATION,
  win = UPGRADELINK_KIND_WIN,
  mac = UPGRADELINK_KIND_MAC,
  lnx = UPGRADELINK_KIND_LNX,
};

/// How urgent an upgrade is.
enum class upgrade_type : std::int32_t {
  unknown = UPGRADELINK_UPGRADE_UNKNOWN,
  prompt = UPGRADELINK_UPGRADE_PROMPT,
  silent = UPGRADELINK_UPGRADE_SILENT,
  force = UPGRADELINK_UPGRADE_FORCE,
};

/// A kind of patch.
enum class patch_algo : std::int32_t {
  none = UPGRADELINK_PATCH_NONE,
  hdiffpatch = UPGRADELINK_PATCH_HDIFFPATCH,
};

/// What is counted in statistics.
enum class series : std::int32_t {
  downloads = UPGRADELINK_SERIES_DOWNLOADS,
  strategies = UPGRADELINK_SERIES_STRATEGIES,
  upgrades = UPGRADELINK_SERIES_UPGRADES,
  starts = UPGRADELINK_SERIES_STARTS,
};

/// How much a log line matters.
enum class log_level : std::int32_t {
  error = UPGRADELINK_LOG_ERROR,
  warn = UPGRADELINK_LOG_WARN,
  info = UPGRADELINK_LOG_INFO,
  debug = UPGRADELINK_LOG_DEBUG,
};

/// Whether files need a signature.
enum class signature_policy : std::int32_t {
  off = UPGRADELINK_SIGNATURE_OFF,
  when_present = UPGRADELINK_SIGNATURE_WHEN_PRESENT,
  required = UPGRADELINK_SIGNATURE_REQUIRED,
};

/// What a long call is doing.
enum class phase : std::int32_t {
  download = UPGRADELINK_PHASE_DOWNLOAD,
  verify = UPGRADELINK_PHASE_VERIFY,
  patch = UPGRADELINK_PHASE_PATCH,
};

/// How a file came.
enum class origin : std::int32_t {
  downloaded = UPGRADELINK_ORIGIN_DOWNLOADED,
  resumed = UPGRADELINK_ORIGIN_RESUMED,
  patched = UPGRADELINK_ORIGIN_PATCHED,
  present = UPGRADELINK_ORIGIN_PRESENT,
};

/// What of a file was compared with a promise.
enum class checked : std::uint32_t {
  size = UPGRADELINK_CHECKED_SIZE,
  md5 = UPGRADELINK_CHECKED_MD5,
  sha256 = UPGRADELINK_CHECKED_SHA256,
  signature = UPGRADELINK_CHECKED_SIGNATURE,
};

/// What happened to an application.
enum class event_type : std::int32_t {
  start = UPGRADELINK_EVENT_START,
  download = UPGRADELINK_EVENT_DOWNLOAD,
  upgrade = UPGRADELINK_EVENT_UPGRADE,
};

/// In a limit: none at all.
inline constexpr std::chrono::milliseconds forever = std::chrono::milliseconds::max();

/// Takes a line of the log, on whichever thread has something to say. What it throws is dropped.
using log_function = std::function<void(log_level level, std::string_view message)>;

/// Is told every 100 ms, on the thread that does the work, how far a long call is; `total` may not be
/// known. Ends the call by returning false, and by throwing.
using progress_function = std::function<bool(phase doing, std::uint64_t done, std::optional<std::uint64_t> total)>;

class scheduler;

/// Is told, on the scheduler's thread, that it is time to call `scheduler::check`. What it throws is
/// dropped.
using due_function = std::function<void(const scheduler &)>;

/// The name of a status, such as `NOT_FOUND`.
inline std::string_view to_string(status value) noexcept {
  return upgradelink_status_name(static_cast<std::int32_t>(value));
}

/// The version of the library that runs, such as `0.1.0`.
inline std::string_view version() noexcept { return upgradelink_version(); }

/// Lets signals reach those threads of the library that call back, for good: for a host whose callbacks run in a
/// managed runtime that needs them.
inline void unblock_signals_in_callbacks() noexcept { upgradelink_unblock_signals_in_callbacks(); }

/// The version of the library that runs, in the form of `UPGRADELINK_VERSION_NUMBER`.
inline std::int32_t version_number() noexcept { return upgradelink_version_number(); }

/// Whether the library was built with a feature such as `http`, `patch` or `zstd`.
inline bool has(const std::string &feature) noexcept { return upgradelink_has(feature.c_str()) != 0; }

template <class T> class result;

namespace detail {

inline void release(upgradelink_config *handle) noexcept { upgradelink_config_free(handle); }
inline void release(upgradelink_client *handle) noexcept { upgradelink_client_free(handle); }
inline void release(upgradelink_query *handle) noexcept { upgradelink_query_free(handle); }
inline void release(upgradelink_strategy *handle) noexcept { upgradelink_strategy_free(handle); }
inline void release(upgradelink_version_details *handle) noexcept { upgradelink_version_details_free(handle); }
inline void release(upgradelink_statistics *handle) noexcept { upgradelink_statistics_free(handle); }
inline void release(upgradelink_fetch_options *handle) noexcept { upgradelink_fetch_options_free(handle); }
inline void release(upgradelink_artifact *handle) noexcept { upgradelink_artifact_free(handle); }
inline void release(upgradelink_patch_options *handle) noexcept { upgradelink_patch_options_free(handle); }
inline void release(upgradelink_patch_info *handle) noexcept { upgradelink_patch_info_free(handle); }
inline void release(upgradelink_event *handle) noexcept { upgradelink_event_free(handle); }
inline void release(upgradelink_transport *handle) noexcept { upgradelink_transport_free(handle); }
inline void release(upgradelink_scheduler *handle) noexcept { upgradelink_scheduler_free(handle); }
inline void release(upgradelink_error *handle) noexcept { upgradelink_error_free(handle); }

/// Frees a handle, and then lets go of what its callbacks used.
struct releaser {
  template <class Handle> void operator()(Handle *handle) const noexcept { release(handle); }
  std::shared_ptr<const void> used;
};
template <class Handle> using unique = std::unique_ptr<Handle, releaser>;

/// What owns a handle of the C library.
template <class Handle> class owner {
public:
  using handle_type = Handle;

  /// Takes over a handle; it will be freed.
  explicit owner(Handle *handle) noexcept : handle_(handle) {}
  /// The handle, for calls of the C library; it stays here.
  Handle *handle() const noexcept { return handle_.get(); }
  /// False once it was moved from.
  explicit operator bool() const noexcept { return handle_ != nullptr; }

protected:
  unique<Handle> handle_;
};

/// Collects what is set, and sets it on a handle of the C library whenever a call needs one.
template <class Derived, class Handle> class draft {
protected:
  template <class Setter, class... Values> Derived &set(Setter setter, Values... values) {
    steps_.push_back([setter, values...](Handle *handle) { setter(handle, raw(values)...); });
    return static_cast<Derived &>(*this);
  }

  unique<Handle> filled(Handle *handle) const {
    for (const auto &step : steps_)
      step(handle);
    return unique<Handle>(handle);
  }

private:
  static const char *raw(const std::string &text) noexcept { return text.c_str(); }
  template <class Number> static Number raw(Number number) noexcept { return number; }

  std::vector<std::function<void(Handle *)>> steps_;
};

inline std::optional<std::string_view> optional(const char *text) noexcept {
  return text ? std::optional<std::string_view>(text) : std::nullopt;
}
inline std::optional<std::uint64_t> optional(std::uint64_t size) noexcept {
  return size == UPGRADELINK_SIZE_UNKNOWN ? std::nullopt : std::optional<std::uint64_t>(size);
}
template <class T> T *there(T *value) noexcept {
  assert(value && "ask has_value() before");
  return value;
}
inline std::string_view always(const char *text) noexcept { return text ? text : std::string_view(); }

template <class Enum> constexpr auto number(Enum value) noexcept {
  return static_cast<std::underlying_type_t<Enum>>(value);
}

inline std::int64_t unix_milliseconds(std::chrono::system_clock::time_point time) noexcept {
  return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

inline std::uint32_t milliseconds(std::chrono::milliseconds limit) noexcept {
  if (limit.count() < 0)
    return 0;
  return limit.count() < UPGRADELINK_WAIT_FOREVER ? static_cast<std::uint32_t>(limit.count())
                                                  : UPGRADELINK_WAIT_FOREVER;
}

} // namespace detail

/// Why a call failed. Cheap to copy; the copies share what the service said.
class failure {
public:
  /// Copies an error of the C library and frees it.
  explicit failure(upgradelink_error *error) {
    const detail::unique<upgradelink_error> owned(error);
    fields copy;
    copy.status = static_cast<upgradelink::status>(upgradelink_error_status(error));
    copy.stage = static_cast<upgradelink::stage>(upgradelink_error_stage(error));
    copy.http_status = upgradelink_error_http_status(error);
    copy.service_code = upgradelink_error_service_code(error);
    copy.trace_id = text(upgradelink_error_trace_id(error));
    copy.docs = text(upgradelink_error_docs(error));
    copy.os_error = upgradelink_error_os_error(error);
    copy.is_retryable = upgradelink_error_is_retryable(error) != 0;
    copy.retry_after = std::chrono::milliseconds(upgradelink_error_retry_after_ms(error));
    copy.message = detail::always(upgradelink_error_message(error));
    fields_ = std::make_shared<const fields>(std::move(copy));
  }

  upgradelink::status status() const noexcept { return fields_->status; }
  upgradelink::stage stage() const noexcept { return fields_->stage; }
  /// The HTTP status of the answer; 0 where none came.
  std::int32_t http_status() const noexcept { return fields_->http_status; }
  /// The `code` of the service's answer, such as 404001; 0 where none came.
  std::int64_t service_code() const noexcept { return fields_->service_code; }
  /// The service's name for the failed request, to be told to its support.
  const std::optional<std::string> &trace_id() const noexcept { return fields_->trace_id; }
  /// What the service says about the code, often with a link.
  const std::optional<std::string> &docs() const noexcept { return fields_->docs; }
  /// The operating system's error number; 0 where it had no part.
  std::int32_t os_error() const noexcept { return fields_->os_error; }
  /// Whether the same call may succeed later, unchanged.
  bool is_retryable() const noexcept { return fields_->is_retryable; }
  /// How long the service asks to wait before the next call; 0 where it does not say.
  std::chrono::milliseconds retry_after() const noexcept { return fields_->retry_after; }
  /// What was expected, what came and what to do, in English. Holds no secret.
  const std::string &message() const noexcept { return fields_->message; }

private:
  struct fields {
    upgradelink::status status{};
    upgradelink::stage stage{};
    std::int32_t http_status = 0;
    std::int64_t service_code = 0;
    std::optional<std::string> trace_id;
    std::optional<std::string> docs;
    std::int32_t os_error = 0;
    bool is_retryable = false;
    std::chrono::milliseconds retry_after{};
    std::string message;
  };

  static std::optional<std::string> text(const char *text) {
    return text ? std::optional<std::string>(text) : std::nullopt;
  }

  std::shared_ptr<const fields> fields_;
};

#if UPGRADELINK_EXCEPTIONS
/// A failure that is thrown; `what()` is its message.
class error : public std::exception, public failure {
public:
  explicit error(failure why) noexcept : failure(std::move(why)) {}
  const char *what() const noexcept override { return message().c_str(); }
};
#endif

/// What a call gave: a `T`, or why there is none.
template <class T> class [[nodiscard]] result {
public:
  result(T value) : content_(std::in_place_index<0>, std::move(value)) {}
  result(failure why) : content_(std::in_place_index<1>, std::move(why)) {}

  bool has_value() const noexcept { return content_.index() == 0; }
  explicit operator bool() const noexcept { return has_value(); }

  /// The value, which must be there.
  T &operator*() & noexcept { return *operator->(); }
  const T &operator*() const & noexcept { return *operator->(); }
  T &&operator*() && noexcept { return std::move(*operator->()); }
  T *operator->() noexcept { return detail::there(std::get_if<0>(&content_)); }
  const T *operator->() const noexcept { return detail::there(std::get_if<0>(&content_)); }

  /// Why there is no value, which must not be there.
  const failure &error() const noexcept { return *detail::there(std::get_if<1>(&content_)); }

#if UPGRADELINK_EXCEPTIONS
  /// The value; throws `upgradelink::error` where there is none.
  T &value() & {
    check();
    return **this;
  }
  T value() && {
    check();
    return std::move(**this);
  }
#endif

private:
#if UPGRADELINK_EXCEPTIONS
  void check() const {
    if (!has_value())
      throw upgradelink::error(error());
  }
#endif

  std::variant<T, failure> content_;
};

/// What a call without a value did.
template <> class [[nodiscard]] result<void> {
public:
  result() noexcept = default;
  result(failure why) noexcept : why_(std::move(why)) {}

  bool has_value() const noexcept { return !why_; }
  explicit operator bool() const noexcept { return has_value(); }
  /// Why it failed, which it must have.
  const failure &error() const noexcept { return *detail::there(why_ ? &*why_ : nullptr); }

#if UPGRADELINK_EXCEPTIONS
  /// Throws `upgradelink::error` when the call failed.
  void value() const {
    if (why_)
      throw upgradelink::error(*why_);
  }
#endif

private:
  std::optional<failure> why_;
};

/// The host's own HTTP, in place of the built-in one. Its functions run on threads of the library, may
/// block, and must not throw; limits and cancelling stay the library's.
class transport {
public:
  /// What is to be sent. The views live as long as the body of the answer.
  struct request {
    std::string_view method;
    std::string_view url;
    std::vector<std::pair<std::string_view, std::string_view>> headers;
    std::string_view body;
    std::chrono::milliseconds timeout;
    /// Tells requests apart in `cancel`.
    const void *id;
  };
  /// The body of an answer; destroyed on the thread that opened it.
  class body {
  public:
    virtual ~body() = default;
    /// Reads at most `length` bytes; 0 only at the end, the negative of a status when it failed.
    virtual std::int64_t read(std::uint8_t *buffer, std::size_t length) noexcept = 0;
  };
  /// What came.
  struct response {
    int status = 0;
    std::vector<std::pair<std::string, std::string>> headers;
    std::unique_ptr<transport::body> body;
  };

  virtual ~transport() = default;
  /// Sends a request and fills `came`, body included; redirects are not followed. What it returns
  /// instead of `status::ok` says why not.
  virtual status open(const request &sent, response &came) noexcept = 0;
  /// Asks an open or read of the request `id` that blocks on another thread to return soon.
  virtual void cancel(const void *id) noexcept { static_cast<void>(id); }
};

/// What a client is made of; checked when the client is made.
class config : public detail::draft<config, upgradelink_config> {
public:
  /// The pair of keys from the service's console.
  config(std::string_view access_key, std::string_view secret_key)
      : access_key_(access_key), secret_key_(secret_key) {}

  /// Another server than the service's own, such as `https://updates.example.com`.
  config &endpoint(std::string_view link) { return set(upgradelink_config_set_endpoint, std::string(link)); }
  /// Allows plain HTTP for the service and for files; anybody on the way can then change both.
  config &allow_http(bool allow = true) {
    return set(upgradelink_config_set_allow_http, std::int32_t{allow});
  }
  /// Limits resolving, connecting and the TLS handshake together. Default: 10 s.
  config &connect_timeout(std::chrono::milliseconds limit) {
    return set(upgradelink_config_set_connect_timeout_ms, detail::milliseconds(limit));
  }
  /// Limits the wait for each byte of an answer. Default: 20 s.
  config &response_timeout(std::chrono::milliseconds limit) {
    return set(upgradelink_config_set_response_timeout_ms, detail::milliseconds(limit));
  }
  /// Limits a whole call of the service with all its attempts; not a fetch. Default: 30 s.
  config &total_timeout(std::chrono::milliseconds limit) {
    return set(upgradelink_config_set_total_timeout_ms, detail::milliseconds(limit));
  }
  /// How often a request is sent at most when the network fails, 1 to 100. Default: 3.
  config &max_attempts(std::uint32_t attempts) { return set(upgradelink_config_set_max_attempts, attempts); }
  /// A proxy such as `http://proxy.example.com:3128`. Default: the environment's.
  config &proxy(std::string_view link) { return set(upgradelink_config_set_proxy, std::string(link)); }
  /// No proxy, whatever the environment says.
  config &no_proxy() { return proxy(""); }
  /// Trusts these PEM certificates beside the bundled roots.
  config &ca_pem(std::string_view pem) {
    return set([](upgradelink_config *handle,
                  const char *text) { upgradelink_config_set_ca_pem(handle, text, std::string_view(text).size()); },
               std::string(pem));
  }
  /// Lets the operating system judge certificates, instead of the bundled roots; see the C header.
  config &platform_roots(bool use_them = true) {
    return set(upgradelink_config_set_platform_roots, std::int32_t{use_them});
  }
  /// Sends everything through `own`, which is kept as long as anything uses it. NULL takes the built-in
  /// HTTP.
  config &transport(std::shared_ptr<upgradelink::transport> own) {
    transport_ = std::move(own);
    return *this;
  }
  /// The User-Agent of every request.
  config &user_agent(std::string_view name) { return set(upgradelink_config_set_user_agent, std::string(name)); }
  /// The device's key, by which the service targets groups of devices. A query's own key wins.
  config &device_key(std::string_view key) { return set(upgradelink_config_set_device_key, std::string(key)); }
  /// The key of the device's model, by which the service targets models. A query's own key wins.
  config &device_model_key(std::string_view key) {
    return set(upgradelink_config_set_device_model_key, std::string(key));
  }
  /// Where events wait to be sent, and where answers, choices and plans are kept; see the C header.
  config &state_folder(std::string_view path) { return set(upgradelink_config_set_state_folder, std::string(path)); }
  /// Pins a public key of minisign, one of those that may sign files; see the C header.
  config &public_key(std::string_view key) { return set(upgradelink_config_add_public_key, std::string(key)); }
  /// Whether files need a signature. Default: required where a public key is pinned.
  config &signature_policy(upgradelink::signature_policy policy) {
    return set(upgradelink_config_set_signature_policy, detail::number(policy));
  }
  /// Lets `log` have every line up to `level`. It is kept until the last client and operation that
  /// uses it is gone.
  config &log(log_level level, log_function log) {
    level_ = level;
    log_ = log ? std::make_shared<const log_function>(std::move(log)) : nullptr;
    return *this;
  }

private:
  friend class client;

  detail::unique<upgradelink_config> make() const {
    auto handle = filled(upgradelink_config_new(access_key_.c_str(), secret_key_.c_str()));
    if (log_)
      upgradelink_config_set_log(handle.get(), detail::number(level_), forward,
                                 const_cast<log_function *>(log_.get()));
    if (transport_) {
      const detail::unique<upgradelink_transport> own(
          upgradelink_transport_new(new std::shared_ptr<upgradelink::transport>(transport_)));
      upgradelink_transport_set_release(own.get(), release_transport);
      upgradelink_transport_set_open(own.get(), open);
      upgradelink_transport_set_read(own.get(), read);
      upgradelink_transport_set_close(own.get(), close);
      upgradelink_transport_set_cancel(own.get(), cancel);
      upgradelink_config_set_transport(handle.get(), own.get());
    }
    return handle;
  }

  static upgradelink::transport &transport_of(void *own) noexcept {
    return **static_cast<std::shared_ptr<upgradelink::transport> *>(own);
  }

  static void release_transport(void *own) noexcept {
    delete static_cast<std::shared_ptr<upgradelink::transport> *>(own);
  }

  static upgradelink_status open(void *own, const upgradelink_transport_request *sent,
                                 upgradelink_transport_response *came) noexcept {
    std::size_t length = 0;
    const auto *bytes = upgradelink_transport_request_body(sent, &length);
    upgradelink::transport::request request{
        upgradelink_transport_request_method(sent), upgradelink_transport_request_url(sent), {},
        std::string_view(reinterpret_cast<const char *>(bytes), length),
        std::chrono::milliseconds(upgradelink_transport_request_timeout_ms(sent)), sent};
    for (std::size_t i = 0; i < upgradelink_transport_request_header_count(sent); ++i)
      request.headers.emplace_back(upgradelink_transport_request_header_name(sent, i),
                                   upgradelink_transport_request_header_value(sent, i));
    upgradelink::transport::response response;
    const auto outcome = transport_of(own).open(request, response);
    if (outcome != status::ok)
      return detail::number(outcome);
    upgradelink_transport_response_set_status(came, response.status);
    for (const auto &[name, value] : response.headers)
      upgradelink_transport_response_add_header(came, name.c_str(), value.c_str());
    upgradelink_transport_response_set_stream(came, response.body.release());
    return UPGRADELINK_OK;
  }

  static std::int64_t read(void *, void *stream, std::uint8_t *buffer, std::size_t length) noexcept {
    return stream ? static_cast<upgradelink::transport::body *>(stream)->read(buffer, length) : 0;
  }

  static void close(void *, void *stream) noexcept { delete static_cast<upgradelink::transport::body *>(stream); }

  static void cancel(void *own, const upgradelink_transport_request *sent) noexcept {
    transport_of(own).cancel(sent);
  }

  static void forward(void *log, upgradelink_log_level level, const char *message) noexcept {
#if UPGRADELINK_EXCEPTIONS
    try {
      (*static_cast<const log_function *>(log))(static_cast<log_level>(level), message);
    } catch (...) { // nobody above it could take it
    }
#else
    (*static_cast<const log_function *>(log))(static_cast<log_level>(level), message);
#endif
  }

  std::string access_key_;
  std::string secret_key_;
  log_level level_ = log_level::error;
  std::shared_ptr<const log_function> log_;
  std::shared_ptr<upgradelink::transport> transport_;
};

/// Which application asks, in which version, on which device; checked by the call that uses it.
class query : public detail::draft<query, upgradelink_query> {
public:
  /// The application `app_key`, which runs as `version_code`.
  query(upgradelink::kind kind, std::string_view app_key, std::int64_t version_code)
      : kind_(kind), app_key_(app_key), version_code_(version_code) {}

  /// The machine's architecture, `x64` or `arm64`: required for win, mac and lnx.
  query &arch(std::string_view name) { return set(upgradelink_query_set_arch, std::string(name)); }
  /// Asks for this version only; 0 for the newest.
  query &appoint_version_code(std::int64_t code) {
    return set(upgradelink_query_set_appoint_version_code, code);
  }
  /// The device's key, in place of the configuration's.
  query &device_key(std::string_view key) { return set(upgradelink_query_set_device_key, std::string(key)); }
  /// The key of the device's model, in place of the configuration's.
  query &device_model_key(std::string_view key) {
    return set(upgradelink_query_set_device_model_key, std::string(key));
  }
  /// Which patch the application can apply; for apk only.
  query &patch_algo(upgradelink::patch_algo algo) {
    return set(upgradelink_query_set_patch_algo, detail::number(algo));
  }

private:
  friend class client;
  friend class scheduler;

  detail::unique<upgradelink_query> make() const {
    return filled(upgradelink_query_new(detail::number(kind_), app_key_.c_str(), version_code_));
  }

  upgradelink::kind kind_;
  std::string app_key_;
  std::int64_t version_code_;
};

/// What the service says to do.
class strategy : public detail::owner<upgradelink_strategy> {
public:
  using owner::owner;

  /// Whether there is an upgrade; false when the application is already the newest for this device.
  bool is_available() const noexcept { return upgradelink_strategy_is_available(handle()) != 0; }
  /// The kind that was asked for.
  upgradelink::kind kind() const noexcept {
    return static_cast<upgradelink::kind>(upgradelink_strategy_kind(handle()));
  }
  /// The application that was asked for.
  std::string_view app_key() const noexcept { return detail::always(upgradelink_strategy_app_key(handle())); }
  /// The application's package name; apk, win, mac and lnx only.
  std::optional<std::string_view> package_name() const noexcept {
    return detail::optional(upgradelink_strategy_package_name(handle()));
  }
  /// The offered version for people, such as `v2`.
  std::optional<std::string_view> version_name() const noexcept {
    return detail::optional(upgradelink_strategy_version_name(handle()));
  }
  /// The offered version; 0 without an upgrade.
  std::int64_t version_code() const noexcept { return upgradelink_strategy_version_code(handle()); }
  /// The link to the file. For url applications it is whatever the publisher typed.
  std::optional<std::string_view> url() const noexcept {
    return detail::optional(upgradelink_strategy_url(handle()));
  }
  /// The size of the file in bytes.
  std::optional<std::uint64_t> file_size() const noexcept {
    return detail::optional(upgradelink_strategy_file_size(handle()));
  }
  /// The MD5 of the file, as it came.
  std::optional<std::string_view> file_md5() const noexcept {
    return detail::optional(upgradelink_strategy_file_md5(handle()));
  }
  /// How urgent the upgrade is.
  upgradelink::upgrade_type upgrade_type() const noexcept {
    return static_cast<upgradelink::upgrade_type>(upgradelink_strategy_upgrade_type(handle()));
  }
  /// What to show to the user.
  std::optional<std::string_view> prompt() const noexcept {
    return detail::optional(upgradelink_strategy_prompt(handle()));
  }
  /// Which patch the service gives; anything but `hdiffpatch` means the full file.
  upgradelink::patch_algo patch_algo() const noexcept {
    return static_cast<upgradelink::patch_algo>(upgradelink_strategy_patch_algo(handle()));
  }
  /// The link to the patch.
  std::optional<std::string_view> patch_url() const noexcept {
    return detail::optional(upgradelink_strategy_patch_url(handle()));
  }
  /// The size of the patch in bytes.
  std::optional<std::uint64_t> patch_file_size() const noexcept {
    return detail::optional(upgradelink_strategy_patch_file_size(handle()));
  }
  /// The MD5 of the patch, as it came.
  std::optional<std::string_view> patch_file_md5() const noexcept {
    return detail::optional(upgradelink_strategy_patch_file_md5(handle()));
  }
  /// The JSON object of a configuration, byte for byte as the service sent it.
  std::optional<std::string_view> content() const noexcept {
    return detail::optional(upgradelink_strategy_content(handle()));
  }
  /// How old the answer is: 0, unless it comes from `client::last_strategy`.
  std::chrono::milliseconds age() const noexcept {
    return std::chrono::milliseconds(upgradelink_strategy_age_ms(handle()));
  }
  /// What the service says beside its code.
  std::optional<std::string_view> message() const noexcept {
    return detail::optional(upgradelink_strategy_message(handle()));
  }
  /// The service's whole reply as it came, with fields that this library does not know.
  std::string_view json() const noexcept {
    std::size_t length = 0;
    const char *text = upgradelink_strategy_json(handle(), &length);
    return {text, text ? length : 0};
  }
};

/// What the service knows of one version.
class version_details : public detail::owner<upgradelink_version_details> {
public:
  using owner::owner;

  /// The application that was asked for.
  std::string_view app_key() const noexcept {
    return detail::always(upgradelink_version_details_app_key(handle()));
  }
  /// Its package name; apk, win, mac and lnx only.
  std::optional<std::string_view> package_name() const noexcept {
    return detail::optional(upgradelink_version_details_package_name(handle()));
  }
  /// The version for people, such as `v2`.
  std::optional<std::string_view> version_name() const noexcept {
    return detail::optional(upgradelink_version_details_version_name(handle()));
  }
  /// The version's code.
  std::int64_t version_code() const noexcept { return upgradelink_version_details_version_code(handle()); }
  /// What the publisher wrote about the version.
  std::optional<std::string_view> description() const noexcept {
    return detail::optional(upgradelink_version_details_description(handle()));
  }
  /// The service's whole reply as it came.
  std::string_view json() const noexcept {
    std::size_t length = 0;
    const char *text = upgradelink_version_details_json(handle(), &length);
    return {text, text ? length : 0};
  }
};

/// The figures of an application.
class statistics : public detail::owner<upgradelink_statistics> {
public:
  using owner::owner;

  std::int64_t yesterday_download_count() const noexcept {
    return upgradelink_statistics_yesterday_download_count(handle());
  }
  std::int64_t total_download_count() const noexcept {
    return upgradelink_statistics_total_download_count(handle());
  }
  std::int64_t yesterday_strategy_count() const noexcept {
    return upgradelink_statistics_yesterday_strategy_count(handle());
  }
  std::int64_t total_strategy_count() const noexcept {
    return upgradelink_statistics_total_strategy_count(handle());
  }
  std::int64_t yesterday_upgrade_count() const noexcept {
    return upgradelink_statistics_yesterday_upgrade_count(handle());
  }
  std::int64_t total_upgrade_count() const noexcept {
    return upgradelink_statistics_total_upgrade_count(handle());
  }
  std::int64_t yesterday_start_count() const noexcept {
    return upgradelink_statistics_yesterday_start_count(handle());
  }
  std::int64_t total_start_count() const noexcept { return upgradelink_statistics_total_start_count(handle()); }

  /// How many days the service gives figures of, 7 as a rule.
  std::size_t day_count() const noexcept { return upgradelink_statistics_day_count(handle()); }
  /// The name of a day, as the service writes it; none when `day` is not below the day count.
  std::optional<std::string_view> day_name(std::size_t day) const noexcept {
    return detail::optional(upgradelink_statistics_day_name(handle(), day));
  }
  /// A figure of a day; 0 when `day` is not below the day count.
  std::int64_t day_value(series counted, std::size_t day) const noexcept {
    return upgradelink_statistics_day_value(handle(), detail::number(counted), day);
  }
  /// The service's whole reply as it came.
  std::string_view json() const noexcept {
    std::size_t length = 0;
    const char *text = upgradelink_statistics_json(handle(), &length);
    return {text, text ? length : 0};
  }
};

/// How a file is fetched.
class fetch_options : public detail::draft<fetch_options, upgradelink_fetch_options> {
public:
  /// Into this folder, which is made when it is not there.
  explicit fetch_options(std::string_view folder) : folder_(folder) {}

  /// The file that runs, to which a patch applies. It is only read.
  fetch_options &base_file(std::string_view path) {
    return set(upgradelink_fetch_options_set_base_file, std::string(path));
  }
  /// The name of the file in the folder; by default it comes from the link, made safe.
  fetch_options &file_name(std::string_view name) {
    return set(upgradelink_fetch_options_set_file_name, std::string(name));
  }
  /// The SHA-256 that the file must have, as 64 hex digits.
  fetch_options &sha256(std::string_view digits) {
    return set(upgradelink_fetch_options_set_sha256, std::string(digits));
  }
  /// Refuses a file for which nobody gives a hash.
  fetch_options &require_hash(bool require = true) {
    return set(upgradelink_fetch_options_set_require_hash, std::int32_t{require});
  }
  /// The largest file that is taken, in bytes.
  fetch_options &max_size(std::uint64_t most) { return set(upgradelink_fetch_options_set_max_size, most); }
  /// Allows a version that is not above the one that runs.
  fetch_options &allow_downgrade(bool allow = true) {
    return set(upgradelink_fetch_options_set_allow_downgrade, std::int32_t{allow});
  }
  /// How long next to nothing may come before a connection is given up. Default: 30 s.
  fetch_options &stall_timeout(std::chrono::milliseconds limit) {
    return set(upgradelink_fetch_options_set_stall_timeout_ms, detail::milliseconds(limit));
  }
  /// How long to wait while somebody else fetches the same file. Default: not at all.
  fetch_options &lock_wait(std::chrono::milliseconds limit) {
    return set(upgradelink_fetch_options_set_lock_wait_ms, detail::milliseconds(limit));
  }
  /// Whether what has come stays for the next call when this one fails. Default: it does.
  fetch_options &keep_partial(bool keep) {
    return set(upgradelink_fetch_options_set_keep_partial, std::int32_t{keep});
  }
  /// The most bytes that are taken in a second; 0 for as many as come.
  fetch_options &max_bytes_per_second(std::uint64_t most) {
    return set(upgradelink_fetch_options_set_max_bytes_per_second, most);
  }
  /// Tells the service how the fetch of a strategy ended.
  fetch_options &report(bool report = true) {
    return set(upgradelink_fetch_options_set_report, std::int32_t{report});
  }

private:
  friend class client;

  detail::unique<upgradelink_fetch_options> make() const {
    return filled(upgradelink_fetch_options_new(folder_.c_str()));
  }

  std::string folder_;
};

/// A file that the host itself knows of. A SHA-256 goes into the options.
struct file_link {
  std::string url;
  std::optional<std::uint64_t> size = {};
  std::optional<std::string> md5 = {};
};

/// What became of the events in a state folder; both are 0 without one.
struct event_counts {
  /// How many wait to be sent.
  std::uint64_t waiting = 0;
  /// How many were dropped since the folder was made: there were too many, they became too old, or the
  /// service refused them for good.
  std::uint64_t dropped = 0;
};

/// A file that is what was promised.
class artifact : public detail::owner<upgradelink_artifact> {
public:
  using owner::owner;

  /// Where the file is: the folder that was given, and its name.
  std::string_view path() const noexcept { return detail::always(upgradelink_artifact_path(handle())); }
  /// The size of the file in bytes.
  std::uint64_t size() const noexcept { return handle() ? upgradelink_artifact_size(handle()) : 0; }
  /// The MD5 of the file in lowercase hex, whether it was promised or not.
  std::string_view md5() const noexcept { return detail::always(upgradelink_artifact_md5(handle())); }
  /// The SHA-256 of the file in lowercase hex, whether it was promised or not.
  std::string_view sha256() const noexcept { return detail::always(upgradelink_artifact_sha256(handle())); }
  /// How the file came.
  upgradelink::origin origin() const noexcept {
    return static_cast<upgradelink::origin>(upgradelink_artifact_origin(handle()));
  }
  /// Whether this was promised, and is right.
  bool is_checked(checked what) const noexcept {
    return (upgradelink_artifact_checked(handle()) & detail::number(what)) != 0;
  }
  /// How many bytes were taken from the network for it in this call.
  std::uint64_t network_bytes() const noexcept { return upgradelink_artifact_network_bytes(handle()); }
  /// Why a patch that was offered did not lead to the file; none when it did, or none was tried.
  std::optional<std::string_view> patch_failure() const noexcept {
    return detail::optional(upgradelink_artifact_patch_failure(handle()));
  }
};

/// What the new file must be, and what a patch may ask for.
class patch_options : public detail::draft<patch_options, upgradelink_patch_options> {
public:
  /// The size that the new file must have, in bytes.
  patch_options &expected_size(std::uint64_t size) {
    return set(upgradelink_patch_options_set_expected_size, size);
  }
  /// The MD5 that the new file must have; without it a wrong base file may make a wrong file.
  patch_options &expected_md5(std::string_view digits) {
    return set(upgradelink_patch_options_set_expected_md5, std::string(digits));
  }
  /// The most memory for the windows of all decoders together, in bytes.
  patch_options &max_window(std::uint64_t most) { return set(upgradelink_patch_options_set_max_window, most); }

private:
  friend struct patch;

  detail::unique<upgradelink_patch_options> make() const { return filled(upgradelink_patch_options_new()); }
};

/// What the header of a patch says.
class patch_info : public detail::owner<upgradelink_patch_info> {
public:
  using owner::owner;

  /// The container, such as `HDIFF13`.
  std::string_view container() const noexcept { return detail::always(upgradelink_patch_info_container(handle())); }
  /// The compressor as the patch names it; empty where it names none.
  std::string_view compressor() const noexcept {
    return detail::always(upgradelink_patch_info_compressor(handle()));
  }
  /// The size of the base file, where the container says it.
  std::optional<std::uint64_t> old_size() const noexcept {
    return detail::optional(upgradelink_patch_info_old_size(handle()));
  }
  /// The size of the file that the patch makes.
  std::uint64_t new_size() const noexcept { return handle() ? upgradelink_patch_info_new_size(handle()) : 0; }
};

/// What an application tells the service; it happens when it is made.
class event : public detail::draft<event, upgradelink_event> {
public:
  using time_point = std::chrono::system_clock::time_point;

  /// Something of the application `app_key`, which runs as `version_code`. For an upgrade that is the
  /// version that was upgraded from.
  event(event_type type, std::string_view app_key, std::int64_t version_code)
      : type_(type), app_key_(app_key), version_code_(version_code) {
    time(std::chrono::system_clock::now());
  }

  /// When it happened.
  event &time(time_point when) { return set(upgradelink_event_set_time, detail::unix_milliseconds(when)); }
  /// When the application was started; for starts only.
  event &launch_time(time_point when) {
    return set(upgradelink_event_set_launch_time, detail::unix_milliseconds(when));
  }
  /// The version that was downloaded; downloads need it.
  event &download_version_code(std::int64_t code) {
    return set(upgradelink_event_set_download_version_code, code);
  }
  /// The version that was upgraded to; upgrades need it.
  event &upgrade_version_code(std::int64_t code) { return set(upgradelink_event_set_upgrade_version_code, code); }
  /// How it ended: 0 for success; the C header names the others.
  event &code(std::int64_t code) { return set(upgradelink_event_set_code, code); }
  /// The device's key, in place of the configuration's.
  event &device_key(std::string_view key) { return set(upgradelink_event_set_device_key, std::string(key)); }
  /// The key of the device's model, in place of the configuration's.
  event &device_model_key(std::string_view key) {
    return set(upgradelink_event_set_device_model_key, std::string(key));
  }
  /// The operating system, such as `darwin`.
  event &target(std::string_view name) { return set(upgradelink_event_set_target, std::string(name)); }
  /// The machine's architecture, such as `x86_64`.
  event &arch(std::string_view name) { return set(upgradelink_event_set_arch, std::string(name)); }

private:
  friend class client;

  detail::unique<upgradelink_event> make() const {
    return filled(upgradelink_event_new(detail::number(type_), app_key_.c_str(), version_code_));
  }

  event_type type_;
  std::string app_key_;
  std::int64_t version_code_;
};

namespace detail {

inline upgradelink_status take(upgradelink_operation *operation, upgradelink_strategy **strategy,
                               upgradelink_error **error) noexcept {
  return upgradelink_operation_take_strategy(operation, strategy, error);
}
inline upgradelink_status take(upgradelink_operation *operation, upgradelink_version_details **details,
                               upgradelink_error **error) noexcept {
  return upgradelink_operation_take_details(operation, details, error);
}
inline upgradelink_status take(upgradelink_operation *operation, upgradelink_statistics **statistics,
                               upgradelink_error **error) noexcept {
  return upgradelink_operation_take_statistics(operation, statistics, error);
}

inline upgradelink_status take(upgradelink_operation *operation, upgradelink_artifact **artifact,
                               upgradelink_error **error) noexcept {
  return upgradelink_operation_take_artifact(operation, artifact, error);
}
inline upgradelink_status take(upgradelink_operation *operation, upgradelink_error **error) noexcept {
  return upgradelink_operation_take_nothing(operation, error);
}

/// Makes a call of the C library into a result; `call` gets the places for the value and the error.
template <class T, class Call> result<T> call(const Call &call) {
  upgradelink_error *error = nullptr;
  if constexpr (std::is_void_v<T>) {
    if (call(&error) != UPGRADELINK_OK)
      return failure(error);
    return {};
  } else {
    typename T::handle_type *value = nullptr;
    if (call(&value, &error) != UPGRADELINK_OK)
      return failure(error);
    return T(value);
  }
}

/// Tells the host of progress, and keeps what it throws until the call is over.
class teller {
public:
  explicit teller(progress_function tell) : tell_(std::move(tell)) {}

  std::int32_t operator()(upgradelink_phase doing, std::uint64_t done, std::uint64_t total) noexcept {
    if (!tell_)
      return 1;
#if UPGRADELINK_EXCEPTIONS
    try {
      return tell_(static_cast<phase>(doing), done, optional(total));
    } catch (...) {
      thrown_ = std::current_exception();
      return 0;
    }
#else
    return tell_(static_cast<phase>(doing), done, optional(total));
#endif
  }

  static std::int32_t forward(void *told, upgradelink_phase doing, std::uint64_t done,
                              std::uint64_t total) noexcept {
    return (*static_cast<teller *>(told))(doing, done, total);
  }

  void rethrow() const {
#if UPGRADELINK_EXCEPTIONS
    if (thrown_)
      std::rethrow_exception(thrown_);
#endif
  }

private:
  progress_function tell_;
  std::exception_ptr thrown_;
};

/// As `call`, for calls that tell how far they are; `call` gets the callback and its data first.
template <class T, class Call> result<T> call_telling(const progress_function &progress, const Call &body) {
  teller told(progress);
  auto came = call<T>([&](auto... places) { return body(teller::forward, &told, places...); });
  told.rethrow();
  return came;
}

// What a future holds, and how a result gets there.
#if UPGRADELINK_EXCEPTIONS
template <class T> using outcome = T;

template <class T> void fulfil(std::promise<T> &promise, result<T> &&came) {
  if (!came)
    promise.set_exception(std::make_exception_ptr(error(came.error())));
  else if constexpr (std::is_void_v<T>)
    promise.set_value();
  else
    promise.set_value(*std::move(came));
}
#else
template <class T> using outcome = result<T>;

template <class T> void fulfil(std::promise<result<T>> &promise, result<T> &&came) {
  promise.set_value(std::move(came));
}
#endif

/// What an operation and its completion share; the last of them gives the handle back.
template <class T> struct background {
  background() = default;
  background(const background &) = delete;
  background &operator=(const background &) = delete;
  ~background() { upgradelink_operation_free(handle); }

  upgradelink_operation *handle = nullptr;
  std::promise<outcome<T>> promise;
  std::shared_ptr<const void> used; // by callbacks of the client, until the operation is over
  teller told{nullptr};
};

} // namespace detail

/// A call that runs in the background. When it goes away before its future was handed out, the call
/// is cancelled; nobody waits for it.
template <class T> class [[nodiscard]] operation {
public:
  operation(operation &&) noexcept = default;
  operation &operator=(operation &&other) noexcept {
    if (this != &other) {
      abandon();
      shared_ = std::move(other.shared_);
      future_ = std::move(other.future_);
    }
    return *this;
  }
  ~operation() { abandon(); }

  /// Waits until the call is over. Returns whether it is.
  bool wait(std::chrono::milliseconds limit = forever) const noexcept {
    return !running() || upgradelink_operation_wait(shared_->handle, detail::milliseconds(limit)) != 0;
  }
  /// Whether the result is there.
  bool is_done() const noexcept { return !running() || upgradelink_operation_is_done(shared_->handle) != 0; }
  /// Asks the call to end with `status::cancelled`, and returns at once. May be called beside `wait`.
  void cancel() const noexcept {
    if (running())
      upgradelink_operation_cancel(shared_->handle);
  }

  /// Hands the future over, once. The call then goes on by itself, even when this object goes away;
  /// it can still be cancelled here.
  std::future<detail::outcome<T>> future() noexcept { return std::move(future_); }

  /// Waits, and gives what the call gave, once and unless the future was handed out.
  result<T> try_get() {
#if UPGRADELINK_EXCEPTIONS
    try {
      if constexpr (std::is_void_v<T>) {
        future_.get();
        return {};
      } else {
        return future_.get();
      }
    } catch (const error &why) {
      return failure(why);
    }
#else
    return future_.get();
#endif
  }

#if UPGRADELINK_EXCEPTIONS
  /// Waits, and gives what the call gave or throws; once and unless the future was handed out.
  T get() { return future_.get(); }
#endif

private:
  friend class client;
  friend struct patch;

  using background = detail::background<T>;

  template <class Start>
  operation(const std::shared_ptr<const void> &used, progress_function progress, const Start &start)
      : shared_(std::make_shared<background>()), future_(shared_->promise.get_future()) {
    shared_->used = used;
    shared_->told = detail::teller(std::move(progress));
    auto told = std::make_unique<std::shared_ptr<background>>(shared_);
    upgradelink_error *error = nullptr;
    if (start(tell, complete, told.get(), &shared_->handle, &error) == UPGRADELINK_OK)
      told.release(); // NOLINT: the completion owns it now
    else
      detail::fulfil<T>(shared_->promise, failure(error));
  }

  static std::int32_t tell(void *told, upgradelink_phase doing, std::uint64_t done, std::uint64_t total) noexcept {
    return (*static_cast<std::shared_ptr<background> *>(told))->told(doing, done, total);
  }

  static void complete(void *told, upgradelink_operation *handle) noexcept {
    const std::unique_ptr<std::shared_ptr<background>> owned(static_cast<std::shared_ptr<background> *>(told));
    auto &promise = (*owned)->promise;
#if UPGRADELINK_EXCEPTIONS
    try {
      auto came = taken(handle);
      (*owned)->told.rethrow();
      detail::fulfil<T>(promise, std::move(came));
    } catch (...) { // the host's, or no memory
      promise.set_exception(std::current_exception());
    }
#else
    detail::fulfil<T>(promise, taken(handle));
#endif
  }

  static result<T> taken(upgradelink_operation *handle) {
    return detail::call<T>([handle](auto... places) { return detail::take(handle, places...); });
  }

  bool running() const noexcept { return shared_ && shared_->handle; }

  void abandon() noexcept {
    if (future_.valid())
      cancel();
  }

  std::shared_ptr<detail::background<T>> shared_;
  std::future<detail::outcome<T>> future_;
};

/// Asks the service. May be used from any thread at once, and go away while its operations run.
class client : public detail::owner<upgradelink_client> {
public:
  using owner::owner;

  /// Checks everything in `from`; nothing is sent but events that an earlier run left.
  static result<client> make(const config &from) {
    const auto handle = from.make();
    auto made =
        detail::call<client>([&](auto... places) { return upgradelink_client_new(handle.get(), places...); });
    if (made)
      made->handle_.get_deleter().used = from.log_;
    return made;
  }

  /// Asks the service what the application in `asked` should do now. That it is already the newest is
  /// no failure: see `strategy::is_available`.
  result<strategy> try_check(const query &asked) const {
    const auto made = asked.make();
    return detail::call<strategy>(
        [&](auto... places) { return upgradelink_check(handle(), made.get(), places...); });
  }
  operation<strategy> check_async(const query &asked) const {
    const auto made = asked.make();
    return begin<strategy>(
        [&](auto... places) { return upgradelink_check_start(handle(), made.get(), places...); });
  }

  /// Asks the service for the details of the version that `asked` names.
  result<version_details> try_describe(const query &asked) const {
    const auto made = asked.make();
    return detail::call<version_details>(
        [&](auto... places) { return upgradelink_describe(handle(), made.get(), places...); });
  }
  operation<version_details> describe_async(const query &asked) const {
    const auto made = asked.make();
    return begin<version_details>(
        [&](auto... places) { return upgradelink_describe_start(handle(), made.get(), places...); });
  }

  /// Asks the service for the figures of the application `app_key`, of any kind.
  result<statistics> try_measure(const std::string &app_key) const {
    return detail::call<statistics>(
        [&](auto... places) { return upgradelink_measure(handle(), app_key.c_str(), places...); });
  }
  operation<statistics> measure_async(const std::string &app_key) const {
    return begin<statistics>(
        [&](auto... places) { return upgradelink_measure_start(handle(), app_key.c_str(), places...); });
  }

  /// Fetches the file of `of`: downloads or patches it, checks it, and puts it in its place.
  result<artifact> try_fetch(const strategy &of, const fetch_options &options,
                             const progress_function &progress = nullptr) const {
    const auto made = options.make();
    return detail::call_telling<artifact>(progress, [&](auto... places) {
      return upgradelink_fetch(handle(), of.handle(), made.get(), places...);
    });
  }
  operation<artifact> fetch_async(const strategy &of, const fetch_options &options,
                                  progress_function progress = nullptr) const {
    const auto made = options.make();
    return {used(), std::move(progress), [&](auto... places) {
              return upgradelink_fetch_start(handle(), of.handle(), made.get(), places...);
            }};
  }

  /// Fetches a file that the host itself knows of.
  result<artifact> try_fetch(const file_link &of, const fetch_options &options,
                             const progress_function &progress = nullptr) const {
    const auto made = options.make();
    return detail::call_telling<artifact>(progress, [&](auto... places) {
      return upgradelink_fetch_link(handle(), of.url.c_str(), of.size.value_or(UPGRADELINK_SIZE_UNKNOWN),
                                    of.md5 ? of.md5->c_str() : nullptr, made.get(), places...);
    });
  }
  operation<artifact> fetch_async(const file_link &of, const fetch_options &options,
                                  progress_function progress = nullptr) const {
    const auto made = options.make();
    return {used(), std::move(progress), [&](auto... places) {
              return upgradelink_fetch_link_start(handle(), of.url.c_str(),
                                                  of.size.value_or(UPGRADELINK_SIZE_UNKNOWN),
                                                  of.md5 ? of.md5->c_str() : nullptr, made.get(), places...);
            }};
  }

  /// Tells the service of `happened`. With a state folder success means that it is safely on the disk
  /// and will be sent; without one, that the service has answered.
  result<void> try_report(const event &happened) const {
    const auto made = happened.make();
    return detail::call<void>([&](auto... places) { return upgradelink_report(handle(), made.get(), places...); });
  }
  operation<void> report_async(const event &happened) const {
    const auto made = happened.make();
    return begin<void>([&](auto... places) { return upgradelink_report_start(handle(), made.get(), places...); });
  }
  /// Reports that the application was started, and the upgrade that was remembered before it. Call it
  /// once at each start.
  result<void> try_report_started(const std::string &app_key, std::int64_t version_code) const {
    return detail::call<void>([&](auto... places) {
      return upgradelink_report_started(handle(), app_key.c_str(), version_code, places...);
    });
  }
  /// Remembers that the application is about to become the version that is offered.
  result<void> try_remember_upgrade(const strategy &offered) const {
    return detail::call<void>(
        [&](auto... places) { return upgradelink_remember_upgrade(handle(), offered.handle(), places...); });
  }
  /// Sends the events that wait in the state folder, for a program that is about to end.
  result<void> try_flush(std::chrono::milliseconds limit) const {
    return detail::call<void>(
        [&](auto... places) { return upgradelink_flush(handle(), detail::milliseconds(limit), places...); });
  }
  /// How many events wait in the state folder, and how many were dropped.
  result<event_counts> try_count_events() const {
    event_counts counts;
    auto counted = detail::call<void>([&](auto... places) {
      return upgradelink_count_events(handle(), &counts.waiting, &counts.dropped, places...);
    });
    if (!counted)
      return counted.error();
    return counts;
  }

  /// The service's last answer to `asked`, of this run or an earlier one; nothing is sent.
  result<strategy> try_last_strategy(const query &asked) const {
    const auto made = asked.make();
    return detail::call<strategy>(
        [&](auto... places) { return upgradelink_last_strategy(handle(), made.get(), places...); });
  }
  /// Remembers that the user wants to hear nothing of the application's upgrades before `until`.
  result<void> try_snooze(const strategy &offered, std::chrono::system_clock::time_point until) const {
    return detail::call<void>([&](auto... places) {
      return upgradelink_snooze(handle(), offered.handle(), detail::unix_milliseconds(until), places...);
    });
  }
  /// Remembers that the user does not want this version; a later one is offered.
  result<void> try_skip(const strategy &offered) const {
    return detail::call<void>(
        [&](auto... places) { return upgradelink_skip(handle(), offered.handle(), places...); });
  }
  /// Whether the upgrade is to be offered to the user now: available, neither snoozed nor skipped.
  bool is_wanted(const strategy &offered) const noexcept {
    return upgradelink_is_wanted(handle(), offered.handle()) != 0;
  }

#if UPGRADELINK_EXCEPTIONS
  explicit client(const config &from) : client(make(from).value()) {}
  strategy check(const query &asked) const { return try_check(asked).value(); }
  version_details describe(const query &asked) const { return try_describe(asked).value(); }
  statistics measure(const std::string &app_key) const { return try_measure(app_key).value(); }
  artifact fetch(const strategy &of, const fetch_options &options,
                 const progress_function &progress = nullptr) const {
    return try_fetch(of, options, progress).value();
  }
  artifact fetch(const file_link &of, const fetch_options &options,
                 const progress_function &progress = nullptr) const {
    return try_fetch(of, options, progress).value();
  }
  void report(const event &happened) const { try_report(happened).value(); }
  void report_started(const std::string &app_key, std::int64_t version_code) const {
    try_report_started(app_key, version_code).value();
  }
  void remember_upgrade(const strategy &offered) const { try_remember_upgrade(offered).value(); }
  void flush(std::chrono::milliseconds limit) const { try_flush(limit).value(); }
  event_counts count_events() const { return try_count_events().value(); }
  strategy last_strategy(const query &asked) const { return try_last_strategy(asked).value(); }
  void snooze(const strategy &offered, std::chrono::system_clock::time_point until) const {
    try_snooze(offered, until).value();
  }
  void skip(const strategy &offered) const { try_skip(offered).value(); }
#endif

private:
  friend class scheduler;

  /// A call that tells of no progress: its start does not take that callback.
  template <class T, class Start> operation<T> begin(const Start &start) const {
    return {used(), nullptr, [&](auto, auto... places) { return start(places...); }};
  }

  const std::shared_ptr<const void> &used() const noexcept { return handle_.get_deleter().used; }
};

/// Calls back when it is time to check, so that a fleet of devices never becomes a crowd. May be used
/// from any thread at once.
class scheduler : public detail::owner<upgradelink_scheduler> {
public:
  using owner::owner;

  /// For checks of `asked` each `interval`, at least a second and for most applications a day.
  static result<scheduler> make(const client &from, const query &asked, std::chrono::milliseconds interval) {
    const auto made = asked.make();
    auto scheduled = detail::call<scheduler>([&](auto... places) {
      return upgradelink_scheduler_new(from.handle(), made.get(), detail::milliseconds(interval), places...);
    });
    if (scheduled)
      scheduled->handle_.get_deleter().used = std::make_shared<callbacks>(from.used(), nullptr);
    return scheduled;
  }

  /// Starts a thread that calls `due` whenever it is time to check. Not beside itself.
  result<void> try_start(due_function due) {
    auto &used = handle_.get_deleter().used;
    const auto before = std::static_pointer_cast<const callbacks>(used);
    auto now = std::make_shared<callbacks>(before ? before->of_client : nullptr, std::move(due));
    auto started = detail::call<void>([&](auto... places) {
      return upgradelink_scheduler_start(handle(), now->due ? forward : nullptr, now.get(), places...);
    });
    if (started)
      used = std::move(now);
    return started;
  }
  /// Asks the service as `client::check` does, and plans the next check by how this one ends.
  result<strategy> try_check() const {
    return detail::call<strategy>([&](auto... places) { return upgradelink_scheduler_check(handle(), places...); });
  }
  /// How long it is until the next check is due.
  std::chrono::milliseconds due_in() const noexcept {
    return std::chrono::milliseconds(upgradelink_scheduler_due_in_ms(handle()));
  }
  /// Stops calling back, and cancels a check that the scheduler makes. It can be started again.
  void stop() const noexcept { upgradelink_scheduler_stop(handle()); }

#if UPGRADELINK_EXCEPTIONS
  scheduler(const client &from, const query &asked, std::chrono::milliseconds interval)
      : scheduler(make(from, asked, interval).value()) {}
  void start(due_function due) { try_start(std::move(due)).value(); }
  strategy check() const { return try_check().value(); }
#endif

private:
  /// Lives while its function runs, even if the scheduler goes away within.
  struct callbacks : std::enable_shared_from_this<callbacks> {
    callbacks(std::shared_ptr<const void> client, due_function call)
        : of_client(std::move(client)), due(std::move(call)) {}
    std::shared_ptr<const void> of_client;
    due_function due;
  };

  static void forward(void *data, upgradelink_scheduler *handle) noexcept {
    const auto state = static_cast<callbacks *>(data)->shared_from_this();
    scheduler lent(handle);
#if UPGRADELINK_EXCEPTIONS
    try {
      state->due(lent);
    } catch (...) { // nobody above it could take it
    }
#else
    state->due(lent);
#endif
    lent.handle_.release(); // NOLINT: it is not ours
  }
};

/// What can be done with patches, from file to file and without the network.
struct patch {
  /// Rebuilds the file at `output` from the one at `base` and the patch at `changes`.
  static result<void> try_apply(const std::string &base, const std::string &changes, const std::string &output,
                                const patch_options &options = {}, const progress_function &progress = nullptr) {
    const auto made = options.make();
    return detail::call_telling<void>(progress, [&](auto... places) {
      return upgradelink_patch_apply(base.c_str(), changes.c_str(), output.c_str(), made.get(), places...);
    });
  }
  static operation<void> apply_async(const std::string &base, const std::string &changes, const std::string &output,
                                     const patch_options &options = {}, progress_function progress = nullptr) {
    const auto made = options.make();
    return {nullptr, std::move(progress), [&](auto... places) {
              return upgradelink_patch_apply_start(base.c_str(), changes.c_str(), output.c_str(), made.get(), places...);
            }};
  }
  /// Reads the header of the patch at `path`.
  static result<patch_info> try_inspect(const std::string &path) {
    return detail::call<patch_info>(
        [&](auto... places) { return upgradelink_patch_inspect(path.c_str(), places...); });
  }

#if UPGRADELINK_EXCEPTIONS
  static void apply(const std::string &base, const std::string &changes, const std::string &output,
                    const patch_options &options = {}, const progress_function &progress = nullptr) {
    try_apply(base, changes, output, options, progress).value();
  }
  static patch_info inspect(const std::string &path) { return try_inspect(path).value(); }
#endif
};

} // namespace throwing, not_throwing
} // namespace upgradelink

#endif
