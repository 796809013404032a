// The admin interface of the dev server.
#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>
#include <string>

class service {
public:
  explicit service(std::string endpoint) : endpoint_(std::move(endpoint)) {}

  const std::string &endpoint() const { return endpoint_; }
  std::string host() const { return endpoint_.substr(std::string("http://").size()); }

  /// Asks, and gives the answer's body.
  std::string ask(const std::string &method, const std::string &what, const std::string &body = "") const {
    const auto reply = exchanged(method + " /_dev/" + what + " HTTP/1.1\r\nHost: " + host()
                                 + "\r\nConnection: close\r\nContent-Length: " + std::to_string(body.size())
                                 + "\r\n\r\n" + body);
    const auto head_end = reply.find("\r\n\r\n");
    if (reply.rfind("HTTP/1.1 20", 0) != 0 || head_end == reply.npos)
      throw std::runtime_error("the dev server refuses " + method + " " + what + " " + body + ": " + reply);
    return reply.substr(head_end + 4);
  }

private:
  std::string exchanged(const std::string &request) const {
    const auto name = host();
    const auto colon = name.rfind(':');
    addrinfo wanted{}, *found = nullptr;
    wanted.ai_socktype = SOCK_STREAM;
    if (getaddrinfo(name.substr(0, colon).c_str(), name.substr(colon + 1).c_str(), &wanted, &found) != 0)
      throw std::runtime_error("no dev server at " + endpoint_);
    const int opened = socket(found->ai_family, found->ai_socktype, found->ai_protocol);
    const bool connected = connect(opened, found->ai_addr, found->ai_addrlen) == 0;
    freeaddrinfo(found);
    std::string reply;
    if (connected && send(opened, request.data(), request.size(), 0) == static_cast<ssize_t>(request.size())) {
      char part[4096];
      for (ssize_t came = 0; (came = recv(opened, part, sizeof part, 0)) > 0;)
        reply.append(part, static_cast<std::size_t>(came));
    }
    close(opened);
    return reply;
  }

  std::string endpoint_;
};
