// Theory: response times known in closed form, in mean service times, to be drawn beside what was simulated.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace workbench::simulate::theory {

// M/G/1 by Pollaczek and Khinchine; cv2 = 1 gives M/M/1, 1 / (1 - load).
double mean_mg1(double load, double cv2);
// Poisson arrivals dealt in turn to `nodes` exponential servers: each is E_n/M/1.
double mean_round_robin(double load, int nodes);
// The supermarket model, infinitely many nodes, exponential: join the shortest of `choices`.
double mean_supermarket(double load, int choices);

// Response time at that percentile (0 < percentile < 100).
double percentile_mm1(double load, double percentile);
double percentile_round_robin(double load, int nodes, double percentile);
double percentile_supermarket(double load, int choices, double percentile);

struct Known {
  std::string model;  // "M/M/1", "E10/M/1", "supermarket, d = 2, infinitely many nodes"
  double mean_response = 0;
  std::vector<std::pair<double, double>> spectrum;  // (percentile, response); empty where only the mean is known
};

}  // namespace workbench::simulate::theory
