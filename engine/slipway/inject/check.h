// Checks of a set of bindings before anything is made from it.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "slipway/inject/bindings.h"

namespace slipway::inject::detail {

// Finds the binding of a type and name: an array by the type's index for the unnamed ones, a list for the others.
class BindingIndex {
 public:
  static constexpr std::uint32_t kNone = UINT32_MAX;
  explicit BindingIndex(const std::vector<Binding>& bindings);
  std::uint32_t find(slipway::detail::TypeSlot& type, std::string_view name) const {
    return name.empty() ? find_unnamed(type) : find_named(slipway::detail::key_of(type), name);
  }
  std::uint32_t find_unnamed(slipway::detail::TypeSlot& type) const { return at(unnamed_, type); }
  // For who asks a thousand times: the unnamed ones by their type's index, and how to look there.
  std::span<const std::uint32_t> unnamed() const { return unnamed_; }
  static std::uint32_t at(std::span<const std::uint32_t> unnamed, slipway::detail::TypeSlot& type) {
    const auto index = slipway::detail::index_of(type);
    return index < unnamed.size() ? unnamed[index] : kNone;
  }
  // Bindings of the same type, whatever their name.
  std::vector<std::uint32_t> all(slipway::detail::TypeSlot& type) const;
  const std::vector<std::uint32_t>& twice() const { return twice_; }

 private:
  struct Named {
    TypeKey type;
    std::string_view name;
    std::uint32_t binding;
    auto operator<=>(const Named&) const = default;
  };
  std::uint32_t find_named(TypeKey type, std::string_view name) const;
  std::vector<std::uint32_t> unnamed_, twice_;
  std::vector<Named> named_;  // sorted
};

// Bindings that hold together: whom each of its needs means, and an order with dependencies before those who need them.
struct Plan {
  std::vector<std::uint32_t> targets;     // of all needs, binding after binding
  std::vector<std::uint32_t> first_need;  // of a binding, into targets
  std::vector<std::uint32_t> order;
};

// Or one Error that lists every mistake: CONFLICT / INJECT_INVALID, one line each. `bindings` are those `index` was made from.
Result<Plan> check_and_order(const std::vector<Binding>& bindings, const BindingIndex& index);

}  // namespace slipway::inject::detail
