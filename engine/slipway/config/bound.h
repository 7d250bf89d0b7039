// Bound<T>: a handle on one key's current value, for hot paths. Reading one costs a relaxed load for types of up to eight
// bytes (bool, numbers, Duration); other types (strings, lists) are read as shared_ptr<const T>.
// The handle outlives the Config: it then keeps the last value. Copies share the value. Thread-safe.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "slipway/base/snapshot.h"
#include "slipway/config/snapshot.h"

namespace slipway::config {

template <class T>
concept AtomicValue = std::is_trivially_copyable_v<T> && sizeof(T) <= 8;

// What Config refreshes when it publishes: one reader of one key (or the first set of several).
class BoundSlot {
 public:
  virtual ~BoundSlot() = default;
  // A value that does not convert leaves the last one in place and is returned as the error.
  virtual Status refresh(const ConfigSnapshot& snapshot) = 0;
  std::vector<std::string> keys;  // the first one that is set wins
  std::string reader;             // "gateway rate_limit"
};

template <class T>
class TypedSlot final : public BoundSlot {
 public:
  using Convert = std::function<Result<T>(const ConfigSnapshot&, const Entry&)>;
  TypedSlot(std::vector<std::string> names, T fallback, std::string who, Convert convert)
      : fallback_(fallback), convert_(std::move(convert)), value_(initial(std::move(fallback))) {
    keys = std::move(names);
    reader = std::move(who);
  }
  Status refresh(const ConfigSnapshot& s) override {
    for (const auto& key : keys) {
      const Entry* e = s.find(key);
      if (!e || e->winner < 0) continue;
      Result<T> r = convert_ ? convert_(s, *e) : s.template get<T>(key);
      if (!r) return r.error();
      store(std::move(*r));
      return {};
    }
    store(fallback_);
    return {};
  }
  auto read() const {
    if constexpr (AtomicValue<T>)
      return value_.load(std::memory_order_relaxed);
    else
      return value_.load();
  }
  const auto& cell() const { return value_; }

 private:
  static auto initial(T v) {
    if constexpr (AtomicValue<T>)
      return v;
    else
      return std::make_shared<const T>(std::move(v));
  }
  void store(T v) {
    if constexpr (AtomicValue<T>)
      value_.store(v, std::memory_order_relaxed);
    else
      value_.publish(std::make_shared<const T>(std::move(v)));
  }
  T fallback_;
  Convert convert_;
  std::conditional_t<AtomicValue<T>, std::atomic<T>, Snapshot<T>> value_;
};

template <class T>
class Bound {
 public:
  Bound() = default;  // unbound: get() of it is a broken invariant
  explicit Bound(std::shared_ptr<TypedSlot<T>> slot) : slot_(std::move(slot)) {}
  // A value that never changes, for code that runs without a Config.
  static Bound fixed(T value) {
    return Bound(std::make_shared<TypedSlot<T>>(std::vector<std::string>{}, std::move(value), "", nullptr));
  }
  // T for small types, shared_ptr<const T> for the others.
  auto get() const { return slot_->read(); }
  auto operator*() const { return get(); }
  explicit operator bool() const { return slot_ != nullptr; }
  // One per thread or connection, for types behind shared_ptr: an acquire load when nothing changed.
  auto reader() const
    requires(!AtomicValue<T>)
  {
    return typename Snapshot<T>::Reader(slot_->cell());
  }
  const std::vector<std::string>& keys() const { return slot_->keys; }

 private:
  std::shared_ptr<TypedSlot<T>> slot_;
};

}  // namespace slipway::config
