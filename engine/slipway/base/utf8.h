// UTF-8: strict validation (RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF) and encoding.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace slipway {

// Length of the well-formed sequence that starts at `at` (1 to 4), or 0 when there is none.
inline std::size_t utf8_length(std::string_view s, std::size_t at) {
  const auto byte = [&](std::size_t i) { return at + i < s.size() ? static_cast<unsigned char>(s[at + i]) : 0u; };
  const auto tail = [&](std::size_t i) { return (byte(i) & 0xC0) == 0x80; };
  const unsigned a = byte(0), b = byte(1);
  if (a < 0x80) return 1;
  if (a < 0xC2) return 0;
  if (a < 0xE0) return tail(1) ? 2 : 0;
  if (a < 0xF0) {
    if (a == 0xE0 && b < 0xA0) return 0;
    if (a == 0xED && b > 0x9F) return 0;
    return tail(1) && tail(2) ? 3 : 0;
  }
  if (a > 0xF4 || (a == 0xF0 && b < 0x90) || (a == 0xF4 && b > 0x8F)) return 0;
  return tail(1) && tail(2) && tail(3) ? 4 : 0;
}

inline bool valid_utf8(std::string_view s) {
  for (std::size_t i = 0; i < s.size();) {
    const std::size_t n = utf8_length(s, i);
    if (n == 0) return false;
    i += n;
  }
  return true;
}

inline void append_utf8(std::string& out, unsigned code_point) {
  const auto put = [&](unsigned b) { out += static_cast<char>(b); };
  if (code_point < 0x80) {
    put(code_point);
  } else if (code_point < 0x800) {
    put(0xC0 | code_point >> 6), put(0x80 | (code_point & 0x3F));
  } else if (code_point < 0x10000) {
    put(0xE0 | code_point >> 12), put(0x80 | (code_point >> 6 & 0x3F)), put(0x80 | (code_point & 0x3F));
  } else {
    put(0xF0 | code_point >> 18), put(0x80 | (code_point >> 12 & 0x3F));
    put(0x80 | (code_point >> 6 & 0x3F)), put(0x80 | (code_point & 0x3F));
  }
}

}  // namespace slipway
