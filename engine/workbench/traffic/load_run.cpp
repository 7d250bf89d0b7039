#include "workbench/traffic/load_run.h"

#include <algorithm>
#include <cmath>
#include <condition_variable>
#include <cstdio>
#include <cstring>
#include <map>
#include <mutex>
#include <thread>

#include "slipway/codec/codec.h"
#include "workbench/traffic/generator.h"
#include "workbench/traffic/honesty.h"
#include "workbench/traffic/slo.h"

namespace workbench::traffic {
namespace {

using slipway::Histogram;
using slipway::Result;
using slipway::Value;

constexpr std::size_t kKeptSlices = 2400;  // ten minutes on screen; totals cover the whole run

Percentiles percentiles_of(const Histogram& h) {
  return {h.percentile(50), h.percentile(90), h.percentile(99), h.percentile(99.9), h.max()};
}

// The points of a curve by percentile, each as far as there are enough replies to speak of it.
std::vector<std::pair<double, std::int64_t>> spectrum_of(const Histogram& h) {
  std::vector<std::pair<double, std::int64_t>> out;
  if (h.count() == 0) return out;
  for (const double p : {0.0, 5.0, 10.0, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0, 80.0, 85.0, 90.0, 92.5, 95.0, 97.0, 98.0, 99.0, 99.3, 99.5, 99.7, 99.8, 99.9, 99.95, 99.97, 99.98, 99.99})
    if (p <= 90 || static_cast<double>(h.count()) * (100 - p) >= 100) out.emplace_back(p, h.percentile(p));
  return out;
}

Value to_value(const Percentiles& p) {
  return Value::object({{"p50", p.p50}, {"p90", p.p90}, {"p99", p.p99}, {"p99_9", p.p99_9}, {"max", p.max}});
}

}  // namespace

std::int64_t LoadSlice::lowest_ns(int band) {
  return static_cast<std::int64_t>(std::llround(50'000.0 * std::pow(10.0, band / 8.0)));
}

int LoadSlice::band_of(std::int64_t ns) {
  static const auto kLowest = [] {
    std::array<std::int64_t, kBands> all{};
    for (int b = 0; b < kBands; ++b) all[static_cast<std::size_t>(b)] = lowest_ns(b);
    return all;
  }();
  const auto above = std::upper_bound(kLowest.begin(), kLowest.end(), ns);
  return above == kLowest.begin() ? 0 : static_cast<int>(above - kLowest.begin()) - 1;
}

struct LoadRun::Impl {
  LoadPlan plan;
  LoadFeed feed;
  std::vector<SloRule> rules;
  std::vector<std::thread> generators;
  std::thread collector;

  // The collector's own.
  Histogram service, response, lag{3'600'000'000'000, 2}, late{3'600'000'000'000, 2};
  std::map<int, std::uint64_t> kinds;
  std::map<std::uint32_t, Histogram> open_slices;  // response times of slices that still grow
  std::uint64_t intended = 0, sent = 0, done = 0, errors = 0, dropped = 0, capped = 0;
  std::int64_t cpu_ns = 0, last_done_ns = 0;
  std::vector<LoadSlice> slices;
  std::uint32_t first_slice = 0;

  mutable std::mutex mutex;
  std::condition_variable ended;
  std::shared_ptr<const LoadProgress> current;
  bool is_finished = false;
  std::string hgrm;

  explicit Impl(int threads) : feed(threads) {}

  bool open_loop() const { return plan.options.rate_per_s.has_value(); }

  void publish(LoadProgress progress) {
    auto next = std::make_shared<const LoadProgress>(std::move(progress));
    std::lock_guard lock(mutex);
    current = std::move(next);
  }

  void launch() {
    plan.start_ns = steady_now_ns();
    LoadProgress first;
    first.state = LoadProgress::State::Running;
    first.target_rate_per_s = plan.rate.load();
    publish(std::move(first));
    for (int i = 0; i < plan.options.threads; ++i)
      generators.emplace_back([this, i] { generate(plan, feed, i); });
    collector = std::thread([this] { collect(); });
  }

  void collect() {
    std::vector<std::unique_ptr<LoadWindow>> windows;
    while (feed.get(windows)) {
      for (auto& w : windows) {
        merge(*w);
        feed.give_back(std::move(w));
      }
      windows.clear();
      close_slices(feed.complete_until());
      publish(make_progress(false));
    }
    close_slices(INT64_MAX);
    auto last = make_progress(true);
    std::string spectrum = make_hgrm();
    publish(std::move(last));
    std::lock_guard lock(mutex);
    hgrm = std::move(spectrum);
    is_finished = true;
    ended.notify_all();
  }

  void merge(const LoadWindow& w) {
    if (w.service.count()) service.merge(w.service);
    if (w.response.count()) response.merge(w.response);
    if (w.lag.count()) lag.merge(w.lag);
    if (w.late.count()) late.merge(w.late);
    for (const auto& [kind, n] : w.error_kinds) kinds[kind] += n;
    intended += w.intended, sent += w.sent, done += w.done, errors += w.errors, dropped += w.dropped, capped += w.capped;
    cpu_ns += w.cpu_ns;
    last_done_ns = std::max(last_done_ns, w.last_done_ns);
    while (first_slice + slices.size() <= w.index) {
      slices.emplace_back();
      slices.back().at_s = static_cast<double>(first_slice + slices.size() - 1) * LoadWindow::kLengthNs / 1e9;
    }
    if (w.index < first_slice) return;
    auto& s = slices[w.index - first_slice];
    s.intended += w.intended, s.sent += w.sent, s.done += w.done, s.errors += w.errors, s.in_flight += w.in_flight;
    for (std::size_t b = 0; b < w.cells.size(); ++b) {
      s.cells[b] += w.cells[b];
      const auto& t = w.traces[b];
      if (t.rank > 0 && (s.cell_traces[b].empty() || t.rank >= 2)) s.cell_traces[b] = t.id.hex();
    }
    if (w.response.count()) open_slices.try_emplace(w.index).first->second.merge(w.response);
  }

  void close_slices(std::int64_t until) {
    while (!open_slices.empty() && open_slices.begin()->first <= until) {
      const auto& [index, h] = *open_slices.begin();
      if (index >= first_slice) {
        auto& s = slices[index - first_slice];
        s.p50_ns = h.percentile(50);
        s.p99_ns = h.percentile(99);
      }
      open_slices.erase(open_slices.begin());
    }
    if (slices.size() > kKeptSlices) {
      const auto extra = slices.size() - kKeptSlices;
      slices.erase(slices.begin(), slices.begin() + static_cast<std::ptrdiff_t>(extra));
      first_slice += static_cast<std::uint32_t>(extra);
    }
  }

  LoadProgress make_progress(bool last) {
    LoadProgress p;
    const double now_s = static_cast<double>(steady_now_ns() - plan.start_ns) / 1e9;
    const double planned_s = static_cast<double>(plan.options.duration.count()) / 1e9;
    const bool cancelled = plan.cancelled.load();
    using State = LoadProgress::State;
    p.state = last ? (cancelled ? State::Cancelled : State::Done) : plan.sending_over.load() ? State::Draining : State::Running;
    p.elapsed_s = last && !cancelled ? std::max(planned_s, static_cast<double>(last_done_ns) / 1e9) : now_s;
    p.target_rate_per_s = open_loop() ? plan.rate.load() : 0;
    std::uint64_t unanswered = 0;
    for (const auto& [kind, n] : kinds) {
      p.errors_by_kind.emplace_back(error_kind_name(kind), n);
      if (kind < 100) unanswered += n;
    }
    p.requests = done, p.errors = errors, p.dropped = dropped, p.intended = intended, p.sent = sent;
    p.in_flight = slices.empty() || last ? 0 : slices.back().in_flight;
    p.achieved_rate_per_s = p.elapsed_s > 0 ? static_cast<double>(done - unanswered) / p.elapsed_s : 0;
    p.service_ns = percentiles_of(service);
    p.response_ns = percentiles_of(response);
    p.service_spectrum = spectrum_of(service);
    p.response_spectrum = spectrum_of(response);
    p.lag_p99_ns = lag.percentile(99);
    p.lag_max_ns = lag.max();
    p.generator_cpu = now_s > 0 ? static_cast<double>(cpu_ns) / 1e9 / (last ? p.elapsed_s : now_s) : 0;
    p.capped = capped;
    RunEvidence evidence;
    evidence.late_p99_ns = late.percentile(99);
    evidence.threads = plan.options.threads;
    evidence.connections = open_loop() ? plan.options.max_connections : plan.options.users;
    evidence.authority = plan.target.authority();
    evidence.connect_error = std::strerror(plan.last_connect_errno.load());
    judge(p, evidence);
    const SloFigures figures{&response, &service, done, errors, dropped, p.achieved_rate_per_s};
    for (const auto& rule : rules) p.slos.push_back(evaluate(rule, figures));
    p.slices = slices;
    return p;
  }

  std::string make_hgrm() const {
    std::string out = "       Value     Percentile TotalCount 1/(1-Percentile)\n\n";
    std::uint64_t seen = 0;
    double squares = 0;
    char line[128];
    response.for_each([&](std::int64_t low, std::int64_t high, std::uint64_t n) {
      seen += n;
      const double off = static_cast<double>(low + high) / 2 - response.mean();
      squares += off * off * static_cast<double>(n);
      const double p = static_cast<double>(seen) / static_cast<double>(response.count());
      if (seen < response.count())
        std::snprintf(line, sizeof line, "%12.6f %.12f %10llu %14.2f\n", static_cast<double>(high) / 1e6, p,
                      static_cast<unsigned long long>(seen), 1 / (1 - p));
      else
        std::snprintf(line, sizeof line, "%12.6f %.12f %10llu\n", static_cast<double>(high) / 1e6, p,
                      static_cast<unsigned long long>(seen));
      out += line;
    });
    const double deviation = seen ? std::sqrt(squares / static_cast<double>(seen)) : 0;
    std::snprintf(line, sizeof line, "#[Mean = %.6f, StdDeviation = %.6f]\n#[Max = %.6f, Total count = %llu]\n", response.mean() / 1e6,
                  deviation / 1e6, static_cast<double>(response.max()) / 1e6, static_cast<unsigned long long>(response.count()));
    return out + line;
  }
};

LoadRun::LoadRun() = default;

Result<std::unique_ptr<LoadRun>> LoadRun::start(LoadOptions options) {
  const auto wrong = [](const std::string& what) { return slipway::bad_request("load run: " + what, "LOAD_INVALID"); };
  if (options.request.method == "GRPC") return wrong("gRPC requests cannot be run as load; send them one by one or load the HTTP route that calls them");
  if (options.rate_per_s && !(*options.rate_per_s > 0 && *options.rate_per_s <= 10e6))
    return wrong("a rate must be above 0 and at most 10 000 000 requests per second");
  if (!options.rate_per_s && (options.users < 1 || options.users > 20'000)) return wrong("users must be 1 to 20 000");
  if (options.rate_per_s && (options.max_connections < 1 || options.max_connections > 20'000))
    return wrong("max connections must be 1 to 20 000");
  if (options.duration <= slipway::Duration::zero() || options.duration > std::chrono::hours(24))
    return wrong("the duration must be above 0 and at most 24h");
  if (options.timeout <= slipway::Duration::zero()) return wrong("the timeout must be above 0");
  options.threads = std::clamp(options.threads, 1, 64);
  auto target = parse_target(options.request.url);
  if (!target) return target.error();
  auto address = resolve(*target, options.allow_remote);
  if (!address) return address.error();
  auto bytes = request_bytes(options.request, *target);
  if (!bytes) return bytes.error();

  std::unique_ptr<LoadRun> run(new LoadRun);
  run->impl_ = std::make_unique<Impl>(options.threads);
  auto& impl = *run->impl_;
  for (const auto& text : options.slos) {
    auto rule = parse_slo(text);
    if (!rule) return rule.error();
    impl.rules.push_back(*rule);
  }
  for (int i = 0; i < 3 * options.threads; ++i) impl.feed.give_back(std::make_unique<LoadWindow>());
  impl.plan.rate = options.rate_per_s.value_or(0);
  impl.plan.target = *target;
  impl.plan.address = *address;
  impl.plan.request = std::move(*bytes);
  impl.plan.options = std::move(options);
  impl.launch();
  return run;
}

LoadRun::~LoadRun() {
  if (!impl_ || !impl_->collector.joinable()) return;
  cancel();
  for (auto& g : impl_->generators) g.join();
  impl_->collector.join();
}

void LoadRun::set_rate(double rate_per_s) {
  if (!impl_->open_loop() || !std::isfinite(rate_per_s)) return;
  impl_->plan.rate = std::clamp(rate_per_s, 0.0, 10e6);
  impl_->plan.rate_version.fetch_add(1, std::memory_order_release);
}

void LoadRun::cancel() {
  if (!finished()) impl_->plan.cancelled = true;
}

std::shared_ptr<const LoadProgress> LoadRun::progress() const {
  std::lock_guard lock(impl_->mutex);
  return impl_->current;
}

bool LoadRun::finished() const {
  std::lock_guard lock(impl_->mutex);
  return impl_->is_finished;
}

void LoadRun::wait() {
  std::unique_lock lock(impl_->mutex);
  impl_->ended.wait(lock, [&] { return impl_->is_finished; });
}

const LoadOptions& LoadRun::options() const { return impl_->plan.options; }

std::string LoadRun::to_json() const {
  const auto p = progress();
  static constexpr const char* kStates[] = {"starting", "running", "draining", "done", "cancelled", "failed"};
  Value kinds = Value::Map{}, slos = Value::List{};
  for (const auto& [kind, n] : p->errors_by_kind) kinds[kind] = n;
  for (const auto& s : p->slos)
    slos.as_list().push_back(Value::object({{"text", s.text}, {"held", s.held}, {"found", s.found}}));
  Value out = Value::object({{"url", options().request.url},
                             {"method", options().request.method},
                             {"state", kStates[static_cast<int>(p->state)]},
                             {"elapsed_ns", static_cast<std::int64_t>(p->elapsed_s * 1e9)},
                             {"requests", p->requests},
                             {"errors", p->errors},
                             {"errors_by_kind", std::move(kinds)},
                             {"target_rate_per_s", p->target_rate_per_s},
                             {"achieved_rate_per_s", p->achieved_rate_per_s},
                             {"intended", p->intended},
                             {"sent", p->sent},
                             {"dropped", p->dropped},
                             {"service_ns", to_value(p->service_ns)},
                             {"response_ns", to_value(p->response_ns)},
                             {"lag_ns", Value::object({{"p99", p->lag_p99_ns}, {"max", p->lag_max_ns}})},
                             {"generator_cpu_cores", p->generator_cpu},
                             {"capped", p->capped},
                             {"limit", std::string(limit_name(p->limit))},
                             {"generator_limited", p->generator_limited()},
                             {"honesty", p->honesty},
                             {"slos", std::move(slos)}});
  return slipway::codec::to_json(out);
}

std::string LoadRun::to_hgrm() const {
  std::lock_guard lock(impl_->mutex);
  return impl_->hgrm;
}

}  // namespace workbench::traffic
