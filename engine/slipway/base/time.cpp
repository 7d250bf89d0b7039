// Clocks and ticks.
//
// Ticks: the first use compares the counter with the steady clock over 10 ms. Later conversions to wall or
// steady time take a new anchor when the last is older than a second, so neither the error of the first
// measurement nor the adjustments of the steady clock add up. Reading and converting are thread-safe; the
// anchor is a sequence lock.
#include "slipway/base/time.h"

#include <atomic>
#include <ctime>
#include <fstream>
#include <mutex>
#include <string>
#if defined(__x86_64__)
#include <x86intrin.h>
#endif

namespace slipway {
namespace {

std::int64_t clock_ns(clockid_t clock) {
  timespec t{};
  clock_gettime(clock, &t);
  return t.tv_sec * 1'000'000'000ll + t.tv_nsec;
}

class SystemClock final : public Clock {
 public:
  TimePoint now() const override { return TimePoint(Duration(clock_ns(CLOCK_MONOTONIC))); }
  WallTime wall() const override { return WallTime(Duration(clock_ns(CLOCK_REALTIME))); }
};

#if defined(__x86_64__)
bool kernel_trusts_tsc() {
  std::ifstream source("/sys/devices/system/clocksource/clocksource0/current_clocksource");
  std::string name;
  source >> name;
  if (name != "tsc") return false;
  std::ifstream cpu("/proc/cpuinfo");
  for (std::string line; std::getline(cpu, line);)
    if (line.starts_with("flags"))
      return line.find("constant_tsc") != std::string::npos && line.find("nonstop_tsc") != std::string::npos;
  return false;
}
std::uint64_t counter() {
  return __rdtsc();
}
#else
bool kernel_trusts_tsc() {
  return false;
}
std::uint64_t counter() {
  return static_cast<std::uint64_t>(clock_ns(CLOCK_MONOTONIC));
}
#endif

struct Anchor {
  std::uint64_t ticks = 0;
  std::int64_t steady = 0;
  std::int64_t wall = 0;
};

// Reads all three clocks as close together as 8 tries allow.
Anchor take_anchor(bool tsc) {
  Anchor best;
  std::uint64_t narrowest = UINT64_MAX;
  for (int i = 0; i < 8; ++i) {
    const std::uint64_t before = tsc ? counter() : 0;
    const std::int64_t steady = clock_ns(CLOCK_MONOTONIC);
    const std::uint64_t after = tsc ? counter() : 0;
    const std::int64_t wall = clock_ns(CLOCK_REALTIME);
    if (!tsc) return {static_cast<std::uint64_t>(steady), steady, wall};
    if (after - before >= narrowest) continue;
    narrowest = after - before;
    best = {before + (after - before) / 2, steady, wall};
  }
  return best;
}

class TickScale {
 public:
  TickScale() : tsc_(kernel_trusts_tsc()) {
    first_ = take_anchor(tsc_);
    if (tsc_) {
      while (clock_ns(CLOCK_MONOTONIC) - first_.steady < 10'000'000) {
      }
      const Anchor next = take_anchor(true);
      set_scale(next);
      publish(next);
    } else {
      publish(first_);
    }
  }

  bool tsc() const { return tsc_; }
  double ns_per_tick() const { return ns_per_tick_.load(std::memory_order_relaxed); }

  Anchor anchor() {
    const std::uint64_t now = tsc_ ? counter() : static_cast<std::uint64_t>(clock_ns(CLOCK_MONOTONIC));
    const Anchor known = read();
    const auto age = static_cast<std::int64_t>(now - known.ticks);
    if (static_cast<double>(age) * ns_per_tick() < 1e9) return known;
    std::unique_lock lock(refresh_, std::try_to_lock);
    if (!lock) return known;
    const Anchor next = take_anchor(tsc_);
    if (tsc_) set_scale(next);
    publish(next);
    return next;
  }

 private:
  void set_scale(const Anchor& next) {
    ns_per_tick_.store(
        static_cast<double>(next.steady - first_.steady) / static_cast<double>(next.ticks - first_.ticks),
        std::memory_order_relaxed);
  }
  void publish(const Anchor& a) {
    const auto s = sequence_.load(std::memory_order_relaxed);
    sequence_.store(s + 1, std::memory_order_relaxed);
    std::atomic_signal_fence(std::memory_order_seq_cst);
    ticks_.store(a.ticks, std::memory_order_release);
    steady_.store(a.steady, std::memory_order_release);
    wall_.store(a.wall, std::memory_order_release);
    sequence_.store(s + 2, std::memory_order_release);
  }
  Anchor read() const {
    for (;;) {
      const auto s = sequence_.load(std::memory_order_acquire);
      const Anchor a{ticks_.load(std::memory_order_acquire), steady_.load(std::memory_order_acquire),
                     wall_.load(std::memory_order_acquire)};
      if ((s & 1) == 0 && sequence_.load(std::memory_order_relaxed) == s) return a;
    }
  }

  bool tsc_;
  Anchor first_;
  std::atomic<double> ns_per_tick_{1.0};
  std::mutex refresh_;
  std::atomic<std::uint64_t> sequence_{0};
  std::atomic<std::uint64_t> ticks_{0};
  std::atomic<std::int64_t> steady_{0}, wall_{0};
};

TickScale& scale() {
  static TickScale s;
  return s;
}

std::int64_t since(const Anchor& a, std::uint64_t ticks) {
  const auto delta = static_cast<std::int64_t>(ticks - a.ticks);
  return static_cast<std::int64_t>(static_cast<double>(delta) * scale().ns_per_tick());
}

}  // namespace

const Clock& Clock::system() {
  static const SystemClock clock;
  return clock;
}

struct ManualClock::State {
  std::atomic<std::int64_t> since_start{0};
};

namespace {
constexpr std::int64_t kManualSteadyStart = 1'000'000'000'000;  // not zero, so that "a second ago" exists
constexpr std::int64_t kManualWallStart = 1'767'225'600'000'000'000;  // 2026-01-01T00:00:00Z
}  // namespace

ManualClock::ManualClock() : state_(std::make_shared<State>()) {}
TimePoint ManualClock::now() const {
  return TimePoint(Duration(kManualSteadyStart + state_->since_start.load()));
}
WallTime ManualClock::wall() const {
  return WallTime(Duration(kManualWallStart + state_->since_start.load()));
}
void ManualClock::advance(Duration by) {
  state_->since_start.fetch_add(by.count());
}
void ManualClock::set(Duration since_start) {
  state_->since_start.store(since_start.count());
}

std::uint64_t Ticks::now() {
#if defined(__x86_64__)
  static const bool tsc = scale().tsc();
  if (tsc) return __rdtsc();
#endif
  return static_cast<std::uint64_t>(clock_ns(CLOCK_MONOTONIC));
}
std::int64_t Ticks::to_ns(std::uint64_t ticks_delta) {
  if (!scale().tsc()) return static_cast<std::int64_t>(ticks_delta);
  return static_cast<std::int64_t>(static_cast<double>(static_cast<std::int64_t>(ticks_delta)) *
                                   scale().ns_per_tick());
}
std::int64_t Ticks::steady_ns(std::uint64_t ticks) {
  const Anchor a = scale().anchor();
  return a.steady + since(a, ticks);
}
std::int64_t Ticks::wall_ns(std::uint64_t ticks) {
  const Anchor a = scale().anchor();
  return a.wall + since(a, ticks);
}
bool Ticks::uses_tsc() {
  return scale().tsc();
}

}  // namespace slipway
