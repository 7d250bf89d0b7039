// Gate: counts work in flight so that a stop can wait for it, and refuses new work once closed.
// Solves two problems: "has everything that began ended?" and "may something still begin?". Thread-safe.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <utility>

#include "slipway/base/time.h"

namespace slipway {

class Gate {
 public:
  class Pass {
   public:
    Pass() = default;
    explicit Pass(Gate* g) : g_(g) {}
    Pass(Pass&& o) noexcept : g_(std::exchange(o.g_, nullptr)) {}
    Pass& operator=(Pass&& o) noexcept {
      std::swap(g_, o.g_);
      return *this;
    }
    ~Pass() {
      if (g_) g_->leave();
    }
    explicit operator bool() const { return g_ != nullptr; }

   private:
    Gate* g_ = nullptr;
  };

  // An empty Pass when the gate is closed.
  Pass enter() {
    std::lock_guard lock(m_);
    if (closed_) return Pass();
    ++inside_;
    return Pass(this);
  }
  void close() {
    std::lock_guard lock(m_);
    closed_ = true;
    if (inside_ == 0) cv_.notify_all();
  }
  // Blocks until the gate is closed and empty, or `limit` passed; true when empty.
  bool wait_empty(Duration limit) {
    std::unique_lock lock(m_);
    return cv_.wait_for(lock, limit, [&] { return closed_ && inside_ == 0; });
  }
  std::int64_t inside() const {
    std::lock_guard lock(m_);
    return inside_;
  }

 private:
  void leave() {
    std::lock_guard lock(m_);
    if (--inside_ == 0 && closed_) cv_.notify_all();
  }
  mutable std::mutex m_;
  std::condition_variable cv_;
  std::int64_t inside_ = 0;
  bool closed_ = false;
};

}  // namespace slipway
