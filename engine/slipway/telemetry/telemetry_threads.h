// What each serving thread keeps for one Telemetry: its counts, its ring of kept calls, and the calls it has just let go.
// Internal to the telemetry module.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "slipway/telemetry/telemetry.h"

namespace slipway::telemetry::detail {

// Counts of one operation, written by one thread and read by the collector: relaxed loads and stores, no atomic addition.
struct OperationCounts {
  std::uint64_t key = 0;  // service << 32 | operation
  std::atomic<std::uint64_t> requests{0}, errors{0};
  std::atomic<std::int64_t> duration_ns{0};
  std::array<std::atomic<std::uint32_t>, LatencyScale::kBuckets> latency{};
  OperationCounts* next = nullptr;  // set before it is published

  // The slowest per second and latency band; touched by the serving thread only.
  static constexpr int kBands = 40;  // four per decade-half: band of ns by its leading bit
  std::uint64_t second = 0;
  std::array<std::int64_t, kBands> slowest{};
  std::uint32_t refusals = 0;

  template <class T>
  static void bump(std::atomic<T>& a, T by) {
    a.store(a.load(std::memory_order_relaxed) + by, std::memory_order_relaxed);
  }
  void count(std::int64_t ns, bool error) {
    bump<std::uint32_t>(latency[LatencyScale::bucket_of(ns)], 1);
    bump<std::int64_t>(duration_ns, ns);
    if (error) bump<std::uint64_t>(errors, 1);
    requests.store(requests.load(std::memory_order_relaxed) + 1, std::memory_order_release);
  }
  // Bands of half an octave. True when this is the slowest so far of its band in its second.
  bool slowest_of_band(std::int64_t ns, std::uint64_t now_second) {
    turn(now_second);
    const auto v = static_cast<std::uint64_t>(std::max<std::int64_t>(ns, 1));
    const int octave = static_cast<int>(std::bit_width(v)) - 1;
    const int half = octave > 0 ? static_cast<int>(v >> (octave - 1) & 1) : 0;
    const int band = std::clamp(2 * (octave - 14) + half, 0, kBands - 1);  // from 16 us on
    auto& best = slowest[static_cast<std::size_t>(band)];
    if (ns <= best) return false;
    best = ns;
    return true;
  }
  bool first_refusals(std::uint64_t now_second, std::uint32_t most) {
    turn(now_second);
    return refusals++ < most;
  }
  void turn(std::uint64_t now_second) {
    if (second == now_second) return;
    second = now_second;
    slowest.fill(0);
    refusals = 0;
  }
};

// What the collector saw last of one OperationCounts.
struct SeenCounts {
  std::uint64_t requests = 0, errors = 0;
  std::int64_t duration_ns = 0;
  std::vector<std::uint32_t> latency;
};

// One producer, one consumer; slots keep their memory, so a warm ring does not allocate.
class CallRing {
 public:
  explicit CallRing(std::size_t slots) : slots_(slots) {}
  // The slot to fill, or null when full; then push().
  CallRecord* claim() {
    const auto head = head_.load(std::memory_order_relaxed);
    if (head - tail_.load(std::memory_order_acquire) == slots_.size()) return nullptr;
    return &slots_[head % slots_.size()];
  }
  std::size_t waiting() const { return static_cast<std::size_t>(head_.load(std::memory_order_relaxed) - tail_.load(std::memory_order_relaxed)); }
  void push() { head_.store(head_.load(std::memory_order_relaxed) + 1, std::memory_order_release); }
  template <class Take>
  void drain(Take take) {
    auto tail = tail_.load(std::memory_order_relaxed);
    const auto head = head_.load(std::memory_order_acquire);
    for (; tail != head; ++tail) take(slots_[tail % slots_.size()]);
    tail_.store(tail, std::memory_order_release);
  }

 private:
  std::vector<CallRecord> slots_;
  alignas(64) std::atomic<std::uint64_t> head_{0};
  alignas(64) std::atomic<std::uint64_t> tail_{0};
};

// Calls that were not kept, newest over oldest. The serving thread writes only when it gets the flag at once; while the collector
// looks through, a call is not remembered, and nobody waits.
class RecentCalls {
 public:
  explicit RecentCalls(std::size_t slots) : slots_(slots) {}
  template <class Fill>
  void remember(Fill fill) {
    if (slots_.empty() || busy_.test_and_set(std::memory_order_acquire)) return;
    fill(slots_[next_++ % slots_.size()]);
    busy_.clear(std::memory_order_release);
  }
  // Hands over the calls for which wanted(trace) holds; they are forgotten here.
  template <class Wanted, class Take>
  void take_if(Wanted wanted, Take take) {
    while (busy_.test_and_set(std::memory_order_acquire)) {
    }
    const std::size_t used = std::min<std::size_t>(next_, slots_.size());
    for (std::size_t i = 0; i < used; ++i) {
      CallRecord& call = slots_[i];
      if (!call.identity.trace.valid() || !wanted(call.identity.trace)) continue;
      take(call);
      call.identity = {};
    }
    busy_.clear(std::memory_order_release);
  }

 private:
  std::atomic_flag busy_ = ATOMIC_FLAG_INIT;
  std::vector<CallRecord> slots_;
  std::uint64_t next_ = 0;
};

struct ThreadState {
  ThreadState(std::size_t ring_calls, std::size_t recent_calls) : ring(ring_calls), recent(recent_calls) {}
  ~ThreadState() {
    for (OperationCounts* o = operations.load(); o;) delete std::exchange(o, o->next);
  }
  ThreadState(const ThreadState&) = delete;

  // Found by this thread only; the collector walks the list.
  OperationCounts& counts_of(std::uint64_t key) {
    OperationCounts*& near = cached[(key ^ key >> 32) % cached.size()];
    if (near && near->key == key) return *near;
    for (OperationCounts* o = operations.load(std::memory_order_relaxed); o; o = o->next)
      if (o->key == key) return *(near = o);
    auto* made = new OperationCounts;
    made->key = key;
    made->next = operations.load(std::memory_order_relaxed);
    operations.store(made, std::memory_order_release);
    return *(near = made);
  }

  std::atomic<OperationCounts*> operations{nullptr};
  std::array<OperationCounts*, 64> cached{};
  CallRing ring;
  RecentCalls recent;
  std::atomic<std::uint64_t> dropped{0};
  std::atomic<std::uint64_t> spans_seen{0};   // of all finished calls, kept or not
  std::uint64_t tick = 0, sampled_in_tick = 0;  // spans kept because the caller had sampled them, against floods
};

}  // namespace slipway::telemetry::detail
