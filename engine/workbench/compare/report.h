// Report: what a comparison found. Verdict first, evidence beside it. A plain value.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "slipway/base/result.h"

namespace workbench::compare {

struct Side {
  std::string name;                   // "p2c_ewma"
  std::vector<double> runs;           // the metric, one per interleaved repetition
  std::vector<double> cpu_runs;       // processor time of the same uses; empty where only the time was measured
  double median = 0;
  std::string not_steady;             // why its times say nothing: "node 0 is offered 1.44 times what it can serve"; empty when they do
  std::vector<std::pair<double, double>> spectrum;      // (percentile, value)
  std::vector<std::pair<std::string, double>> share;    // per node, 0..1
};

struct Section {                      // one metric of one situation: "p99 at rho 0.9", "cold, first use"
  std::string title;
  std::string metric;                 // "response p99"
  std::string unit;                   // "ns", "service_times", "allocations"
  bool lower_is_better = true;
  Side a, b;
  double ratio = 1;                   // median b / median a
  double ci_low = 1, ci_high = 1;     // 95 % bootstrap of the ratio
  double p_value = 1;                 // Mann-Whitney U, two-sided
  double noise_floor = 0;             // what A against A moved in the same run, as a share (0.021 = 2.1 %)
  // Undecided: too noisy, or too few repetitions. NotSteady: a side was overloaded, so that ratio, interval and p are not figures.
  enum class Outcome { NoDifference, BBetter, BWorse, Undecided, NotSteady } outcome = Outcome::NoDifference;
  std::string verdict;                // "P2C p99 is 41 % lower, 95 % CI 36 ... 46, p < 0.001"
  std::vector<std::pair<double, double>> theory;  // (x, predicted) where a closed form is known
};

struct Report {
  std::string scenario;               // "p2c-vs-wrr"
  std::string kind;                   // "micro" | "live" | "simulated"
  std::string verdict;                // of the first section
  std::vector<Section> sections;
  std::vector<std::pair<std::string, std::string>> environment;  // "cpu", "cores", "kernel", "governor", "build"
  std::vector<std::string> doubts;    // "one of 20 repetitions was disturbed"
  int repetitions = 0, planned = 0;   // fewer than planned: it was stopped, and this is what there was by then
  bool partial() const { return repetitions < planned; }
  bool steady() const;                // no section has the outcome NotSteady
  // {verdict ratio ci95 p_value noise_floor a{...} b{...} sections[...] environment{...}}; null for what is not a figure.
  std::string to_json() const;
};

}  // namespace workbench::compare
