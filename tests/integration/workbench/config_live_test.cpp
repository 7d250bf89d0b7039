// A running workspace takes config at once: limits, chains, balancers, added latency; and says who took it.
#include <algorithm>

#include "tests/integration/workbench/lab.h"

namespace {

using namespace workbench;
using slipway::telemetry::SpanStatus;
using tests::Lab;

const recorder::TraceSpan* span(const recorder::Trace& trace, const std::string& service,
                                const std::string& name) {
  for (const auto& s : trace.spans)
    if (s.service == service && s.name == name) return &s;
  return nullptr;
}

bool holds(const std::vector<std::string>& list, const std::string& item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

host::BalancedTarget pricing(Lab& lab) {
  for (auto& t : lab->balanced())
    if (t.client == "orders" && t.target == "pricing") return t;
  return {};
}

TEST(ConfigLive, ALowerRateLimitAppliesAtOnceAndTheTraceShowsWhoStoppedTheCall) {
  Lab lab;
  ASSERT_TRUE(lab.open().ok());
  EXPECT_EQ(lab.send("orders/read#list, page 1").status, 200);
  auto rate = lab->set("gateway.rate_limit.rate", "5", "test");
  ASSERT_TRUE(rate.ok()) << rate.error().to_string();
  EXPECT_EQ(rate->before, "2000");
  EXPECT_EQ(rate->after, "5");
  EXPECT_EQ(rate->source, "overrides");
  EXPECT_TRUE(holds(rate->applied_by, "gateway rate_limit"));
  EXPECT_GT(rate->applied_ns, 0);
  ASSERT_TRUE(lab->set("gateway.rate_limit.burst", "1", "test").ok());

  traffic::Exchange refused;
  for (int k = 0; k < 100 && refused.status != 429; ++k) refused = lab.send("orders/read#list, page 1");
  ASSERT_EQ(refused.status, 429) << refused.error;
  const auto trace = lab.trace(refused.trace_id);
  EXPECT_EQ(trace->stopped_by, "rate_limit");
  EXPECT_EQ(trace->status, 429);
  const auto* limit = span(*trace, "gateway", "rate_limit");
  ASSERT_TRUE(limit);
  EXPECT_EQ(limit->status, SpanStatus::Stopped);
  const auto key = std::find_if(limit->attributes.begin(), limit->attributes.end(),
                                [](const auto& a) { return a.first == "config.key"; });
  ASSERT_NE(key, limit->attributes.end());
  EXPECT_NE(key->second.find("gateway.rate_limit.rate"), std::string::npos);
  const auto* timeout = span(*trace, "gateway", "timeout");
  ASSERT_TRUE(timeout);
  EXPECT_EQ(timeout->status, SpanStatus::NotReached);
  EXPECT_EQ(timeout->duration_ns, 0);

  ASSERT_TRUE(lab->undo("test").ok());
  auto undone = lab->undo("test");
  ASSERT_TRUE(undone.ok());
  EXPECT_EQ(undone->key, "gateway.rate_limit.rate");
  EXPECT_EQ(undone->after, "2000");
  for (int k = 0; k < 20; ++k) EXPECT_EQ(lab.send("orders/read#list, page 1").status, 200);
  EXPECT_FALSE(lab->undo("test").ok());
  ASSERT_TRUE(lab->redo("test").ok());
  EXPECT_EQ(lab->explain("gateway.rate_limit.rate")->text, "5");
}

TEST(ConfigLive, ExplainSaysEveryLayerWhoWinsAndWhoReads) {
  Lab lab;
  host::HostOptions options;
  options.set = {{"gateway.rate_limit.rate", "700"}};
  ASSERT_TRUE(lab.open(options).ok());
  auto row = lab->explain("gateway.rate_limit.rate");
  ASSERT_TRUE(row.ok());
  EXPECT_EQ(std::stod(row->text), 700);
  EXPECT_EQ(row->layer, "command line");
  EXPECT_EQ(row->unit, "/s");
  EXPECT_FALSE(row->doc.empty());
  EXPECT_TRUE(holds(row->readers, "gateway rate_limit"));
  std::string file_place, service_place;
  for (const auto& cell : row->cells) {
    if (cell.layer == "config/default.yaml") file_place = cell.place;
    if (cell.layer == "defaults") service_place = cell.place;
    EXPECT_EQ(cell.wins, cell.layer == "command line");
  }
  EXPECT_TRUE(file_place.starts_with("config/default.yaml:4:")) << file_place;
  EXPECT_TRUE(service_place.starts_with("services/gateway.yaml:")) << service_place;
  auto per_instance = lab->explain("pricing.work.service_time");
  ASSERT_TRUE(per_instance.ok());
  EXPECT_TRUE(holds(per_instance->readers, "pricing-5 work"));
  auto wrong = lab->explain("gateway.rate_limit.rat");
  ASSERT_FALSE(wrong.ok());
  EXPECT_NE(wrong.error().message().find("gateway.rate_limit.rate"), std::string::npos)
      << wrong.error().message();
}

TEST(ConfigLive, AValueThatDoesNotFitChangesNothing) {
  Lab lab;
  ASSERT_TRUE(lab.open().ok());
  const auto version = lab->config_version();
  for (const auto& [key, text] :
       std::vector<std::pair<std::string, std::string>>{{"gateway.timeout.after", "2x"},
                                                        {"orders.call.pricing.balancer", "fastest"},
                                                        {"pricing.pricing-5.instance.failure_percent", "140"},
                                                        {"gateway.timeout.aftr", "1s"}}) {
    auto c = lab->set(key, text, "test");
    ASSERT_FALSE(c.ok()) << key;
    EXPECT_EQ(c.error().code(), 400) << key;
  }
  EXPECT_EQ(lab->config_version(), version);
  EXPECT_TRUE(lab->history(10).empty());
  EXPECT_EQ(lab.send("orders/create").status, 201);
}

TEST(ConfigLive, OverridesOutliveTheHostAndUnsetTakesThemBack) {
  Lab lab;
  ASSERT_TRUE(lab.open().ok());
  ASSERT_TRUE(lab->set("gateway.timeout.after", "900ms", "test").ok());
  lab.close();
  ASSERT_TRUE(lab.open().ok());
  EXPECT_EQ(lab->explain("gateway.timeout.after")->text, "900ms");
  EXPECT_EQ(lab->explain("orders.timeout.after")->text, "900ms");  // a template on the same key
  auto gone = lab->unset("gateway.timeout.after", "test");
  ASSERT_TRUE(gone.ok());
  EXPECT_EQ(gone->after, "2s");
  auto again = lab->unset("gateway.timeout.after", "test");
  ASSERT_FALSE(again.ok());
  EXPECT_EQ(again.error().code(), 404);
}

TEST(ConfigLive, AStepSwitchedOffLeavesTheChain) {
  Lab lab;
  ASSERT_TRUE(lab.open().ok());
  const auto traced_steps = [&] {
    std::vector<std::string> names;
    const auto x = lab.send("orders/read#list, page 1");
    EXPECT_EQ(x.status, 200) << x.error;
    for (const auto& s : lab.trace(x.trace_id)->spans)
      if (s.service == "gateway" && s.kind == slipway::telemetry::SpanKind::Step) names.push_back(s.name);
    return names;
  };
  EXPECT_TRUE(holds(traced_steps(), "rate_limit"));
  ASSERT_TRUE(lab->set_middleware("gateway", {{"recovery", true},
                                              {"tracing", true},
                                              {"timeout", true},
                                              {"rate_limit", false},
                                              {"logging", true},
                                              {"metrics", true}})
                  .ok());
  ASSERT_TRUE(lab.until([&] { return !holds(traced_steps(), "rate_limit"); }));
  const auto steps = traced_steps();
  EXPECT_LT(std::find(steps.begin(), steps.end(), "timeout"),
            std::find(steps.begin(), steps.end(), "logging"));
  ASSERT_TRUE(lab->undo("test").ok());
  EXPECT_TRUE(lab.until([&] { return holds(traced_steps(), "rate_limit"); }));
}

TEST(ConfigLive, TheBalancerIsSwitchedAndASlowedInstanceLosesItsShare) {
  Lab lab;
  ASSERT_TRUE(lab.open().ok());
  EXPECT_EQ(pricing(lab).balancer, "wrr");
  traffic::LoadOptions load;
  load.request = lab.request("orders/create");
  load.users = 8;
  load.duration = std::chrono::minutes(2);
  auto run = lab->start_load(load);
  ASSERT_TRUE(run.ok()) << run.error().to_string();
  const auto picked = [&](std::uint64_t more, auto&& share) {
    const auto before = pricing(lab);
    double found = 0;
    EXPECT_TRUE(lab.until([&] {
      const auto now = pricing(lab);
      std::uint64_t all = 0, five = 0;
      for (std::size_t k = 0; k < now.nodes.size(); ++k) {
        const auto delta = now.nodes[k].picks - before.nodes[k].picks;
        all += delta;
        if (now.nodes[k].id == "pricing-5") five = delta;
      }
      found = all ? static_cast<double>(five) / static_cast<double>(all) : 0;
      return all >= more;
    }));
    share = found;
  };
  ASSERT_TRUE(lab.until([&] { return pricing(lab).nodes.size() == 5; }));
  double share = 0;
  picked(200, share);
  EXPECT_NEAR(share, 0.2, 0.05);  // equal weights

  auto latency = lab->set("pricing.pricing-5.instance.added_latency", "80ms", "test");
  ASSERT_TRUE(latency.ok()) << latency.error().to_string();
  EXPECT_TRUE(holds(latency->applied_by, "pricing-5"));
  auto balancer = lab->set("orders.call.pricing.balancer", "p2c_ewma", "test");
  ASSERT_TRUE(balancer.ok()) << balancer.error().to_string();
  EXPECT_TRUE(holds(balancer->applied_by, "orders client of pricing"));
  EXPECT_EQ(pricing(lab).balancer, "p2c_ewma");
  picked(100, share);  // it learns
  picked(300, share);
  EXPECT_LT(share, 0.1);
  for (const auto& n : pricing(lab).nodes)
    if (n.id == "pricing-5") {
      EXPECT_EQ(n.added_latency_ns, 80'000'000);
    }
  (*run)->cancel();
  (*run)->wait();
  EXPECT_EQ((*run)->progress()->errors, 0u);
}

TEST(ConfigLive, AddedFailuresReachTheCallerAndOneLoadRunsAtATime) {
  Lab lab;
  ASSERT_TRUE(lab.open().ok());
  for (int k = 1; k <= 5; ++k)
    ASSERT_TRUE(
        lab->set("pricing.pricing-" + std::to_string(k) + ".instance.failure_percent", "100", "test").ok());
  const auto x = lab.send("orders/create");
  EXPECT_GE(x.status, 500);
  EXPECT_NE(x.body.find("FAILURE_ADDED"), std::string::npos) << x.body;
  traffic::LoadOptions load;
  load.request = lab.request("orders/create");
  load.users = 2;
  load.duration = std::chrono::minutes(2);
  auto run = lab->start_load(load);
  ASSERT_TRUE(run.ok());
  auto second = lab->start_load(load);
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().reason(), "LOAD_RUNNING");
  EXPECT_TRUE(lab.until([&] { return (*run)->progress()->errors >= 10; }));
  (*run)->cancel();
  (*run)->wait();
  EXPECT_EQ((*run)->progress()->errors, (*run)->progress()->requests);
}

}  // namespace
