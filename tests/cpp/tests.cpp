// The C++ binding against a dev server with tests/cpp/catalogue.toml, in UPGRADELINK_ENDPOINT; over
// TLS when UPGRADELINK_CA names the file of its authority.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include "common.hpp"

#include <atomic>
#include <mutex>
#include <thread>
#include <vector>

// Built without exceptions (quiet.cpp): the number of what went wrong, 0 for nothing.
int quiet_run(const std::string &endpoint, const std::string &pem);


TEST_CASE("a strategy tells everything that the service gives") {
  const ul::client client(settings());
  const ul::strategy strategy = client.check(apk());

  CHECK(strategy.is_available());
  CHECK(strategy.kind() == ul::kind::apk);
  CHECK(strategy.app_key() == "whole");
  CHECK(strategy.package_name() == "com.example.app");
  CHECK(strategy.version_name() == "\xE4\xBA\x8C 2.0");
  CHECK(strategy.version_code() == 9007199254740993);
  CHECK(strategy.url() == "https://example.com/2.apk");
  CHECK(strategy.file_size() == 5000000000u);
  CHECK(strategy.file_md5() == "36ee2a36b5d20d1008507d253423eea7");
  CHECK(strategy.upgrade_type() == ul::upgrade_type::force);
  CHECK(strategy.prompt() == "Restart, please");
  CHECK(strategy.patch_algo() == ul::patch_algo::hdiffpatch);
  CHECK(strategy.patch_url() == "https://example.com/1-2.patch");
  CHECK(strategy.patch_file_size() == 203u);
  CHECK(strategy.patch_file_md5() == "0cc175b9c0f1b6a831c399e269772661");
  CHECK_FALSE(strategy.content());
  CHECK(strategy.message());
  CHECK(strategy.json().find("\"apkKey\":\"whole\"") != std::string_view::npos);
}

TEST_CASE("what the service does not give is absent") {
  const ul::client client(settings());
  const auto strategy = client.check({ul::kind::url, "bare", 1});

  CHECK_FALSE(strategy.package_name());
  CHECK_FALSE(strategy.file_size());
  CHECK_FALSE(strategy.file_md5());
  CHECK_FALSE(strategy.prompt());
  CHECK(strategy.patch_algo() == ul::patch_algo::none);
  CHECK_FALSE(strategy.patch_url());
  CHECK_FALSE(strategy.patch_file_size());
  CHECK_FALSE(strategy.patch_file_md5());
}

TEST_CASE("already the newest is no failure") {
  const ul::client client(settings());
  const auto strategy = client.check({ul::kind::url, "bare", 2});

  CHECK(strategy);
  CHECK_FALSE(strategy.is_available());
  CHECK(strategy.version_code() == 0);
}

TEST_CASE("a number that the service has added is kept, and so is the text of a configuration") {
  const ul::client client(settings());
  const auto strategy = client.check({ul::kind::configuration, "settings", 1});

  CHECK(static_cast<int>(strategy.upgrade_type()) == 77);
  CHECK(strategy.content() == R"({"z": 1, "a": 9007199254740993})");
}

TEST_CASE("version details tell everything that the service gives") {
  const ul::client client(settings());
  const auto details = client.describe({ul::kind::apk, "whole", 1});

  CHECK(details.app_key() == "whole");
  CHECK(details.package_name() == "com.example.app");
  CHECK(details.version_name() == "\xE4\xBA\x8C 2.0");
  CHECK(details.version_code() == 9007199254740993);
  CHECK(details.description() == "Faster & smaller");
  CHECK(details.json().find("\"description\"") != std::string_view::npos);
}

TEST_CASE("statistics tell every figure") {
  const ul::client client(settings());
  const auto statistics = client.measure("bare");

  CHECK(statistics.yesterday_download_count() == 1);
  CHECK(statistics.total_download_count() == 2);
  CHECK(statistics.yesterday_strategy_count() == 3);
  CHECK(statistics.total_strategy_count() == 4);
  CHECK(statistics.yesterday_upgrade_count() == 5);
  CHECK(statistics.total_upgrade_count() == 6);
  CHECK(statistics.yesterday_start_count() == 7);
  CHECK(statistics.total_start_count() == 9007199254740993);
  REQUIRE(statistics.day_count() == 2);
  CHECK(statistics.day_name(1) == "2026-01-05");
  CHECK_FALSE(statistics.day_name(2));
  CHECK(statistics.day_value(ul::series::downloads, 1) == 12);
  CHECK(statistics.day_value(ul::series::starts, 1) == 0);
  CHECK(statistics.json().find("2026-01-04") != std::string_view::npos);
}

