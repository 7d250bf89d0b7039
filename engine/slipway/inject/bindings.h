// Bindings: the composition root of a program, written down: what there is, what each part needs, how long it lives.
//
//   Bindings b;
//   b.object<Clock>(system_clock);                                          // exists already
//   b.singleton<Database>([] { return Database::open("orders.db"); });      // a factory, may fail
//   b.singleton<Orders, Database&, Clock&>();                               // Orders(Database&, Clock&)
//   b.singleton<Pricing, HttpPricing, Client&>().lazy();                    // HttpPricing as Pricing, made when asked for
//   b.transient<Report, Orders&>();                                         // a new one each time
//   auto graph = Graph::build(std::move(b));                                // checks everything, makes nothing yet
//
// Every dependency stands in the list of types, so the graph is known before anything runs. A dependency is `T&` (the
// singleton), `Provider<T>` (makes or finds one when called) or, in a transient, `Made<T>` (one of its own).
// Parts get references, never the graph.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "slipway/base/result.h"
#include "slipway/base/type_key.h"

namespace slipway::inject {

class Graph;

// Something made for its holder alone, with what was made for it in turn; dies with the last copy.
template <class T>
using Made = std::shared_ptr<T>;

// Asks the graph when called: a new transient, or the lazy singleton. Copyable; must not outlive the graph. Throws
// InjectError when the making fails.
template <class T>
class Provider {
 public:
  explicit Provider(Graph& graph) : graph_(&graph) {}
  Made<T> operator()() const;

 private:
  Graph* graph_;
};

enum class Lifetime { Object, Singleton, Transient };

namespace detail {

enum class Want { Reference, Provider, Made };

struct Need {
  TypeKey type;
  Want want;
};

template <class T>
struct Dependency;  // a dependency is T&, Provider<T> or Made<T>
template <class T>
struct Dependency<T&> {
  using Type = T;
  static constexpr Want kWant = Want::Reference;
};
template <class T>
struct Dependency<Provider<T>> {
  using Type = T;
  static constexpr Want kWant = Want::Provider;
};
template <class T>
struct Dependency<std::shared_ptr<T>> {
  using Type = T;
  static constexpr Want kWant = Want::Made;
};
template <class T>
concept IsDependency = requires { typename Dependency<T>::Type; };

struct Binding {
  TypeKey type = nullptr;
  Lifetime lifetime = Lifetime::Singleton;
  bool lazy = false;
  std::vector<Need> needs;
  // Makes one; the pointer is to the bound type.
  std::function<Result<std::shared_ptr<void>>(Graph&)> make;
};

template <class T, class Pointer>
Result<std::shared_ptr<void>> erase(Pointer pointer) {
  if constexpr (requires { pointer.ok(); }) {
    if (!pointer.ok()) return pointer.error();
    return erase<T>(std::move(pointer).value());
  } else {
    return std::static_pointer_cast<void>(std::shared_ptr<T>(std::move(pointer)));
  }
}

}  // namespace detail

class Bindings {
 public:
  class Entry {
   public:
    // Made when first asked for instead of by Graph::start().
    Entry& lazy() {
      owner_->list_[index_].lazy = true;
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
  void object(T& existing) {
    add<T>(Lifetime::Object, {}, [&existing](Graph&) -> Result<std::shared_ptr<void>> {
      return std::shared_ptr<void>(std::shared_ptr<void>(), const_cast<std::remove_const_t<T>*>(&existing));
    });
  }

  // One per graph. By a factory that takes Deps... and gives a unique_ptr or shared_ptr to T or a class derived from it,
  // or a Result of one; or by constructing T, or the first of Deps when that is no dependency, from Deps....
  template <class T, detail::IsDependency... Deps, class Factory>
    requires std::is_invocable_v<Factory&, Deps...>
  Entry singleton(Factory factory) {
    return add_made<T, Deps...>(Lifetime::Singleton, std::move(factory));
  }
  template <class T, detail::IsDependency... Deps>
  Entry singleton() {
    return construct<T, T, Deps...>(Lifetime::Singleton);
  }
  template <class T, class Implementation, detail::IsDependency... Deps>
    requires(!detail::IsDependency<Implementation>)
  Entry singleton() {
    return construct<T, Implementation, Deps...>(Lifetime::Singleton);
  }

  // A new one for everyone who asks.
  template <class T, detail::IsDependency... Deps, class Factory>
    requires std::is_invocable_v<Factory&, Deps...>
  Entry transient(Factory factory) {
    return add_made<T, Deps...>(Lifetime::Transient, std::move(factory));
  }
  template <class T, detail::IsDependency... Deps>
  Entry transient() {
    return construct<T, T, Deps...>(Lifetime::Transient);
  }
  template <class T, class Implementation, detail::IsDependency... Deps>
    requires(!detail::IsDependency<Implementation>)
  Entry transient() {
    return construct<T, Implementation, Deps...>(Lifetime::Transient);
  }

 private:
  friend class Graph;

  template <class T, class Implementation, class... Deps>
  Entry construct(Lifetime lifetime) {
    static_assert(std::is_base_of_v<T, Implementation> || std::is_same_v<T, Implementation>,
                  "the implementation must derive from the type it is bound to");
    static_assert(std::is_constructible_v<Implementation, Deps...>,
                  "the implementation has no constructor with these dependencies, in this order");
    return add_made<T, Deps...>(lifetime, [](Deps... deps) { return std::make_unique<Implementation>(static_cast<Deps&&>(deps)...); });
  }

  template <class T, class... Deps, class Factory>
  Entry add_made(Lifetime lifetime, Factory factory) {
    return add<T>(lifetime, {detail::Need{type_key<typename detail::Dependency<Deps>::Type>(), detail::Dependency<Deps>::kWant}...},
                  [factory = std::move(factory)](Graph& graph) mutable {
                    return detail::erase<T>(factory(resolve<Deps>(graph)...));
                  });
  }

  template <class T>
  Entry add(Lifetime lifetime, std::vector<detail::Need> needs, std::function<Result<std::shared_ptr<void>>(Graph&)> make) {
    list_.push_back({type_key<std::remove_const_t<T>>(), lifetime, false, std::move(needs), std::move(make)});
    return Entry(this, list_.size() - 1);
  }

  template <class D>
  static D resolve(Graph& graph);

  std::vector<detail::Binding> list_;
};

}  // namespace slipway::inject
