// Rates: requests, errors and latencies of every instance, second by second, for the last minute. Thread-safe.
#pragma once

#include <map>
#include <mutex>
#include <span>
#include <vector>

#include "slipway/base/time.h"
#include "slipway/telemetry/telemetry.h"
#include "workbench/recorder/recorder.h"

namespace workbench::recorder {

class Rates {
 public:
  explicit Rates(const slipway::Clock& clock = slipway::Clock::system())
      : clock_(clock), wall_offset_((clock.wall().time_since_epoch().count() - clock.now().time_since_epoch().count() + 500'000'000) / 1'000'000'000) {}
  void add(std::span<const slipway::telemetry::OperationTraffic> traffic);
  std::vector<ServiceRate> rates() const;  // by instance name
  // As Recorder::seconds.
  std::vector<RateSecond> seconds(std::int64_t from_s) const;
  void clear();

 private:
  static constexpr std::int64_t kSeconds = 60;   // of history
  static constexpr std::int64_t kLatencies = 11;  // seconds whose latencies are kept whole
  struct Second {
    std::int64_t at = -1;
    std::uint64_t requests = 0, errors = 0;
    std::int64_t p99_ns = 0;  // set when the second's latencies are let go
  };
  struct Instance {
    std::uint64_t total = 0, errors = 0;
    std::int64_t first = 0;   // its first second
    std::array<Second, kSeconds + 2> seconds;
    std::array<std::pair<std::int64_t, slipway::telemetry::LatencyCounts>, kLatencies> latencies;
  };
  std::int64_t now_second() const { return clock_.now().time_since_epoch().count() / 1'000'000'000; }
  const slipway::Clock& clock_;
  const std::int64_t wall_offset_;  // Unix time of second 0; fixed, so that a clock that is set does not make a second twice
  mutable std::mutex mutex_;
  std::map<slipway::telemetry::NameId, Instance> instances_;
  mutable std::vector<ServiceRate> cached_;
  mutable std::int64_t cached_second_ = -1;
  mutable bool stale_ = true;
};

}  // namespace workbench::recorder
