#include "slipway/plugin/version_range.h"

#include <charconv>
#include <string>

namespace slipway::plugin {

Result<Version> parse_version(std::string_view text) {
  Version out{};
  const char* at = text.data();
  const char* end = at + text.size();
  for (std::size_t part = 0; part < out.size(); ++part) {
    const auto read = std::from_chars(at, end, out[part]);
    if (read.ec != std::errc() || out[part] < 0) break;
    at = read.ptr;
    if (at == end) return out;
    if (*at++ != '.') break;
  }
  return bad_request("\"" + std::string(text) + "\" is not a version (use 1.4.0)", "BAD_VERSION");
}

namespace {

Result<bool> holds(const Version& version, std::string_view term) {
  if (term == "*") return true;
  std::string_view op;
  for (std::string_view known : {">=", "<=", ">", "<", "^", "="})
    if (term.starts_with(known)) {
      op = known;
      break;
    }
  auto bound = parse_version(term.substr(op.size()));
  if (!bound) return bad_request("\"" + std::string(term) + "\" is not a range of versions (use *, 1.4.0, >=1.2, <2 or ^1.2)", "BAD_VERSION");
  if (op == ">=") return version >= *bound;
  if (op == "<=") return version <= *bound;
  if (op == ">") return version > *bound;
  if (op == "<") return version < *bound;
  if (op == "^") {
    // The same major version, or for 0 the same minor one.
    return version >= *bound && version[0] == (*bound)[0] && ((*bound)[0] > 0 || version[1] == (*bound)[1]);
  }
  return version == *bound;
}

}  // namespace

Result<bool> in_range(const Version& version, std::string_view range) {
  bool all = true, any = false;
  for (std::size_t at = 0; at < range.size();) {
    const auto end = std::min(range.find(' ', at), range.size());
    if (end > at) {
      auto one = holds(version, range.substr(at, end - at));
      if (!one) return one.error();
      all = all && *one;
      any = true;
    }
    at = end + 1;
  }
  if (!any) return bad_request("an empty range of versions fits nothing (use *, 1.4.0, >=1.2, <2 or ^1.2)", "BAD_VERSION");
  return all;
}

}  // namespace slipway::plugin
