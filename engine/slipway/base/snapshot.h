// Snapshot<T>: one immutable value, replaced whole by a writer and read by many threads at the price of one relaxed
// load. Solves two problems: readers never lock, and a reader keeps a consistent value while it works.
//
// Each reader holds a Snapshot<T>::Reader (one per thread or per connection, not shared): it caches the pointer and
// the version, and takes the mutex only when the version moved. std::atomic<shared_ptr> is avoided on purpose: GCC
// 12's takes a lock on every load and its lock bit trips ThreadSanitizer.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>

namespace slipway {

template <class T>
class Snapshot {
 public:
  explicit Snapshot(std::shared_ptr<const T> first) : current_(std::move(first)) {}
  Snapshot(const Snapshot&) = delete;

  void publish(std::shared_ptr<const T> next) {
    std::shared_ptr<const T> old;  // destroyed outside the lock
    std::lock_guard lock(mutex_);
    old = std::exchange(current_, std::move(next));
    version_.fetch_add(1, std::memory_order_release);
  }
  // For occasional readers: takes the mutex briefly.
  std::shared_ptr<const T> load() const {
    std::lock_guard lock(mutex_);
    return current_;
  }
  std::uint64_t version() const { return version_.load(std::memory_order_acquire); }

  class Reader {
   public:
    explicit Reader(const Snapshot& source) : source_(&source) {}
    const T& get() {
      const auto v = source_->version_.load(std::memory_order_acquire);
      if (v != seen_ || !held_) refresh();
      return *held_;
    }
    const std::shared_ptr<const T>& shared() { return get(), held_; }

   private:
    void refresh() {
      std::lock_guard lock(source_->mutex_);
      held_ = source_->current_;
      seen_ = source_->version_.load(std::memory_order_relaxed);
    }
    const Snapshot* source_;
    std::uint64_t seen_ = ~0ull;
    std::shared_ptr<const T> held_;
  };

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const T> current_;
  std::atomic<std::uint64_t> version_{0};
};

}  // namespace slipway
