// What the tests of the C++ binding share.
#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <stdexcept>
#include <string>
#include <upgradelink.hpp>

using namespace std::chrono_literals;
namespace ul = upgradelink;

inline std::string endpoint() { return std::getenv("UPGRADELINK_ENDPOINT"); }

inline std::string read(const std::string &path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

/// The PEM of the server's authority; empty without TLS.
inline std::string authority() {
  const char *path = std::getenv("UPGRADELINK_CA");
  return path ? read(path) : std::string();
}

inline ul::config settings() {
  auto config = ul::config("access", "secret").endpoint(endpoint()).allow_http();
  if (const auto pem = authority(); !pem.empty())
    config.ca_pem(pem);
  return config;
}

inline ul::query apk() { return ul::query(ul::kind::apk, "whole", 1).patch_algo(ul::patch_algo::hdiffpatch); }
inline ul::query slow() { return ul::query(ul::kind::lnx, "slow", 1).arch("x64"); }

template <class Call> ul::failure failure_of(const Call &call) {
  try {
    (void)call();
  } catch (const ul::error &why) {
    return why;
  }
  throw std::logic_error("it did not fail");
}

/// A folder that goes away with the value.
class folder {
public:
  folder() {
    const auto name = "upgradelink-" + std::to_string(std::random_device()());
    const auto path = std::filesystem::temp_directory_path() / name;
    if (!std::filesystem::create_directory(path))
      throw std::runtime_error("no folder");
    path_ = path.string();
  }
  folder(const folder &) = delete;
  folder &operator=(const folder &) = delete;
  ~folder() { std::filesystem::remove_all(path_); }
  std::string operator/(const std::string &name) const { return (std::filesystem::path(path_) / name).string(); }
  const std::string &path() const { return path_; }

private:
  std::string path_;
};
