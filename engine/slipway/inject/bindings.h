// Bindings: the composition root of a program, written down: what there is, what each part needs, how long it lives.
//
//   Bindings b;
//   b.object<Clock>(system_clock);                                          // exists already
//   b.singleton<Database>([] { return Database::open("orders.db"); });      // a factory, may fail
//   b.singleton<Orders, Database&, Clock&>();                               // Orders(Database&, Clock&)
//   b.singleton<Pricing, HttpPricing, Client&>().lazy();                    // HttpPricing as Pricing, made when asked for
//   b.singleton<Cache>(open_hot_cache).named("hot");                        // a second Cache; asked for by Named<Cache&, "hot">
//   b.transient<Report, Orders&>();                                         // a new one each time
//   b.input<Call>();                                                        // each request brings its own
//   b.request<Session, Call&, Orders&>();                                   // one per request, request.h
//   auto graph = Graph::build(std::move(b));                                // checks everything, makes nothing yet
//
// Every dependency stands in the list of types (needs.h), so the graph is known before anything runs. Parts get references,
// never the graph. A factory gives a unique_ptr or shared_ptr to the type or a class derived from it, or a Result of one; it is
// called as const, for transients and requests by many threads at once, and must not throw for what is expected.
#pragma once

#include <cstdint>
#include <memory>
#include <new>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "slipway/base/result.h"
#include "slipway/inject/needs.h"

namespace slipway::inject {

enum class Lifetime { Object, Singleton, Transient, Request };

namespace detail {

// One made object and how to let it go.
class Owned {
 public:
  Owned() = default;
  Owned(void* object, void* owner, void (*drop)(void*)) : object_(object), owner_(owner), drop_(drop) {}
  Owned(Owned&& o) noexcept : object_(std::exchange(o.object_, nullptr)), owner_(std::exchange(o.owner_, nullptr)), drop_(o.drop_) {}
  Owned& operator=(Owned&& o) noexcept {
    Owned gone(std::move(*this));
    object_ = std::exchange(o.object_, nullptr);
    owner_ = std::exchange(o.owner_, nullptr);
    drop_ = o.drop_;
    return *this;
  }
  ~Owned() {
    if (owner_) drop_(owner_);
  }
  void* object() const { return object_; }

 private:
  void* object_ = nullptr;
  void* owner_ = nullptr;
  void (*drop_)(void*) = nullptr;
};

// What the types of a binding say: one constant per binding in the program's text.
struct Recipe {
  slipway::detail::TypeSlot* slot;
  slipway::detail::TypeSlot* const* needs;  // their types
  const NeedDetail* details;                // null: all are references to unnamed bindings
  std::uint32_t need_count;
  Owned (*make)(const void* factory, const Resolver& by);  // null: an object, or an input of requests. Throws InjectError
  std::uint32_t size = 0;  // bytes at Resolver::place for what it makes; 0: it makes it elsewhere
};

struct Binding {
  const Recipe* recipe = nullptr;
  const void* factory = nullptr;  // null: a constructor; of an Object, the object
  std::string_view name;          // interned
  Lifetime lifetime = Lifetime::Singleton;
  bool lazy = false;

