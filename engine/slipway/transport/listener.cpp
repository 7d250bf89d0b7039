#include "slipway/transport/listener.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace slipway::transport {
namespace {

struct Address {
  sockaddr_storage storage{};
  socklen_t size = 0;
  sockaddr* raw() { return reinterpret_cast<sockaddr*>(&storage); }
  int family() const { return storage.ss_family; }
};

Result<Address> address_of(const std::string& host, int port) {
  if (port < 0 || port > 65535) return bad_request("port " + std::to_string(port) + " is not in 0 ... 65535", "ADDRESS_INVALID");
  const std::string text = host.empty() || host == "localhost" ? "127.0.0.1" : host;
  Address a;
  auto* v4 = reinterpret_cast<sockaddr_in*>(&a.storage);
  if (inet_pton(AF_INET, text.c_str(), &v4->sin_addr) == 1) {
    v4->sin_family = AF_INET;
    v4->sin_port = htons(static_cast<std::uint16_t>(port));
    a.size = sizeof *v4;
    return a;
  }
  auto* v6 = reinterpret_cast<sockaddr_in6*>(&a.storage);
  if (inet_pton(AF_INET6, text.c_str(), &v6->sin6_addr) == 1) {
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(static_cast<std::uint16_t>(port));
    a.size = sizeof *v6;
    return a;
  }
  return bad_request("\"" + host + "\" is not an address to listen on (use 127.0.0.1, 0.0.0.0, ::1 or ::)", "ADDRESS_INVALID");
}

Error failure(const std::string& what, const std::string& host, int port, int error) {
  if (error == EADDRINUSE) return port_in_use(host, port);
  const std::string place = host + ":" + std::to_string(port);
  if (error == EACCES)
    return forbidden(place + " may not be listened on: ports below 1024 need more rights; use a higher one", "PORT_FORBIDDEN");
  return unavailable(what + " on " + place + ": " + std::strerror(error), "LISTEN_FAILED");
}

bool set_option(int fd, int level, int option) {
  const int on = 1;
  return setsockopt(fd, level, option, &on, sizeof on) == 0;
}

int port_of(int fd) {
  Address a;
  a.size = sizeof a.storage;
  if (getsockname(fd, a.raw(), &a.size) != 0) return 0;
  return ntohs(a.family() == AF_INET6 ? reinterpret_cast<sockaddr_in6*>(&a.storage)->sin6_port
                                      : reinterpret_cast<sockaddr_in*>(&a.storage)->sin_port);
}

}  // namespace

Result<Listener> listen_on(const std::string& host, int port, std::size_t sockets, int backlog) {
  auto wanted = address_of(host, port);
  if (!wanted.ok()) return wanted.error();
  Listener listener;
  listener.host = host.empty() || host == "localhost" ? "127.0.0.1" : host;
  listener.port = port;
  for (std::size_t i = 0; i < sockets; ++i) {
    const int fd = socket(wanted->family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    const char* step = "cannot open a socket";
    bool done = fd >= 0;
    if (done) {
      listener.sockets.push_back(fd);
      set_option(fd, SOL_SOCKET, SO_REUSEADDR);  // past connections in TIME_WAIT; a live listener still refuses
      set_option(fd, IPPROTO_TCP, TCP_NODELAY);
      step = "cannot bind";
      if (i > 0) set_option(fd, SOL_SOCKET, SO_REUSEPORT);
      done = bind(fd, wanted->raw(), wanted->size) == 0;
      // Only now may the others join; before listen, so that the kernel makes the group.
      if (done && i == 0 && sockets > 1) set_option(fd, SOL_SOCKET, SO_REUSEPORT);
    }
    if (done) {
      step = "cannot listen";
      done = listen(fd, backlog) == 0;
    }
    if (!done) {
      const int error = errno;
      close_listener(listener);
      return failure(step, listener.host, listener.port, error);
    }
    if (i == 0 && port == 0) {
      listener.port = port_of(fd);
      auto real = address_of(host, listener.port);
      if (!real.ok()) return real.error();
      wanted = std::move(real);
    }
  }
  return listener;
}

void close_listener(Listener& listener) {
  for (const int fd : listener.sockets) close(fd);
  listener.sockets.clear();
}

}  // namespace slipway::transport
