#include <gtest/gtest.h>

#include <set>

#include <future>
#include <regex>
#include <thread>

#include "slipway/codec/codec.h"
#include "tests/unit/prototype/bench.h"
#include "workbench/prototype/impair.h"
#include "workbench/prototype/service_run.h"

namespace workbench::prototype {
namespace {

using slipway::Duration;
using slipway::Status;
using namespace slipway::middleware;

std::set<std::string> running(const Prototype& p) {
  std::set<std::string> out;
  for (const auto& r : p.rows())
    if (r.state == host::ServiceState::Running) out.insert(r.instance);
  return out;
}

TEST(Prototype, StartsAndStopsByServiceByInstanceAndAllTogether) {
  Bench b;
  b.root.write("services/back.yaml", std::string(kBack) + "instances: 3\n");
  b.root.write("services/a-front.yaml", kAFront);
  auto p = b.run();
  EXPECT_TRUE(running(*p).empty());
  ASSERT_TRUE(p->start("back-2").ok());
  EXPECT_EQ(running(*p), (std::set<std::string>{"back-2"}));
  ASSERT_TRUE(p->start("back").ok());
  EXPECT_EQ(running(*p), (std::set<std::string>{"back-1", "back-2", "back-3"}));
  ASSERT_TRUE(p->start("").ok());
  EXPECT_EQ(get(*p, "a-front", "/f").body, R"({"from":"back"})");
  ASSERT_TRUE(p->stop("back-1").ok());
  ASSERT_TRUE(p->stop("back-2").ok());
  EXPECT_EQ(get(*p, "a-front", "/f").status, 200);
  ASSERT_TRUE(p->stop("").ok());
  EXPECT_TRUE(running(*p).empty());
  auto unknown = p->start("bac");
  ASSERT_FALSE(unknown.ok());
  EXPECT_EQ(unknown.error().reason(), "INSTANCE_UNKNOWN");
}

TEST(Prototype, OnlyTheServicesAskedForStart) {
  Bench b;
  b.root.write("services/back.yaml", kBack);
  b.root.write("services/a-front.yaml", kAFront);
  PrototypeOptions o;
  o.only = {"back"};
  auto p = b.run(o);
  ASSERT_TRUE(p->start("").ok());
  EXPECT_EQ(running(*p), std::set<std::string>{"back"});
  EXPECT_EQ(get(*p, "back", "/b").status, 200);
}

TEST(Prototype, ARestartedServiceIsFoundAgainByItsCallers) {
  Bench b;
  b.root.write("services/back.yaml", kBack);
  b.root.write("services/a-front.yaml", kAFront);
  auto p = b.run();
  ASSERT_TRUE(p->start("").ok());
  EXPECT_EQ(get(*p, "a-front", "/f").status, 200);
  const auto version = p->version();
  ASSERT_TRUE(p->restart("back").ok());
  EXPECT_GT(p->version(), version);
  EXPECT_EQ(get(*p, "a-front", "/f").status, 200);
  ASSERT_TRUE(p->stop("back").ok());
  const auto x = get(*p, "a-front", "/f");
  EXPECT_EQ(x.status, 503) << x.body;
}

TEST(Prototype, WhatOnlyBuildingCanTellIsToldAtItsPlace) {
  Bench b;
  b.root.write("services/back.yaml", std::string(kBack) + "middleware:\n  - recovery\n");
  auto ws = b.load();
  auto broken = std::make_shared<workspace::Workspace>(*ws);
  broken->services.front().routes.front().steps.front().kind = "replay";
  broken->services.front().middleware.front().name = "recover";
  const auto errors = Prototype::check(*broken);
  ASSERT_EQ(errors.size(), 2u);
  for (const auto& e : errors) {
    EXPECT_EQ(e.where().file, "services/back.yaml") << e.to_string();
    EXPECT_GT(e.where().line, 0) << e.to_string();
  }
  EXPECT_TRUE(Prototype::check(*ws).empty());
}

TEST(Prototype, EdgesAndSharesAreCountedByTheSecond) {
  Bench b;
  b.root.write("services/back.yaml", std::string(kBack) + "instances: 2\n");
  b.root.write("services/a-front.yaml", kAFront);
  auto p = b.run();
  ASSERT_TRUE(p->start("").ok());
  p->tick();
  for (int k = 0; k < 6; ++k) ASSERT_EQ(get(*p, "a-front", "/f").status, 200);
  p->tick();
  ASSERT_EQ(p->edges().size(), 1u);
  EXPECT_EQ(p->edges().front().from, "a-front");
  EXPECT_EQ(p->edges().front().to, "back");
  EXPECT_EQ(p->edges().front().requests_per_s, 6);
  const auto targets = p->balanced();
  ASSERT_EQ(targets.size(), 1u);
  ASSERT_EQ(targets.front().nodes.size(), 2u);
  double shares = 0;
  for (const auto& n : targets.front().nodes) {
    shares += n.share;
    EXPECT_EQ(n.expected_share, 0.5);
  }
  EXPECT_EQ(shares, 1);
  p->tick();
  EXPECT_EQ(p->edges().front().requests_per_s, 0);
}

TEST(Prototype, DecisionsAreExplainedWhileSomebodyLooks) {
  Bench b;
  b.root.write("services/back.yaml", std::string(kBack) + "instances: 3\n");
  b.root.write("services/a-front.yaml", kAFront);
  auto p = b.run();
  ASSERT_TRUE(p->start("").ok());
  EXPECT_EQ(get(*p, "a-front", "/f").status, 200);
  EXPECT_TRUE(p->balanced().front().decisions.empty());
  p->watch_decisions(true);
  for (int k = 0; k < 30; ++k) EXPECT_EQ(get(*p, "a-front", "/f").status, 200);
  const auto decisions = p->balanced().front().decisions;
  ASSERT_EQ(decisions.size(), 20u);
  EXPECT_FALSE(decisions.front().picked.empty());
  EXPECT_GE(decisions.front().candidates.size(), 2u);
  EXPECT_GE(decisions.front().wall_ns, decisions.back().wall_ns);
}

TEST(Prototype, ARouteThatTheProtoLacksAndAScriptThatFailsAreToldAtTheirPlace) {
  Bench b;
  std::filesystem::create_directories(b.root / "protos");
  std::filesystem::create_directories(b.root / "schema");
  b.root.write("protos/stock.proto", "syntax = \"proto3\"; package stock.v1; message Item { string sku = 1; } service Stock { rpc Reserve(Item) returns (Item); }");
  b.root.write("schema/stock.sql", "CREATE TABLE a (id INTEGER);\nCREATE TABL b (id INTEGER);\n");
  b.root.write("services/stock.yaml", "service: stock\ngrpc: { port: 0, proto: protos/stock.proto }\ndatabase: { schema: schema/stock.sql }\nroutes:\n  - /stock.v1.Stock/Reserv:\n      - reply: {}\n");
  const auto errors = Prototype::check(*b.load());
  ASSERT_EQ(errors.size(), 2u);
  EXPECT_TRUE(errors[0].to_string().starts_with("services/stock.yaml:5:5: ")) << errors[0].to_string();
  EXPECT_NE(errors[0].to_string().find("stock.v1.Stock/Reserve"), std::string::npos) << errors[0].to_string();
  EXPECT_TRUE(errors[1].to_string().starts_with("schema/stock.sql:2")) << errors[1].to_string();
}

TEST(Prototype, RowsShowAServiceDrainWithoutWaitingForIt) {
  Bench b;
  b.root.write("services/back.yaml", "service: back\nhttp: { port: 0 }\nroutes:\n  - GET /b:\n      - delay: 1s\n      - reply: { body: { from: back } }\n");
  b.root.write("services/a-front.yaml", kAFront);
  auto p = b.run();
  ASSERT_TRUE(p->start("").ok());
  auto reply = std::async(std::launch::async, [&] { return get(*p, "a-front", "/f"); });
  const auto in_flight = [&] {
    const auto targets = p->balanced();
    return !targets.front().nodes.empty() && targets.front().nodes.front().in_flight > 0;
  };
  while (!in_flight()) std::this_thread::yield();
  auto stopping = std::async(std::launch::async, [&] { return p->stop("back"); });
  bool drains = false;
  while (stopping.wait_for(std::chrono::seconds(0)) != std::future_status::ready && !drains) {
    const auto rows = p->rows();
    for (const auto& r : rows) drains = drains || r.state == host::ServiceState::Draining;
    EXPECT_TRUE(p->detail("back").ok());
    EXPECT_EQ(p->edges().size(), 1u);
  }
  EXPECT_TRUE(drains);
  EXPECT_EQ(reply.get().body, R"({"from":"back"})");
  EXPECT_TRUE(stopping.get().ok());
  EXPECT_EQ(running(*p), std::set<std::string>{"a-front"});
}

TEST(Templates, ARepliesNamesAreFilledAndEscapedForItsContentType) {
  Bench b;
  b.root.write("services/back.yaml",
               "service: back\nhttp: { port: 0 }\nroutes:\n"
               "  - POST /json/{name}:\n      - reply: { body: { path: \"hello {{path.name}}\", sku: \"{{body.sku}}\", id: \"{{header.x-id}}\", now: \"{{now}}\", uuid: \"{{uuid}}\" } }\n"
               "  - POST /text/{name}:\n      - reply: { body: \"{{path.name}} {{body.sku}} {{header.x-id}}\", content_type: text/plain }\n"
               "  - POST /html/{name}:\n      - reply: { body: \"<b>{{path.name}}</b><i>{{body.sku}}</i>\", content_type: text/html }\n"
               "  - POST /raw/{name}:\n      - reply: { body: '{\"said\":\"{{path.name}}\"}', content_type: application/json }\n"
               "  - POST /head/{name}:\n      - reply: { headers: { X-Said: \"{{path.name}}\" }, body: { ok: true } }\n");
  auto p = b.run();
  ASSERT_TRUE(p->start("").ok());
  const auto post = [&](const std::string& path) {
    traffic::SavedRequest r;
    r.method = "POST";
    r.url = p->addresses().front().second + path;
    r.headers = {{"Content-Type", "application/json"}, {"X-Id", "42"}};
    r.body = R"({"sku":"<A & \"1\">"})";
    return traffic::send(r);
  };
  const auto json = slipway::codec::parse_json(post("/json/A%22%3Cb%3E").body);
  ASSERT_TRUE(json.ok());
  EXPECT_EQ((*json)["path"].as_string(), "hello A\"<b>");
  EXPECT_EQ((*json)["sku"].as_string(), "<A & \"1\">");
  EXPECT_EQ((*json)["id"].as_string(), "42");
  EXPECT_EQ((*json)["now"].as_string().size(), std::string("2026-01-01T00:00:00.000Z").size()) << (*json)["now"].as_string();
  EXPECT_TRUE(std::regex_match((*json)["uuid"].as_string(), std::regex("[0-9a-f]{8}-[0-9a-f]{4}-[47][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"))) << (*json)["uuid"].as_string();
  EXPECT_EQ(post("/text/A%22%3Cb%3E").body, "A\"<b> <A & \"1\"> 42");
  EXPECT_EQ(post("/html/A%22%3Cb%3E").body, "<b>A&quot;&lt;b&gt;</b><i>&lt;A &amp; &quot;1&quot;&gt;</i>");
  EXPECT_EQ(post("/raw/A%22%3Cb%3E").body, R"({"said":"A\"<b>"})");
  // CR and LF never reach a header: the call fails and nothing of it is sent.
  const auto split = post("/head/a%0d%0aX-Evil:%201");
  EXPECT_GE(split.status, 400);
  for (const auto& [name, value] : split.headers) EXPECT_NE(name, "X-Evil");
}

TEST(EdgeCounter, ASecondIsWhatCameSinceTheLast) {
  EdgeCounter e;
  e.calls = 7;
  e.errors = 2;
  e.tick();
  EXPECT_EQ(e.calls_per_s, 7);
  EXPECT_EQ(e.errors_per_s, 2);
  e.calls += 3;
  e.tick();
  EXPECT_EQ(e.calls_per_s, 3);
  EXPECT_EQ(e.errors_per_s, 0);
}

TEST(Impair, SaysWhatItDoes) {
  EXPECT_EQ(make_impair(std::chrono::milliseconds(80), 0, "a.instance")->describe(), "+80ms");
  EXPECT_EQ(make_impair(Duration::zero(), 2.5, "a.instance")->describe(), "2.5 % fail");
  EXPECT_EQ(make_impair(std::chrono::milliseconds(80), 10, "a.instance")->describe().substr(0, 6), "+80ms,");
}

}  // namespace
}  // namespace workbench::prototype
