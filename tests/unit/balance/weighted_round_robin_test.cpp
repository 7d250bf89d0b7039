#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "slipway/balance/balancer.h"
#include "slipway/balance/smooth_cycle.h"

namespace slipway::balance {
namespace {

std::string letters(const std::vector<int>& weights) {
  std::string out;
  for (auto index : smooth_cycle(reduced_weights(weights))) out += static_cast<char>('a' + index);
  return out;
}

std::vector<NodePtr> nodes_with(const std::vector<int>& weights) {
  std::vector<NodePtr> out;
  for (std::size_t i = 0; i < weights.size(); ++i)
    out.push_back(std::make_shared<Node>(std::string(1, static_cast<char>('a' + i)), "", weights[i]));
  return out;
}

std::string picks(Balancer& balancer, int count) {
  Random random(1);
  std::string out;
  for (int i = 0; i < count; ++i) {
    auto picked = balancer.pick(random, i);
    out += picked->id;
    balancer.done(picked, i, {});
  }
  return out;
}

TEST(SmoothCycle, SpreadsNginxsExampleEvenly) { EXPECT_EQ(letters({5, 1, 1}), "aabacaa"); }
TEST(SmoothCycle, GivesTheHeavierNodeOfTwoTheFirstAndThirdPick) { EXPECT_EQ(letters({10, 20}), "bab"); }
TEST(SmoothCycle, ReducesWeightsByTheirCommonDivisor) { EXPECT_EQ(letters({100, 100, 100}), "abc"); }
TEST(SmoothCycle, LeavesOutNodesOfWeightZero) { EXPECT_EQ(letters({1, 0, 1}), "ac"); }
TEST(SmoothCycle, TreatsAllZeroWeightsAsEqual) { EXPECT_EQ(letters({0, 0}), "ab"); }
TEST(SmoothCycle, IsEmptyWhenItWouldBeLongerThanTheLimit) {
  EXPECT_TRUE(smooth_cycle(reduced_weights(std::vector<int>{65'536, 1})).empty());
  EXPECT_EQ(smooth_cycle(reduced_weights(std::vector<int>{65'535, 1})).size(), 65'536u);
}

TEST(SmoothCycle, KeepsEveryPrefixWithinOnePickOfItsShare) {
  const std::vector<int> weights{1, 1, 10, 100};
  const auto order = smooth_cycle(reduced_weights(weights));
  ASSERT_EQ(order.size(), 112u);
  std::vector<double> seen(weights.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    ++seen[order[i]];
    for (std::size_t n = 0; n < weights.size(); ++n)
      EXPECT_LT(std::abs(seen[n] - (i + 1) * weights[n] / 112.0), 1.0) << "after pick " << i << " at node " << n;
  }
}

TEST(StaticStride, PicksEachNodeExactlyItsScaledWeightOver65535Rounds) {
  const std::vector<std::uint32_t> weights{65'535, 30'000, 12'345, 1};
  std::vector<std::uint64_t> count(weights.size());
  for (std::uint64_t round = 0; round < 65'535; ++round)
    for (std::uint32_t n = 0; n < weights.size(); ++n) count[n] += stride_picks(weights[n], round, n);
  EXPECT_THAT(count, ::testing::ElementsAre(65'535, 30'000, 12'345, 1));
}

TEST(WeightedRoundRobin, RepeatsTheSmoothCycle) {
  auto balancer = make_balancer("wrr").value();
  balancer->update(nodes_with({5, 1, 1}));
  EXPECT_EQ(picks(*balancer, 14), "aabacaaaabacaa");
}

TEST(WeightedRoundRobin, SplitsNinetyPicksThirtyToSixty) {
  auto balancer = make_balancer("wrr").value();
  balancer->update(nodes_with({10, 20}));
  const auto order = picks(*balancer, 90);
  EXPECT_EQ(std::count(order.begin(), order.end(), 'a'), 30);
  EXPECT_EQ(std::count(order.begin(), order.end(), 'b'), 60);
}

TEST(WeightedRoundRobin, SeesANewWeightAtTheNextUpdate) {
  auto balancer = make_balancer("wrr").value();
  auto nodes = nodes_with({1, 1});
  balancer->update(nodes);
  nodes[0]->weight = 3;
  EXPECT_EQ(picks(*balancer, 4), "abab");
  balancer->update(nodes);
  const auto order = picks(*balancer, 40);
  EXPECT_EQ(std::count(order.begin(), order.end(), 'a'), 30);
}

TEST(WeightedRoundRobin, StridesWhenTheCycleIsTooLongAndKeepsTheShares) {
  auto balancer = make_balancer("wrr").value();
  balancer->update(nodes_with({100'003, 50'021, 1'009}));
  const auto order = picks(*balancer, 151'000);
  EXPECT_NEAR(std::count(order.begin(), order.end(), 'a'), 151'000 * 100'003.0 / 151'033, 3);
  EXPECT_NEAR(std::count(order.begin(), order.end(), 'c'), 151'000 * 1'009.0 / 151'033, 3);
}

}  // namespace
}  // namespace slipway::balance
