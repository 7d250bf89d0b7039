// Listener: one address, several listening sockets, one per worker, without sharing the port with another process.
//
// The first socket binds exclusively; only then is SO_REUSEPORT set and the rest bind. A second process, ours or not,
// therefore gets CONFLICT / PORT_IN_USE with the pid and name of the holder, where plain SO_REUSEPORT would split the
// connections in silence. Sockets are non-blocking, close-on-exec and have TCP_NODELAY (inherited by accept).
#pragma once

#include <string>
#include <vector>

#include "slipway/base/result.h"

namespace slipway::transport {

struct Listener {
  std::vector<int> sockets;  // owned by who took the Listener; close them with close_listener
  std::string host;          // as bound: "127.0.0.1"
  int port = 0;              // the real one
};

// `host` is an IPv4 or IPv6 address or "localhost"; names are not resolved here. Port 0 = any free one.
// Errors: BAD_REQUEST / ADDRESS_INVALID, CONFLICT / PORT_IN_USE, FORBIDDEN / PORT_FORBIDDEN, UNAVAILABLE / LISTEN_FAILED.
Result<Listener> listen_on(const std::string& host, int port, std::size_t sockets, int backlog = 4096);
void close_listener(Listener& listener);

// "http.address: 127.0.0.1:8080 is taken by nginx (pid 412); ..." as an Error, for every kind of server.
Error port_in_use(const std::string& host, int port);

}  // namespace slipway::transport
