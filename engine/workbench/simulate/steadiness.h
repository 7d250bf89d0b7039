// Steadiness: whether a simulated system had settled and how well its mean is known, from batches of equal length over the
// measured part.
//
// A queue that is offered more than it can serve grows without end, and its mean says nothing but how long the run was.
// Three signs, each enough: the number in the system climbs over the batches; the mean is not known to 20 %; what Little's
// law gives from the mean response is not what was in the system.
//
// Neighbouring batches of a busy queue resemble each other, so that taking them for independent would make the interval of
// the mean far too narrow (by 0.6 for random at load 0.9 over 1 000 nodes). All of their autocovariances are summed instead.
#pragma once

#include <string>
#include <vector>

namespace workbench::simulate {

struct Batch {
  double mean_response = 0;
  double in_system = 0;  // time average
};

// Of the mean of correlated values: its standard error, and how many independent values' worth of freedom that rests on.
// Geyer's initial positive sequence, corrected for the mean being estimated from the same values. Needs at least 8 values.
struct MeanError {
  double standard_error = 0, freedom = 1;
};
MeanError error_of_mean(std::vector<double> values);

// Half width of the 95 % confidence interval of the mean response.
double mean_response_ci95(const std::vector<Batch>& batches);

struct Steadiness {
  bool steady = true;
  bool only_imprecise = false;  // not steady, but only because the run was short
  std::string reason;        // empty when steady
  double mean_ci95 = 0;      // mean_response_ci95 of the batches
};

Steadiness judge_steadiness(const std::vector<Batch>& batches, double mean_response, double littles_ratio);

}  // namespace workbench::simulate
