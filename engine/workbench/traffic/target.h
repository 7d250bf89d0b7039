// Target: where a request goes, taken apart from its URL and resolved. Sends and load runs go to loopback only, unless
// the caller has the user's consent to go further.
#pragma once

#include <string>
#include <string_view>

#include "slipway/base/result.h"

struct sockaddr_storage;

namespace workbench::traffic {

struct Target {
  std::string scheme;  // "http" | "grpc"
  std::string host;    // as written, without brackets
  int port = 0;
  std::string path;    // path and query, starts with '/'
  std::string authority() const;  // "127.0.0.1:8080", "[::1]:80"
};

// BAD_REQUEST / URL_INVALID with what is wrong; https is refused here by name.
slipway::Result<Target> parse_target(std::string_view url);

// An address to connect to. FORBIDDEN / NOT_LOOPBACK when it leaves this machine without `allow_remote`. Names are
// looked up (which blocks) only with `allow_remote`; "localhost" never is.
struct Address {
  alignas(8) char bytes[128];
  unsigned size = 0;
  int family = 0;
};
slipway::Result<Address> resolve(const Target& target, bool allow_remote);

}  // namespace workbench::traffic
