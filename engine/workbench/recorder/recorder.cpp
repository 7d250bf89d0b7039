#include "workbench/recorder/recorder.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <unordered_map>

#include "workbench/recorder/assemble.h"
#include "workbench/recorder/filter.h"
#include "workbench/recorder/rates.h"

namespace workbench::recorder {

using slipway::Duration;
using slipway::Error;
using slipway::Histogram;
using slipway::Result;
using slipway::Ticks;
using slipway::TraceId;
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
constexpr std::size_t kBuiltTraces = 4000;     // assembled traces kept for the next look
constexpr std::size_t kChunk = 4096;           // traces looked at between two locks
constexpr auto kSettled = std::chrono::milliseconds(60);  // a trace without news for so long is whole

// A trace as it is kept: its parts, unassembled. Immutable; a part that comes later makes a new one.
struct Entry {
  std::uint64_t number = 0;
  TraceId id;
  std::vector<PartPtr> parts;
  std::uint64_t bytes = 0;
  int status = 0;
  std::int64_t duration_ns = 0;
  std::size_t tops = 0;
  bool begun_here = false;  // its first part is known to be the first
  NameId stopped_by = 0;
  slipway::TimePoint touched;
};
using EntryPtr = std::shared_ptr<const Entry>;

std::uint64_t bytes_of(const CallRecord& r) {
  std::uint64_t n = sizeof(CallRecord) + 64 + r.spans.size() * sizeof(Span);
  for (const auto& a : r.attributes) n += sizeof(a) + (a.value.size() > 15 ? a.value.size() : 0);
  return n;
}

void sum_up(Entry& e) {
  const CallRecord& root = root_part(e.parts);
  e.status = root.status;
  e.duration_ns = Ticks::to_ns(root.end - root.start);
  e.tops = count_tops(e.parts);
  e.begun_here = root.why == CallRecord::Why::Forced || root.remote_parent == 0;
  e.stopped_by = 0;
  e.bytes = sizeof(Entry) + 160;
  for (const auto& p : e.parts) {
    e.bytes += bytes_of(*p);
    for (const Span& s : p->spans)
      if (s.status == SpanStatus::Stopped && (e.stopped_by == 0 || p.get() == &root)) e.stopped_by = s.name;
  }
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
  explicit Impl(Options o) : options(o) {
    Telemetry::Options t;
    t.max_spans_per_s = o.max_spans_per_s;
    telemetry = std::make_unique<Telemetry>(t, this);
  }
  ~Impl() override { telemetry.reset(); }

  const Options options;
  std::atomic<std::uint64_t> version{1};

  mutable std::mutex store_mutex;
  mutable std::condition_variable came;
  std::map<std::uint64_t, EntryPtr> by_number;
  std::map<TraceId, std::uint64_t> by_id;
  std::uint64_t next_number = 1, bytes = 0, spans = 0;

  mutable std::mutex costs_mutex;
  std::map<std::pair<NameId, NameId>, StepSum> steps;   // instance, step
  std::map<NameId, std::int64_t> served_ns;             // instance -> time of its kept calls

  mutable std::mutex built_mutex;
  mutable std::unordered_map<const Entry*, std::pair<EntryPtr, TracePtr>> built;

  mutable std::shared_mutex names_mutex;
  std::map<std::string, std::string, std::less<>> service_names;

  mutable std::mutex events_mutex;
  std::deque<Event> events;

  Rates rates;
  std::unique_ptr<Telemetry> telemetry;

  void on_calls(std::vector<CallRecord> calls) override;
  void on_traffic(std::span<const slipway::telemetry::OperationTraffic> traffic) override {
    rates.add(traffic);
    version.fetch_add(1, std::memory_order_release);
  }
  void count_steps(const CallRecord& call);
  void add(PartPtr part);
  void evict();
  std::string service_of(std::string_view instance, bool& known) const;
  TracePtr build(const EntryPtr& entry) const;
  TraceFacts facts_of(const Entry& entry) const;
  EntryPtr look_up(TraceId low, TraceId high, bool& several) const;
};

void Recorder::Impl::on_calls(std::vector<CallRecord> calls) {
  {
    std::lock_guard lock(costs_mutex);
    for (const CallRecord& c : calls) count_steps(c);
  }
  {
    std::lock_guard lock(store_mutex);
    for (CallRecord& c : calls) add(std::make_shared<const CallRecord>(std::move(c)));
    evict();
  }
  version.fetch_add(1, std::memory_order_release);
  came.notify_all();
}

void Recorder::Impl::count_steps(const CallRecord& call) {
  served_ns[call.service] += Ticks::to_ns(call.end - call.start);
  std::size_t order = 0;
  for (const Span& s : call.spans) {
    if (s.kind != SpanKind::Step) continue;
    StepSum& sum = steps[{call.service, s.name}];
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

void Recorder::Impl::add(PartPtr part) {
  auto entry = std::make_shared<Entry>();
  const auto known = by_id.find(part->identity.trace);
  if (known != by_id.end()) {
    const EntryPtr& before = by_number.at(known->second);
    entry->parts = before->parts;
    entry->number = before->number;
    bytes -= before->bytes;
  } else {
    entry->number = next_number++;
    by_id.emplace(part->identity.trace, entry->number);
  }
  entry->id = part->identity.trace;
  entry->touched = slipway::Clock::system().now();
  spans += part->spans.size();
  entry->parts.push_back(std::move(part));
  sum_up(*entry);
  bytes += entry->bytes;
  by_number[entry->number] = std::move(entry);
}

void Recorder::Impl::evict() {
  while (!by_number.empty() && (bytes > options.byte_budget || by_number.size() > options.trace_capacity)) {
    const auto oldest = by_number.begin();
    bytes -= oldest->second->bytes;
    for (const auto& p : oldest->second->parts) spans -= p->spans.size();
    by_id.erase(oldest->second->id);
    by_number.erase(oldest);
  }
}

std::string Recorder::Impl::service_of(std::string_view instance, bool& known) const {
  std::shared_lock lock(names_mutex);
  const auto it = service_names.find(instance);
  known = it != service_names.end();
  return known ? it->second : std::string(instance);
}

TracePtr Recorder::Impl::build(const EntryPtr& entry) const {
  {
    std::lock_guard lock(built_mutex);
    if (const auto it = built.find(entry.get()); it != built.end()) return it->second.second;
  }
  auto trace = std::make_shared<const Trace>(assemble(entry->parts, [this](std::string_view i, bool& known) { return service_of(i, known); }));
  std::lock_guard lock(built_mutex);
  if (built.size() >= kBuiltTraces) built.clear();
  built.emplace(entry.get(), std::pair{entry, trace});  // the entry is held, so its address stays its own
  return trace;
}

TraceFacts Recorder::Impl::facts_of(const Entry& e) const {
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

Result<std::vector<TracePtr>> Recorder::list(std::string_view text, std::size_t limit) const {
  auto filter = Filter::parse(text);
  if (!filter) return filter.error();
  std::vector<EntryPtr> found, chunk;
  std::uint64_t below = UINT64_MAX;
  while (found.size() < limit) {
    chunk.clear();
    {
      std::lock_guard lock(impl_->store_mutex);
      for (auto it = impl_->by_number.lower_bound(below); it != impl_->by_number.begin() && chunk.size() < kChunk;) chunk.push_back((--it)->second);
    }
    if (chunk.empty()) break;
    below = chunk.back()->number;
    for (const auto& e : chunk) {
      if (found.size() == limit) break;
      if (filter->empty() || filter->matches(impl_->facts_of(*e))) found.push_back(e);
    }
  }
  std::vector<TracePtr> out;
  for (const auto& e : found) out.push_back(impl_->build(e));
  return out;
}

EntryPtr Recorder::Impl::look_up(TraceId low, TraceId high, bool& several) const {
  std::lock_guard lock(store_mutex);
  const auto first = by_id.lower_bound(low);
  if (first == by_id.end() || first->first > high) return nullptr;
  const auto next = std::next(first);
  several = next != by_id.end() && next->first <= high;
  return by_number.at(first->second);
}

Result<TracePtr> Recorder::find(std::string_view text, Duration patience) const {
  std::string low(text), high(text);
  for (char& c : low)
    if (c >= 'A' && c <= 'F') c = static_cast<char>(c + 32);
  const bool hex = !low.empty() && low.size() <= 32 && low.find_first_not_of("0123456789abcdef") == std::string::npos;
  if (!hex) return slipway::bad_request("\"" + std::string(text) + "\" is no trace id (up to 32 hex digits)", "TRACE_ID_INVALID");
  high = low;
  low.append(32 - low.size(), '0');
  high.append(32 - high.size(), 'f');
  const auto id_of = [](const std::string& hex32) {
    return TraceId{std::stoull(hex32.substr(0, 16), nullptr, 16), std::stoull(hex32.substr(16), nullptr, 16)};
  };
  const TraceId from = id_of(low), to = id_of(high);
  const auto& clock = slipway::Clock::system();
  const slipway::TimePoint until = clock.now() + patience;
  for (;;) {
    impl_->telemetry->drain();
    bool several = false;
    const EntryPtr e = impl_->look_up(from, to, several);
    if (several) return slipway::bad_request("several traces begin with " + std::string(text) + " (give more digits)", "TRACE_ID_AMBIGUOUS");
    const slipway::TimePoint now = clock.now();
    const bool whole = e && ((e->tops == 1 && e->begun_here) || now - e->touched > kSettled);
    if (e && (whole || now >= until)) return impl_->build(e);
    if (now >= until) break;
    std::unique_lock lock(impl_->store_mutex);
    impl_->came.wait_for(lock, std::min<Duration>(until - now, std::chrono::milliseconds(5)));
  }
  return slipway::not_found("no trace " + std::string(text) + " is kept: it was sampled out, has left the memory, or never was", "TRACE_NOT_FOUND");
}

std::uint64_t Recorder::version() const { return impl_->version.load(std::memory_order_acquire); }

Counts Recorder::counts() const {
  Counts c;
  c.trace_capacity = impl_->options.trace_capacity;
  c.dropped = impl_->telemetry->dropped();
  c.sampling = impl_->telemetry->sampling();
  std::lock_guard lock(impl_->store_mutex);
  c.traces_kept = impl_->by_number.size();
  c.spans_kept = impl_->spans;
  c.bytes = impl_->bytes;
  return c;
}

std::vector<ServiceRate> Recorder::rates() const { return impl_->rates.rates(); }

std::vector<StepCost> Recorder::step_costs(std::string_view service) const {
  std::map<NameId, StepSum> sums;
  std::int64_t served = 0;
  bool known = false;
  const auto is_of = [&](NameId instance) { return name_of(instance) == service || impl_->service_of(name_of(instance), known) == service; };
  {
    std::lock_guard lock(impl_->costs_mutex);
    for (const auto& [key, sum] : impl_->steps) {
      if (!is_of(key.first)) continue;
      StepSum& s = sums[key.second];
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
  std::vector<EntryPtr> all;
  {
    std::lock_guard lock(impl_->store_mutex);
    all.reserve(impl_->by_number.size());
    for (const auto& [number, e] : impl_->by_number) all.push_back(e);
  }
  const NameId wanted = slipway::telemetry::intern(name);
  std::map<NameId, bool> of_service;
  for (const auto& e : all)
    for (const auto& p : e->parts) {
      auto it = of_service.find(p->service);
      if (it == of_service.end()) {
        bool known = false;
        const auto instance = name_of(p->service);
        it = of_service.emplace(p->service, instance == service || impl_->service_of(instance, known) == service).first;
      }
      if (!it->second) continue;
      for (const Span& s : p->spans)
        if (s.name == wanted && s.status != SpanStatus::NotReached) h.record(Ticks::to_ns(s.end - s.start));
    }
  return h;
}

void Recorder::add_event(Event event) {
  if (event.wall_ns == 0) event.wall_ns = slipway::Clock::system().wall().time_since_epoch().count();
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
    std::scoped_lock lock(impl_->store_mutex, impl_->costs_mutex, impl_->events_mutex, impl_->built_mutex);
    impl_->by_number.clear();
    impl_->by_id.clear();
    impl_->bytes = impl_->spans = 0;
    impl_->steps.clear();
    impl_->served_ns.clear();
    impl_->events.clear();
    impl_->built.clear();
  }
  impl_->rates.clear();
  impl_->version.fetch_add(1, std::memory_order_release);
}

}  // namespace workbench::recorder