TEST_CASE("an error carries every field") {
  const ul::client client(settings());
  const auto nobody = failure_of([&] { return client.check({ul::kind::url, "nobody", 1}); });

  CHECK(nobody.status() == ul::status::not_found);
  CHECK(ul::to_string(nobody.status()) == "NOT_FOUND");
  CHECK(nobody.stage() == ul::stage::service);
  CHECK(nobody.http_status() == 404);
  CHECK(nobody.service_code() == 404001);
  CHECK(nobody.docs().value_or("").find("http://upgrade.toolsetlink.com/") != std::string::npos);
  CHECK(nobody.os_error() == 0);
  CHECK_FALSE(nobody.is_retryable());
  CHECK(nobody.retry_after() == 0ms);
  CHECK(nobody.message().find("404001") != std::string::npos);

  const auto limited = failure_of([&] { return client.check(ul::query(ul::kind::mac, "slow", 1).arch("x64")); });
  CHECK(limited.status() == ul::status::rate_limited);
  CHECK(limited.is_retryable());
  CHECK(limited.retry_after() == 7s);

  const auto html = failure_of([&] { return client.check(ul::query(ul::kind::win, "slow", 1).arch("x64")); });
  CHECK(html.status() == ul::status::reply);
  CHECK(html.stage() == ul::stage::decode);
  CHECK(html.http_status() == 200);
  CHECK(html.message().find("<html>") != std::string::npos);

  const ul::client lonely(settings().endpoint("http://127.0.0.1:1").max_attempts(1));
  const auto refused = failure_of([&] { return lonely.check({ul::kind::url, "bare", 1}); });
  CHECK(refused.status() == ul::status::connect);
  CHECK(refused.stage() == ul::stage::connect);
  CHECK(refused.os_error() != 0);
  CHECK(refused.is_retryable());
}

TEST_CASE("what() is the message, also of a copy that outlives the rest") {
  std::exception_ptr kept;
  try {
    ul::client(settings()).check({ul::kind::url, "nobody", 1});
  } catch (...) {
    kept = std::current_exception();
  }
  try {
    std::rethrow_exception(kept);
  } catch (const std::exception &why) {
    CHECK(std::string(why.what()).find("404001") != std::string::npos);
  }
}

TEST_CASE("a wrong setting is an error of the call that uses it") {
  const auto config = failure_of([] { return ul::client(ul::config("access", "secret").endpoint("gopher://x")); });
  CHECK(config.status() == ul::status::config);
  CHECK(config.message().find("endpoint") != std::string::npos);

  const auto pem = failure_of([] { return ul::client(settings().ca_pem("no certificate")); });
  CHECK(pem.status() == ul::status::config);

  const ul::client client(settings());
  const auto query = failure_of([&] { return client.check({ul::kind::win, "bare", 1}); });
  CHECK(query.status() == ul::status::invalid_argument);
  CHECK(query.message().find("arch") != std::string::npos);
}

TEST_CASE("every setting of a configuration is taken") {
  auto config = settings();
  config.connect_timeout(5s).response_timeout(ul::forever).total_timeout(ul::forever).max_attempts(2).no_proxy();
  config.user_agent("test/1").device_key("device").device_model_key("model");
  CHECK(ul::client(config).check(apk().device_key("d").device_model_key("m").appoint_version_code(0)).is_available());
}

TEST_CASE("configurations and queries are values") {
  const auto original = settings();
  auto copy = original;
  copy.endpoint("gopher://x");
  CHECK(ul::client::make(original));
  CHECK_FALSE(ul::client::make(copy));

  const ul::query plain(ul::kind::url, "bare", 1);
  auto other = plain;
  other.appoint_version_code(1);
  const ul::client client(original);
  CHECK(client.check(plain).is_available());
  CHECK_FALSE(client.check(other).is_available());
}

