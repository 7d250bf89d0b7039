// TokenBucket: admits calls at a rate, with bursts. One 64-bit word, so admitting is one compare-and-swap and the limit is
// exact over all threads. Rate and burst may be changed while it is used.
//
// The word is the time at which the bucket would be full again (GCRA, the generic cell rate algorithm): a call moves it on by
// 1/rate, and is refused when that would go further ahead of now than the burst allows.
#pragma once

#include <atomic>
#include <cstdint>

#include "slipway/base/time.h"

namespace slipway::resilience {

class TokenBucket {
 public:
  // `rate` in tokens a second, > 0; `burst` >= 1.
  TokenBucket(double rate, double burst) { set(rate, burst); }

  struct Verdict {
    bool admitted = false;
    double remaining = 0;    // tokens left
    Duration retry_after{};  // when refused: how long until one is there
  };
  Verdict take(TimePoint now) { return take(now, interval_ns(), burst_.load(std::memory_order_relaxed)); }
  void set(double rate, double burst) {
    interval_ns_.store(1e9 / (rate > 1e-6 ? rate : 1e-6), std::memory_order_relaxed);
    burst_.store(burst >= 1 ? burst : 1, std::memory_order_relaxed);
  }
  double rate() const { return 1e9 / interval_ns(); }
  double burst() const { return burst_.load(std::memory_order_relaxed); }

  // The same on a word of the caller's, for many buckets of one rate.
  static Verdict take_from(std::atomic<std::int64_t>& full_at, TimePoint now, double rate, double burst);
  bool idle(TimePoint now) const { return full_at_.load(std::memory_order_relaxed) <= now.time_since_epoch().count(); }

 private:
  double interval_ns() const { return interval_ns_.load(std::memory_order_relaxed); }
  Verdict take(TimePoint now, double interval, double burst);
  std::atomic<std::int64_t> full_at_{0};
  std::atomic<double> interval_ns_{1}, burst_{1};
};

}  // namespace slipway::resilience
