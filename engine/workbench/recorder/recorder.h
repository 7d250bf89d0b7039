// Recorder: what happened in this workspace. It is the sink of every service's telemetry (spans drained at 20 Hz), keeps
// traces in memory by a byte budget, and counts what it dropped. Exchanges, events and config changes are kept beside.
// Thread-safe. Reading never blocks the services.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "slipway/base/histogram.h"
#include "slipway/base/result.h"
#include "slipway/telemetry/telemetry.h"
#include "workbench/recorder/trace.h"

namespace workbench::recorder {

struct Counts {
  std::uint64_t traces_kept = 0, trace_capacity = 0, spans_kept = 0;
  std::uint64_t dropped = 0;          // rings overflowed
  double sampling = 1.0;              // share of calls head-sampled now; 1 = all
  std::uint64_t bytes = 0;
};

struct Event {
  std::int64_t wall_ns = 0;
  enum class Level { Info, Warning, Error } level = Level::Info;
  std::string kind;      // "service", "config", "request", "load"
  std::string subject;   // "gateway"
  std::string text;      // "listening on 127.0.0.1:8080, 6 routes, chain of 7 steps"
};

// Per service, over the last seconds; figures of the status bar, the Services table and Topology.
struct ServiceRate {
  std::string instance;                  // "pricing-3"
  double requests_per_s = 0, errors_per_s = 0;   // over the last whole second
  std::int64_t p50_ns = 0, p99_ns = 0;   // over the last 10 s; 0 without calls
  std::vector<float> history;            // requests/s, one per second, oldest first, at most 60
  std::vector<float> p99_history_ms;
  std::uint64_t total = 0, errors = 0;
};

// One second of one instance.
struct RateSecond {
  std::int64_t wall_s = 0;               // Unix time of its beginning
  std::string instance;
  std::uint64_t requests = 0, errors = 0;
  std::int64_t p99_ns = 0;               // of that second
  std::int64_t recent_p50_ns = 0, recent_p99_ns = 0;  // over the 10 s that end with it
  bool running = false;                  // it has not ended yet
  friend bool operator==(const RateSecond&, const RateSecond&) = default;
};

class Tap;

struct StepCost {           // of one middleware step of one service, over the traces kept
  std::string step;
  std::uint64_t count = 0, stops = 0;
  std::int64_t self_p50_ns = 0, self_p99_ns = 0;
  double share = 0;         // of the service's whole time, 0..1
};

class Recorder {
 public:
  struct Options {
    std::uint64_t byte_budget = 256ull << 20;
    std::uint64_t trace_capacity = 1'000'000;
    double max_spans_per_s = 50'000;      // ceiling of head sampling
  };
  explicit Recorder(Options options);
  ~Recorder();

  // The telemetry that services are built with.
  slipway::telemetry::Telemetry& telemetry();
  // Calls come under the name of the instance that served them; this says of which service it is one ("pricing-3" of
  // "pricing"). Names that were never given are services with one instance.
  void name_instance(std::string instance, std::string service);
  std::map<std::string, std::string> instances() const;  // all that were named, with their services
  // Is told of every trace and event from now on (recorder/tap.h); null: nobody. Returns when no call to the former one is under way.
  void set_tap(std::shared_ptr<Tap> tap);

  // Newest first. `filter` is the filter language: `service=orders dur>5ms status!=ok name~"quote" trace=ab12` (filter.h).
  slipway::Result<std::vector<TracePtr>> list(std::string_view filter, std::size_t limit) const;
  // Whole or by unique prefix of the id. Waits up to `patience` for a trace that has just ended.
  slipway::Result<TracePtr> find(std::string_view id, slipway::Duration patience = slipway::Duration::zero()) const;
  // Grows with every change; panels poll it once a frame.
  std::uint64_t version() const;
  Counts counts() const;

  std::vector<ServiceRate> rates() const;
  // The seconds of the last 10 s, from that one on (Unix time), that had traffic, oldest first; the running one as it is now.
  std::vector<RateSecond> seconds(std::int64_t from_s) const;
  std::vector<StepCost> step_costs(std::string_view service) const;
  // Durations of all kept spans of that name and service (for "this one, p64").
  slipway::Histogram span_statistics(std::string_view service, std::string_view name) const;

  void add_event(Event event);
  std::vector<Event> events(std::size_t limit = 500) const;  // newest first
  void clear();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// Formats: "json" (ours), "otlp", "jaeger", "chrome".
slipway::Result<std::string> export_traces(const std::vector<TracePtr>& traces, std::string_view format);

}  // namespace workbench::recorder
