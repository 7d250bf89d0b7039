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

double choose(std::size_t n, std::size_t k) {
  double out = 1;
  for (std::size_t i = 0; i < k; ++i) out = out * static_cast<double>(n - i) / static_cast<double>(i + 1);  // whole at every step
  return out;
}

// Two-sided p of U when every way to deal the values to the two sides is equally likely. `ties` = sizes of the groups of equal
// values, ascending; twice_u counts a pair in order two and an equal pair one. Group by group: how many ways give i values
// to the first side and that statistic.
double exact_p(std::size_t n, std::size_t m, const std::vector<std::size_t>& ties, std::size_t twice_u) {
  const auto most = 2 * n * m;
  std::vector<std::vector<double>> ways(n + 1, std::vector<double>(most + 1, 0));
  ways[0][0] = 1;
  std::size_t before = 0;
  for (const auto t : ties) {
    std::vector<std::vector<double>> next(n + 1, std::vector<double>(most + 1, 0));
    for (std::size_t i = 0; i <= std::min(n, before); ++i) {
      if (before - i > m) continue;
      for (std::size_t k = 0; k <= std::min(t, n - i); ++k) {
        if (before - i + (t - k) > m) continue;
        const auto adds = 2 * k * (before - i) + k * (t - k);
        const double times = choose(t, k);
        for (std::size_t u = 0; u + adds <= most; ++u)
          if (ways[i][u] > 0) next[i + k][u + adds] += ways[i][u] * times;
      }
    }
    ways = std::move(next);
    before += t;
  }
  const auto& counts = ways[n];
  const auto at = counts.begin() + static_cast<std::ptrdiff_t>(twice_u);
  const double total = std::accumulate(counts.begin(), counts.end(), 0.0);
  return std::min(1.0, 2 * std::min(std::accumulate(counts.begin(), at + 1, 0.0), std::accumulate(at, counts.end(), 0.0)) / total);
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
  std::vector<std::size_t> groups;
  for (std::size_t i = 0; i < all.size();) {
    auto j = i;
    while (j < all.size() && all[j].first == all[i].first) ++j;
    const double rank = static_cast<double>(i + j + 1) / 2;
    for (auto k = i; k < j; ++k)
      if (all[k].second) rank_sum += rank;
    const auto t = static_cast<double>(j - i);
    ties += t * t * t - t;
    groups.push_back(j - i);
    i = j;
  }
  const auto dn = static_cast<double>(n), dm = static_cast<double>(m), total = dn + dm;
  const double u = rank_sum - dn * (dn + 1) / 2;
  if (n <= kExactLimit && m <= kExactLimit) return exact_p(n, m, groups, static_cast<std::size_t>(std::lround(2 * u)));
  const double least = std::min(u, dn * dm - u);
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
    if (first > 0 && second > 0) moves.push_back(std::abs(std::log(second / first)));
  }
  return moves.empty() ? 1 : std::expm1(at_quantile(moves, 0.95) / std::sqrt(2.0));
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
