#include "slipway/telemetry/telemetry.h"

#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <unordered_set>

#include "slipway/telemetry/telemetry_threads.h"

namespace slipway::telemetry {
namespace {

using detail::OperationCounts;
using detail::SeenCounts;
using detail::ThreadState;

constexpr std::uint32_t kRefusalsKept = 5;            // per operation, second and thread
constexpr auto kWantedFor = std::chrono::seconds(2);  // how long parts of a kept trace are looked for
constexpr std::uint64_t kAlways = UINT64_MAX;

std::atomic<std::uint64_t> g_next_id{1};

struct HashTrace {
  std::size_t operator()(const TraceId& id) const { return id.lo * 0x9E3779B97F4A7C15ull ^ id.hi; }
};

// Where in [0, 2^64) a trace falls; below the threshold it is sampled, in every service alike.
std::uint64_t place_of(const TraceId& id) {
  std::uint64_t z = id.lo ^ id.hi;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
  return z ^ (z >> 31);
}

void fill(CallRecord& out, CallTrace& trace, const Telemetry::End& end, std::uint64_t now, CallRecord::Why why) {
  out.identity = trace.identity();
  out.remote_parent = trace.remote_parent();
  out.service = trace.service();
  out.operation = trace.operation();
  out.status = end.status;
  out.error = end.status >= 500 || end.status == 0;
  out.why = why;
  out.lost_spans = trace.lost();
  out.start = trace.span(0).start;
  out.end = now;
  out.spans.clear();
  out.spans.reserve(trace.size());
  for (std::uint32_t i = 0; i < trace.size(); ++i) {
    Span& s = out.spans.emplace_back(trace.span(i));
    if (s.end == 0) s.end = now;  // left open by what still runs elsewhere
  }
  out.attributes.swap(trace.attributes());
}

// Whether another service may have a part of the call's trace, and so may decide to keep it.
bool has_other_parts(const CallTrace& trace) {
  if (trace.remote_parent() != 0) return true;
  for (std::uint32_t i = 0; i < trace.size(); ++i)
    if (trace.span(i).kind == SpanKind::Client) return true;
  return false;
}

}  // namespace

struct Telemetry::Impl {
  Impl(Options o, Sink* s) : options(o), sink(s), ids(o.ids ? *o.ids : Ids::system()), ceiling(o.max_spans_per_s) {}

  const Options options;
  Sink* const sink;
  Ids& ids;
  const std::uint64_t id = g_next_id.fetch_add(1, std::memory_order_relaxed);
  std::atomic<bool> recording{true};
  std::atomic<double> ceiling;
  std::atomic<std::uint64_t> threshold{kAlways};
  std::atomic<std::uint64_t> tick{1};       // number of the collector's round
  std::atomic<std::uint64_t> flood_limit{UINT64_MAX};  // spans per thread and round

  mutable std::mutex threads_mutex;
  std::vector<std::shared_ptr<ThreadState>> threads;

  // The collector's own.
  std::mutex collect_mutex;
  std::unordered_map<const OperationCounts*, SeenCounts> seen;
  std::unordered_map<TraceId, TimePoint, HashTrace> wanted;
  std::uint64_t spans_before = 0;
  std::int64_t measured_at = 0;
  double spans_per_s = 0;

  mutable std::mutex totals_mutex;
  std::map<std::pair<NameId, NameId>, Totals> totals;

  std::mutex stop_mutex;
  std::condition_variable stop_signal;
  bool stopping = false;
  std::thread collector;

