#include "workbench/traffic/target.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <charconv>
#include <cstring>

namespace workbench::traffic {
namespace {

using slipway::Error;
using slipway::Result;

Error bad_url(std::string_view url, const std::string& what) {
  return slipway::bad_request("URL \"" + std::string(url) + "\": " + what, "URL_INVALID");
}

Address address_of(const sockaddr* from, unsigned size) {
  Address a;
  std::memcpy(a.bytes, from, size);
  a.size = size;
  a.family = from->sa_family;
  return a;
}

bool loopback(const Address& a) {
  if (a.family == AF_INET) {
    sockaddr_in in{};
    std::memcpy(&in, a.bytes, sizeof in);
    return ntohl(in.sin_addr.s_addr) >> 24 == 127;
  }
  sockaddr_in6 in{};
  std::memcpy(&in, a.bytes, sizeof in);
  return IN6_IS_ADDR_LOOPBACK(&in.sin6_addr);
}

}  // namespace

std::string Target::authority() const {
  return (host.find(':') != std::string::npos ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

Result<Target> parse_target(std::string_view url) {
  Target t;
  const auto scheme_end = url.find("://");
  if (scheme_end == std::string_view::npos)
    return bad_url(url, "has no scheme; write http://127.0.0.1:8080/path, or use a variable such as {{gateway}}/path");
  t.scheme = url.substr(0, scheme_end);
  if (t.scheme == "https") return bad_url(url, "https is not spoken yet; use the http address of the service");
  if (t.scheme != "http" && t.scheme != "grpc") return bad_url(url, "the scheme is " + t.scheme + "; use http or grpc");
  for (char c : url)
    if (static_cast<unsigned char>(c) <= ' ' || c == 0x7f)
      return bad_url(url, "has a space or a control character; write %20 for a space");
  std::string_view rest = url.substr(scheme_end + 3);
  rest = rest.substr(0, rest.find('#'));
  const auto path_at = rest.find_first_of("/?");
  std::string_view authority = rest.substr(0, path_at);
  t.path = path_at == std::string_view::npos ? "/" : rest.substr(path_at);
  if (t.path[0] == '?') t.path.insert(t.path.begin(), '/');
  if (authority.find('@') != std::string_view::npos)
    return bad_url(url, "carries a user name; send an Authorization header instead");
  std::string_view port;
  if (authority.starts_with('[')) {
    const auto close = authority.find(']');
    if (close == std::string_view::npos) return bad_url(url, "the [ of the address is not closed");
    t.host = authority.substr(1, close - 1);
    if (close + 1 < authority.size()) {
      if (authority[close + 1] != ':') return bad_url(url, "text follows the ]");
      port = authority.substr(close + 2);
    }
  } else {
    const auto colon = authority.find(':');
    t.host = authority.substr(0, colon);
    if (colon != std::string_view::npos) port = authority.substr(colon + 1);
  }
  if (t.host.empty()) return bad_url(url, "names no host");
  t.port = 80;
  if (!port.empty()) {
    const auto end = std::from_chars(port.data(), port.data() + port.size(), t.port);
    if (end.ec != std::errc() || end.ptr != port.data() + port.size() || t.port < 1 || t.port > 65535)
      return bad_url(url, "\"" + std::string(port) + "\" is not a port (1 to 65535)");
  }
  return t;
}

Result<Address> resolve(const Target& target, bool allow_remote) {
  const std::string host = target.host == "localhost" ? "127.0.0.1" : target.host;
  addrinfo hints{}, *found = nullptr;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV | (allow_remote ? 0 : AI_NUMERICHOST);
  const int rc = ::getaddrinfo(host.c_str(), std::to_string(target.port).c_str(), &hints, &found);
  const auto refused = [&] {
    return slipway::forbidden(target.host + " is not this machine: traffic goes to loopback (127.0.0.1, localhost, ::1) unless it is "
                              "allowed to leave it", "NOT_LOOPBACK");
  };
  if (rc != 0) {
    if (!allow_remote) return refused();
    return slipway::unavailable("looking up " + target.host + ": " + ::gai_strerror(rc), "HOST_UNKNOWN");
  }
  const Address a = address_of(found->ai_addr, found->ai_addrlen);
  ::freeaddrinfo(found);
  if (!allow_remote && !loopback(a)) return refused();
  return a;
}

}  // namespace workbench::traffic
