#include "slipway/balance/smooth_cycle.h"

#include <algorithm>
#include <numeric>

namespace slipway::balance {

std::vector<std::uint64_t> reduced_weights(std::span<const int> weights) {
  std::vector<std::uint64_t> out;
  std::uint64_t divisor = 0;
  for (int w : weights) {
    out.push_back(w > 0 ? static_cast<std::uint64_t>(w) : 0);
    divisor = std::gcd(divisor, out.back());
  }
  if (divisor == 0) std::fill(out.begin(), out.end(), 1);
  if (divisor > 1)
    for (auto& w : out) w /= divisor;
  return out;
}

std::vector<std::uint32_t> smooth_cycle(std::span<const std::uint64_t> weights) {
  const auto total = std::accumulate(weights.begin(), weights.end(), std::uint64_t{0});
  std::vector<std::uint32_t> order;
  if (total == 0 || total > kLongestCycle) return order;
  order.reserve(total);
  std::vector<std::int32_t> current(weights.size(), 0);
  const std::vector<std::int32_t> step(weights.begin(), weights.end());
  for (std::uint64_t i = 0; i < total; ++i) {
    std::size_t best = 0;
    for (std::size_t n = 0; n < step.size(); ++n) {
      current[n] += step[n];
      if (current[n] > current[best]) best = n;
    }
    current[best] -= static_cast<std::int32_t>(total);
    order.push_back(static_cast<std::uint32_t>(best));
  }
  return order;
}

std::vector<std::uint32_t> stride_weights(std::span<const std::uint64_t> weights) {
  const auto largest = weights.empty() ? 0 : *std::max_element(weights.begin(), weights.end());
  std::vector<std::uint32_t> out;
  for (auto w : weights) {
    if (w == 0) {
      out.push_back(0);
      continue;
    }
    const auto scaled = static_cast<double>(w) * 65'535.0 / static_cast<double>(largest) + 0.5;
    out.push_back(std::max<std::uint32_t>(1, static_cast<std::uint32_t>(scaled)));
  }
  return out;
}

}  // namespace slipway::balance
