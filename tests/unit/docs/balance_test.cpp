// The C++ of docs/guide/balance.md, compiled and run. Every block there stands here, line for line.
#include <gtest/gtest.h>

#include "slipway/balance/family.h"
#include "slipway/balance/strategies.h"
#include "slipway/http/client.h"
#include "slipway/http/server.h"
#include "slipway/registry/memory.h"
#include "tests/support/guide.h"

using namespace slipway;

namespace {

class First final : public balance::CountingBalancer {
 public:
  std::string_view name() const override { return "first"; }
  balance::Picked pick(Random&, std::int64_t now_ns, balance::Explanation* explain) override {
    const auto& nodes = set_.get().nodes;
    if (nodes.empty()) return {};
    if (explain) balance::explain_one(explain, name(), *nodes[0], 0, "the first there is");
    return begin(nodes[0], now_ns);
  }
};

balance::NodePtr node(const std::string& id, int weight) { return std::make_shared<balance::Node>(id, "", weight); }

// Two servers of one service, of weight 10 and 20.
class GuideToBalancers : public testing::Test {
 protected:
  GuideToBalancers() {
    for (http::Server* one : {&first, &second}) {
      auto added = one->handle("GET", "/quote", [](middleware::Call& call) -> middleware::Outcome { return call.set_body(Value(1195)); });
      EXPECT_TRUE(added.ok() && one->start().ok());
    }
    EXPECT_TRUE(registry.add({"pricing-1", "pricing", "", {}, {first.endpoint().url()}}).ok());
    EXPECT_TRUE(registry.add({"pricing-2", "pricing", "", {{"weight", "20"}}, {second.endpoint().url()}}).ok());
  }
  transport::Workers workers{transport::Workers::Options{}};
  registry::MemoryRegistry registry;
  http::Server first{workers, {.service = "pricing"}}, second{workers, {.service = "pricing"}};
  context::Context context;
};

TEST_F(GuideToBalancers, InAClient) {
  http::Client client(workers, {.service = "shop", .discovery = &registry, .balancer = "wrr"});
  if (auto s = client.watch("pricing"); !s) FAIL() << s.error().message();          // NO_DISCOVERY, UNKNOWN_BALANCER
  for (int i = 0; i < 6; ++i) ASSERT_TRUE(client.send_blocking(context, {.url = "discovery:///pricing/quote"}).ok());
  const std::vector<balance::NodePtr> nodes = client.nodes("pricing");
  EXPECT_EQ(nodes[0]->id + " " + std::to_string(nodes[0]->picks()), "pricing-1 2");  // of weight 10
  EXPECT_EQ(nodes[1]->id + " " + std::to_string(nodes[1]->picks()), "pricing-2 4");  // of weight 20
  ASSERT_TRUE(client.set_balancer("pricing", "p2c_ewma").ok());                      // live; nodes keep their counters
  EXPECT_EQ(client.nodes("pricing")[1]->picks(), 4u);
  EXPECT_TRUE(client.set_balancer("pricing", "best").error().is(404, "UNKNOWN_BALANCER"));

  ASSERT_TRUE(registry.remove("pricing-1").ok() && registry.remove("pricing-2").ok());
  EXPECT_TRUE(client.send_blocking(context, {.url = "discovery:///pricing/quote"}).error().is(503, "NO_NODES"));
  EXPECT_EQ(http::ClientOptions().balancer, "p2c");
}

TEST_F(GuideToBalancers, WhatAPickLookedAt) {
  std::string seen;
  http::ClientOptions options{.service = "shop", .discovery = &registry, .balancer = "p2c"};
  options.on_pick = [&](const std::string& service, const balance::Explanation& e) { seen = service + " by " + e.policy + ": " + e.why; };
  http::Client client(workers, options);
  client.explain("pricing", true);                          // while it is off, a call pays one load
  ASSERT_TRUE(client.send_blocking(context, {.url = "discovery:///pricing/quote"}).ok());
  EXPECT_EQ(seen, "pricing by p2c: equal in flight: the first drawn");
}

TEST_F(GuideToBalancers, AStrategyOfOnesOwn) {
  balance::Strategies more;
  if (auto s = more.add("first", [] { return std::make_shared<First>(); }); !s) FAIL() << s.error().message();   // NAME_TAKEN
  http::Client client(workers, {.service = "shop", .discovery = &registry, .balancer = "first", .balancers = &more});
  for (int i = 0; i < 3; ++i) EXPECT_EQ(client.send_blocking(context, {.url = "discovery:///pricing/quote"})->node, "pricing-1");
  EXPECT_TRUE(more.add("p2c", [] { return std::make_shared<First>(); }).error().is(409, "NAME_TAKEN"));

  // It cannot connect to the first: another pick, the same node.
  first.stop();
  EXPECT_TRUE(client.send_blocking(context, {.url = "discovery:///pricing/quote"}).error().is(503, "CONNECT_FAILED"));
  ASSERT_TRUE(client.set_balancer("pricing", "round_robin").ok());
  for (int i = 0; i < 4; ++i) EXPECT_EQ(client.send_blocking(context, {.url = "discovery:///pricing/quote"})->node, "pricing-2");
}

TEST_F(GuideToBalancers, ByItself) {
  auto wrr = balance::make_balancer("wrr");
  if (!wrr) FAIL() << wrr.error().message();
  (*wrr)->update({node("a", 5), node("b", 1), node("c", 1)});
  Random random(7);
  std::int64_t now_ns = 0;                                  // of any clock that never goes back
  std::string order;
  for (int i = 0; i < 7; ++i) {
    const balance::Picked picked = (*wrr)->pick(random, now_ns);   // false when there are no nodes
    order += picked->id;
    now_ns += 1'000'000;
    (*wrr)->done(picked, now_ns, {.failed = false});        // once for each pick, from any thread
  }
  EXPECT_EQ(order, "aabacaa");
}

TEST_F(GuideToBalancers, ItsTableHasThemAll) {
  const std::string page = tests::text_of("docs/guide/balance.md");
  for (const auto name : balance::balancer_names()) EXPECT_NE(page.find("\n| `" + std::string(name) + "` |"), std::string::npos) << name;
}

TEST(GuideToBalancersPage, EveryBlockOfItIsCompiledHere) { tests::expect_blocks_compiled("docs/guide/balance.md", "tests/unit/docs/balance_test.cpp", 5); }

}  // namespace
