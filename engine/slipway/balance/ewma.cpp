#include "slipway/balance/ewma.h"

#include <algorithm>
#include <cmath>

namespace slipway::balance {

std::uint32_t Ewma::begin(std::uint64_t ordinal, std::int64_t now_ns) {
  last_pick_.store(now_ns, std::memory_order_relaxed);
  const auto slot = (static_cast<std::uint32_t>(ordinal) + 1) % kSlots;
  if (slots_[slot].load(std::memory_order_relaxed) != 0) return kNoSlot;
  slots_[slot].store(now_ns, std::memory_order_relaxed);
  return slot;
}

void Ewma::end(std::uint32_t slot, std::int64_t started_ns, std::int64_t now_ns, bool failed) {
  if (slot < kSlots && slots_[slot].load(std::memory_order_relaxed) == started_ns) slots_[slot].store(0, std::memory_order_relaxed);
  const auto since = std::max<std::int64_t>(0, now_ns - stamp_.load(std::memory_order_relaxed));
  stamp_.store(now_ns, std::memory_order_relaxed);
  const auto sample = std::max<std::int64_t>(0, now_ns - started_ns);
  const auto old_lag = lag_.load(std::memory_order_relaxed);
  const double keep = old_lag == 0 ? 0 : std::exp(-static_cast<double>(since) / static_cast<double>(kTauNs));
  lag_.store(static_cast<std::int64_t>(static_cast<double>(old_lag) * keep + static_cast<double>(sample) * (1 - keep)),
             std::memory_order_relaxed);
  const double outcome = failed ? 0 : 1000;
  const auto old_success = static_cast<double>(success_.load(std::memory_order_relaxed));
  success_.store(static_cast<std::uint64_t>(old_success * keep + outcome * (1 - keep)), std::memory_order_relaxed);
}

std::uint64_t Ewma::load(std::int64_t now_ns, std::int64_t in_flight) const {
  const auto calls = static_cast<std::uint64_t>(in_flight + 1);
  const auto lag = lag_.load(std::memory_order_relaxed);
  if (lag == 0) return kPenaltyNs * calls;
  // When most calls out have already taken longer than the average, their mean age is the better guess.
  std::int64_t slow = 0, total = 0, sum = 0;
  if (in_flight > 0) {
    for (const auto& slot : slots_) {
      const auto started = slot.load(std::memory_order_relaxed);
      if (started == 0) continue;
      ++total;
      const auto age = now_ns - started;
      if (age > lag) {
        ++slow;
        sum += age;
      }
    }
  }
  const auto predicted = slow >= total / 2 + 1 ? sum / slow : 0;
  const auto root = std::sqrt(static_cast<double>(std::max(lag, predicted) + kFloorNs));
  return static_cast<std::uint64_t>(static_cast<std::int64_t>(root)) * calls;
}

double Ewma::weight(std::int64_t now_ns, std::int64_t in_flight) {
  if (now_ns - cached_at_.load(std::memory_order_acquire) <= kCacheNs)
    return cached_weight_.load(std::memory_order_relaxed);
  const auto numerator = static_cast<double>(success_.load(std::memory_order_relaxed) * 1000 * 10);
  const auto weight = numerator / static_cast<double>(load(now_ns, in_flight));
  cached_weight_.store(weight, std::memory_order_relaxed);
  cached_at_.store(now_ns, std::memory_order_release);
  return weight;
}

}  // namespace slipway::balance
