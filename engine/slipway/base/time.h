// Time and sizes: durations with units, the injected Clock, and cheap ticks for spans.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "slipway/base/result.h"

namespace slipway {

using Duration = std::chrono::nanoseconds;
using TimePoint = std::chrono::time_point<std::chrono::steady_clock, Duration>;   // monotonic
using WallTime = std::chrono::time_point<std::chrono::system_clock, Duration>;    // UTC
using namespace std::chrono_literals;

// "250ms", "2s", "1m30s", "1h", "500us", "10ns", "1.5s". A bare number is refused, save "0".
Result<Duration> parse_duration(std::string_view text);
// Shortest exact form with those units: "1m30s", "2.5ms". "0s" for zero.
std::string format_duration(Duration d);
// "64KiB", "1MiB", "10MB", "512B", bare number = bytes. Result in bytes.
Result<std::uint64_t> parse_size(std::string_view text);
std::string format_size(std::uint64_t bytes);
// RFC 3339 in UTC with milliseconds: "2026-11-23T14:09:12.318Z".
std::string format_rfc3339(WallTime t);

// The source of time, injected wherever time matters. Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual TimePoint now() const = 0;
  virtual WallTime wall() const = 0;
  static const Clock& system();
};

// A clock that a test or a simulation moves by hand. Thread-safe.
class ManualClock final : public Clock {
 public:
  ManualClock();
  TimePoint now() const override;
  WallTime wall() const override;
  void advance(Duration by);
  void set(Duration since_start);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

// Cheap monotonic time for spans: the CPU's time-stamp counter where the kernel trusts it (clocksource tsc,
// invariant), else clock_gettime. Calibrated once per process on first use. ~8 ns a read.
struct Ticks {
  static std::uint64_t now();                                  // raw units, comparable across threads
  static std::int64_t to_ns(std::uint64_t ticks_delta);
  static std::int64_t steady_ns(std::uint64_t ticks);          // on the steady clock's scale
  static std::int64_t wall_ns(std::uint64_t ticks);            // Unix time, ns
  static bool uses_tsc();
};

}  // namespace slipway
