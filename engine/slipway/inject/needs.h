// What a part may ask for in its list of dependencies:
//   T&                  the singleton, the part of this request, or an existing object
//   Provider<T>         makes or finds one when called
//   Made<T>             one of its own (transients)
//   Named<T&, "hot">    the same three, of the binding of that name
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string_view>
#include <type_traits>
#include <utility>

#include "slipway/base/result.h"
#include "slipway/base/type_key.h"

namespace slipway::inject {

class Graph;
class Request;

class InjectError : public std::runtime_error {
 public:
  explicit InjectError(Error error) : std::runtime_error(error.to_string()), error_(std::move(error)) {}
  const Error& error() const { return error_; }

 private:
  Error error_;
};

// Something made for its holder alone, with what was made for it in turn; dies with the last copy.
template <class T>
using Made = std::shared_ptr<T>;

namespace detail {

enum class Want : std::uint8_t { Reference, Provider, Made };

struct Need {
  slipway::detail::TypeSlot* slot;
  std::string_view name;  // "" = the unnamed binding
  Want want;
};

// What a factory resolves its dependencies by. Objects stand side by side, by the node's number; an object is set last: whoever sees
// it sees what was written before.
struct Resolver {
  Graph& graph;
  Request* request;
  const std::atomic<void*>* objects;
  const std::uint32_t* targets;  // one node per need
  void* place = nullptr;         // where to construct the object; null: on the heap
};

// These make what is not there yet, and throw InjectError when that fails.
void* missing_reference(Graph& graph, Request* request, std::uint32_t node);
std::shared_ptr<void> made_of(Graph& graph, Request* request, std::uint32_t node);
inline void* reference_of(const Resolver& by, std::uint32_t node) {
  void* object = by.objects[node].load(std::memory_order_acquire);
  return object ? object : missing_reference(by.graph, by.request, node);
}

template <std::size_t N>
struct Text {
  consteval Text(const char (&text)[N]) { std::copy_n(text, N, this->text); }  // NOLINT: Named<Cache&, "hot"> reads naturally
  constexpr std::string_view view() const { return {text, N - 1}; }
  char text[N];
};

}  // namespace detail

// Asks when called: a new transient, the lazy singleton, or the part of this request. Copyable; must not outlive the graph, nor
// the request when it was given to a part of one. Thread-safe outside requests. Throws InjectError when the making fails.
template <class T>
class Provider {
 public:
  Made<T> operator()() const { return std::static_pointer_cast<T>(detail::made_of(*graph_, request_, node_)); }

 private:
  template <class>
  friend struct DependencyOf;
  Provider(const detail::Resolver& by, std::uint32_t node) : graph_(&by.graph), request_(by.request), node_(node) {}
  Graph* graph_;
  Request* request_;
  std::uint32_t node_;
};

// A dependency on the binding of that name: Named<Cache&, "hot">. Converts to what it wraps, so constructors take Cache&.
template <class D, detail::Text name>
class Named {
 public:
  explicit Named(D value) : value_(static_cast<D&&>(value)) {}
  operator D() const { return static_cast<D>(value_); }  // NOLINT: constructors are written without it

 private:
  D value_;
};

template <class D>
struct DependencyOf {
  static constexpr bool kIs = false;
};
template <class T>
struct DependencyOf<T&> {
  static constexpr bool kIs = true;
  using Type = std::remove_const_t<T>;
  static constexpr detail::Want kWant = detail::Want::Reference;
  static constexpr std::string_view kName = {};
  static T& get(const detail::Resolver& by, std::uint32_t node) { return *static_cast<Type*>(detail::reference_of(by, node)); }
};
template <class T>
struct DependencyOf<Provider<T>> {
  static constexpr bool kIs = true;
  using Type = std::remove_const_t<T>;
  static constexpr detail::Want kWant = detail::Want::Provider;
  static constexpr std::string_view kName = {};
  static Provider<T> get(const detail::Resolver& by, std::uint32_t node) { return Provider<T>(by, node); }
};
template <class T>
struct DependencyOf<std::shared_ptr<T>> {
  static constexpr bool kIs = true;
  using Type = std::remove_const_t<T>;
  static constexpr detail::Want kWant = detail::Want::Made;
  static constexpr std::string_view kName = {};
  static Made<T> get(const detail::Resolver& by, std::uint32_t node) {
    return std::static_pointer_cast<T>(detail::made_of(by.graph, by.request, node));
  }
};
template <class D, detail::Text name>
struct DependencyOf<Named<D, name>> {
  static constexpr bool kIs = DependencyOf<D>::kIs;
  using Type = typename DependencyOf<D>::Type;
  static constexpr detail::Want kWant = DependencyOf<D>::kWant;
  static constexpr std::string_view kName = name.view();
  static Named<D, name> get(const detail::Resolver& by, std::uint32_t node) { return Named<D, name>(DependencyOf<D>::get(by, node)); }
};

template <class D>
concept IsDependency = DependencyOf<D>::kIs;

namespace detail {

// The needs of a list of dependencies, small: most are plain references, and then their types are all there is.
struct NeedDetail {
  std::string_view name;
  Want want;
};
template <class... Deps>
struct Needs {
  static constexpr std::array<slipway::detail::TypeSlot*, sizeof...(Deps)> kSlots{&slipway::detail::kTypeSlot<typename DependencyOf<Deps>::Type>...};
  static constexpr std::array<NeedDetail, sizeof...(Deps)> kDetails{NeedDetail{DependencyOf<Deps>::kName, DependencyOf<Deps>::kWant}...};
  static constexpr bool kPlain = ((DependencyOf<Deps>::kWant == Want::Reference && DependencyOf<Deps>::kName.empty()) && ...);
};

}  // namespace detail
}  // namespace slipway::inject