TEST_CASE("what was moved from answers with nothing, and can be assigned") {
  ul::client client(settings());
  ul::strategy strategy = client.check(apk());
  ul::strategy taken = std::move(strategy);
  CHECK_FALSE(strategy);
  CHECK_FALSE(strategy.is_available());
  CHECK_FALSE(strategy.url());
  CHECK_FALSE(strategy.file_size());
  CHECK(strategy.app_key().empty());
  CHECK(strategy.json().empty());
  CHECK(taken.is_available());
  strategy = std::move(taken);
  CHECK(strategy.is_available());

  const ul::client moved = std::move(client);
  CHECK(moved.check(apk()).is_available());
  CHECK(failure_of([&] { return client.check(apk()); }).status() == ul::status::invalid_argument);

  auto running = moved.check_async(slow());
  const auto kept = std::move(running);
  running.cancel();
  CHECK(running.wait());
  CHECK(running.is_done());
  CHECK_FALSE(kept.is_done());
}

TEST_CASE("the form without exceptions gives the value or the failure") {
  const auto client = ul::client::make(settings());
  REQUIRE(client);
  auto found = client->try_check(apk());
  REQUIRE(found.has_value());
  CHECK(found->is_available());
  CHECK((*found).version_code() == 9007199254740993);
  CHECK(std::move(found).value().is_available());

  CHECK(client->try_check({ul::kind::url, "nobody", 1}).error().status() == ul::status::not_found);
  CHECK(client->try_describe({ul::kind::apk, "whole", 1}));
  CHECK(client->try_measure("bare"));
}

TEST_CASE("a future gives the value or throws the error") {
  const ul::client client(settings());
  auto strategy = client.check_async(apk()).future();
  auto details = client.describe_async({ul::kind::apk, "whole", 1}).future();
  auto statistics = client.measure_async("bare").future();
  auto nobody = client.check_async({ul::kind::url, "nobody", 1}).future();

  CHECK(strategy.get().is_available());
  CHECK(details.get().description() == "Faster & smaller");
  CHECK(statistics.get().total_download_count() == 2);
  CHECK(failure_of([&] { return nobody.get(); }).service_code() == 404001);
}

TEST_CASE("an operation is waited for and gives its result once") {
  const ul::client client(settings());
  auto found = client.check_async(apk());
  CHECK(found.wait());
  CHECK(found.is_done());
  CHECK(found.get().is_available());

  auto nobody = client.check_async({ul::kind::url, "nobody", 1});
  CHECK(nobody.try_get().error().status() == ul::status::not_found);
}

TEST_CASE("a start that fails is seen where the result is") {
  ul::client client(settings());
  const ul::client moved = std::move(client);
  auto refused = client.check_async(apk());
  CHECK(refused.is_done());
  CHECK(refused.wait());
  refused.cancel();
  CHECK(failure_of([&] { return refused.get(); }).status() == ul::status::invalid_argument);
}

TEST_CASE("a running call is cancelled from any thread, and promptly") {
  const ul::client client(settings());
  const auto started = std::chrono::steady_clock::now();
  auto running = client.check_async(slow());
  auto future = running.future();
  CHECK_FALSE(running.is_done());
  CHECK_FALSE(running.wait(50ms));
  std::thread([&] { running.cancel(); }).join();

  CHECK(failure_of([&] { return future.get(); }).status() == ul::status::cancelled);
  CHECK(running.wait());
  CHECK(std::chrono::steady_clock::now() - started < 5s);
}

TEST_CASE("an operation that goes away is cancelled unless its future was handed out") {
  const ul::client client(settings());
  std::future<ul::strategy> kept = client.check_async(slow()).future();
  CHECK(kept.wait_for(200ms) == std::future_status::timeout);

  // 64 operations may run; if those that went away were not cancelled, the next ones would be busy.
  for (int i = 0; i < 130; i++) {
    auto forgotten = client.check_async(slow());
    if (i % 20 == 0)
      std::this_thread::sleep_for(300ms);
  }
  std::this_thread::sleep_for(500ms);
  CHECK(client.check_async(apk()).get().is_available());
}

TEST_CASE("the client and its configuration may go while an operation runs") {
  std::future<ul::strategy> future;
  {
    const ul::client client(settings());
    future = client.check_async(apk()).future();
  }
  CHECK(future.get().is_available());
}

