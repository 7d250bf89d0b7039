// Statistics of a comparison: all on repetitions of a whole run, never on the correlated requests within one.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace workbench::compare {

double median(std::span<const double> values);  // 0 when empty

// Two-sided p of the Mann-Whitney U test: exact, equal values included, when both sides have at most 20 values, else the
// normal approximation with tie and continuity correction. 1 when a side is empty or all values are equal.
double mann_whitney_p(std::span<const double> a, std::span<const double> b);

struct Interval {
  double low = 1, high = 1;
};
// 95 % percentile bootstrap of median(b) / median(a), 10 000 resamples of both sides. The same seed gives the same interval.
Interval bootstrap_ratio(std::span<const double> a, std::span<const double> b, std::uint64_t seed = 1);

// What A against A moves: the 95th percentile of the ratio, larger over smaller, between the medians of two random halves of `a`,
// scaled from half the repetitions to all of them, less 1. 0.021 = 2.1 %. Needs at least 4 positive values, else 1.
double noise_floor(std::span<const double> a, std::uint64_t seed = 1);

// Holm's step-down correction, in the order given.
std::vector<double> holm(std::span<const double> p_values);

// Indices more than 10 standard deviations (by the median absolute deviation) from the median. Never dropped, only told.
std::vector<std::size_t> outliers(std::span<const double> values);

}  // namespace workbench::compare
