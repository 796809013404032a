// Built with -fno-exceptions and linked to tests that are built with them.
#include <string>
#include <upgradelink.hpp>

#if UPGRADELINK_EXCEPTIONS
#error "this file is for -fno-exceptions"
#endif

int quiet_run(const std::string &endpoint, const std::string &pem);

int quiet_run(const std::string &endpoint, const std::string &pem) {
  using namespace upgradelink;

  if (client::make(config("access", "secret").endpoint("gopher://x")))
    return 1;
  auto settings = config("access", "secret").endpoint(endpoint).allow_http();
  if (!pem.empty())
    settings.ca_pem(pem);
  const auto client = client::make(settings);
  if (!client)
    return 2;
  if (!client->try_check({kind::url, "bare", 1}))
    return 3;
  if (client->try_check({kind::url, "nobody", 1}).error().status() != status::not_found)
    return 4;
  auto future = client->check_async({kind::url, "bare", 1}).future();
  const result<strategy> found = future.get();
  if (!found || !found->is_available())
    return 5;
  auto slow = client->check_async(query(kind::lnx, "slow", 1).arch("x64"));
  slow.cancel();
  if (slow.try_get().error().status() != status::cancelled)
    return 6;
  if (client->describe_async({kind::win, "bare", 1}).try_get().error().status() != status::invalid_argument)
    return 7;
  return 0;
}
