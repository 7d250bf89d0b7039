// The benchmark suites of the framework: the programs of benches/, built beside the slipway binary, each run in a child process
// of its own. What they print is Google Benchmark's JSON, passed on as it is; beside it stand the ratios to the yardsticks
// that were measured in the same run.
#pragma once

#include <atomic>
#include <string>
#include <vector>

#include "slipway/base/result.h"

namespace workbench::bench {

struct Suite {
  std::string name;          // "balancer_pick"
  std::string program;       // its path
  std::string about;         // one sentence
  bool google = true;        // false: it prints a table of its own, no JSON (http_hello)
  std::vector<std::string> arguments;  // that make such a program measure
};

// Those listed in benches.txt in the folder of this program; empty when none were built.
std::vector<Suite> suites();
// NOT_FOUND names the suites there are.
slipway::Result<Suite> find_suite(const std::string& name);

struct Options {
  double min_time_s = 0.05;   // of each measurement
  int repetitions = 5;        // interleaved in random order
  std::string filter;         // a regular expression over the names; empty = all
  const std::atomic<bool>* cancel = nullptr;
};

// What something takes beside its yardstick, both medians over the repetitions.
struct Ratio {
  std::string what, yardstick;   // "one synchronous step", "an indirect call"
  double ratio = 0;
  double budget = 0;
  bool at_least = false;         // the budget is the least, as of events per second; else the most
  bool held() const { return at_least ? ratio >= budget : ratio <= budget; }
};

struct Measured {
  std::string name;
  double time_ns = 0, cpu_ns = 0;   // medians
  double spread = 0;                // median absolute deviation of the processor time, as a share
  int repetitions = 0;
};

struct Outcome {
  std::string json;                 // Google Benchmark's; empty for a suite that prints its own table
  std::string text;                 // what such a suite printed
  std::vector<Measured> rows;
  std::vector<Ratio> ratios;
};

// Blocks. UNAVAILABLE / CHILD_FAILED when the program fails, CLIENT_CLOSED when cancelled.
slipway::Result<Outcome> run(const Suite& suite, const Options& options = {});

// Rows and ratios of a suite's JSON; UNAVAILABLE when it is no Google Benchmark JSON.
slipway::Result<Outcome> read_outcome(const std::string& suite, std::string json);

}  // namespace workbench::bench
