#include "slipway/resilience/breaker.h"

#include <algorithm>

namespace slipway::resilience {

double Breaker::refusal(TimePoint now) const {
  const std::int64_t slot = slot_of(now);
  std::uint64_t total = 0, ok = 0;
  for (const Bucket& b : buckets_)
    if (b.slot >= 0 && slot - b.slot < kBuckets) total += b.total, ok += b.ok;
  const double accepted = static_cast<double>(ok) / options_.success;
  const auto calls = static_cast<double>(total);
  if (total < options_.min_calls || calls <= accepted) return 0;
  return (calls - accepted) / (calls + 1);
}

bool Breaker::allow(TimePoint now, Random& random) {
  std::lock_guard lock(mutex_);
  const double p = refusal(now);
  return p <= 0 || random.uniform() >= p;
}

void Breaker::mark(TimePoint now, bool success) {
  const std::int64_t slot = slot_of(now);
  std::lock_guard lock(mutex_);
  Bucket& b = buckets_[static_cast<std::size_t>(slot % kBuckets)];
  if (b.slot != slot) b = {slot, 0, 0};
  ++b.total;
  if (success) ++b.ok;
}

bool Breaker::open(TimePoint now) const {
  std::lock_guard lock(mutex_);
  return refusal(now) > 0;
}

}  // namespace slipway::resilience
