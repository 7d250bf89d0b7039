// Ewma: what p2c_ewma knows of one node: latency and success, decaying over 600 ms, and the calls still out.
//
// Kratos's arithmetic, integers where it has integers, so that its weights come out digit by digit: a fresh node weighs
// 100, an idle one with 1 ms of lag 4 083, 10 ms 2 582, 100 ms 976. Thread-safe without an atomic addition: two completions at
// the same moment lose at most one sample, as upstream, and two calls that meet on one slot (200 picks apart) one of them.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

namespace slipway::balance {

class Ewma {
 public:
  static constexpr std::int64_t kTauNs = 600'000'000;
  static constexpr std::int64_t kPenaltyNs = 100'000;
  static constexpr std::int64_t kFloorNs = 5'000'000;  // added under the square root: damps the preference
  static constexpr std::int64_t kCacheNs = 5'000'000;  // a weight is this old at most
  static constexpr std::uint32_t kSlots = 200;
  static constexpr std::uint32_t kNoSlot = kSlots;
  static constexpr std::int64_t kNever = INT64_MIN / 2;

  // The node's call number `ordinal` (from 0) begins at `now`. Gives the slot to hand back, or kNoSlot when the one it fell on was
  // taken.
  std::uint32_t begin(std::uint64_t ordinal, std::int64_t now_ns);
  void end(std::uint32_t slot, std::int64_t started_ns, std::int64_t now_ns, bool failed);

  // Higher is better. `in_flight` = calls out now. From the cache when it is at most 5 ms old.
  double weight(std::int64_t now_ns, std::int64_t in_flight);
  // What one more call would cost: floor(sqrt(lag + 5 ms)) * (in_flight + 1), or 100 us * (...) while nothing is known.
  std::uint64_t load(std::int64_t now_ns, std::int64_t in_flight) const;

  std::int64_t lag_ns() const { return lag_.load(std::memory_order_relaxed); }
  std::uint64_t success() const { return success_.load(std::memory_order_relaxed); }  // 0 ... 1000
  std::int64_t last_pick_ns() const { return last_pick_.load(std::memory_order_relaxed); }

 private:
  // One cache line: each pick and each completion writes to it anyway.
  alignas(64) std::atomic<double> cached_weight_{0};
  std::atomic<std::int64_t> cached_at_{kNever};
  std::atomic<std::int64_t> last_pick_{kNever};
  std::atomic<std::int64_t> lag_{0}, stamp_{0};
  std::atomic<std::uint64_t> success_{1000};
  alignas(64) std::array<std::atomic<std::int64_t>, kSlots> slots_{};
};

}  // namespace slipway::balance
