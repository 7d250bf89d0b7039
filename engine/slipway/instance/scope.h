// InstanceScope: named instances made on first use ("the database called `default`"), once each, for one service.
//
//   InstanceScope scope("orders");
//   scope.provide<data::Database>("db", [](InstanceScope& s, const std::string& name) { return open_database(name); });
//   data::Database& db = scope.get<data::Database>();          // made here, the first time
//   Handle<data::Database> held(scope);  held->query(...);      // a pointer load per use
//
// Use it where a service wants convenience over explicit wiring (the `g` headers stand on it); use inject::Graph where
// every dependency is to be visible in constructors. Each prototype service has its own scope, carried by the Context;
// an exported program has one, process_scope().
//
// Getting is thread-safe. An instance is made once however many threads ask, and a slow one delays only those who ask
// for it. Asking in a circle, in one thread or across several, is an error that prints the circle. A failure is not
// remembered: those who waited for that attempt get its error, the next one tries again. Instances die with the scope,
// the last made first.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "slipway/base/result.h"
#include "slipway/base/type_key.h"
#include "slipway/instance/slot.h"

namespace slipway::instance {

// What is known of one instance, for views.
struct Record {
  std::string kind;       // the label it was provided under: "db"
  std::string name;       // "default"
  bool created = false;
  bool replaced = false;  // a test or a user put something else in its place
  std::int64_t created_wall_ns = 0;
  std::int64_t creation_ns = 0;  // includes what it had to wait for and make on the way
  int order = 0;                 // 1 = made first
  std::vector<std::string> depends_on;  // "cache.default": what its factory asked this scope for
};

class InstanceScope {
 public:
  // Factories not provided here are looked for in `parent`, which must outlive this scope; instances are always own.
  explicit InstanceScope(std::string name = "process", const InstanceScope* parent = nullptr);
  ~InstanceScope();
  InstanceScope(const InstanceScope&) = delete;
  InstanceScope& operator=(const InstanceScope&) = delete;

  const std::string& name() const { return name_; }

  // How instances of T are made. `factory`: (InstanceScope&, const std::string& name) -> std::unique_ptr<U>,
  // std::shared_ptr<U> or a Result of either, U being T or derived from it. Replaces an earlier one; instances stay.
  template <class T, class Factory>
  void provide(std::string kind, Factory factory) {
    provide_any(type_key<T>(), std::move(kind), [factory = std::move(factory)](InstanceScope& scope, const std::string& name) {
      return erase<T>(factory(scope, name));
    });
  }

  // The instance, made now when it is not there yet. NOT_FOUND / NO_FACTORY when nobody provides T, CONFLICT /
  // INSTANCE_CYCLE when asked in a circle, UNAVAILABLE / SCOPE_CLOSED once the scope is closing, or the factory's error.
  // May block: on the factory, or on another thread that is making the same instance.
  template <class T>
  Result<T*> find(std::string_view name = kDefault) {
    Slot& slot = slot_of(type_key<T>(), name);
    if (void* object = slot.object.load(std::memory_order_acquire); object && !making_something()) [[likely]]
      return static_cast<T*>(object);
    auto made = make(slot);
    if (!made) return made.error();
    return static_cast<T*>(*made);
  }
  // The same for code that cannot go on without it: throws InstanceError.
  template <class T>
  T& get(std::string_view name = kDefault) {
    Slot& slot = slot_of(type_key<T>(), name);
    if (void* object = slot.object.load(std::memory_order_acquire); object && !making_something()) [[likely]]
      return *static_cast<T*>(object);
    return *static_cast<T*>(make_or_throw(slot));
  }
  // find() and get() for code that knows a usual way to make T (the g functions): `factory` is provided under `kind` when
  // nobody has said otherwise, here or in a parent.
  template <class T, class Factory>
  Result<T*> find_or_provide(std::string_view name, std::string_view kind, const Factory& factory) {
    Slot& slot = slot_of(type_key<T>(), name);
    if (!slot.object.load(std::memory_order_acquire) && !factory_of(type_key<T>())) provide<T>(std::string(kind), factory);
    return find<T>(name);
  }
  template <class T, class Factory>
  T& get_or_provide(std::string_view name, std::string_view kind, const Factory& factory) {
    Slot& slot = slot_of(type_key<T>(), name);
    if (void* object = slot.object.load(std::memory_order_acquire); object && !making_something()) [[likely]]
      return *static_cast<T*>(object);
    if (!slot.object.load(std::memory_order_relaxed) && !factory_of(type_key<T>())) provide<T>(std::string(kind), factory);
    return *static_cast<T*>(make_or_throw(slot));
  }
  // The instance if it was made already, else nullptr.
  template <class T>
  T* peek(std::string_view name = kDefault) const {
    const Slot* slot = lookup(type_key<T>(), name);
    return slot ? static_cast<T*>(slot->object.load(std::memory_order_acquire)) : nullptr;
  }

