#include "app/verbs/simulate.h"

#include <fmt/format.h>

#include <cstdio>

#include "app/verbs/verb.h"
#include "slipway/balance/balancer.h"
#include "workbench/simulate/simulation.h"

namespace app {

namespace {

namespace simulate = workbench::simulate;

struct Arguments {
  simulate::Options options;
  std::string service = "exp";
  std::vector<std::string> speeds, weights;  // "0=0.1"
  std::uint64_t warm_up = 0;
  double precision = 0.01;
  bool json = false;
};

// "NODE=VALUE" into a per-node list whose other entries are `otherwise`.
template <class T>
slipway::Status place(const std::string& text, int nodes, T otherwise, std::vector<T>& list) {
  const auto equals = text.find('=');
  char* end = nullptr;
  const long node = std::strtol(text.c_str(), &end, 10);
  char* value_end = nullptr;
  const double value = equals == std::string::npos ? 0 : std::strtod(text.c_str() + equals + 1, &value_end);
  if (equals == std::string::npos || end != text.c_str() + equals || !value_end || *value_end || value_end == text.c_str() + equals + 1)
    return slipway::bad_request(fmt::format("\"{}\" is not NODE=VALUE (as in 0=0.1)", text));
  if (node < 0 || node >= nodes) return slipway::bad_request(fmt::format("\"{}\": there is no node {} of {}", text, node, nodes));
  if (list.size() <= static_cast<std::size_t>(node)) list.resize(node + 1, otherwise);
  list[node] = static_cast<T>(value);
  return {};
}

slipway::Status read(Arguments& a) {
  auto service = simulate::ServiceTime::parse(a.service);
  if (!service) return service.error();
  a.options.service = *service;
  for (const auto& text : a.speeds)
    if (auto ok = place(text, a.options.nodes, 1.0, a.options.speeds); !ok) return ok;
  for (const auto& text : a.weights)
    if (auto ok = place(text, a.options.nodes, 10, a.options.weights); !ok) return ok;
  return {};
}

void print_table(const simulate::Outcome& o) {
  const auto theory_at = [&](double percentile) -> std::string {
    if (o.theory)
      for (const auto& [p, value] : o.theory->spectrum)
        if (p == percentile) return fmt::format("{:>12.4f}", value);
    return {};
  };
  const auto row = [](std::string_view name, double value, const std::string& theory) {
    fmt::print("  {:<16}{:>12.4f}{}\n", name, value, theory);
  };
  fmt::print("{} over {} nodes at load {}, {} service, seed {}\n\n", o.options.balancer, o.options.nodes, o.options.load,
             o.options.service.to_string(), o.options.seed);
  fmt::print("  {:<16}{:>12}{}\n", "service times", "simulated", o.theory ? "      theory" : "");
  row("mean response", o.mean_response, o.theory ? fmt::format("{:>12.4f}", o.theory->mean_response) : "");
  fmt::print("  {:<16}{:>12}\n", "  95 % interval", fmt::format("± {:.4f}", o.mean_response_ci95));
  row("p50", o.p50, theory_at(50));
  row("p95", o.p95, theory_at(95));
  row("p99", o.p99, theory_at(99));
  row("p99.9", o.p99_9, theory_at(99.9));
  row("utilisation", o.utilisation, "");
  fmt::print("\n  {} jobs measured after {} of warm-up", o.jobs, o.warm_up_jobs);
  if (o.theory) fmt::print("; theory: {}", o.theory->model);
  fmt::print("\n");
  if (!o.options.speeds.empty() && o.share.size() <= 32) {
    fmt::print("  share per node, %:");
    for (double s : o.share) fmt::print(" {:.2f}", s * 100);
    fmt::print("\n");
  }
  if (!o.steady) fmt::print("\n  NOT STEADY: {}. The figures tell how long the run was, not how the system behaves.\n", o.not_steady_because);
}

int run(Arguments a) {
  if (auto ok = read(a); !ok) {
    fmt::print(stderr, "slipway simulate: {}\n", ok.error().message());
    return kUsage;
  }
  ProgressLine progress("simulate");
  auto outcome = simulate::run(a.options, [&progress](double done) { progress.at(done, "simulating"); }, &interrupted());
  progress.clear();
  if (!outcome && interrupted()) return kInterrupted;
  if (!outcome) {
    std::string_view what = outcome.error().message();
    if (what.starts_with("simulate: ")) what.remove_prefix(10);
    fmt::print(stderr, "slipway simulate: {}\n", what);
    return kUsage;
  }
  if (a.json) fmt::print("{}\n", outcome->to_json());
  else print_table(*outcome);
  if (!outcome->steady) fmt::print(stderr, "slipway simulate: not steady: {}\n", outcome->not_steady_because);
  return outcome->steady ? kDone : kNotHeld;
}

}  // namespace

void add_simulate(CLI::App& root, int& exit_code) {
  auto a = std::make_shared<Arguments>();
  auto* verb = root.add_subcommand("simulate", "One balancer in front of simulated nodes, on a virtual clock");
  std::string names;
  for (auto name : slipway::balance::balancer_names()) names += (names.empty() ? "" : ", ") + std::string(name);
  verb->add_option("--balancer", a->options.balancer, names)->capture_default_str();
  verb->add_option("--nodes", a->options.nodes, "Number of nodes")->capture_default_str();
  verb->add_option("--load", a->options.load, "Arrival rate over the capacity of all nodes")->capture_default_str();
  verb->add_option("--service", a->service, "exp, deterministic, lognormal:CV or bimodal:SHARE,FACTOR")->capture_default_str();
  verb->add_option("--speed", a->speeds, "NODE=FACTOR: 0=0.1 makes node 0 ten times slower (repeatable)");
  verb->add_option("--weight", a->weights, "NODE=WEIGHT, for wrr; others are 10 (repeatable)");
  auto* jobs = verb->add_option("--jobs", a->options.jobs, "Jobs to measure, after the warm-up; given, exactly so many")->capture_default_str();
  auto* precision = verb->add_option("--precision", a->precision, "Measure on, to ten times --jobs, until the mean is known to this share of it (95 %); default 0.01 without --jobs")
                        ->check(CLI::Range(0.0001, 0.5));
  auto* warm_up = verb->add_option("--warm-up", a->warm_up, "Jobs before measuring (default: until such queues settle)");
  verb->add_option("--seed", a->options.seed, "The same seed gives the same bytes")->capture_default_str();
  verb->add_flag("--json", a->json, "One line of JSON");
  verb->callback([a, warm_up, jobs, precision, &exit_code] {
    if (precision->count() > 0 || jobs->count() == 0) a->options.precision = a->precision;
    if (warm_up->count() > 0) a->options.warm_up_jobs = a->warm_up;
    exit_code = run(*a);
  });
}

}  // namespace app