  TypeKey type() const { return slipway::detail::key_of(*recipe->slot); }
  std::uint32_t need_count() const { return recipe->need_count; }
  Want want(std::uint32_t i) const { return recipe->details ? recipe->details[i].want : Want::Reference; }
  Need need(std::uint32_t i) const {
    return {recipe->needs[i], recipe->details ? recipe->details[i].name : std::string_view(), want(i)};
  }
  std::string label() const { return std::string(type()->short_name()) + (name.empty() ? "" : " \"" + std::string(name) + "\""); }
};

template <class>
inline constexpr bool kIsResult = false;
template <class T>
inline constexpr bool kIsResult<Result<T>> = true;

template <class T, class Pointer>
concept IsPointerTo = requires(Pointer p) {
  typename Pointer::element_type;
  static_cast<T*>(p.get());
};

template <class T, class Pointer>
Owned own(Pointer pointer) {
  if constexpr (kIsResult<Pointer>) {
    if (!pointer.ok()) throw InjectError(pointer.error());
    return own<T>(std::move(pointer).value());
  } else {
    static_assert(IsPointerTo<T, Pointer>,
                  "slipway::inject: a factory gives a std::unique_ptr or std::shared_ptr to the bound type or a class derived from it, "
                  "or a Result of one");
    using Element = typename Pointer::element_type;
    T* object = pointer.get();
    if (!object) return Owned();
    if constexpr (std::is_same_v<Pointer, std::unique_ptr<Element>>) {
      return Owned(object, pointer.release(), [](void* p) { delete static_cast<Element*>(p); });
    } else {
      return Owned(object, std::make_unique<Pointer>(std::move(pointer)).release(), [](void* p) { delete static_cast<Pointer*>(p); });
    }
  }
}

template <class T, class Factory, class... Deps>
Owned make_by_factory(const void* factory, [[maybe_unused]] const Resolver& by) {
  return [&]<std::size_t... I>(std::index_sequence<I...>) {
    return own<T>((*static_cast<const Factory*>(factory))(DependencyOf<Deps>::get(by, by.targets[I])...));
  }(std::index_sequence_for<Deps...>());
}
// Small objects with nothing special about their memory may lie side by side in a block of the graph's.
template <class Implementation>
inline constexpr bool kPlaceable = sizeof(Implementation) <= 1024 && alignof(Implementation) <= __STDCPP_DEFAULT_NEW_ALIGNMENT__ &&
                                   !requires { Implementation::operator new(sizeof(Implementation)); };

template <class T, class Implementation, class... Deps>
Owned make_by_constructor(const void*, [[maybe_unused]] const Resolver& by) {
  return [&]<std::size_t... I>(std::index_sequence<I...>) {
    if constexpr (kPlaceable<Implementation>) {
      struct Room {
        ~Room() {
          if (heap) ::operator delete(heap);
        }
        void* heap;
      } room{by.place ? nullptr : ::operator new(sizeof(Implementation))};
      Implementation* made = ::new (by.place ? by.place : room.heap) Implementation(DependencyOf<Deps>::get(by, by.targets[I])...);
      const bool placed = !room.heap;
      room.heap = nullptr;
      return Owned(static_cast<T*>(made), made, placed ? [](void* p) { static_cast<Implementation*>(p)->~Implementation(); } : [](void* p) { delete static_cast<Implementation*>(p); });
    } else {
      Implementation* made = std::make_unique<Implementation>(DependencyOf<Deps>::get(by, by.targets[I])...).release();
      return Owned(static_cast<T*>(made), made, [](void* p) { delete static_cast<Implementation*>(p); });
    }
  }(std::index_sequence_for<Deps...>());
}

template <class T>
inline constexpr Recipe kGiven{&slipway::detail::kTypeSlot<T>, nullptr, nullptr, 0, nullptr};
template <class T, class Factory, class... Deps>
inline constexpr Recipe kByFactory{&slipway::detail::kTypeSlot<T>, Needs<Deps...>::kSlots.data(),
                                   Needs<Deps...>::kPlain ? nullptr : Needs<Deps...>::kDetails.data(), sizeof...(Deps),
                                   &make_by_factory<T, Factory, Deps...>};
template <class T, class Implementation, class... Deps>
inline constexpr Recipe kByConstructor{&slipway::detail::kTypeSlot<T>, Needs<Deps...>::kSlots.data(),
                                       Needs<Deps...>::kPlain ? nullptr : Needs<Deps...>::kDetails.data(), sizeof...(Deps),
                                       &make_by_constructor<T, Implementation, Deps...>,
                                       kPlaceable<Implementation> ? static_cast<std::uint32_t>(sizeof(Implementation)) : 0};

}  // namespace detail

class Bindings {
 public:
  class Entry {
   public:
    // A singleton that is made when first asked for instead of by Graph::start().
    Entry& lazy() {
      owner_->list_[index_].lazy = true;
      return *this;
    }
    // One of several bindings of its type.
    Entry& named(std::string_view name) {
      owner_->list_[index_].name = slipway::detail::intern_type(name, nullptr)->name;
      return *this;
    }

   private:
    friend class Bindings;
    Entry(Bindings* owner, std::size_t index) : owner_(owner), index_(index) {}
    Bindings* owner_;
    std::size_t index_;
  };

