#include "slipway/config/convert.h"

#include <charconv>
#include <cmath>

namespace slipway::config {
namespace {

std::string shown(const Value& v) {
  if (v.is_string()) return "\"" + v.as_string() + "\"";
  if (v.is_null()) return "an empty value";
  if (v.is_map()) return "a section";
  return v.to_text();
}

template <class T>
bool parse_whole(const std::string& text, T& out) {
  const char* first = text.data();
  const char* last = first + text.size();
  if (first != last && *first == '+') ++first;
  const auto [end, failed] = std::from_chars(first, last, out);
  return failed == std::errc() && end == last && first != last;
}

}  // namespace

Error wrong_type(const Value& v, std::string_view what, std::string_view wanted) {
  std::string message = what.empty() ? "" : std::string(what) + ": ";
  Error e = bad_request(message + shown(v) + " is not " + std::string(wanted), "WRONG_TYPE");
  return v.line > 0 ? e.with_mark({"", v.line, v.column}) : e;
}

Result<bool> convert_bool(const Value& v, std::string_view what) {
  if (v.is_bool()) return v.as_bool();
  if (v.is_string() && v.as_string() == "true") return true;
  if (v.is_string() && v.as_string() == "false") return false;
  return wrong_type(v, what, "a bool (use true or false)");
}

Result<std::int64_t> convert_int(const Value& v, std::string_view what) {
  if (v.is_int()) return v.as_int();
  if (v.is_double() && v.as_double() == std::floor(v.as_double()) && std::abs(v.as_double()) < 9e15)
    return static_cast<std::int64_t>(v.as_double());
  std::int64_t parsed = 0;
  if (v.is_string() && parse_whole(v.as_string(), parsed)) return parsed;
  return wrong_type(v, what, "an integer (use 42)");
}

Result<std::uint64_t> convert_size(const Value& v, std::string_view what) {
  if (v.is_int() && v.as_int() >= 0) return static_cast<std::uint64_t>(v.as_int());
  if (v.is_string()) {
    if (auto size = parse_size(v.as_string())) return *size;
  }
  return wrong_type(v, what, "a size (use 512B, 64KiB, 1MiB)");
}

Result<double> convert_double(const Value& v, std::string_view what) {
  if (v.is_number()) return v.as_double();
  double parsed = 0;
  if (v.is_string() && parse_whole(v.as_string(), parsed) && std::isfinite(parsed)) return parsed;
  return wrong_type(v, what, "a number (use 1.5)");
}

Result<std::string> convert_string(const Value& v, std::string_view what) {
  if (v.is_string()) return v.as_string();
  if (v.is_bool() || v.is_number()) return v.to_text();
  return wrong_type(v, what, "a text");
}

Result<Duration> convert_duration(const Value& v, std::string_view what) {
  if (v.is_int() && v.as_int() == 0) return Duration::zero();
  if (v.is_string()) {
    if (auto d = parse_duration(v.as_string())) return *d;
  }
  return wrong_type(v, what, "a duration (use 250ms, 2s, 1m)");
}

}  // namespace slipway::config