  // Puts a ready object there; what was there lives on until the scope dies, for those who hold it.
  template <class T>
  void put(std::shared_ptr<T> object, std::string_view name = kDefault) {
    void* raw = object.get();
    put_any(slot_of(type_key<T>(), name), raw, std::move(object));
  }
  // For tests: a stand-in for as long as the returned guard lives; then what was there before is back.
  class Replacement {
   public:
    Replacement(Replacement&& o) noexcept : scope_(std::exchange(o.scope_, nullptr)), slot_(o.slot_), before_(o.before_) {}
    Replacement& operator=(Replacement&&) = delete;
    ~Replacement();

   private:
    friend class InstanceScope;
    Replacement(InstanceScope* scope, Slot* slot, void* before) : scope_(scope), slot_(slot), before_(before) {}
    InstanceScope* scope_;
    Slot* slot_;
    void* before_;
  };
  template <class T>
  [[nodiscard]] Replacement replace(T& stand_in, std::string_view name = kDefault) {
    return replace_any(slot_of(type_key<T>(), name), &stand_in);
  }

  // Every instance made or being asked for, in order of making; those not made come last.
  std::vector<Record> records() const;
  // Destroys all instances, the last made first; later get() is SCOPE_CLOSED. Also done by the destructor.
  void close();

  static constexpr std::string_view kDefault = "default";

 private:
  template <class>
  friend class Handle;
  using Factory = std::function<Result<Made>(InstanceScope&, const std::string&)>;
  struct Provided {
    std::string kind;
    Factory make;
  };

  template <class T, class Pointer>
  static Result<Made> erase(Pointer pointer) {
    if constexpr (requires { pointer.ok(); }) {
      if (!pointer.ok()) return pointer.error();
      return erase<T>(std::move(pointer).value());
    } else {
      std::shared_ptr<T> shared(std::move(pointer));
      void* raw = shared.get();
      return Made{raw, std::move(shared)};
    }
  }

  Slot& slot_of(TypeKey type, std::string_view name) {
    Slot* slot = table_.find(type, name);
    return slot ? *slot : add_slot(type, name);
  }
  const Slot* lookup(TypeKey type, std::string_view name) const { return table_.find(type, name); }
  Slot& add_slot(TypeKey type, std::string_view name);
  Result<void*> make(Slot& slot);
  void* make_or_throw(Slot& slot);
  void provide_any(TypeKey type, std::string kind, Factory factory);
  std::shared_ptr<const Provided> factory_of(TypeKey type) const;
  void put_any(Slot& slot, void* object, std::shared_ptr<void> holder);
  Replacement replace_any(Slot& slot, void* stand_in);
  std::string label(const Slot& slot) const;

  const std::string name_;
  const InstanceScope* parent_;
  SlotTable table_;
  struct State;
  std::unique_ptr<State> state_;
};

class InstanceError : public std::runtime_error {
 public:
  explicit InstanceError(Error error) : std::runtime_error(error.to_string()), error_(std::move(error)) {}
  const Error& error() const { return error_; }

 private:
  Error error_;
};

// An instance known by scope, type and name, looked up once: later uses cost one load and follow put() and replace().
// Made on first use. Copyable; must not outlive the scope. Thread-safe.
template <class T>
class Handle {
 public:
  explicit Handle(InstanceScope& scope, std::string_view name = InstanceScope::kDefault)
      : scope_(&scope), slot_(&scope.slot_of(type_key<T>(), name)) {}
  T& get() const {
    if (void* object = slot_->object.load(std::memory_order_acquire)) [[likely]]
      return *static_cast<T*>(object);
    return *static_cast<T*>(scope_->make_or_throw(*slot_));
  }
  T& operator*() const { return get(); }
  T* operator->() const { return &get(); }

 private:
  InstanceScope* scope_;
  Slot* slot_;
};

// The scope of a program that has only one: made on first use, destroyed at exit.
InstanceScope& process_scope();

}  // namespace slipway::instance
