// W3C Trace Context: version-traceid-parentid-flags, lower-case hex. A version above 00 may append more
// fields.
#include "slipway/context/context.h"

namespace slipway::context {
namespace {

constexpr std::size_t kLength = 55;

// False when a digit is not lower-case hex.
bool read_hex(std::string_view text, std::uint64_t& out) {
  out = 0;
  for (const char c : text) {
    if (c >= '0' && c <= '9')
      out = out << 4 | static_cast<unsigned>(c - '0');
    else if (c >= 'a' && c <= 'f')
      out = out << 4 | static_cast<unsigned>(c - 'a' + 10);
    else
      return false;
  }
  return true;
}

}  // namespace

std::string TraceIdentity::traceparent() const {
  return "00-" + trace.hex() + "-" + span_hex(span) + (sampled ? "-01" : "-00");
}

TraceIdentity TraceIdentity::parse(std::string_view text) {
  if (text.size() < kLength || text[2] != '-' || text[35] != '-' || text[52] != '-') return {};
  std::uint64_t version = 0, flags = 0;
  if (!read_hex(text.substr(0, 2), version) || version == 0xFF) return {};
  if (version == 0 && text.size() != kLength) return {};
  if (text.size() > kLength && text[kLength] != '-') return {};
  TraceIdentity id;
  if (!read_hex(text.substr(3, 16), id.trace.hi) || !read_hex(text.substr(19, 16), id.trace.lo)) return {};
  if (!read_hex(text.substr(36, 16), id.span) || !read_hex(text.substr(53, 2), flags)) return {};
  if (!id.valid()) return {};
  id.sampled = flags & 1;
  return id;
}

}  // namespace slipway::context
