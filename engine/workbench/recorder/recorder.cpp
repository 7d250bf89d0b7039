#include "workbench/recorder/recorder.h"

#include <algorithm>
#include <deque>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <unordered_map>

#include "workbench/recorder/assemble.h"
#include "workbench/recorder/filter.h"
#include "workbench/recorder/rates.h"
#include "workbench/recorder/tap.h"
#include "workbench/recorder/trace_prefix.h"
#include "workbench/recorder/trace_store.h"

namespace workbench::recorder {

using slipway::Duration;
using slipway::Histogram;
using slipway::Result;
using slipway::Ticks;
using slipway::telemetry::CallRecord;
using slipway::telemetry::LatencyCounts;
using slipway::telemetry::NameId;
using slipway::telemetry::Span;
using slipway::telemetry::SpanKind;
using slipway::telemetry::SpanStatus;
using slipway::telemetry::Telemetry;
using slipway::telemetry::name_of;

namespace {

constexpr std::size_t kEvents = 5000;
constexpr std::size_t kPage = 4096;  // traces looked at between two locks
constexpr auto kSettled = std::chrono::milliseconds(60);  // a trace without news for so long is whole

// An assembled trace kept for the next look.
struct Built {
  KeptPtr kept;  // held, so that its address stays its own
  TracePtr trace;
};

std::uint64_t bytes_of(const Trace& t) {
  const auto text = [](const std::string& s) { return s.capacity() > 15 ? heap_bytes(s.capacity() + 1) : 0; };
  std::uint64_t n = heap_bytes(sizeof(Trace) + 16) + heap_bytes(t.spans.capacity() * sizeof(TraceSpan));
  for (const TraceSpan& s : t.spans) {
    n += text(s.id) + text(s.parent) + text(s.name) + text(s.service) + text(s.instance);
    n += heap_bytes(s.attributes.capacity() * sizeof s.attributes[0]);
    for (const auto& [key, value] : s.attributes) n += text(key) + text(value);
  }
  return n;
}

// Self times of one step of one instance.
struct StepSum {
  std::size_t order = 0;
  std::uint64_t count = 0, stops = 0;
  std::int64_t self_ns = 0;
  LatencyCounts self;
};

}  // namespace

struct Recorder::Impl final : slipway::telemetry::Sink {
  // An eighth of the budget is for assembled traces.
  explicit Impl(Options o) : options(o), store(o.byte_budget - o.byte_budget / 8, o.trace_capacity) {
    Telemetry::Options t;
    t.max_spans_per_s = o.max_spans_per_s;
    telemetry = std::make_unique<Telemetry>(t, this);
  }
  ~Impl() override { telemetry.reset(); }

  const Options options;
  std::atomic<std::uint64_t> version{1};

  TraceStore store;

  mutable std::mutex costs_mutex;
  boost::unordered_flat_map<std::uint64_t, StepSum> steps;      // instance << 32 | step
  boost::unordered_flat_map<NameId, std::int64_t> served_ns;    // instance -> time of its kept calls

  mutable std::mutex built_mutex;
  mutable std::unordered_map<const KeptTrace*, Built> built;
  mutable std::uint64_t built_bytes = 0;

  mutable std::shared_mutex names_mutex;
  std::map<std::string, std::string, std::less<>> service_names;

  mutable std::mutex events_mutex;
  std::deque<Event> events;

  Rates rates;
  mutable std::shared_mutex tap_mutex;  // held while the tap is told
  std::shared_ptr<Tap> tap;
  std::unique_ptr<Telemetry> telemetry;

