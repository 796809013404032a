// Asks whether version 1 of an application is still the newest; the argument is the server's address.
#include <iostream>
#include <upgradelink.hpp>

namespace ul = upgradelink;

int main(int argc, char **argv) {
  ul::config config("mui2W50H1j-OC4xD6PgQag", "PEbdHFGC0uO_Pch7XWBQTMsFRxKPQAM2565eP8LJ3gc");
  if (argc > 1)
    config.endpoint(argv[1]).allow_http(true); // for a local server only
  try {
    const auto strategy = ul::client(config).check({ul::kind::url, "SkEgKQ4SyLmzazl31fJnAw", 1});
    if (strategy.is_available())
      std::cout << strategy.version_name().value_or("?") << " is out: " << strategy.url().value_or("?") << '\n';
    else
      std::cout << "already the newest\n";
  } catch (const ul::error &error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
