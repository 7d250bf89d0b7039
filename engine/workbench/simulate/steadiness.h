// Steadiness: whether a simulated system had settled, from batches of equal length over the measured part.
//
// A queue that is offered more than it can serve grows without end, and its mean says nothing but how long the run was.
// Three signs, each enough: the number in the system climbs over the batches; the batches scatter so much that the mean
// is not known to 20 %; what Little's law gives from the mean response is not what was in the system.
#pragma once

#include <string>
#include <vector>

namespace workbench::simulate {

struct Batch {
  double mean_response = 0;
  double in_system = 0;  // time average
};

struct Steadiness {
  bool steady = true;
  std::string reason;        // empty when steady
  double mean_ci95 = 0;      // half width of the mean response's 95 % confidence interval, by batch means
};

Steadiness judge_steadiness(const std::vector<Batch>& batches, double mean_response, double littles_ratio);

}  // namespace workbench::simulate