  void on_calls(std::vector<CallRecord> calls) override;
  void on_traffic(std::span<const slipway::telemetry::OperationTraffic> traffic) override {
    rates.add(traffic);
    version.fetch_add(1, std::memory_order_release);
  }
  void count_steps(const CallRecord& call);
  std::string service_of(std::string_view instance, bool& known) const;
  TracePtr build(const KeptPtr& kept) const;
  TraceFacts facts_of(const KeptTrace& kept) const;
};

void Recorder::Impl::on_calls(std::vector<CallRecord> calls) {
  {
    std::lock_guard lock(costs_mutex);
    for (const CallRecord& c : calls) count_steps(c);
  }
  {
    std::shared_lock lock(tap_mutex);
    std::vector<KeptPtr> touched;
    store.add(std::move(calls), tap ? &touched : nullptr);
    if (tap) tap->on_traces(touched);
  }
  version.fetch_add(1, std::memory_order_release);
}

void Recorder::Impl::count_steps(const CallRecord& call) {
  served_ns[call.service] += Ticks::to_ns(call.end - call.start);
  std::size_t order = 0;
  for (const Span& s : call.spans) {
    if (s.kind != SpanKind::Step) continue;
    StepSum& sum = steps[std::uint64_t{call.service} << 32 | s.name];
    if (sum.count == 0 && sum.stops == 0) sum.order = order;
    ++order;
    if (s.status == SpanStatus::NotReached) continue;
    std::int64_t self = 0;
    if (s.status == SpanStatus::Stopped) {
      ++sum.stops;
      self = Ticks::to_ns(s.end - s.start);
    } else {
      if (s.enter_end > s.start) self += Ticks::to_ns(s.enter_end - s.start);
      if (s.exit_start != 0 && s.end > s.exit_start) self += Ticks::to_ns(s.end - s.exit_start);
    }
    ++sum.count;
    sum.self_ns += self;
    sum.self.record(self);
  }
}

std::string Recorder::Impl::service_of(std::string_view instance, bool& known) const {
  std::shared_lock lock(names_mutex);
  const auto it = service_names.find(instance);
  known = it != service_names.end();
  return known ? it->second : std::string(instance);
}

TracePtr Recorder::Impl::build(const KeptPtr& kept) const {
  {
    std::lock_guard lock(built_mutex);
    if (const auto it = built.find(kept.get()); it != built.end()) return it->second.trace;
  }
  const std::span<const PartPtr> parts(kept->parts.data(), kept->parts.size());
  auto trace = std::make_shared<const Trace>(assemble(parts, [this](std::string_view i, bool& known) { return service_of(i, known); }));
  const std::uint64_t bytes = bytes_of(*trace) + kept->bytes;  // what it holds may have been evicted
  std::lock_guard lock(built_mutex);
  if (built_bytes + bytes > options.byte_budget / 8) built.clear(), built_bytes = 0;
  if (bytes <= options.byte_budget / 8 && built.emplace(kept.get(), Built{kept, trace}).second) built_bytes += bytes;
  return trace;
}

TraceFacts Recorder::Impl::facts_of(const KeptTrace& e) const {
  TraceFacts f;
  f.id = e.id.hex();
  f.status = e.status;
  f.duration_ns = e.duration_ns;
  f.partial = e.tops > 1;
  f.stopped_by = name_of(e.stopped_by);
  f.any_service = [this, &e](const auto& fits) {
    for (const auto& p : e.parts) {
      bool known = false;
      const std::string_view instance = name_of(p->service);
      if (fits(instance) || fits(service_of(instance, known))) return true;
    }
    return false;
  };
  f.any_name = [&e](const auto& fits) {
    for (const auto& p : e.parts)
      for (const Span& s : p->spans)
        if (fits(name_of(s.name))) return true;
    return false;
  };
  return f;
}

Recorder::Recorder(Options options) : impl_(std::make_unique<Impl>(options)) {}
Recorder::~Recorder() = default;

Telemetry& Recorder::telemetry() { return *impl_->telemetry; }

void Recorder::name_instance(std::string instance, std::string service) {
  std::unique_lock lock(impl_->names_mutex);
  impl_->service_names[std::move(instance)] = std::move(service);
}

std::map<std::string, std::string> Recorder::instances() const {
  std::shared_lock lock(impl_->names_mutex);
  return {impl_->service_names.begin(), impl_->service_names.end()};
}

void Recorder::set_tap(std::shared_ptr<Tap> tap) {
  std::unique_lock lock(impl_->tap_mutex);
  impl_->tap.swap(tap);
}

Result<std::vector<TracePtr>> Recorder::list(std::string_view text, std::size_t limit) const {
  auto filter = Filter::parse(text);
  if (!filter) return filter.error();
  std::vector<KeptPtr> found;
  std::uint64_t below = UINT64_MAX;
  while (found.size() < limit) {
    const auto page = impl_->store.page(below, filter->empty() ? limit - found.size() : kPage);
    if (page.empty()) break;
    below = page.back()->number;
    for (const auto& e : page) {
      if (found.size() == limit) break;
      if (filter->empty() || filter->matches(impl_->facts_of(*e))) found.push_back(e);
    }
  }
  std::vector<TracePtr> out;
  for (const auto& e : found) out.push_back(impl_->build(e));
  return out;
}

Result<TracePtr> Recorder::find(std::string_view text, Duration patience) const {
  const auto prefix = TracePrefix::parse(text);
  if (!prefix) return prefix.error();
  const auto& clock = slipway::Clock::system();
  const slipway::TimePoint until = clock.now() + patience;
  for (;;) {
    impl_->telemetry->drain();
    bool several = false;
    const KeptPtr e = impl_->store.find(prefix->low, prefix->high, several);
    if (several) return ambiguous_trace(text);
    const slipway::TimePoint now = clock.now();
    const bool whole = e && ((e->tops == 1 && e->begun_here) || now - e->touched > kSettled);
    if (e && (whole || now >= until)) return impl_->build(e);
    if (now >= until) break;
    impl_->store.wait_for_news(std::min<Duration>(until - now, std::chrono::milliseconds(5)));
  }
  return slipway::not_found("no trace " + std::string(text) + " is kept: it was sampled out, has left the memory, or never was", "TRACE_NOT_FOUND");
}

std::uint64_t Recorder::version() const { return impl_->version.load(std::memory_order_acquire); }

Counts Recorder::counts() const {
  Counts c;
  c.trace_capacity = impl_->options.trace_capacity;
  c.dropped = impl_->telemetry->dropped();
  c.sampling = impl_->telemetry->sampling();
  const auto sizes = impl_->store.sizes();
  c.traces_kept = sizes.traces;
  c.spans_kept = sizes.spans;
  std::lock_guard lock(impl_->built_mutex);
  c.bytes = sizes.bytes + impl_->built_bytes;
  return c;
}

std::vector<ServiceRate> Recorder::rates() const { return impl_->rates.rates(); }

std::vector<RateSecond> Recorder::seconds(std::int64_t from_s) const { return impl_->rates.seconds(from_s); }

std::vector<StepCost> Recorder::step_costs(std::string_view service) const {
  std::map<NameId, StepSum> sums;
  std::int64_t served = 0;
  bool known = false;
  const auto is_of = [&](NameId instance) { return name_of(instance) == service || impl_->service_of(name_of(instance), known) == service; };
  {
    std::lock_guard lock(impl_->costs_mutex);
    for (const auto& [key, sum] : impl_->steps) {
      if (!is_of(static_cast<NameId>(key >> 32))) continue;
      StepSum& s = sums[static_cast<NameId>(key)];
      s.order = std::max(s.order, sum.order);
      s.count += sum.count;
      s.stops += sum.stops;
      s.self_ns += sum.self_ns;
      s.self.merge(sum.self);
    }
    for (const auto& [instance, ns] : impl_->served_ns)
      if (is_of(instance)) served += ns;
  }
  std::vector<std::pair<std::size_t, StepCost>> ordered;
  for (const auto& [name, s] : sums) {
    StepCost c;
    c.step = name_of(name);
    c.count = s.count;
    c.stops = s.stops;
    c.self_p50_ns = s.self.percentile(50);
    c.self_p99_ns = s.self.percentile(99);
    c.share = served > 0 ? static_cast<double>(s.self_ns) / static_cast<double>(served) : 0;
    ordered.emplace_back(s.order, std::move(c));
  }
  std::stable_sort(ordered.begin(), ordered.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<StepCost> out;
  for (auto& [order, c] : ordered) out.push_back(std::move(c));
  return out;
}

Histogram Recorder::span_statistics(std::string_view service, std::string_view name) const {
  Histogram h;
  const NameId wanted = slipway::telemetry::intern(name);
  std::map<NameId, bool> of_service;
  const auto is_of = [&](NameId instance) {
    auto it = of_service.find(instance);
    if (it == of_service.end()) {
      bool known = false;
      const auto text = name_of(instance);
      it = of_service.emplace(instance, text == service || impl_->service_of(text, known) == service).first;
    }
    return it->second;
  };
  std::uint64_t below = UINT64_MAX;
  for (;;) {
    const auto page = impl_->store.page(below, kPage);
    if (page.empty()) break;
    below = page.back()->number;
    for (const auto& e : page)
      for (const auto& p : e->parts) {
        if (!is_of(p->service)) continue;
        for (const Span& s : p->spans)
          if (s.name == wanted && s.status != SpanStatus::NotReached) h.record(Ticks::to_ns(s.end - s.start));
      }
  }
  return h;
}

void Recorder::add_event(Event event) {
  if (event.wall_ns == 0) event.wall_ns = slipway::Clock::system().wall().time_since_epoch().count();
  {
    std::shared_lock lock(impl_->tap_mutex);
    if (impl_->tap) impl_->tap->on_event(event);
  }
  {
    std::lock_guard lock(impl_->events_mutex);
    if (impl_->events.size() == kEvents) impl_->events.pop_front();
    impl_->events.push_back(std::move(event));
  }
  impl_->version.fetch_add(1, std::memory_order_release);
}

std::vector<Event> Recorder::events(std::size_t limit) const {
  std::lock_guard lock(impl_->events_mutex);
  std::vector<Event> out;
  for (auto it = impl_->events.rbegin(); it != impl_->events.rend() && out.size() < limit; ++it) out.push_back(*it);
  return out;
}

void Recorder::clear() {
  {
    std::scoped_lock lock(impl_->costs_mutex, impl_->events_mutex, impl_->built_mutex);
    impl_->store.clear();
    impl_->steps.clear();
    impl_->served_ns.clear();
    impl_->events.clear();
    impl_->built.clear();
    impl_->built_bytes = 0;
  }
  impl_->rates.clear();
  impl_->version.fetch_add(1, std::memory_order_release);
}

}  // namespace workbench::recorder