TEST_CASE("log lines reach a function that outlives all that could write") {
  std::mutex lock;
  std::vector<std::string> lines;
  std::weak_ptr<int> life;
  {
    auto witness = std::make_shared<int>();
    life = witness;
    auto config = settings().log(ul::log_level::debug, [&, witness](ul::log_level level, std::string_view line) {
      const std::lock_guard<std::mutex> held(lock);
      CHECK(level >= ul::log_level::error);
      lines.emplace_back(line);
    });
    witness.reset();
    ul::client client(config);
    config = ul::config("", "");
    client.check(apk());
    auto running = client.check_async(slow());
    client = ul::client(settings());
    CHECK_FALSE(life.expired());
    running.cancel();
    CHECK(running.wait());
  }
  CHECK(life.expired());
  CHECK_FALSE(lines.empty());
  for (const auto &line : lines)
    CHECK(line.find("secret") == std::string::npos);
}

TEST_CASE("what a log function throws does not cross the library") {
  const ul::client client(
      settings().log(ul::log_level::debug, [](ul::log_level, std::string_view) { throw std::runtime_error("full"); }));
  CHECK(client.check(apk()).is_available());
}

namespace {

/// Answers every request with what a service would say.
class canned : public ul::transport {
public:
  canned(std::shared_ptr<int> bodies, std::string answer) : bodies_(std::move(bodies)), answer_(std::move(answer)) {}

  ul::status open(const request &sent, response &came) noexcept override {
    if (answer_.empty())
      return ul::status::connect;
    last_ = std::string(sent.method) + ' ' + std::string(sent.url) + ' ' + std::string(sent.body);
    came.status = 200;
    came.headers.emplace_back("Content-Type", "application/json");
    came.body = std::make_unique<text>(bodies_, answer_);
    return ul::status::ok;
  }

  std::string last() const { return last_; }

private:
  class text : public body {
  public:
    text(std::shared_ptr<int> bodies, std::string rest) : bodies_(std::move(bodies)), rest_(std::move(rest)) {}
    ~text() override { --*bodies_; }
    std::int64_t read(std::uint8_t *buffer, std::size_t length) noexcept override {
      const auto count = rest_.copy(reinterpret_cast<char *>(buffer), length);
      rest_.erase(0, count);
      return static_cast<std::int64_t>(count);
    }

  private:
    std::shared_ptr<int> bodies_;
    std::string rest_;
  };

  std::shared_ptr<int> bodies_;
  std::string answer_;
  std::string last_;
};

} // namespace

TEST_CASE("a host's own HTTP carries every request, and is let go") {
  const auto bodies = std::make_shared<int>(1);
  auto own = std::make_shared<canned>(
      bodies, R"({"code":200,"data":{"urlKey":"key","versionCode":7,"versionName":"v7","upgradeType":1}})");
  {
    const ul::client client(ul::config("access", "secret").transport(own));
    CHECK(client.check(ul::query(ul::kind::url, "key", 1)).version_code() == 7);
  }
  CHECK(own->last() == "POST https://api.upgrade.toolsetlink.com/v1/url/upgrade {\"urlKey\":\"key\",\"versionCode\":1}");
  for (int i = 0; i < 500 && (own.use_count() > 1 || *bodies > 0); ++i)
    std::this_thread::sleep_for(10ms);
  CHECK(own.use_count() == 1);
  CHECK(*bodies == 0);
}

TEST_CASE("a host's own HTTP says why it failed") {
  const ul::client client(ul::config("access", "secret")
                              .transport(std::make_shared<canned>(std::make_shared<int>(0), ""))
                              .max_attempts(1));
  const auto why = failure_of([&] { return client.check(ul::query(ul::kind::url, "key", 1)); });
  CHECK(why.status() == ul::status::connect);
}

TEST_CASE("ten threads share one client") {
  const ul::client client(settings());
  std::atomic<int> right{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 10; i++)
    threads.emplace_back([&] {
      for (int j = 0; j < 10; j++)
        right += client.check(apk()).is_available() && client.check_async(apk()).get().is_available();
    });
  for (auto &thread : threads)
    thread.join();
  CHECK(right == 100);
}

TEST_CASE("header and library are of one version") {
  CHECK(ul::version_number() == UPGRADELINK_VERSION_NUMBER);
  CHECK(ul::version() == std::to_string(UPGRADELINK_VERSION_MAJOR) + "." + std::to_string(UPGRADELINK_VERSION_MINOR)
                             + "." + std::to_string(UPGRADELINK_VERSION_PATCH));
  CHECK(ul::has("http"));
  CHECK_FALSE(ul::has("telepathy"));
}

TEST_CASE("a file without exceptions does the same, in the same program") {
  CHECK(quiet_run(endpoint(), authority()) == 0);
}
