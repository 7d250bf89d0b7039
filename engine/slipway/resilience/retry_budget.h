// RetryBudget: bounds retries to a share of the calls, so that retries cannot multiply an outage (Finagle's idea).
// Each first try deposits `share` of a token, each retry takes a whole one; a few are there from the start so that quiet clients
// may retry at all. Thread-safe, lock-free.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>

namespace slipway::resilience {

class RetryBudget {
 public:
  // `share` 0.1 = one retry per ten calls; `reserve` retries to begin with.
  explicit RetryBudget(double share = 0.1, int reserve = 10) { set(share, reserve); }
  void set(double share, int reserve) {
    deposit_.store(static_cast<std::int64_t>(std::clamp(share, 0.0, 1.0) * kToken), std::memory_order_relaxed);
    most_.store(std::int64_t{std::max(reserve, 0)} * kToken, std::memory_order_relaxed);
    balance_.store(most_.load(std::memory_order_relaxed), std::memory_order_relaxed);
  }
  void on_call() {
    const std::int64_t most = most_.load(std::memory_order_relaxed) + kToken * 100;
    if (balance_.load(std::memory_order_relaxed) < most)
      balance_.fetch_add(deposit_.load(std::memory_order_relaxed), std::memory_order_relaxed);
  }
  // False: do not retry now.
  bool take() {
    std::int64_t have = balance_.load(std::memory_order_relaxed);
    while (have >= kToken)
      if (balance_.compare_exchange_weak(have, have - kToken, std::memory_order_relaxed)) return true;
    return false;
  }

 private:
  static constexpr std::int64_t kToken = 1'000'000;
  std::atomic<std::int64_t> deposit_{0}, most_{0}, balance_{0};
};

}  // namespace slipway::resilience
