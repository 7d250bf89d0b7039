#include "workbench/simulate/steadiness.h"

#include <fmt/format.h>

#include <cmath>

namespace workbench::simulate {

namespace {

constexpr double kT95 = 2.093;         // Student's t, 19 degrees of freedom
constexpr double kGrowth = 0.10;       // over the run, as a share of the mean
constexpr double kGrowthT = 5;         // and this many standard errors
constexpr double kWidestInterval = 0.20;
constexpr double kLittle = 0.05;

}  // namespace

Steadiness judge_steadiness(const std::vector<Batch>& batches, double mean_response, double littles_ratio) {
  Steadiness out;
  const auto n = static_cast<double>(batches.size());
  double mean_x = (n - 1) / 2, mean_y = 0, mean_w = 0;
  for (const auto& batch : batches) {
    mean_y += batch.in_system / n;
    mean_w += batch.mean_response / n;
  }
  double xx = 0, xy = 0, ww = 0;
  for (std::size_t i = 0; i < batches.size(); ++i) {
    const double dx = static_cast<double>(i) - mean_x;
    xx += dx * dx;
    xy += dx * (batches[i].in_system - mean_y);
    ww += (batches[i].mean_response - mean_w) * (batches[i].mean_response - mean_w);
  }
  const double slope = xy / xx;
  double rest = 0;
  for (std::size_t i = 0; i < batches.size(); ++i) {
    const double fit = mean_y + slope * (static_cast<double>(i) - mean_x);
    rest += (batches[i].in_system - fit) * (batches[i].in_system - fit);
  }
  const double slope_error = std::sqrt(rest / (n - 2) / xx);
  const double growth = slope * n / mean_y;
  out.mean_ci95 = kT95 * std::sqrt(ww / (n - 1) / n);

  if (growth > kGrowth && slope > kGrowthT * slope_error) {
    out.steady = false;
    out.reason = fmt::format("the backlog kept growing (by {:.0f} % of its mean over the measured part)", growth * 100);
  } else if (out.mean_ci95 > kWidestInterval * mean_response) {
    out.steady = false;
    out.reason = fmt::format("the mean is known only to {:.0f} %: run more jobs", out.mean_ci95 / mean_response * 100);
  } else if (std::abs(littles_ratio - 1) > kLittle) {
    out.steady = false;
    out.reason = fmt::format("Little's law is off by {:.0f} %: jobs pile up", std::abs(littles_ratio - 1) * 100);
  }
  return out;
}

}  // namespace workbench::simulate
