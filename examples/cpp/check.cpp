// Asks the service what the five documented applications should do, once as the newest version and
// once about an application that does not exist, and compares the answers with the documented ones.
//
//   check [ENDPOINT [FOLDER]]
//
// ENDPOINT is the address of a dev server (or UPGRADELINK_ENDPOINT), FOLDER has the documented
// answers (or UPGRADELINK_EXPECTED; examples/expected by default). Exits with 0 when all are right.
#include <cctype>
#include <cstdlib>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <iterator>
#include <string>
#include <upgradelink.hpp>

namespace {

std::string setting(const char *given, const char *variable, const char *otherwise) {
  const char *value = given ? given : std::getenv(variable);
  return value ? value : otherwise;
}

// JSON without the space between its tokens; no text of the pages holds an escape.
std::string compact(std::string_view json) {
  std::string out;
  bool in_text = false;
  for (char c : json) {
    in_text ^= c == '"';
    if (in_text || !std::isspace(static_cast<unsigned char>(c)))
      out += c;
  }
  return out;
}

class report {
public:
  explicit report(std::string folder) : folder_(std::move(folder)) {
    std::cout << "  " << std::setw(25) << std::left << "asked" << std::setw(16) << "as documented" << "answer\n";
  }

  std::string page(const std::string &name) const {
    std::ifstream file(folder_ + "/" + name + ".json");
    return compact(std::string(std::istreambuf_iterator<char>(file), {}));
  }

  void row(std::string_view asked, bool right, std::string_view answer) {
    std::cout << "  " << std::setw(25) << asked << std::setw(16) << (right ? "yes" : "NO") << answer << '\n';
    all_right_ &= right;
  }

  bool all_right() const { return all_right_; }

private:
  std::string folder_;
  bool all_right_ = true;
};

} // namespace

int main(int argc, char **argv) try {
  using namespace upgradelink;

  const auto endpoint = setting(argc > 1 ? argv[1] : nullptr, "UPGRADELINK_ENDPOINT", "http://127.0.0.1:8888");
  auto settings = config("mui2W50H1j-OC4xD6PgQag", "PEbdHFGC0uO_Pch7XWBQTMsFRxKPQAM2565eP8LJ3gc")
                      .endpoint(endpoint)
                      .allow_http(endpoint.rfind("http:", 0) == 0)
                      .device_key("LOYlLXNy7w")
                      .device_model_key("stv1");
  const client service(settings);
  std::cout << "upgradelink " << version() << " asks " << endpoint << " from C++\n\n";
  report report(setting(argc > 2 ? argv[2] : nullptr, "UPGRADELINK_EXPECTED", "examples/expected"));

  const query url(kind::url, "SkEgKQ4SyLmzazl31fJnAw", 1);
  const std::pair<const char *, query> upgrades[] = {
      {"url-upgrade", url},
      {"apk-upgrade", query(kind::apk, "isVZBUvkFhv6oHxk_X-D0Q", 1)},
      {"win-upgrade", query(kind::win, "isVZBUvkFhv6oHxk_X-D0Q", 1).arch("x64")},
      {"mac-upgrade", query(kind::mac, "isVZBUvkFhv6oHxk_X-D0Q", 1).arch("x64")},
  };
  for (const auto &[page, asked] : upgrades) {
    const auto strategy = service.check(asked);
    const bool right = strategy.is_available() && strategy.version_code() == 2
                       && strategy.upgrade_type() == upgrade_type::prompt
                       && strategy.prompt() == "Prompt content" && compact(strategy.json()) == report.page(page);
    report.row(page, right,
               std::string(strategy.version_name().value_or("?")).append(" at ").append(strategy.url().value_or("?")));
  }

  // The same call in the background: a future, which could be cancelled through `running`.
  auto running = service.describe_async({kind::url, "LOYlLXNy7wV3ySuh0XgtSg", 1});
  const auto details = running.future().get();
  report.row("url-version",
             details.version_name() == "v2" && details.description() == "Version description"
                 && compact(details.json()) == report.page("url-version"),
             std::string(details.version_name().value_or("?")).append(": ").append(details.description().value_or("?")));

  const auto newest = service.check({kind::url, "SkEgKQ4SyLmzazl31fJnAw", 2});
  report.row("url-upgrade of newest", !newest.is_available(), "already the newest");

  // The form without exceptions.
  const auto nobody = service.try_check({kind::url, "there-is-no-such-key", 1});
  const bool refused = !nobody && nobody.error().status() == status::not_found
                       && nobody.error().service_code() == 404001 && nobody.error().docs()
                       && report.page("url-upgrade.error").find(*nobody.error().docs()) != std::string::npos;
  report.row("url-upgrade of nobody", refused, nobody ? "an upgrade" : nobody.error().message());
  return report.all_right() ? 0 : 1;
} catch (const upgradelink::error &why) {
  std::cerr << "check: " << to_string(why.status()) << ": " << why.what() << '\n';
  return 2;
}
