// A kind of comparison: how one run of one side in one situation is measured. A strategy family: this header plus the
// table make_kind(name): simulated, micro, live.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "workbench/compare/run.h"

namespace workbench::compare {

struct Sample {
  double value = 0;                                     // in the section's unit
  double cpu = 0;                                       // processor time of the same, where it was measured
  std::vector<std::pair<double, double>> spectrum;      // (percentile, value)
  std::vector<std::pair<std::string, double>> share;    // per node
  std::vector<std::pair<double, double>> theory;
  std::string not_steady;                               // why its times only tell how long the run was; empty when they do not
  std::string doubt;                                    // "" or why this run is not to be trusted
};

class Kind {
 public:
  virtual ~Kind() = default;
  virtual std::string metric(const Scenario& scenario, const Situation& situation) const = 0;  // "response p99"
  virtual std::string unit() const = 0;                                                        // "service_times", "ns"
  virtual bool on_this_machine() const { return true; }  // false: nothing of this machine is in its figures
  // `keys` = situation overlaid by the side. Blocks.
  virtual slipway::Result<Sample> measure(const Scenario& scenario, const slipway::Value& keys, std::uint64_t seed,
                                          const RunOptions& options) = 0;
};

std::unique_ptr<Kind> make_simulated_kind();
std::unique_ptr<Kind> make_micro_kind();
std::unique_ptr<Kind> make_live_kind();
slipway::Result<std::unique_ptr<Kind>> make_kind(const std::string& name);

}  // namespace workbench::compare
