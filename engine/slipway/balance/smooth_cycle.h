// Weighted round robin in two exact forms, both without state per node.
//
// smooth_cycle: nginx's smooth order over one whole cycle (5, 1, 1 -> a a b a c a a): every prefix is within one pick of
// its fair share. Computed once per node set; the cost is cycle length times nodes.
// StaticStride: gRPC's A58 sequence for weights whose cycle would be too long: over 65 535 rounds a node is picked
// exactly as often as its scaled weight says.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace slipway::balance {

constexpr std::uint64_t kLongestCycle = 65'536;

// Positive weights divided by their greatest common divisor; weights <= 0 become 0. All zero: all one.
std::vector<std::uint64_t> reduced_weights(std::span<const int> weights);

// Indices in picking order; ties go to the earlier node. Empty when the cycle would exceed kLongestCycle.
std::vector<std::uint32_t> smooth_cycle(std::span<const std::uint64_t> weights);

// Weights scaled so that the largest is 65 535; positive ones stay at least 1.
std::vector<std::uint32_t> stride_weights(std::span<const std::uint64_t> weights);

// Whether position `ticket` of the stride sequence is a pick of node ticket % n (else: skip to the next ticket).
inline bool stride_picks(std::uint32_t weight, std::uint64_t generation, std::uint32_t node) {
  constexpr std::uint64_t kMax = 65'535;
  if (weight == 0) return false;
  const std::uint64_t offset = static_cast<std::uint64_t>(node) * (kMax / 2);
  return (weight * generation + offset) % kMax >= kMax - weight;
}

}  // namespace slipway::balance
