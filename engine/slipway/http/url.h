// Url: what a client needs of "http://host:port/path?query" and "discovery:///service/path?query". Private to http.
#pragma once

#include <string>
#include <string_view>

#include "slipway/base/result.h"

namespace slipway::http {

struct Url {
  bool discovery = false;
  std::string host;     // without brackets; the service's name for discovery
  int port = 80;
  std::string target;   // "/path?query", never empty
  std::string authority() const;  // for Host and as key: "127.0.0.1:8080", "[::1]:8080"
};

// BAD_REQUEST / URL_INVALID with what is wrong. https, user info and bytes that may not be in a request line are refused.
Result<Url> parse_url(std::string_view text);

}  // namespace slipway::http
