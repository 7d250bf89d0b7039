// Typed reads of a Value: bool, integers, floats, string, Duration, sizes (any unsigned integer reads "64KiB"), and
// vector<T> of these. Text converts where its meaning is plain ("5" is an int), since the environment has only text.
#pragma once

#include <limits>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "slipway/base/time.h"
#include "slipway/base/value.h"

namespace slipway::config {

// `what` names the value in errors: `gateway.timeout.after: "2x" is not a duration (use 250ms, 2s, 1m)`.
Result<bool> convert_bool(const Value& v, std::string_view what);
Result<std::int64_t> convert_int(const Value& v, std::string_view what);
Result<std::uint64_t> convert_size(const Value& v, std::string_view what);
Result<double> convert_double(const Value& v, std::string_view what);
Result<std::string> convert_string(const Value& v, std::string_view what);
Result<Duration> convert_duration(const Value& v, std::string_view what);
Error wrong_type(const Value& v, std::string_view what, std::string_view wanted);

template <class T>
struct is_vector : std::false_type {};
template <class T>
struct is_vector<std::vector<T>> : std::true_type {};

template <class T>
Result<T> convert_to(const Value& v, std::string_view what) {
  if constexpr (std::is_same_v<T, Value>) {
    return v;
  } else if constexpr (std::is_same_v<T, bool>) {
    return convert_bool(v, what);
  } else if constexpr (std::is_unsigned_v<T>) {
    auto r = convert_size(v, what);
    if (!r) return r.error();
    if (*r > std::numeric_limits<T>::max()) return wrong_type(v, what, "a smaller number");
    return static_cast<T>(*r);
  } else if constexpr (std::is_integral_v<T>) {
    auto r = convert_int(v, what);
    if (!r) return r.error();
    if (*r > std::numeric_limits<T>::max() || *r < std::numeric_limits<T>::min())
      return wrong_type(v, what, "a smaller number");
    return static_cast<T>(*r);
  } else if constexpr (std::is_floating_point_v<T>) {
    auto r = convert_double(v, what);
    if (!r) return r.error();
    return static_cast<T>(*r);
  } else if constexpr (std::is_same_v<T, std::string>) {
    return convert_string(v, what);
  } else if constexpr (std::is_same_v<T, Duration>) {
    return convert_duration(v, what);
  } else {
    static_assert(is_vector<T>::value,
                  "config reads bool, integers, floats, string, Duration, Value and vectors of these; convert the rest "
                  "by Config::bind_with");
    T out;
    if (!v.is_list()) return wrong_type(v, what, "a list");
    for (std::size_t i = 0; i < v.as_list().size(); ++i) {
      auto r = convert_to<typename T::value_type>(v.as_list()[i], std::string(what) + "." + std::to_string(i));
      if (!r) return r.error();
      out.push_back(std::move(*r));
    }
    return out;
  }
}

}  // namespace slipway::config
