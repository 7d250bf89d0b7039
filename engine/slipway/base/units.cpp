// Durations and sizes as text.
#include <array>
#include <cctype>
#include <cstdio>
#include <ctime>
#include <optional>

#include "slipway/base/time.h"

namespace slipway {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t worth;
};

// Longer names first where one starts with another.
constexpr Unit kDurationUnits[] = {{"ns", 1},
                                   {"us", 1'000},
                                   {"\xC2\xB5s", 1'000},
                                   {"\xCE\xBCs", 1'000},
                                   {"ms", 1'000'000},
                                   {"h", 3'600'000'000'000},
                                   {"m", 60'000'000'000},
                                   {"s", 1'000'000'000}};
constexpr Unit kSizeUnits[] = {
    {"KiB", 1ll << 10}, {"MiB", 1ll << 20}, {"GiB", 1ll << 30},    {"TiB", 1ll << 40},        {"kB", 1'000},
    {"KB", 1'000},      {"MB", 1'000'000},  {"GB", 1'000'000'000}, {"TB", 1'000'000'000'000}, {"B", 1}};

template <std::size_t N>
const Unit* take_unit(std::string_view& text, const Unit (&units)[N]) {
  for (const Unit& unit : units) {
    if (!text.starts_with(unit.name)) continue;
    text.remove_prefix(unit.name.size());
    return &unit;
  }
  return nullptr;
}

// A decimal number as digits scaled by a power of ten, so that "1.5s" is exact.
struct Decimal {
  __int128 digits = 0;
  __int128 scale = 1;
};

std::optional<Decimal> take_decimal(std::string_view& text) {
  Decimal d;
  bool any = false, point = false;
  while (!text.empty()) {
    const char c = text.front();
    if (c == '.' && !point) {
      point = true;
    } else if (c >= '0' && c <= '9') {
      if (d.digits > (static_cast<__int128>(1) << 80) || d.scale > 1'000'000'000'000'000'000)
        return std::nullopt;
      d.digits = d.digits * 10 + (c - '0');
      if (point) d.scale *= 10;
      any = true;
    } else {
      break;
    }
    text.remove_prefix(1);
  }
  return any ? std::optional(d) : std::nullopt;
}

Error not_a_duration(std::string_view text) {
  return bad_request('"' + std::string(text) + "\" is not a duration (use 250ms, 2s, 1m30s)", "BAD_DURATION");
}
Error not_a_size(std::string_view text) {
  return bad_request('"' + std::string(text) + "\" is not a size (use 512B, 64KiB, 1MiB)", "BAD_SIZE");
}

// `amount` in units of `worth` with the fraction that is needed and no more: 2500us -> "2.5ms".
std::string with_fraction(std::int64_t amount, std::int64_t worth) {
  std::string out = std::to_string(amount / worth);
  std::int64_t rest = amount % worth;
  if (rest == 0) return out;
  out += '.';
  for (; rest != 0; rest %= worth) {
    rest *= 10;
    out += static_cast<char>('0' + rest / worth);
  }
  return out;
}

}  // namespace

Result<Duration> parse_duration(std::string_view text) {
  std::string_view rest = text;
  const bool negative = rest.starts_with('-');
  if (negative) rest.remove_prefix(1);
  if (rest == "0") return Duration::zero();
  if (rest.empty()) return not_a_duration(text);
  __int128 total = 0;
  while (!rest.empty()) {
    const auto number = take_decimal(rest);
    if (!number) return not_a_duration(text);
    const Unit* unit = take_unit(rest, kDurationUnits);
    if (!unit) return not_a_duration(text);
    const __int128 scaled = number->digits * unit->worth;
    if (scaled % number->scale != 0)
      return bad_request('"' + std::string(text) + "\" is finer than a nanosecond", "BAD_DURATION");
    total += scaled / number->scale;
    if (total > INT64_MAX)
      return bad_request('"' + std::string(text) + "\" is too long a duration (at most 292 years)",
                         "BAD_DURATION");
  }
  return Duration(static_cast<std::int64_t>(negative ? -total : total));
}

std::string format_duration(Duration d) {
  std::int64_t n = d.count();
  if (n == 0) return "0s";
  std::string out;
  if (n < 0) {
    if (n == INT64_MIN) n += 1;  // its positive does not fit; one nanosecond in 292 years
    n = -n;
    out = "-";
  }
  if (n < 1'000) return out + std::to_string(n) + "ns";
  if (n < 1'000'000) return out + with_fraction(n, 1'000) + "us";
  if (n < 1'000'000'000) return out + with_fraction(n, 1'000'000) + "ms";
  constexpr std::int64_t kMinute = 60'000'000'000, kHour = 60 * kMinute;
  if (n >= kHour) out += std::to_string(n / kHour) + 'h', n %= kHour;
  if (n >= kMinute) out += std::to_string(n / kMinute) + 'm', n %= kMinute;
  if (n > 0) out += with_fraction(n, 1'000'000'000) + 's';
  return out;
}

Result<std::uint64_t> parse_size(std::string_view text) {
  std::string_view rest = text;
  const auto number = take_decimal(rest);
  if (!number) return not_a_size(text);
  while (rest.starts_with(' ')) rest.remove_prefix(1);
  std::int64_t worth = 1;
  if (!rest.empty()) {
    const Unit* unit = take_unit(rest, kSizeUnits);
    if (!unit || !rest.empty()) return not_a_size(text);
    worth = unit->worth;
  }
  const __int128 scaled = number->digits * worth;
  if (scaled % number->scale != 0)
    return bad_request('"' + std::string(text) + "\" is not a whole number of bytes", "BAD_SIZE");
  if (scaled / number->scale > INT64_MAX)
    return bad_request('"' + std::string(text) + "\" is too large a size", "BAD_SIZE");
  return static_cast<std::uint64_t>(scaled / number->scale);
}

std::string format_size(std::uint64_t bytes) {
  for (const auto& [name, shift] : {std::pair{"TiB", 40}, {"GiB", 30}, {"MiB", 20}, {"KiB", 10}}) {
    const std::uint64_t worth = std::uint64_t{1} << shift;
    if (bytes < worth) continue;
    if (bytes % worth == 0) return std::to_string(bytes / worth) + name;
    std::array<char, 32> text;
    std::snprintf(text.data(), text.size(), "%.1f%s", static_cast<double>(bytes) / static_cast<double>(worth),
                  name);
    return text.data();
  }
  return std::to_string(bytes) + "B";
}

std::string format_rfc3339(WallTime t) {
  const std::int64_t ns = t.time_since_epoch().count();
  std::int64_t seconds = ns / 1'000'000'000, rest = ns % 1'000'000'000;
  if (rest < 0) rest += 1'000'000'000, --seconds;
  const std::time_t when = static_cast<std::time_t>(seconds);
  std::tm parts{};
  gmtime_r(&when, &parts);
  std::array<char, 64> text;
  std::snprintf(text.data(), text.size(), "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", parts.tm_year + 1900,
                parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec,
                static_cast<int>(rest / 1'000'000));
  return text.data();
}

}  // namespace slipway
