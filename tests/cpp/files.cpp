// What the C++ binding does with files, events and time; see tests.cpp.
#include "common.hpp"

#include <atomic>
#include <thread>
#include <vector>

namespace {

const std::string data = "tests/data/hdiff/";
const std::string base = data + "files/mixed/old";
const std::string target = data + "files/mixed/new";
const std::string target_md5 = "0a25b5b5f000d7f24c03258b43963819";
const std::string target_sha256 = "8925f78e4c63173b597a2498c656d531c39aeee92f8e68f1fcc2db9437a96184";

ul::query filed() { return ul::query(ul::kind::apk, "filed", 1).patch_algo(ul::patch_algo::hdiffpatch); }
ul::file_link link(const std::string &name) { return {endpoint() + "/files/" + name}; }

} // namespace

TEST_CASE("a fetched file is what was promised, and the artifact tells so") {
  const folder to;
  const ul::client client(settings());
  const auto options = ul::fetch_options(to.path()).file_name("app.apk").sha256(target_sha256).require_hash();
  const auto artifact = client.fetch(client.check(filed()), options);

  CHECK(artifact.path() == to / "app.apk");
  CHECK(read(to / "app.apk") == read(target));
  CHECK(artifact.size() == 5908);
  CHECK(artifact.md5() == target_md5);
  CHECK(artifact.sha256() == target_sha256);
  CHECK(artifact.origin() == ul::origin::downloaded);
  CHECK(artifact.is_checked(ul::checked::size));
  CHECK(artifact.is_checked(ul::checked::md5));
  CHECK(artifact.is_checked(ul::checked::sha256));
  CHECK(artifact.network_bytes() == 5908);
  CHECK_FALSE(artifact.patch_failure());
  CHECK(client.fetch(client.check(filed()), options).origin() == ul::origin::present);
}

TEST_CASE("with a base file a patch is taken, and progress tells of it") {
  const folder to;
  const ul::client client(settings());
  bool patched = false;
  const auto artifact = client.fetch(client.check(filed()), ul::fetch_options(to.path()).base_file(base),
                                     [&](ul::phase doing, std::uint64_t done, std::optional<std::uint64_t> total) {
                                       patched |= doing == ul::phase::patch;
                                       return done <= total.value_or(done);
                                     });
  CHECK(artifact.origin() == ul::origin::patched);
  CHECK(artifact.network_bytes() == 309);
  CHECK(read(std::string(artifact.path())) == read(target));
  CHECK(patched);
}

TEST_CASE("a link is fetched with what the host knows of it") {
  const folder to;
  const ul::client client(settings());
  auto known = link("files/mixed/new");
  known.size = 5908;
  known.md5 = target_md5;
  CHECK(client.fetch(known, ul::fetch_options(to.path())).is_checked(ul::checked::md5));

  known.md5 = "00000000000000000000000000000000";
  const auto options = ul::fetch_options(to.path()).file_name("wrong");
  CHECK(client.try_fetch(known, options).error().status() == ul::status::verify);
  CHECK_FALSE(std::filesystem::exists(to / "wrong"));
  CHECK(client.fetch_async(link("files/mixed/new"), ul::fetch_options(to.path()).require_hash())
            .try_get()
            .error()
            .status()
        == ul::status::verify);
}

TEST_CASE("progress ends a fetch by returning false, and by throwing") {
  const folder to;
  const ul::client client(settings());
  const auto options = ul::fetch_options(to.path());
  const auto stop = [](ul::phase, std::uint64_t, std::optional<std::uint64_t>) { return false; };
  const auto burst = [](ul::phase, std::uint64_t, std::optional<std::uint64_t>) -> bool {
    throw std::runtime_error("the window was closed");
  };

  CHECK(client.try_fetch(link("slow.bin"), options, stop).error().status() == ul::status::cancelled);
  CHECK(client.fetch_async(link("slow.bin"), options, stop).try_get().error().status() == ul::status::cancelled);
  CHECK_THROWS_WITH_AS(client.fetch(link("slow.bin"), options, burst), "the window was closed", std::runtime_error);
  CHECK_THROWS_WITH_AS(client.fetch_async(link("slow.bin"), options, burst).get(), "the window was closed",
                       std::runtime_error);
}

TEST_CASE("a running fetch is cancelled, and leaves its part as the options say") {
  const folder to;
  const ul::client client(settings());
  std::atomic<bool> flows{false};
  auto running = client.fetch_async(link("slow.bin"), ul::fetch_options(to.path()).keep_partial(false),
                                    [&](ul::phase, std::uint64_t done, std::optional<std::uint64_t>) {
                                      flows = flows || done > 0;
                                      return true;
                                    });
  while (!flows)
    std::this_thread::sleep_for(10ms);
  running.cancel();
  CHECK(running.try_get().error().status() == ul::status::cancelled);
  CHECK_FALSE(std::filesystem::exists(to / "slow.bin"));
  CHECK_FALSE(std::filesystem::exists(to / "slow.bin.part"));
}

TEST_CASE("every option of a fetch is taken") {
  const folder to;
  const ul::client client(settings());
  auto options = ul::fetch_options(to.path());
  options.report().allow_downgrade().stall_timeout(5s).lock_wait(1s).keep_partial(true).max_bytes_per_second(0);
  CHECK(client.fetch(client.check(filed()), options).size() == 5908);
  CHECK(client.try_fetch(link("slow.bin"), options.max_size(1000)).error().status() == ul::status::verify);
}

