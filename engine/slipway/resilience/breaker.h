// Breaker: client-side throttling as in the SRE book ("Handling overload"). It refuses locally with probability
//   max(0, (calls - K * accepted) / (calls + 1))
// over a sliding window, so a backend that fails is left with about K times the calls it answers; there is no half-open state.
// A local refusal counts as neither success nor failure, so recovery is not delayed. Thread-safe (a short mutex).
#pragma once

#include <array>
#include <cstdint>
#include <mutex>

#include "slipway/base/random.h"
#include "slipway/base/time.h"

namespace slipway::resilience {

struct BreakerOptions {
  Duration window = std::chrono::seconds(3);
  double success = 0.5;            // K = 1 / success
  std::uint64_t min_calls = 20;    // below, nothing is refused
};

class Breaker {
 public:
  explicit Breaker(BreakerOptions options = {}) : options_(options) {}
  bool allow(TimePoint now, Random& random);
  void mark(TimePoint now, bool success);
  bool open(TimePoint now) const;  // for display

 private:
  static constexpr int kBuckets = 10;
  struct Bucket {
    std::int64_t slot = -1;
    std::uint64_t total = 0, ok = 0;
  };
  std::int64_t slot_of(TimePoint now) const { return now.time_since_epoch().count() / (options_.window.count() / kBuckets); }
  double refusal(TimePoint now) const;  // under the mutex
  BreakerOptions options_;
  mutable std::mutex mutex_;
  std::array<Bucket, kBuckets> buckets_;
};

}  // namespace slipway::resilience
