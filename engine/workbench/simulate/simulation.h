// Simulation: a balancer in front of many single-server FIFO queues, on a virtual clock.
//
// Runs the framework's own balancer code: the same pick and done as a live client, only time and chance are handed in.
// Poisson arrivals; each node serves one job at a time in order. Time is counted in mean service times of a node of
// speed 1. `load` is the arrival rate over the capacity of all nodes together. The same options give the same bytes.
// Arrivals, service times and picks draw from three separate streams, so two balancers with one seed see the same jobs.
// run() blocks (about a second for three million jobs in a release build).
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "slipway/base/result.h"
#include "workbench/simulate/service_time.h"
#include "workbench/simulate/theory.h"

namespace workbench::simulate {

struct Options {
  std::string balancer = "p2c";
  int nodes = 10;
  double load = 0.8;
  ServiceTime service;
  std::vector<double> speeds;  // per node, 1 = normal, 0.1 = ten times slower; missing ones are 1
  std::vector<int> weights;    // per node, for wrr; missing ones are 10
  std::uint64_t jobs = 3'000'000;               // measured, after the warm-up
  std::optional<std::uint64_t> warm_up_jobs;    // default: long enough for such queues to settle, at most `jobs`
  // Measure on, in further portions of `jobs`, until the 95 % interval of the mean response is within this share of it, or ten
  // portions are done. Without it exactly `jobs` are measured.
  std::optional<double> precision;
  std::uint64_t seed = 1;
  double service_ns = 10e6;    // what one service time is to balancers that know real time (p2c_ewma)
};

struct Outcome {
  Options options;
  double mean_response = 0, p50 = 0, p90 = 0, p95 = 0, p99 = 0, p99_9 = 0, max = 0;  // service times
  double mean_response_ci95 = 0;  // half width; steadiness.h says how
  double mean_in_system = 0;
  double utilisation = 0;   // busy share of all nodes
  std::uint64_t jobs = 0, warm_up_jobs = 0;
  bool steady = true;
  bool only_imprecise = false;  // not steady for no other reason than too few jobs
  std::string not_steady_because;
  std::vector<std::pair<double, double>> spectrum;  // (percentile, response)
  std::vector<double> share;                        // of the jobs, per node
  std::optional<theory::Known> theory;              // where a closed form covers this case
  // {"unit":"service_times", mean_response, p50, p95, p99, utilisation, jobs, steady, ...}, one line.
  std::string to_json() const;
};

// `on_progress` gets 0 ... 1, about a hundred times, on the calling thread.
using OnProgress = std::function<void(double)>;

// BAD_REQUEST for options out of range, NOT_FOUND for an unknown balancer, CLIENT_CLOSED when `cancel` became true.
slipway::Result<Outcome> run(const Options& options, const OnProgress& on_progress = {},
                             const std::atomic<bool>* cancel = nullptr);

// Which node is offered more than it can serve, known before the first job: "node 0 is offered 1.44 times what it can
// serve". Empty when none is; a balancer that looks at the nodes overloads none while the load is below 1.
std::string overload(const Options& options);

// The percentiles of every spectrum.
const std::vector<double>& spectrum_percentiles();

}  // namespace workbench::simulate
