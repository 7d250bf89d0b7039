#include "workbench/compare/statistics.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "slipway/base/random.h"

namespace workbench::compare {

using slipway::Random;

namespace {

constexpr int kResamples = 10'000;
constexpr std::size_t kExactLimit = 20;

double median_in_place(std::vector<double>& values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2) return *middle;
  return (*middle + *std::max_element(values.begin(), middle)) / 2;
}

double at_quantile(std::vector<double>& values, double q) {
  const auto at = static_cast<std::ptrdiff_t>(std::lround(q * static_cast<double>(values.size() - 1)));
  std::nth_element(values.begin(), values.begin() + at, values.end());
  return values[static_cast<std::size_t>(at)];
}

// P(U <= u) when all orders of n and m values are equally likely: counts[i][j][u] of orders by the usual recurrence.
double exact_lower_tail(std::size_t n, std::size_t m, std::size_t u) {
  // ways[j][k]: orders of i values of one side and j of the other with statistic k.
  std::vector<std::vector<double>> ways(m + 1, std::vector<double>(n * m + 1, 0));
  for (auto& row : ways) row[0] = 1;
  for (std::size_t i = 1; i <= n; ++i) {
    std::vector<std::vector<double>> next(m + 1, std::vector<double>(n * m + 1, 0));
    next[0][0] = 1;
    for (std::size_t j = 1; j <= m; ++j)
      for (std::size_t k = 0; k <= i * j; ++k)
        next[j][k] = next[j - 1][k] + (k >= j ? ways[j][k - j] : 0);
    ways = std::move(next);
  }
  const auto& counts = ways[m];
  const double total = std::accumulate(counts.begin(), counts.end(), 0.0);
  return std::accumulate(counts.begin(), counts.begin() + static_cast<std::ptrdiff_t>(u) + 1, 0.0) / total;
}

}  // namespace

double median(std::span<const double> values) {
  if (values.empty()) return 0;
  std::vector<double> copy(values.begin(), values.end());
  return median_in_place(copy);
}

double mann_whitney_p(std::span<const double> a, std::span<const double> b) {
  const auto n = a.size(), m = b.size();
  if (n == 0 || m == 0) return 1;
  std::vector<std::pair<double, bool>> all;
  for (double v : a) all.emplace_back(v, true);
  for (double v : b) all.emplace_back(v, false);
  std::sort(all.begin(), all.end());
  double rank_sum = 0, ties = 0;
  for (std::size_t i = 0; i < all.size();) {
    auto j = i;
    while (j < all.size() && all[j].first == all[i].first) ++j;
    const double rank = static_cast<double>(i + j + 1) / 2;
    for (auto k = i; k < j; ++k)
      if (all[k].second) rank_sum += rank;
    const auto t = static_cast<double>(j - i);
    ties += t * t * t - t;
    i = j;
  }
  const auto dn = static_cast<double>(n), dm = static_cast<double>(m), total = dn + dm;
  const double u = rank_sum - dn * (dn + 1) / 2;
  const double least = std::min(u, dn * dm - u);
  if (ties == 0 && n <= kExactLimit && m <= kExactLimit)
    return std::min(1.0, 2 * exact_lower_tail(n, m, static_cast<std::size_t>(std::lround(least))));
  const double variance = dn * dm / 12 * (total + 1 - ties / (total * (total - 1)));
  if (variance <= 0) return 1;
  const double z = std::max(0.0, dn * dm / 2 - least - 0.5) / std::sqrt(variance);
  return std::min(1.0, std::erfc(z / std::sqrt(2.0)));
}

Interval bootstrap_ratio(std::span<const double> a, std::span<const double> b, std::uint64_t seed) {
  if (a.empty() || b.empty()) return {};
  Random random(seed);
  std::vector<double> ratios, sample_a(a.size()), sample_b(b.size());
  ratios.reserve(kResamples);
  for (int i = 0; i < kResamples; ++i) {
    for (auto& v : sample_a) v = a[random.below(a.size())];
    for (auto& v : sample_b) v = b[random.below(b.size())];
    const double base = median_in_place(sample_a);
    if (base != 0) ratios.push_back(median_in_place(sample_b) / base);
  }
  if (ratios.empty()) return {};
  return {at_quantile(ratios, 0.025), at_quantile(ratios, 0.975)};
}

double noise_floor(std::span<const double> a, std::uint64_t seed) {
  if (a.size() < 4) return 1;
  Random random(seed);
  std::vector<double> shuffled(a.begin(), a.end()), moves;
  const auto half = a.size() / 2;
  for (int i = 0; i < kResamples / 5; ++i) {
    for (std::size_t k = shuffled.size() - 1; k > 0; --k) std::swap(shuffled[k], shuffled[random.below(k + 1)]);
    const double first = median(std::span(shuffled).first(half)), second = median(std::span(shuffled).last(half));
    if (first != 0) moves.push_back(std::abs(second / first - 1));
  }
  return moves.empty() ? 1 : at_quantile(moves, 0.95) / std::sqrt(2.0);
}

std::vector<double> holm(std::span<const double> p_values) {
  std::vector<std::size_t> order(p_values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](auto x, auto y) { return p_values[x] < p_values[y]; });
  std::vector<double> out(p_values.size());
  double worst = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    worst = std::max(worst, std::min(1.0, p_values[order[i]] * static_cast<double>(order.size() - i)));
    out[order[i]] = worst;
  }
  return out;
}

std::vector<std::size_t> outliers(std::span<const double> values) {
  const double middle = median(values);
  std::vector<double> distances;
  for (double v : values) distances.push_back(std::abs(v - middle));
  const double deviation = 1.4826 * median(distances);
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < values.size(); ++i)
    if (deviation > 0 && distances[i] > 10 * deviation) out.push_back(i);
  return out;
}

}  // namespace workbench::compare
