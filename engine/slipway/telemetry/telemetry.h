// Telemetry: decides what of each call is recorded, and brings it from the threads that serve to one Sink.
//
// A server calls begin_call when a call arrives and end_call when its reply is complete (middleware/recording.h does both
// for a Call). In between, the call's CallTrace is written by its own thread. At the end the whole CallTrace is kept when
//   - its head was sampled: the share adapts so that about max_spans_per_s are kept; a traceparent with the sampled flag is
//     followed, and without it the trace id decides, so that all services choose the same traces;
//   - the caller asked for it (x-slipway-keep: 1, or "slipway=keep" in tracestate);
//   - it failed (status 5xx), or it is the slowest so far of its operation, second and latency band; of other refusals
//     (4xx) the first few per operation and second.
// Counts and latencies of every call are kept apart from that, so rates and percentiles are right at any sampling.
//
// begin_call and end_call take no lock and, once warm, do not allocate; a full ring drops and counts. A collector thread brings
// everything to the Sink 20 times a second. One Telemetry serves any number of services and threads. Thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "slipway/base/random.h"
#include "slipway/base/time.h"
#include "slipway/context/context.h"
#include "slipway/telemetry/call_trace.h"
#include "slipway/telemetry/latency.h"

namespace slipway::telemetry {

// One kept call of one service, as the sink receives it.
struct CallRecord {
  // The strongest reason: a failed call is Failed whether or not it was sampled too.
  enum class Why : std::uint8_t { Sampled, Forced, Failed, Slow, Refused, PartOfKept };
  context::TraceIdentity identity;
  SpanId remote_parent = 0;
  NameId service = 0, operation = 0;
  int status = 0;
  bool error = false;
  Why why = Why::Sampled;
  std::uint32_t lost_spans = 0;
  std::uint64_t start = 0, end = 0;  // Ticks
  std::vector<Span> spans;           // in order of opening
  std::vector<SpanAttribute> attributes;
};

// What one operation did since the last report.
struct OperationTraffic {
  NameId service = 0, operation = 0;
  std::uint64_t requests = 0, errors = 0;
  std::int64_t duration_ns = 0;  // sum
  std::vector<std::pair<std::uint16_t, std::uint32_t>> latency;  // (LatencyScale bucket, count)
};

// Called by the collector, one call at a time.
class Sink {
 public:
  virtual ~Sink() = default;
  virtual void on_calls(std::vector<CallRecord> calls) = 0;
  virtual void on_traffic(std::span<const OperationTraffic> traffic) = 0;
};

class Telemetry {
 public:
  struct Options {
    Options() {}
    double max_spans_per_s = 50'000;
    Duration collect_every = std::chrono::milliseconds(50);  // zero: only by drain()
    std::size_t ring_calls = 1024;    // kept calls that wait for the collector, per thread
    std::size_t recent_calls = 2048;  // calls not kept, remembered for a short while in case their trace is, per thread
    Ids* ids = nullptr;               // null: the system's
  };
  // `sink` may be null (counts only: no call is kept) and must outlive the Telemetry.
  Telemetry(Options options, Sink* sink);
  ~Telemetry();
  Telemetry(const Telemetry&) = delete;
  Telemetry& operator=(const Telemetry&) = delete;

  struct Arrival {
    std::string_view traceparent;
    bool keep = false;
    NameId service = 0, operation = 0;
    std::uint64_t received = 0;  // Ticks; 0 = now
  };
  // Sets the context's trace identity (that of the Server span), and its call_trace while recording. Opens the Server span.
  void begin_call(CallTrace& trace, context::Context& context, const Arrival& arrival);

  struct End {
    NameId service = 0, operation = 0;
    std::uint64_t received = 0;  // Ticks
    int status = 0;              // as sent
  };
  // Closes the Server span. `trace` may be inactive; it is counted all the same.
  void end_call(CallTrace& trace, const End& end);

  // Spans on or off; counts stay. Live.
  void set_recording(bool on);
  bool recording() const;
  void set_max_spans_per_s(double ceiling);

  // Share of calls whose head is sampled now, 0..1.
  double sampling() const;
  // Kept calls lost because a ring was full.
  std::uint64_t dropped() const;
  struct Totals {
    NameId service = 0, operation = 0;
    std::uint64_t requests = 0, errors = 0;
    std::int64_t duration_ns = 0;
    LatencyCounts latency;
  };
  // Since the start, up to the last report.
  std::vector<Totals> totals() const;

  // Brings everything there is to the sink, now, on the calling thread.
  void drain();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace slipway::telemetry
