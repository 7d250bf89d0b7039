#include "workbench/simulate/theory.h"

#include <cmath>

namespace workbench::simulate::theory {

namespace {

// The root of sigma = (n load / (n load + 1 - sigma))^n below 1, by fixed-point iteration; it contracts for load < 1.
double sigma_round_robin(double load, int nodes) {
  const double n = nodes;
  double sigma = load;
  for (int i = 0; i < 100'000; ++i) {
    const double next = std::pow(n * load / (n * load + 1 - sigma), n);
    if (std::abs(next - sigma) < 1e-14) return next;
    sigma = next;
  }
  return sigma;
}

// Fraction of queues that hold at least i jobs: load^((d^i - 1) / (d - 1)).
double tail_supermarket(double load, int choices, int i) {
  if (choices == 1) return std::pow(load, i);
  return std::pow(load, (std::pow(choices, i) - 1) / (choices - 1));
}

// P(Erlang(stages, 1) > t).
double erlang_tail(int stages, double t) {
  double term = 1, sum = 1;
  for (int k = 1; k < stages; ++k) {
    term *= t / k;
    sum += term;
  }
  return sum * std::exp(-t);
}

}  // namespace

double mean_mg1(double load, double cv2) { return 1 + load / (1 - load) * (1 + cv2) / 2; }

double mean_round_robin(double load, int nodes) { return 1 / (1 - sigma_round_robin(load, nodes)); }

double mean_supermarket(double load, int choices) {
  if (choices == 1) return 1 / (1 - load);
  double sum = 0;
  for (int i = 1; i < 64; ++i) {
    const double term = std::pow(load, (std::pow(choices, i) - choices) / (choices - 1));
    sum += term;
    if (term < 1e-15) break;
  }
  return sum;
}

double percentile_mm1(double load, double percentile) { return -std::log1p(-percentile / 100) / (1 - load); }

double percentile_round_robin(double load, int nodes, double percentile) {
  return -std::log1p(-percentile / 100) * mean_round_robin(load, nodes);
}

double percentile_supermarket(double load, int choices, double percentile) {
  if (choices == 1) return percentile_mm1(load, percentile);
  // An arrival that finds k jobs waits for k + 1 exponential services; it finds at least k with probability s_k^d.
  std::vector<double> finds;
  for (int k = 0; k < 200; ++k) {
    finds.push_back(std::pow(tail_supermarket(load, choices, k), choices));
    if (finds.back() < 1e-14) break;
  }
  const auto above = [&](double t) {
    double sum = 0;
    for (std::size_t k = 0; k + 1 < finds.size(); ++k)
      sum += (finds[k] - finds[k + 1]) * erlang_tail(static_cast<int>(k) + 1, t);
    return sum;
  };
  double low = 0, high = 1;
  const double target = 1 - percentile / 100;
  while (above(high) > target) high *= 2;
  for (int i = 0; i < 100; ++i) {
    const double middle = (low + high) / 2;
    (above(middle) > target ? low : high) = middle;
  }
  return high;
}

}  // namespace workbench::simulate::theory
