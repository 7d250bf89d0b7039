// LoadRun: traffic against one target for a while, with honest times.
//
// Open loop: requests are due by a schedule (constant or Poisson) that does not wait for replies; response time counts
// from the intended time (no coordinated omission), service time from the actual send. Closed loop: `users` connections
// send one after another. The run says when the generator, not the service, was the limit: lag_ns is actual minus
// intended send. Runs on its own threads; every method is thread-safe and none blocks but wait().
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "slipway/base/histogram.h"
#include "slipway/base/result.h"
#include "slipway/base/time.h"
#include "workbench/traffic/exchange.h"

namespace workbench::traffic {

enum class Arrivals { Constant, Poisson };

struct Slo {
  std::string text;  // "p99<20ms", "errors<1%", "rate>450"
  bool held = false;
  std::string found;
};

struct LoadOptions {
  SavedRequest request;            // expanded: absolute URL on loopback
  std::optional<double> rate_per_s;  // open loop when set
  int users = 16;                  // closed loop otherwise
  int max_connections = 256;       // open loop
  slipway::Duration duration = std::chrono::seconds(10);
  Arrivals arrivals = Arrivals::Constant;
  slipway::Duration timeout = std::chrono::seconds(5);
  std::vector<std::string> slos;
  std::uint64_t seed = 1;
  int threads = 1;
  bool allow_remote = false;       // off: a target that is not loopback is FORBIDDEN / NOT_LOOPBACK
};

struct Percentiles {
  std::int64_t p50 = 0, p90 = 0, p99 = 0, p99_9 = 0, max = 0;
  friend bool operator==(const Percentiles&, const Percentiles&) = default;
};

// One column of the heat map and one point of every chart: what ended in one slice of time.
struct LoadSlice {
  static constexpr int kBands = 40;          // response time bands, log scale: band b covers [lowest_ns(b), lowest_ns(b+1))
  static std::int64_t lowest_ns(int band);   // 50 us * 10^(b/8): up to 5 s; the last takes all above
  static int band_of(std::int64_t ns);
  double at_s = 0;                           // start of the slice since the run began
  std::uint32_t intended = 0, sent = 0, done = 0, errors = 0;
  std::uint32_t in_flight = 0;
  std::int64_t p50_ns = 0, p99_ns = 0;
  std::array<std::uint32_t, kBands> cells{};
  // The newest trace id seen in each cell, empty when none was kept; where a click leads.
  std::array<std::string, kBands> cell_traces{};
};

// What kept a run from going faster or from being read as it stands; honesty.h decides.
enum class Limit { None, Refused, Service, GeneratorBusy, GeneratorLate, Errors };
std::string_view limit_name(Limit limit);  // "none", "refused", "service", "generator_busy", "generator_late", "errors"

struct LoadProgress {
  enum class State { Starting, Running, Draining, Done, Cancelled, Failed } state = State::Starting;
  std::string error;
  double elapsed_s = 0;
  double target_rate_per_s = 0;     // now; 0 in closed loop
  double achieved_rate_per_s = 0;   // over the whole run
  std::uint64_t requests = 0, errors = 0, dropped = 0, in_flight = 0, intended = 0, sent = 0;
  std::vector<std::pair<std::string, std::uint64_t>> errors_by_kind;  // "connect", "timeout", "reset", "status_429"
  Percentiles service_ns, response_ns;
  std::vector<std::pair<double, std::int64_t>> service_spectrum, response_spectrum;  // (percentile, ns), rising; empty without a reply
  std::int64_t lag_p99_ns = 0, lag_max_ns = 0;
  double generator_cpu = 0;         // share of one core used by the generator's threads, 0..threads
  std::uint64_t capped = 0;         // open loop: due while every connection waited for a reply
  Limit limit = Limit::None;
  bool generator_limited() const { return limit == Limit::GeneratorBusy || limit == Limit::GeneratorLate; }
  std::string honesty;              // one sentence when the numbers are not to be trusted, else empty
  std::vector<Slo> slos;
  std::vector<LoadSlice> slices;    // 250 ms each, oldest first
};

class LoadRun {
 public:
  static slipway::Result<std::unique_ptr<LoadRun>> start(LoadOptions options);
  ~LoadRun();                                     // cancels and joins
  void set_rate(double rate_per_s);               // open loop, while it runs
  void cancel();
  std::shared_ptr<const LoadProgress> progress() const;
  bool finished() const;
  void wait();
  const LoadOptions& options() const;
  // {requests errors errors_by_kind{} target_rate_per_s achieved_rate_per_s dropped service_ns{p50,p90,p99,p99_9,max}
  //  response_ns{...} lag_ns{p99,max}}
  std::string to_json() const;
  // HdrHistogram's percentile text (.hgrm) of response times, in milliseconds.
  std::string to_hgrm() const;

 private:
  LoadRun();
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace workbench::traffic
