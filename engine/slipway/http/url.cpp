#include "slipway/http/url.h"

#include <charconv>

namespace slipway::http {
namespace {
Error invalid(std::string_view url, const std::string& why) {
  return bad_request("\"" + std::string(url) + "\" " + why, "URL_INVALID");
}
}  // namespace

std::string Url::authority() const {
  const std::string name = host.find(':') == std::string::npos ? host : "[" + host + "]";
  return name + ":" + std::to_string(port);
}

Result<Url> parse_url(std::string_view text) {
  for (const char c : text)
    if (static_cast<unsigned char>(c) <= 0x20 || static_cast<unsigned char>(c) >= 0x7f)
      return invalid(text, "holds a space, a control character or a byte that must be percent-encoded");
  Url url;
  std::string_view rest = text;
  if (rest.starts_with("discovery:///")) {
    url.discovery = true;
    rest.remove_prefix(13);
  } else if (rest.starts_with("http://")) {
    rest.remove_prefix(7);
  } else if (rest.starts_with("https://")) {
    return invalid(text, "asks for TLS, which this client does not speak; use http://");
  } else {
    return invalid(text, "is neither http://host:port/path nor discovery:///service/path");
  }
  rest = rest.substr(0, rest.find('#'));
  const auto path = rest.find_first_of("/?");
  std::string_view authority = rest.substr(0, path);
  url.target = path == std::string_view::npos ? "/" : std::string(rest.substr(path));
  if (url.target[0] == '?') url.target.insert(0, "/");
  if (authority.empty()) return invalid(text, url.discovery ? "names no service" : "names no host");
  if (authority.find('@') != std::string_view::npos) return invalid(text, "holds a user name; send an Authorization header instead");
  if (url.discovery) {
    url.host = authority;
    return url;
  }
  std::string_view port;
  if (authority[0] == '[') {
    const auto close = authority.find(']');
    if (close == std::string_view::npos) return invalid(text, "has an IPv6 address without its closing bracket");
    url.host = authority.substr(1, close - 1);
    port = authority.substr(close + 1);
  } else {
    const auto colon = authority.find(':');
    url.host = authority.substr(0, colon);
    port = colon == std::string_view::npos ? std::string_view() : authority.substr(colon);
  }
  if (url.host.empty()) return invalid(text, "names no host");
  if (!port.empty()) {
    const auto [end, error] = std::from_chars(port.data() + 1, port.data() + port.size(), url.port);
    if (port[0] != ':' || error != std::errc() || end != port.data() + port.size() || url.port < 1 || url.port > 65535)
      return invalid(text, "has no port from 1 to 65535 after the host");
  }
  return url;
}

}  // namespace slipway::http