TEST_CASE("a patch is inspected and applied from file to file") {
  const folder to;
  const std::string changes = data + "patches/mixed/h13-zlib.hdiff";
  const auto info = ul::patch::inspect(changes);
  CHECK(info.container() == "HDIFF13");
  CHECK(info.compressor() == "zlib");
  CHECK(info.old_size() == 5586u);
  CHECK(info.new_size() == 5908);
  CHECK_FALSE(ul::patch::inspect(data + "patches/mixed/bsdiff40-bz2.hdiff").old_size());

  ul::patch::apply(base, changes, to / "new");
  CHECK(read(to / "new") == read(target));

  const auto right = ul::patch_options().expected_size(5908).expected_md5(target_md5).max_window(1 << 20);
  ul::patch::apply_async(base, changes, to / "again", right).get();
  CHECK(read(to / "again") == read(target));

  const auto wrong = ul::patch_options().expected_md5("00000000000000000000000000000000");
  CHECK(ul::patch::try_apply(base, changes, to / "never", wrong).error().status() == ul::status::verify);
  CHECK(ul::patch::try_apply(target, changes, to / "never").error().status() == ul::status::patch);
  CHECK(ul::patch::apply_async(target, changes, to / "never").try_get().error().status() == ul::status::patch);
  CHECK(ul::patch::try_inspect(target).error().status() == ul::status::patch);
  CHECK_FALSE(std::filesystem::exists(to / "never"));
}

TEST_CASE("events are reported, at once without a state folder") {
  const ul::client client(settings());
  const auto now = std::chrono::system_clock::now();
  client.report(ul::event(ul::event_type::start, "whole", 1).launch_time(now).target("linux").arch("x86_64"));
  client.report_async(ul::event(ul::event_type::download, "whole", 1).download_version_code(2).code(0).time(now)).get();
  client.report(ul::event(ul::event_type::upgrade, "whole", 1)
                    .upgrade_version_code(2)
                    .code(1)
                    .device_key("device")
                    .device_model_key("model"));

  const ul::event incomplete(ul::event_type::download, "whole", 1);
  CHECK(failure_of([&] { client.report(incomplete); return 0; }).status() == ul::status::invalid_argument);
  CHECK(client.report_async(incomplete).try_get().error().status() == ul::status::invalid_argument);
}

TEST_CASE("a state folder keeps events, answers and what the user chose") {
  const folder state;
  const ul::client client(settings().state_folder(state.path()));
  CHECK(client.try_last_strategy(apk()).error().status() == ul::status::not_found);
  const auto strategy = client.check(apk());
  CHECK(strategy.age() == 0ms);
  CHECK(client.last_strategy(apk()).version_code() == strategy.version_code());

  const ul::query bare(ul::kind::url, "bare", 1);
  const auto offered = client.check(bare);
  CHECK(client.is_wanted(offered));
  client.snooze(offered, std::chrono::system_clock::now() + 1h);
  CHECK_FALSE(client.is_wanted(offered));
  client.snooze(offered, std::chrono::system_clock::now() - 1h);
  CHECK(client.is_wanted(offered));
  client.skip(offered);
  CHECK_FALSE(client.is_wanted(offered));

  client.remember_upgrade(offered);
  client.report_started("bare", 2);
  client.flush(10s);
  CHECK(client.count_events().waiting == 0);
  CHECK(client.count_events().dropped == 0);

  const ul::client forgetful(settings());
  CHECK(forgetful.try_skip(offered).error().status() == ul::status::config);
  CHECK(forgetful.try_remember_upgrade(offered).error().status() == ul::status::config);
}

TEST_CASE("pinned keys make signatures required, which the policy can change") {
  const folder to;
  const std::string key = "RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3";
  const auto pinned = settings().public_key(key);
  const ul::client strict(pinned);
  CHECK(strict.try_fetch(strict.check(filed()), ul::fetch_options(to.path())).error().status() == ul::status::verify);

  auto relaxed = pinned;
  const ul::client lax(relaxed.signature_policy(ul::signature_policy::off));
  CHECK(lax.fetch(lax.check(filed()), ul::fetch_options(to.path())).size() == 5908);
}

TEST_CASE("a scheduler checks when asked, and plans the next check") {
  ul::scheduler scheduler(ul::client(settings()), apk(), 24h);
  CHECK(scheduler.check().is_available());
  CHECK(scheduler.due_in() > 1min);

  std::atomic<int> calls{0};
  scheduler.start([&](const ul::scheduler &) { calls++; });
  CHECK(scheduler.try_start([](const ul::scheduler &) {}).error().status() == ul::status::invalid_argument);
  CHECK(scheduler.try_start(nullptr).error().status() == ul::status::invalid_argument);
  scheduler.stop();
  CHECK(calls == 0);

  ul::scheduler moved = std::move(scheduler);
  CHECK_FALSE(scheduler);
  moved.start([](const ul::scheduler &) {});
  moved = ul::scheduler(ul::client(settings()), apk(), 24h);
}

TEST_CASE("a scheduler calls back, may throw there, and may go away within") {
  const ul::client client(settings());
  std::atomic<int> calls{0};
  std::promise<void> gone;
  auto scheduler = std::make_unique<ul::scheduler>(client, apk(), 1s);
  scheduler->start([&, kept = std::make_shared<int>(1)](const ul::scheduler &due) {
    if (++calls == 1) {
      CHECK(due.check().is_available());
      throw std::runtime_error("nobody sees it");
    }
    scheduler.reset();
    calls += *kept;
    gone.set_value();
  });
  REQUIRE(gone.get_future().wait_for(90s) == std::future_status::ready);
  CHECK(calls == 3);
}
