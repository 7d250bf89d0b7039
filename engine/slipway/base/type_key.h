// TypeKey: the identity of a type at run time, without RTTI: the address of one object per type, and its name for people.
#pragma once

#include <string_view>

namespace slipway {

namespace detail {

template <class T>
constexpr std::string_view pretty_type() {
  constexpr std::string_view text = __PRETTY_FUNCTION__;  // "... [with T = slipway::data::Database; ...]"
  constexpr auto begin = text.find("T = ") + 4;
  constexpr auto semicolon = text.find(';', begin);
  constexpr auto end = semicolon == std::string_view::npos ? text.rfind(']') : semicolon;
  return text.substr(begin, end - begin);
}

}  // namespace detail

struct TypeInfo {
  std::string_view name;  // "slipway::data::Database"
  // "Database"; template arguments are kept.
  std::string_view short_name() const {
    const auto arguments = name.find('<');
    const auto colon = name.substr(0, arguments).rfind("::");
    return colon == std::string_view::npos ? name : name.substr(colon + 2);
  }
};
using TypeKey = const TypeInfo*;

template <class T>
inline constexpr TypeInfo kTypeInfo{detail::pretty_type<T>()};

template <class T>
constexpr TypeKey type_key() {
  return &kTypeInfo<T>;
}

}  // namespace slipway