  // Something that exists and outlives the graph.
  template <class T>
  Entry object(T& existing) {
    return add<T>(detail::kGiven<std::remove_const_t<T>>, Lifetime::Object, &existing);
  }
  // What each request brings with it (Request::put): the call, who asks.
  template <class T>
  Entry input() {
    return add<T>(detail::kGiven<std::remove_const_t<T>>, Lifetime::Request, nullptr);
  }

  // One per graph, one per request, or a new one for everyone who asks. By a factory that takes Deps...; or by constructing T, or
  // the first of Deps when that is no dependency, from Deps....
  template <class T, class... Deps, class Factory>
  Entry singleton(Factory factory) {
    return by_factory<T, Deps...>(Lifetime::Singleton, std::move(factory));
  }
  template <class T, class... Deps>
  Entry singleton() {
    return by_constructor<T, Deps...>(Lifetime::Singleton);
  }
  template <class T, class... Deps, class Factory>
  Entry request(Factory factory) {
    return by_factory<T, Deps...>(Lifetime::Request, std::move(factory));
  }
  template <class T, class... Deps>
  Entry request() {
    return by_constructor<T, Deps...>(Lifetime::Request);
  }
  template <class T, class... Deps, class Factory>
  Entry transient(Factory factory) {
    return by_factory<T, Deps...>(Lifetime::Transient, std::move(factory));
  }
  template <class T, class... Deps>
  Entry transient() {
    return by_constructor<T, Deps...>(Lifetime::Transient);
  }

 private:
  friend class Graph;

  template <class T, class... Deps, class Factory>
  Entry by_factory(Lifetime lifetime, Factory factory) {
    static_assert((IsDependency<Deps> && ...), "slipway::inject: a dependency is T&, Provider<T>, Made<T> or Named<one of these, \"name\">");
    if constexpr ((IsDependency<Deps> && ...)) {
      constexpr bool callable = std::is_invocable_v<const Factory&, Deps...>;
      static_assert(callable, "slipway::inject: the factory cannot be called, as const, with these dependencies in this order: "
                              "singleton<Orders, Database&>([](Database& database) { ... })");
      if constexpr (callable) {
        return add<T>(detail::kByFactory<std::remove_const_t<T>, Factory, Deps...>, lifetime, keep(std::make_shared<const Factory>(std::move(factory))));
      }
    }
    return Entry(this, 0);
  }

  template <class T>
  Entry by_constructor(Lifetime lifetime) {
    return construct<T, T>(lifetime);
  }
  template <class T, class First, class... Rest>
  Entry by_constructor(Lifetime lifetime) {
    if constexpr (IsDependency<First>) {
      return construct<T, T, First, Rest...>(lifetime);
    } else {
      static_assert(std::is_base_of_v<T, First>,
                    "slipway::inject: this is neither an implementation of the bound type (it does not derive from it) nor a dependency "
                    "(T&, Provider<T>, Made<T>, Named<...>)");
      return construct<T, First, Rest...>(lifetime);
    }
  }

  template <class T, class Implementation, class... Deps>
  Entry construct(Lifetime lifetime) {
    static_assert((IsDependency<Deps> && ...), "slipway::inject: a dependency is T&, Provider<T>, Made<T> or Named<one of these, \"name\">");
    if constexpr ((IsDependency<Deps> && ...)) {
      constexpr bool constructible = std::is_constructible_v<Implementation, Deps...>;
      static_assert(constructible, "slipway::inject: the implementation has no constructor with these dependencies, in this order");
      if constexpr (constructible) {
        return add<T>(detail::kByConstructor<std::remove_const_t<T>, Implementation, Deps...>, lifetime, nullptr);
      }
    }
    return Entry(this, 0);
  }

  template <class T>
  Entry add(const detail::Recipe& recipe, Lifetime lifetime, const void* factory) {
    static_assert(std::is_object_v<T> && !std::is_pointer_v<T>,
                  "slipway::inject: bind the type itself, singleton<Database>, not a reference or a pointer to it");
    return add_any(recipe, lifetime, factory);
  }
  Entry add_any(const detail::Recipe& recipe, Lifetime lifetime, const void* factory);
  const void* keep(std::shared_ptr<const void> factory) {
    factories_.push_back(std::move(factory));
    return factories_.back().get();
  }

  std::vector<detail::Binding> list_;
  std::vector<std::shared_ptr<const void>> factories_;  // shared with forks
};

}  // namespace slipway::inject
