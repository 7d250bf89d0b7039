// simulated: the balancer in front of simulated nodes. Times in mean service times; nothing of this machine is in them.
#include <fmt/format.h>

#include <charconv>

#include "workbench/compare/keys.h"
#include "workbench/compare/kind.h"
#include "workbench/simulate/simulation.h"

namespace workbench::compare {

using slipway::Result;
using slipway::Value;

namespace {

Result<simulate::Options> options_from(const Value& keys) {
  simulate::Options o;
  Keys read(keys, "simulated");
  o.balancer = read.text("balancer", o.balancer);
  o.nodes = static_cast<int>(read.integer("nodes", o.nodes, 1, 100'000));
  o.load = read.number("load", o.load);
  o.jobs = static_cast<std::uint64_t>(read.integer("jobs", 200'000, 1000, 1'000'000'000));
  const auto service = simulate::ServiceTime::parse(read.text("service", "exp"));
  if (!service) return service.error();
  o.service = *service;
  read.per_node("speeds", o.nodes, 1.0, o.speeds);
  read.per_node("weights", o.nodes, 10, o.weights);
  if (auto ok = read.finish(); !ok) return ok.error();
  return o;
}

double metric_of(const simulate::Outcome& outcome, const std::string& metric) {
  if (metric == "mean") return outcome.mean_response;
  if (metric == "p50") return outcome.p50;
  if (metric == "p90") return outcome.p90;
  if (metric == "p95") return outcome.p95;
  return outcome.p99;
}

class SimulatedKind final : public Kind {
 public:
  std::string metric(const Scenario& scenario, const Situation&) const override {
    return scenario.metric == "mean" ? "mean response" : "response " + scenario.metric;
  }
  std::string unit() const override { return "service_times"; }
  bool on_this_machine() const override { return false; }

  Result<Sample> measure(const Scenario& scenario, const Value& keys, std::uint64_t seed, const RunOptions& options) override {
    auto o = options_from(keys);
    if (!o) return o.error();
    o->seed = seed;
    if (options.jobs > 0) o->jobs = options.jobs;
    auto outcome = simulate::run(*o, {}, options.cancel);
    if (!outcome) return outcome.error();
    Sample out;
    out.value = metric_of(*outcome, scenario.metric);
    out.spectrum = outcome->spectrum;
    for (std::size_t i = 0; i < outcome->share.size() && i < 64; ++i)
      out.share.emplace_back(fmt::format("node-{}", i), outcome->share[i]);
    if (outcome->theory) out.theory = outcome->theory->spectrum;
    if (!outcome->steady && !outcome->only_imprecise) out.not_steady = outcome->not_steady_because;
    return out;
  }
};

}  // namespace

std::unique_ptr<Kind> make_simulated_kind() { return std::make_unique<SimulatedKind>(); }

}  // namespace workbench::compare
