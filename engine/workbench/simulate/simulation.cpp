#include "workbench/simulate/simulation.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "slipway/balance/balancer.h"
#include "slipway/base/histogram.h"
#include "workbench/simulate/event_heap.h"
#include "workbench/simulate/steadiness.h"

namespace workbench::simulate {

using slipway::Random;
using slipway::Result;
using slipway::balance::Balancer;
using slipway::balance::Picked;

namespace {

constexpr int kBatches = 100;          // in each portion of the measured jobs
constexpr int kMostPortions = 10;
constexpr int kMostNodes = 100'000;
constexpr double kClockStartNs = 1e9;  // 0 would read as "never" to a balancer

bool looks_at_nodes(const std::string& balancer) { return balancer == "p2c" || balancer == "p2c_ewma"; }

double speed_of(const Options& options, int node) {
  return static_cast<std::size_t>(node) < options.speeds.size() ? options.speeds[node] : 1;
}

int weight_of(const Options& options, int node) {
  return static_cast<std::size_t>(node) < options.weights.size() ? options.weights[node] : 10;
}

slipway::Status check(const Options& options) {
  const auto bad = [](std::string text) { return slipway::bad_request("simulate: " + std::move(text)); };
  if (options.nodes < 1 || options.nodes > kMostNodes)
    return bad(fmt::format("nodes {} is out of range (1 ... {})", options.nodes, kMostNodes));
  if (!(options.load > 0 && options.load <= 10)) return bad(fmt::format("load {} is out of range (above 0, at most 10)", options.load));
  if (options.jobs < 1000 || options.jobs > 1'000'000'000)
    return bad(fmt::format("jobs {} is out of range (1 000 ... 1 000 000 000)", options.jobs));
  if (!(options.service_ns >= 1000 && options.service_ns <= 1e12)) return bad("service_ns is out of range (1 us ... 1 000 s)");
  if (options.speeds.size() > static_cast<std::size_t>(options.nodes) || options.weights.size() > static_cast<std::size_t>(options.nodes))
    return bad("more speeds or weights than nodes");
  if (options.precision && !(*options.precision > 0 && *options.precision < 1))
    return bad(fmt::format("precision {} is out of range (above 0, below 1)", *options.precision));
  for (double speed : options.speeds)
    if (!(speed > 0 && speed <= 1000)) return bad(fmt::format("speed {} is out of range (above 0, at most 1 000)", speed));
  return {};
}

// Jobs until queues that start empty have settled: some relaxation times, which for a queue on its own is
// 1 / (1 - sqrt(load))^2 service times, and far shorter where the balancer evens queues out.
std::uint64_t default_warm_up(const Options& options, double capacity) {
  const double load = std::min(options.load, 0.999);
  const double relaxation = looks_at_nodes(options.balancer) ? 4 / (1 - load) : 1 / std::pow(1 - std::sqrt(load), 2);
  const double jobs = 6 * relaxation * options.load * capacity;
  const auto least = static_cast<double>(options.jobs) / 20;
  return static_cast<std::uint64_t>(std::clamp(jobs, least, static_cast<double>(options.jobs)));
}

double capacity_of(const Options& options) {
  double capacity = 0;
  for (int i = 0; i < options.nodes; ++i) capacity += speed_of(options, i);
  return capacity;
}

// Fractions of the whole, never falling: a run that goes on for its precision does not know its length.
class Meter {
 public:
  Meter(const OnProgress& on_progress, const std::atomic<bool>* cancel) : on_progress_(on_progress), cancel_(cancel) {}
  // False when cancelled.
  bool at(double done) {
    if (cancel_ && cancel_->load(std::memory_order_relaxed)) return false;
    shown_ = std::max(shown_, done);
    if (on_progress_) on_progress_(shown_);
    return true;
  }

 private:
  const OnProgress& on_progress_;
  const std::atomic<bool>* cancel_;
  double shown_ = 0;
};

std::optional<theory::Known> known_theory(const Options& options) {
  if (options.load >= 1) return std::nullopt;
  for (int i = 0; i < options.nodes; ++i)
    if (speed_of(options, i) != 1) return std::nullopt;
  const bool equal_weights = std::all_of(options.weights.begin(), options.weights.end(),
                                         [&](int w) { return w == weight_of(options, options.nodes - 1); });
  const bool exponential = options.service.exponential();
  theory::Known out;
  const auto fill = [&](auto percentile) {
    for (double p : spectrum_percentiles()) out.spectrum.emplace_back(p, percentile(p));
  };
  if (options.balancer == "random" || options.nodes == 1) {
    out.model = exponential ? "M/M/1" : "M/G/1";
    out.mean_response = theory::mean_mg1(options.load, options.service.cv2());
    if (exponential) fill([&](double p) { return theory::percentile_mm1(options.load, p); });
  } else if (!exponential) {
    return std::nullopt;
  } else if (options.balancer == "round_robin" || (options.balancer == "wrr" && equal_weights)) {
    out.model = fmt::format("E{}/M/1", options.nodes);
    out.mean_response = theory::mean_round_robin(options.load, options.nodes);
    fill([&](double p) { return theory::percentile_round_robin(options.load, options.nodes, p); });
  } else if (options.balancer == "p2c") {
    out.model = "supermarket, 2 choices, infinitely many nodes";
    out.mean_response = theory::mean_supermarket(options.load, 2);
    fill([&](double p) { return theory::percentile_supermarket(options.load, 2, p); });
  } else {
    return std::nullopt;
  }
  return out;
}

// One run. Service is FIFO, so a job's completion is known when it arrives; the event queue is there to tell the
// balancer of completions in order of time.
class Run {
 public:
  Run(const Options& options, Balancer& balancer, double capacity)
      : options_(options),
        balancer_(balancer),
        arrivals_(stream(options.seed, 1)),
        services_(stream(options.seed, 2)),
        picks_(stream(options.seed, 3)),
        mean_gap_ns_(options.service_ns / (options.load * capacity)),
        histogram_(static_cast<std::int64_t>(options.service_ns * 1e6)) {
    const auto count = static_cast<std::size_t>(options.nodes);
    nodes_.resize(count);
    heap_.reserve(count);
    std::vector<slipway::balance::NodePtr> backends;
    for (int i = 0; i < options.nodes; ++i) {
      backends.push_back(std::make_shared<slipway::balance::Node>(fmt::format("node-{}", i), "", weight_of(options, i),
                                                                  static_cast<std::uint32_t>(i)));
      nodes_[i].ns_per_unit = options.service_ns / speed_of(options, i);
    }
    balancer_.update(std::move(backends));
  }

  // Both false when cancelled. `share` = this part of the whole, for the progress that begins at `from`.
  bool warm_up(std::uint64_t jobs, Meter& meter, double share) {
    const auto step = std::max<std::uint64_t>(1, jobs / 50);
    for (std::uint64_t job = 0; job < jobs; ++job) {
      if (job % step == 0 && !meter.at(share * static_cast<double>(job) / static_cast<double>(jobs))) return false;
      arrive<false>();
    }
    measured_from_ = now_ns_;
    sum_ns_ = in_system_area_ = busy_area_ = 0;
    return true;
  }

  bool measure_portion(Meter& meter, double from, double share) {
    std::uint64_t batch_end = 0;
    for (int batch = 0; batch < kBatches; ++batch) {
      if (!meter.at(from + share * batch / kBatches)) return false;
      const auto batch_start = batch_end;
      batch_end = options_.jobs * static_cast<std::uint64_t>(batch + 1) / kBatches;
      const double sum_before = sum_ns_, area_before = in_system_area_, at_before = now_ns_;
      for (auto job = batch_start; job < batch_end; ++job) arrive<true>();
      const auto jobs = static_cast<double>(batch_end - batch_start);
      batches_.push_back({(sum_ns_ - sum_before) / jobs / options_.service_ns,
                          (in_system_area_ - area_before) / (now_ns_ - at_before)});
    }
    measured_jobs_ += options_.jobs;
    return true;
  }

  // How many portions of this length the mean needs to be known to `precision`, by what was measured so far.
  double portions_for(double precision) const {
    const double known = mean_response_ci95(batches_) / (sum_ns_ / static_cast<double>(measured_jobs_) / options_.service_ns);
    return static_cast<double>(batches_.size()) / kBatches * std::max(1.0, std::pow(known / precision, 2));
  }
  bool known_to(double precision) const { return portions_for(precision) * kBatches <= static_cast<double>(batches_.size()); }

  void fill(Outcome& out) const {
    const auto unit = options_.service_ns;
    const auto jobs = static_cast<double>(measured_jobs_);
    const double span = now_ns_ - measured_from_;
    out.jobs = measured_jobs_;
    out.spectrum.clear();
    out.share.clear();
    out.mean_response = sum_ns_ / jobs / unit;
    out.mean_in_system = in_system_area_ / span;
    out.utilisation = busy_area_ / span / options_.nodes;
    for (double p : spectrum_percentiles()) out.spectrum.emplace_back(p, at(p));
    out.p50 = at(50);
    out.p90 = at(90);
    out.p95 = at(95);
    out.p99 = at(99);
    out.p99_9 = at(99.9);
    out.max = static_cast<double>(histogram_.max()) / unit;
    for (const auto& node : nodes_) out.share.push_back(static_cast<double>(node.measured) / jobs);
    const double by_little = jobs / span * (sum_ns_ / jobs);
    const auto steadiness = judge_steadiness(batches_, out.mean_response, by_little / out.mean_in_system);
    out.mean_response_ci95 = steadiness.mean_ci95;
    out.steady = steadiness.steady;
    out.only_imprecise = steadiness.only_imprecise;
    out.not_steady_because = steadiness.reason;
  }

 private:
  static constexpr std::uint32_t kNone = UINT32_MAX;
  struct Job {
    double completes;
    Picked picked;
    std::uint32_t next;
  };
  struct Server {
    double free_at = 0;
    double ns_per_unit = 0;
    std::uint32_t first = kNone, last = kNone;  // jobs here, in order
    std::uint64_t measured = 0;
  };

  static std::uint64_t stream(std::uint64_t seed, std::uint64_t which) {
    return Random(seed * 4 + which).next();
  }

  double at(double percentile) const { return static_cast<double>(histogram_.percentile(percentile)) / options_.service_ns; }

  void advance_to(double at) {
    const double dt = at - now_ns_;
    in_system_area_ += dt * in_system_;
    busy_area_ += dt * busy_;
    now_ns_ = at;
  }

  template <bool kMeasured>
  void arrive() {
    const double at = now_ns_next_;
    now_ns_next_ += arrivals_.exponential(mean_gap_ns_);
    while (!heap_.empty() && heap_.top().at <= at) complete();
    advance_to(at);
    const auto picked = balancer_.pick(picks_, static_cast<std::int64_t>(at));
    Server& server = nodes_[picked.node->index];
    const bool idle = server.first == kNone;
    const double completes = (idle ? at : server.free_at) + options_.service.draw(services_) * server.ns_per_unit;
    server.free_at = completes;
    const auto job = store({completes, picked, kNone});
    if (idle) {
      server.first = job;
      heap_.push({completes, picked.node->index});
      busy_ += 1;
    } else {
      jobs_[server.last].next = job;
    }
    server.last = job;
    in_system_ += 1;
    if constexpr (kMeasured) {
      const double response = completes - at;
      sum_ns_ += response;
      histogram_.record(static_cast<std::int64_t>(response));
      ++server.measured;
    }
  }

  void complete() {
    const auto event = heap_.top();
    advance_to(event.at);
    Server& server = nodes_[event.node];
    const auto finished = server.first;
    const Job& job = jobs_[finished];
    balancer_.done(job.picked, static_cast<std::int64_t>(event.at), {});
    server.first = job.next;
    in_system_ -= 1;
    if (server.first == kNone) {
      heap_.pop();
      busy_ -= 1;
    } else {
      heap_.replace_top({jobs_[server.first].completes, event.node});
    }
    free_.push_back(finished);
  }

  std::uint32_t store(Job job) {
    if (free_.empty()) {
      jobs_.push_back(job);
      return static_cast<std::uint32_t>(jobs_.size() - 1);
    }
    const auto index = free_.back();
    free_.pop_back();
    jobs_[index] = job;
    return index;
  }

  const Options& options_;
  Balancer& balancer_;
  Random arrivals_, services_, picks_;
  const double mean_gap_ns_;
  double now_ns_ = kClockStartNs, now_ns_next_ = kClockStartNs;
  std::vector<Server> nodes_;
  std::vector<Job> jobs_;
  std::vector<std::uint32_t> free_;
  EventHeap heap_;
  double in_system_ = 0, busy_ = 0;
  std::uint64_t measured_jobs_ = 0;
  double measured_from_ = 0, sum_ns_ = 0, in_system_area_ = 0, busy_area_ = 0;
  slipway::Histogram histogram_;
  std::vector<Batch> batches_;
};

}  // namespace

const std::vector<double>& spectrum_percentiles() {
  static const std::vector<double> percentiles{10, 25, 50, 75, 90, 95, 99, 99.5, 99.9, 99.99};
  return percentiles;
}

std::string overload(const Options& options) {
  if (options.load >= 1) return fmt::format("load {} is at or above what all nodes can serve", options.load);
  if (looks_at_nodes(options.balancer)) return {};
  const double capacity = capacity_of(options);
  const auto dealt = [&](int node) { return options.balancer == "wrr" ? std::max(0, weight_of(options, node)) : 1; };
  double total = 0;
  for (int i = 0; i < options.nodes; ++i) total += dealt(i);
  for (int i = 0; i < options.nodes && total > 0; ++i) {
    const double offered = dealt(i) / total * options.load * capacity / speed_of(options, i);
    if (offered >= 1) return fmt::format("node {} is offered {:.2f} times what it can serve", i, offered);
  }
  return {};
}

Result<Outcome> run(const Options& options, const OnProgress& on_progress, const std::atomic<bool>* cancel) {
  if (auto ok = check(options); !ok) return ok.error();
  auto balancer = slipway::balance::make_balancer(options.balancer);
  if (!balancer) return balancer.error();
  const double capacity = capacity_of(options);
  const auto overloaded = overload(options);

  Outcome out;
  out.options = options;
  out.warm_up_jobs = options.warm_up_jobs.value_or(default_warm_up(options, capacity));
  Run simulation(out.options, **balancer, capacity);
  Meter meter(on_progress, cancel);
  const auto cancelled = [] { return slipway::client_closed("simulate: cancelled"); };
  const bool may_go_on = options.precision && overloaded.empty();
  const auto warm_up = static_cast<double>(out.warm_up_jobs), portion = static_cast<double>(options.jobs);
  double whole = warm_up + portion * (may_go_on ? 2 : 1);
  if (!simulation.warm_up(out.warm_up_jobs, meter, warm_up / whole)) return cancelled();
  for (int done = 0;;) {
    if (!simulation.measure_portion(meter, (warm_up + portion * done) / whole, portion / whole)) return cancelled();
    ++done;
    simulation.fill(out);
    if (!may_go_on || (!out.steady && !out.only_imprecise) || done == kMostPortions || simulation.known_to(*options.precision)) break;
    whole = warm_up + portion * std::min<double>(kMostPortions, std::ceil(simulation.portions_for(*options.precision)));
  }
  meter.at(1);
  if (!overloaded.empty()) {
    out.steady = out.only_imprecise = false;
    out.not_steady_because = overloaded;
  }
  out.theory = known_theory(options);
  return out;
}

}  // namespace workbench::simulate
