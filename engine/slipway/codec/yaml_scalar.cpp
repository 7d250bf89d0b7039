#include "slipway/codec/yaml_scalar.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "slipway/base/utf8.h"

namespace slipway::codec {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool all_digits(std::string_view s) {
  return !s.empty() && std::all_of(s.begin(), s.end(), is_digit);
}

// [-+]? ( digits [. digits*] | . digits ) [e [-+]? digits]
bool float_shape(std::string_view s) {
  const auto digits = [&] {
    std::size_t n = 0;
    while (n < s.size() && is_digit(s[n])) ++n;
    s.remove_prefix(n);
    return n;
  };
  std::size_t mantissa = digits();
  if (s.starts_with('.')) {
    s.remove_prefix(1);
    mantissa += digits();
  }
  if (mantissa == 0) return false;
  if (s.starts_with('e') || s.starts_with('E')) {
    s.remove_prefix(1);
    if (s.starts_with('+') || s.starts_with('-')) s.remove_prefix(1);
    if (digits() == 0) return false;
  }
  return s.empty();
}

bool based_int(std::string_view digits, int base, Value& out) {
  std::int64_t i = 0;
  const auto [end, bad] = std::from_chars(digits.data(), digits.data() + digits.size(), i, base);
  if (digits.empty() || digits.front() == '-' || bad != std::errc() || end != digits.data() + digits.size())
    return false;
  out = Value(static_cast<long>(i));
  return true;
}

// Words that YAML 1.1 readers take for something else than a string, in any case.
bool yaml11_word(std::string_view text) {
  static constexpr std::string_view kWords[] = {"y",   "n",    "yes",   "no",   "on",
                                                "off", "true", "false", "null", "~"};
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return c >= 'A' && c <= 'Z' ? c | 0x20 : c; });
  return std::find(std::begin(kWords), std::end(kWords), lower) != std::end(kWords);
}

// Digits with signs of numbers, times and dates only: 12:30:45, 2026-11-23, 1_000.
bool number_like(std::string_view text) {
  return std::any_of(text.begin(), text.end(), is_digit) &&
         text.find_first_not_of("0123456789+-.:_eETtZz ,") == std::string_view::npos;
}

}  // namespace

Value resolve_yaml_scalar(std::string_view text, bool& ambiguous) {
  ambiguous = false;
  if (text.empty() || text == "~" || text == "null") return {};
  if (text == "true") return Value(true);
  if (text == "false") return Value(false);
  Value based;
  if (text.starts_with("0o") && based_int(text.substr(2), 8, based)) return based;
  if (text.starts_with("0x") && based_int(text.substr(2), 16, based)) return based;
  if (text == ".nan" || text == ".NaN" || text == ".NAN")
    return Value(std::numeric_limits<double>::quiet_NaN());
  const bool negative = text.starts_with('-');
  const std::string_view body = negative || text.starts_with('+') ? text.substr(1) : text;
  if (body == ".inf" || body == ".Inf" || body == ".INF") return Value(negative ? -HUGE_VAL : HUGE_VAL);
  // from_chars takes '-' but no '+'.
  const std::string_view number = negative ? text : body;
  if (all_digits(body)) {
    if (body.size() > 1 && body.front() == '0') {
      ambiguous = true;
      return Value(text);
    }
    std::int64_t i = 0;
    if (std::from_chars(number.data(), number.data() + number.size(), i).ec == std::errc())
      return Value(static_cast<long>(i));
  }
  if (float_shape(body)) {
    double d = 0;
    const auto bad = std::from_chars(number.data(), number.data() + number.size(), d).ec;
    if (bad == std::errc::result_out_of_range)
      d = body.find("e-") != std::string_view::npos || body.find("E-") != std::string_view::npos ? 0
          : negative                                                                             ? -HUGE_VAL
                                                                                                 : HUGE_VAL;
    return Value(d);
  }
  return Value(text);
}

bool plain_yaml_string(std::string_view text) {
  if (text.empty() || text.front() == ' ' || text.back() == ' ' || text.back() == ':') return false;
  if (std::string_view("-?:,[]{}#&*!|>'\"%@`=<").find(text.front()) != std::string_view::npos) return false;
  if (text.starts_with("...") || yaml11_word(text) || number_like(text)) return false;
  bool ambiguous = false;
  if (!resolve_yaml_scalar(text, ambiguous).is_string() || ambiguous) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c < 0x20 || c == 0x7F) return false;
    if (c == ':' && i + 1 < text.size() && text[i + 1] == ' ') return false;
    if (c == '#' && i > 0 && text[i - 1] == ' ') return false;
  }
  // U+0085, U+2028, U+2029 and the byte order mark are breaks or nothing to some readers.
  for (const std::string_view odd : {"\xC2\x85", "\xE2\x80\xA8", "\xE2\x80\xA9", "\xEF\xBB\xBF"})
    if (text.find(odd) != std::string_view::npos) return false;
  return valid_utf8(text);
}

}  // namespace slipway::codec
