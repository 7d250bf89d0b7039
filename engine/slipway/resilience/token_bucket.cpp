#include "slipway/resilience/token_bucket.h"

#include <algorithm>

namespace slipway::resilience {
namespace {

TokenBucket::Verdict admit(std::atomic<std::int64_t>& full_at, std::int64_t now, double interval, double burst) {
  const auto room = static_cast<std::int64_t>(burst * interval);  // how far ahead of now it may be
  const auto step = std::max<std::int64_t>(static_cast<std::int64_t>(interval), 1);
  std::int64_t full = full_at.load(std::memory_order_relaxed);
  for (;;) {
    // Further ahead than the burst allows it can only be after a change of settings: nothing is owed to the old ones.
    const std::int64_t base = full > now + room ? now + room - step : std::max(full, now);
    const std::int64_t next = base + step;
    if (next - now > room) return {false, 0, Duration(next - now - room)};
    if (full_at.compare_exchange_weak(full, next, std::memory_order_relaxed))
      return {true, static_cast<double>(room - (next - now)) / interval, {}};
  }
}

}  // namespace

TokenBucket::Verdict TokenBucket::take(TimePoint now, double interval, double burst) {
  return admit(full_at_, now.time_since_epoch().count(), interval, burst);
}

TokenBucket::Verdict TokenBucket::take_from(std::atomic<std::int64_t>& full_at, TimePoint now, double rate, double burst) {
  return admit(full_at, now.time_since_epoch().count(), 1e9 / (rate > 1e-6 ? rate : 1e-6), burst >= 1 ? burst : 1);
}

}  // namespace slipway::resilience
