// TypeKey: the identity of a type at run time, without RTTI: its name, interned once for the process.
//
//   type_key<data::Database>() == type_key<data::Database>()     // also when one of them stands in a shared library
//
// Names are kept for as long as the process lives, so a key outlasts the library that asked for it. A type that nothing
// outside its translation unit can name (of an unnamed namespace, of a function, a closure) is not shared by name: two such
// of the same name stay two types. type_key() costs one load once the key is known; thread-safe.
#pragma once

#include <atomic>
#include <cstdint>
#include <string_view>

namespace slipway {

struct TypeInfo {
  std::string_view name;   // "slipway::data::Database"
  std::uint32_t index = 0;  // dense within the process: tables of types are arrays
  // "Database"; template arguments are kept.
  std::string_view short_name() const {
    const auto arguments = name.find('<');
    const auto colon = name.substr(0, arguments).rfind("::");
    return colon == std::string_view::npos ? name : name.substr(colon + 2);
  }
};
using TypeKey = const TypeInfo*;

namespace detail {

template <class T>
constexpr std::string_view pretty_type() {
  constexpr std::string_view text = __PRETTY_FUNCTION__;  // "... [with T = slipway::data::Database; ...]"
  constexpr auto begin = text.find("T = ") + 4;
  constexpr auto semicolon = text.find(';', begin);
  constexpr auto end = semicolon == std::string_view::npos ? text.rfind(']') : semicolon;
  return text.substr(begin, end - begin);
}

// As g++ and clang write what has no name of its own.
constexpr bool is_local_type(std::string_view name) {
  for (std::string_view mark : {"{anonymous}", "(anonymous", "<lambda", "(lambda", "<unnamed", "(unnamed", ")::"})
    if (name.find(mark) != std::string_view::npos) return true;
  return false;
}

// Where a type's key is kept once it is known. Constant-initialised, so that asking takes no guard.
struct TypeSlot {
  static constexpr std::uint32_t kUnknown = UINT32_MAX;
  std::string_view name;
  std::atomic<TypeKey> key{nullptr};
  std::atomic<std::uint32_t> index{kUnknown};  // the key's
  constexpr explicit TypeSlot(std::string_view n) : name(n) {}
};
template <class T>
inline constinit TypeSlot kTypeSlot{pretty_type<T>()};

// The one key of this name, or, with `home`, of this name at this address.
TypeKey intern_type(std::string_view name, const void* home);
[[gnu::cold]] TypeKey first_key(TypeSlot& slot);

inline TypeKey key_of(TypeSlot& slot) {
  const TypeKey key = slot.key.load(std::memory_order_acquire);
  return key ? key : first_key(slot);
}

inline std::uint32_t index_of(TypeSlot& slot) {
  const std::uint32_t index = slot.index.load(std::memory_order_relaxed);
  return index != TypeSlot::kUnknown ? index : key_of(slot)->index;
}

}  // namespace detail

template <class T>
TypeKey type_key() {
  return detail::key_of(detail::kTypeSlot<T>);
}

}  // namespace slipway
