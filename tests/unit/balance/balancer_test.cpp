#include "slipway/balance/balancer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "slipway/balance/ewma.h"
#include "slipway/balance/node_set.h"

namespace slipway::balance {
namespace {

using namespace ::testing;

std::vector<NodePtr> make_nodes(std::size_t count) {
  std::vector<NodePtr> out;
  for (std::size_t i = 0; i < count; ++i)
    out.push_back(std::make_shared<Node>("n" + std::to_string(i), "", 10, static_cast<std::uint32_t>(i)));
  return out;
}

std::unique_ptr<Balancer> make(std::string_view name, const std::vector<NodePtr>& nodes) {
  auto balancer = std::move(make_balancer(name)).value();
  balancer->update(nodes);
  return balancer;
}

TEST(BalancerTable, HoldsTheFiveStrategies) {
  EXPECT_THAT(std::vector(balancer_names().begin(), balancer_names().end()),
              ElementsAre("random", "round_robin", "wrr", "p2c", "p2c_ewma"));
}

TEST(BalancerTable, AnUnknownNameNamesTheKnownOnes) {
  const auto made = make_balancer("p3c");
  ASSERT_FALSE(made.ok());
  EXPECT_EQ(made.error().code(), 404);
  EXPECT_EQ(made.error().message(),
            "balancer \"p3c\" is not known (use random, round_robin, wrr, p2c, p2c_ewma)");
}

class EveryBalancer : public TestWithParam<std::string_view> {};
INSTANTIATE_TEST_SUITE_P(Names, EveryBalancer, ValuesIn(balancer_names().begin(), balancer_names().end()));

TEST_P(EveryBalancer, PicksNothingWithoutNodes) {
  auto balancer = make(GetParam(), {});
  Random random(1);
  EXPECT_FALSE(balancer->pick(random, 0));
}

TEST_P(EveryBalancer, PicksTheOnlyNode) {
  auto nodes = make_nodes(1);
  auto balancer = make(GetParam(), nodes);
  Random random(1);
  EXPECT_EQ(balancer->pick(random, 0).node, nodes[0].get());
}

TEST_P(EveryBalancer, CountsCallsInFlightPicksAndFailures) {
  auto nodes = make_nodes(1);
  auto balancer = make(GetParam(), nodes);
  Random random(1);
  const auto first = balancer->pick(random, 1);
  const auto second = balancer->pick(random, 2);
  EXPECT_EQ(nodes[0]->in_flight(), 2);
  balancer->done(first, 3, {.failed = true});
  balancer->done(second, 4, {});
  EXPECT_EQ(nodes[0]->in_flight(), 0);
  EXPECT_EQ(nodes[0]->picks(), 2u);
  EXPECT_EQ(nodes[0]->failures, 1u);
}

TEST_P(EveryBalancer, ExplainsItsPick) {
  auto nodes = make_nodes(3);
  auto balancer = make(GetParam(), nodes);
  Random random(1);
  Explanation why;
  const auto picked = balancer->pick(random, 0, &why);
  EXPECT_EQ(why.policy, GetParam());
  EXPECT_FALSE(why.why.empty());
  const auto won = std::find_if(why.candidates.begin(), why.candidates.end(), [](auto& c) { return c.won; });
  ASSERT_NE(won, why.candidates.end());
  EXPECT_EQ(won->id, picked->id);
}

TEST_P(EveryBalancer, SharesEqualIdleNodesEqually) {
  auto nodes = make_nodes(8);
  auto balancer = make(GetParam(), nodes);
  Random random(42);
  std::int64_t now = 0;
  for (int i = 0; i < 80'000; ++i) {
    now += 10'000'000;
    const auto picked = balancer->pick(random, now);
    balancer->done(picked, now + 1'000'000, {});
  }
  for (const auto& node : nodes) EXPECT_NEAR(node->picks(), 10'000.0, 500) << node->id;
}

TEST_P(EveryBalancer, ACallOutlivesTheUpdateThatDropsItsNode) {
  auto nodes = make_nodes(1);
  auto balancer = make(GetParam(), nodes);
  Random random(1);
  const auto picked = balancer->pick(random, 0);
  std::weak_ptr<Node> watched = nodes[0];
  nodes.clear();
  balancer->update(make_nodes(2));
  balancer->pick(random, 1);
  balancer->update(make_nodes(2));
  ASSERT_FALSE(watched.expired()) << "its call is still in flight";
  balancer->done(picked, 2, {});
  balancer->pick(random, 3);
  balancer->update(make_nodes(2));
  EXPECT_TRUE(watched.expired()) << "freed by the first update after its last call";
}

TEST_P(EveryBalancer, ServesManyThreadsWhileTheNodeSetChanges) {
  const auto nodes = make_nodes(16);
  auto balancer = make(GetParam(), nodes);
  std::atomic<bool> stop{false};
  std::atomic<std::uint64_t> total{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      Random random(t);
      std::int64_t now = 1;
      std::uint64_t count = 0;
      while (!stop.load(std::memory_order_relaxed) || count == 0) {
        const auto picked = balancer->pick(random, now += 1000);
        if (!picked) continue;
        balancer->done(picked, now + 500, {.failed = count % 7 == 0});
        ++count;
      }
      total += count;
    });
  for (std::size_t round = 0; round < 300; ++round) {
    auto some = std::vector<NodePtr>(nodes.begin() + round % 8, nodes.end() - round % 5);
    if (round % 3 == 0) some.push_back(std::make_shared<Node>("passing", ""));
    balancer->update(std::move(some));
  }
  balancer->update(nodes);
  stop = true;
  for (auto& thread : threads) thread.join();
  std::uint64_t on_kept = 0;
  for (const auto& node : nodes) {
    EXPECT_EQ(node->in_flight(), 0);
    on_kept += node->picks();
  }
  EXPECT_LE(on_kept, total);
  EXPECT_GT(on_kept, 0u);
}

TEST(NodeSetCell, FreesPassingNodesOnceTheirThreadsAreGone) {
  NodeSetCell cell;
  const auto none = [](NodeSet&) {};
  for (int i = 0; i < 1000; ++i) {
    cell.publish(make_nodes(1), none);
    cell.get();
  }
  EXPECT_LE(cell.retired(), 2u) << "only what this thread's cache may still hold";
}

TEST(P2c, TakesTheNodeWithFewerCallsInFlight) {
  auto nodes = make_nodes(2);
  auto balancer = make("p2c", nodes);
  Random random(5);
  for (int i = 0; i < 1000; ++i) balancer->pick(random, i);
  EXPECT_EQ(nodes[0]->in_flight(), 500);
  EXPECT_EQ(nodes[1]->in_flight(), 500);
}

TEST(P2c, DrawsTwoDistinctNodesUniformly) {
  auto nodes = make_nodes(4);
  auto balancer = make("p2c", nodes);
  Random random(7);
  std::map<std::pair<std::string, std::string>, int> pairs;
  for (int i = 0; i < 12'000; ++i) {
    Explanation why;
    balancer->done(balancer->pick(random, i, &why), i, {});
    ++pairs[{why.candidates[0].id, why.candidates[1].id}];
  }
  EXPECT_EQ(pairs.size(), 12u);
  for (const auto& [pair, count] : pairs) {
    EXPECT_NE(pair.first, pair.second);
    EXPECT_NEAR(count, 1000, 150);
  }
}

constexpr std::int64_t kMs = 1'000'000;

TEST(P2cEwma, PrefersTheFasterNode) {
  auto nodes = make_nodes(2);
  auto balancer = make("p2c_ewma", nodes);
  Random random(3);
  std::int64_t now = 0;
  for (int i = 0; i < 10'000; ++i) {
    const auto picked = balancer->pick(random, now);
    now += picked.node == nodes[0].get() ? 50 * kMs : 1 * kMs;
    balancer->done(picked, now, {});
  }
  EXPECT_LT(nodes[0]->picks(), 60u) << "only its first call, and one every three seconds";
  EXPECT_GT(nodes[0]->picks(), 2u);
}

TEST(P2cEwma, TriesANeverPickedNodeAtOnceAndALoserAfterThreeSeconds) {
  auto nodes = make_nodes(2);
  auto balancer = make("p2c_ewma", nodes);
  Random random(3);
  const auto call = [&](std::int64_t at, std::int64_t length) {
    const auto picked = balancer->pick(random, at);
    balancer->done(picked, at + length, {});
    return picked.node;
  };
  Node* first = call(0, kMs);
  Node* second = call(10 * kMs, 100 * kMs);
  EXPECT_NE(second, first) << "never picked: forced";
  for (std::int64_t at = 200; at <= 3010; at += 10) EXPECT_EQ(call(at * kMs, kMs), first) << at;
  EXPECT_EQ(call(3010 * kMs + 1, kMs), second) << "more than 3 s since its last pick";
  EXPECT_EQ(call(3020 * kMs, kMs), first);
}

TEST(P2cEwma, AvoidsANodeThatFailsFast) {
  auto nodes = make_nodes(4);
  auto balancer = make("p2c_ewma", nodes);
  Random random(9);
  std::int64_t now = 0;
  for (int i = 0; i < 10'000; ++i) {
    const auto picked = balancer->pick(random, now);
    const bool bad = picked.node == nodes[2].get();
    now += bad ? kMs / 10 : kMs;
    balancer->done(picked, now, {.failed = bad});
  }
  EXPECT_LT(nodes[2]->picks(), 20u);
}

}  // namespace
}  // namespace slipway::balance