  ThreadState& mine();
  bool sample(const context::TraceIdentity& caller, const TraceId& trace, ThreadState& t);
  void collect();
  void collect_calls(const std::vector<std::shared_ptr<ThreadState>>& all);
  void collect_counts(const std::vector<std::shared_ptr<ThreadState>>& all);
  void adapt(const std::vector<std::shared_ptr<ThreadState>>& all);
};

ThreadState& Telemetry::Impl::mine() {
  struct Entry {
    std::uint64_t owner;
    std::shared_ptr<ThreadState> state;
  };
  thread_local std::uint64_t last_owner = 0;
  thread_local ThreadState* last = nullptr;
  thread_local std::vector<Entry> entries;
  if (last_owner == id) return *last;
  for (const Entry& e : entries) {
    if (e.owner != id) continue;
    last_owner = id;
    return *(last = e.state.get());
  }
  // States whose Telemetry has gone are held by this list alone.
  std::erase_if(entries, [](const Entry& e) { return e.state.use_count() == 1; });
  auto state = std::make_shared<ThreadState>(options.ring_calls, options.recent_calls);
  {
    std::lock_guard lock(threads_mutex);
    threads.push_back(state);
  }
  entries.push_back({id, state});
  last_owner = id;
  return *(last = state.get());
}

bool Telemetry::Impl::sample(const context::TraceIdentity& caller, const TraceId& trace, ThreadState& t) {
  if (caller.sampled) {
    const std::uint64_t now = tick.load(std::memory_order_relaxed);
    if (t.tick != now) t.tick = now, t.sampled_in_tick = 0;
    return t.sampled_in_tick < flood_limit.load(std::memory_order_relaxed);
  }
  const std::uint64_t limit = threshold.load(std::memory_order_relaxed);
  return limit == kAlways || place_of(trace) < limit;
}

Telemetry::Telemetry(Options options, Sink* sink) : impl_(std::make_unique<Impl>(options, sink)) {
  (void)Ticks::to_ns(1);  // calibrates here, not in the first call
  set_max_spans_per_s(options.max_spans_per_s);
  if (options.collect_every <= Duration::zero()) return;
  impl_->collector = std::thread([this] {
    std::unique_lock lock(impl_->stop_mutex);
    while (!impl_->stop_signal.wait_for(lock, impl_->options.collect_every, [this] { return impl_->stopping; })) {
      lock.unlock();
      impl_->collect();
      lock.lock();
    }
  });
}

Telemetry::~Telemetry() {
  if (impl_->collector.joinable()) {
    {
      std::lock_guard lock(impl_->stop_mutex);
      impl_->stopping = true;
    }
    impl_->stop_signal.notify_all();
    impl_->collector.join();
  }
  impl_->collect();
}

void Telemetry::begin_call(CallTrace& trace, context::Context& context, const Arrival& arrival) {
  Impl& i = *impl_;
  const auto caller = context::TraceIdentity::parse(arrival.traceparent);
  context::TraceIdentity identity;
  identity.trace = caller.valid() ? caller.trace : i.ids.trace_id();
  identity.span = i.ids.span_id();
  const bool record = i.recording.load(std::memory_order_relaxed);
  identity.sampled = record ? arrival.keep || i.sample(caller, identity.trace, i.mine()) : caller.sampled;
  context.set_trace(identity);
  if (!record) {
    trace.end();
    context.set_call_trace(nullptr);
    return;
  }
  trace.begin(identity, caller.valid() ? caller.span : 0, arrival.service, arrival.operation);
  if (arrival.keep) trace.force();
  trace.open(arrival.operation, SpanKind::Server, arrival.received);
  context.set_call_trace(&trace);
}

void Telemetry::end_call(CallTrace& trace, const End& end) {
  Impl& i = *impl_;
  ThreadState& t = i.mine();
  const std::uint64_t now = Ticks::now();
  const std::int64_t ns = Ticks::to_ns(now - (end.received != 0 ? end.received : now));
  const bool failed = end.status >= 500 || end.status == 0;
  OperationCounts& counts = t.counts_of(std::uint64_t{end.service} << 32 | end.operation);
  counts.count(ns, failed);
  if (!trace.active()) return;

  trace.close(0, failed ? SpanStatus::Error : SpanStatus::Ok, now);
  trace.end();
  const std::uint64_t spans = trace.size();
  OperationCounts::bump<std::uint64_t>(t.spans_seen, spans);
  if (!i.sink) return;  // nobody would read what is kept
  const auto second = static_cast<std::uint64_t>(Ticks::to_ns(now)) / 1'000'000'000u;
  using Why = CallRecord::Why;
  const bool slowest = counts.slowest_of_band(ns, second);
  std::optional<Why> why;  // the strongest reason
  if (trace.identity().sampled && !trace.forced()) t.sampled_in_tick += spans;
  if (trace.forced())
    why = Why::Forced;
  else if (failed)
    why = Why::Failed;
  else if (slowest)
    why = Why::Slow;
  else if (trace.identity().sampled)
    why = Why::Sampled;
  else if (end.status >= 400 && counts.first_refusals(second, kRefusalsKept))
    why = Why::Refused;
  if (!why) {
    if (!has_other_parts(trace)) return;
    t.recent.remember([&](CallRecord& r) { fill(r, trace, end, now, Why::PartOfKept); });
    return;
  }
  if (CallRecord* slot = t.ring.claim()) {
    fill(*slot, trace, end, now, *why);
    t.ring.push();
  } else {
    OperationCounts::bump<std::uint64_t>(t.dropped, 1);
  }
}

void Telemetry::Impl::collect() {
  std::lock_guard collecting(collect_mutex);
  std::vector<std::shared_ptr<ThreadState>> all;
  {
    std::lock_guard lock(threads_mutex);
    all = threads;
  }
  collect_counts(all);
  collect_calls(all);
  adapt(all);
  tick.fetch_add(1, std::memory_order_relaxed);
}

void Telemetry::Impl::collect_calls(const std::vector<std::shared_ptr<ThreadState>>& all) {
  std::vector<CallRecord> calls;
  std::size_t waiting = 0;
  for (const auto& t : all) waiting += t->ring.waiting();
  calls.reserve(waiting);  // growing would touch new pages several times a round
  const TimePoint now = Clock::system().now();
  for (const auto& t : all)
    t->ring.drain([&](CallRecord& r) {
      // Its other parts did not know that it would be kept.
      if (!r.identity.sampled) wanted.insert_or_assign(r.identity.trace, now + kWantedFor);
      calls.push_back(r);
    });
  std::erase_if(wanted, [&](const auto& w) { return w.second < now; });
  if (!wanted.empty())
    for (const auto& t : all)
      t->recent.take_if([&](const TraceId& id) { return wanted.contains(id); }, [&](CallRecord& r) { calls.push_back(r); });
  if (sink && !calls.empty()) sink->on_calls(std::move(calls));
}

void Telemetry::Impl::collect_counts(const std::vector<std::shared_ptr<ThreadState>>& all) {
  std::map<std::pair<NameId, NameId>, OperationTraffic> merged;
  for (const auto& t : all) {
    for (const OperationCounts* o = t->operations.load(std::memory_order_acquire); o; o = o->next) {
      SeenCounts& before = seen[o];
      const std::uint64_t requests = o->requests.load(std::memory_order_acquire);
      if (requests == before.requests) continue;
      const auto service = static_cast<NameId>(o->key >> 32), operation = static_cast<NameId>(o->key);
      OperationTraffic& out = merged[{service, operation}];
      out.service = service;
      out.operation = operation;
      out.requests += requests - std::exchange(before.requests, requests);
      const std::uint64_t errors = o->errors.load(std::memory_order_relaxed);
      out.errors += errors - std::exchange(before.errors, errors);
      const std::int64_t sum = o->duration_ns.load(std::memory_order_relaxed);
      out.duration_ns += sum - std::exchange(before.duration_ns, sum);
      if (before.latency.empty()) before.latency.resize(LatencyScale::kBuckets);
      for (std::size_t b = 0; b < LatencyScale::kBuckets; ++b) {
        const std::uint32_t n = o->latency[b].load(std::memory_order_relaxed);
        if (n == before.latency[b]) continue;
        out.latency.emplace_back(static_cast<std::uint16_t>(b), n - std::exchange(before.latency[b], n));
      }
    }
  }
  if (merged.empty()) return;
  std::vector<OperationTraffic> traffic;
  {
    std::lock_guard lock(totals_mutex);
    for (auto& [key, o] : merged) {
      Totals& sum = totals[key];
      sum.service = o.service;
      sum.operation = o.operation;
      sum.requests += o.requests;
      sum.errors += o.errors;
      sum.duration_ns += o.duration_ns;
      for (const auto& [bucket, n] : o.latency) sum.latency.add(bucket, n);
      traffic.push_back(std::move(o));
    }
  }
  if (sink) sink->on_traffic(traffic);
}

// The share that would have kept the last rounds' spans at the ceiling: falls at once, rises by a quarter a round at most.
void Telemetry::Impl::adapt(const std::vector<std::shared_ptr<ThreadState>>& all) {
  std::uint64_t spans = 0;
  for (const auto& t : all) spans += t->spans_seen.load(std::memory_order_relaxed);
  const std::int64_t now = Clock::system().now().time_since_epoch().count();
  const std::int64_t passed = now - measured_at;
  const double limit = ceiling.load(std::memory_order_relaxed);
  const double per_round = limit * 0.05;
  flood_limit.store(static_cast<std::uint64_t>(4 * per_round / static_cast<double>(std::max<std::size_t>(all.size(), 1))) + 1,
                    std::memory_order_relaxed);
  if (measured_at == 0) {
    measured_at = now;
    spans_before = spans;
    return;
  }
  if (passed < 20'000'000) return;  // too short to tell a rate
  const double rate = static_cast<double>(spans - spans_before) * 1e9 / static_cast<double>(passed);
  measured_at = now;
  spans_before = spans;
  spans_per_s = rate > spans_per_s ? rate : spans_per_s * 0.8 + rate * 0.2;
  const double share = spans_per_s <= limit ? 1.0 : limit / spans_per_s;
  threshold.store(share >= 1 ? kAlways : static_cast<std::uint64_t>(share * 0x1.0p64), std::memory_order_relaxed);
}

void Telemetry::set_recording(bool on) { impl_->recording.store(on, std::memory_order_relaxed); }
bool Telemetry::recording() const { return impl_->recording.load(std::memory_order_relaxed); }
void Telemetry::set_max_spans_per_s(double ceiling) {
  impl_->ceiling.store(std::max(ceiling, 0.0), std::memory_order_relaxed);
  if (ceiling <= 0) impl_->threshold.store(0, std::memory_order_relaxed);
}

double Telemetry::sampling() const {
  const std::uint64_t limit = impl_->threshold.load(std::memory_order_relaxed);
  return limit == kAlways ? 1.0 : static_cast<double>(limit) * 0x1.0p-64;
}

std::uint64_t Telemetry::dropped() const {
  std::lock_guard lock(impl_->threads_mutex);
  std::uint64_t sum = 0;
  for (const auto& t : impl_->threads) sum += t->dropped.load(std::memory_order_relaxed);
  return sum;
}

std::vector<Telemetry::Totals> Telemetry::totals() const {
  std::lock_guard lock(impl_->totals_mutex);
  std::vector<Totals> out;
  for (const auto& [key, t] : impl_->totals) out.push_back(t);
  return out;
}

void Telemetry::drain() { impl_->collect(); }

}  // namespace slipway::telemetry
