#include "workbench/simulate/steadiness.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace workbench::simulate {

namespace {

constexpr double kGrowth = 0.10;       // over the run, as a share of the mean
constexpr double kGrowthErrors = 4;    // and this many standard errors
constexpr double kWidestInterval = 0.20;
constexpr double kLittle = 0.05;

double mean_of(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

// Student's 97.5 % quantile by Cornish and Fisher; within 1 % from 4 degrees of freedom on.
double student95(double freedom) { return 1.96 + 2.372 / freedom + 2.823 / (freedom * freedom); }

}  // namespace

MeanError error_of_mean(std::vector<double> values) {
  const double mean = mean_of(values);
  for (double& v : values) v -= mean;
  const auto n = values.size();
  const auto covariance = [&](std::size_t lag) {
    double sum = 0;
    for (std::size_t i = 0; i + lag < n; ++i) sum += values[i] * values[i + lag];
    return sum / static_cast<double>(n);
  };
  const double variance = covariance(0);
  double all = -variance;
  std::size_t lags = 1;
  for (std::size_t lag = 0; lag + 1 < std::max<std::size_t>(n / 4, 2); lag += 2) {
    const double pair = covariance(lag) + covariance(lag + 1);
    if (pair <= 0) break;
    all += 2 * pair;
    lags = lag + 1;
  }
  const auto count = static_cast<double>(n);
  // The estimated mean lies where the values are, which takes about (2 lags + 1) / n of the variance away.
  const double corrected = std::max(all, variance / 10) / (1 - static_cast<double>(2 * lags + 1) / count);
  return {std::sqrt(corrected / count), count / static_cast<double>(lags + 1)};
}

double mean_response_ci95(const std::vector<Batch>& batches) {
  std::vector<double> means;
  for (const auto& batch : batches) means.push_back(batch.mean_response);
  const auto error = error_of_mean(std::move(means));
  return student95(error.freedom) * error.standard_error;
}

Steadiness judge_steadiness(const std::vector<Batch>& batches, double mean_response, double littles_ratio) {
  Steadiness out;
  const auto n = static_cast<double>(batches.size());
  std::vector<double> in_system;
  for (const auto& batch : batches) in_system.push_back(batch.in_system);
  const double mean_x = (n - 1) / 2, mean_y = mean_of(in_system);
  double xx = 0, xy = 0;
  for (std::size_t i = 0; i < batches.size(); ++i) {
    const double dx = static_cast<double>(i) - mean_x;
    xx += dx * dx;
    xy += dx * (in_system[i] - mean_y);
  }
  const double slope = xy / xx;
  std::vector<double> rest;
  for (std::size_t i = 0; i < batches.size(); ++i) rest.push_back(in_system[i] - mean_y - slope * (static_cast<double>(i) - mean_x));
  const double slope_error = error_of_mean(std::move(rest)).standard_error * std::sqrt(n / xx);
  const double growth = slope * n / mean_y;
  out.mean_ci95 = mean_response_ci95(batches);

  if (growth > kGrowth && slope > kGrowthErrors * slope_error) {
    out.steady = false;
    out.reason = fmt::format("the backlog kept growing (by {:.0f} % of its mean over the measured part)", growth * 100);
  } else if (out.mean_ci95 > kWidestInterval * mean_response) {
    out.steady = false;
    out.only_imprecise = true;
    out.reason = fmt::format("the mean is known only to {:.0f} %: run more jobs", out.mean_ci95 / mean_response * 100);
  } else if (std::abs(littles_ratio - 1) > kLittle) {
    out.steady = false;
    out.reason = fmt::format("Little's law is off by {:.0f} %: jobs pile up", std::abs(littles_ratio - 1) * 100);
  }
  return out;
}

}  // namespace workbench::simulate
