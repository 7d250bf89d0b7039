#include <gtest/gtest.h>

#include <set>

#include "tests/support/folder.h"
#include "tests/support/loop.h"
#include "workbench/prototype/impair.h"
#include "workbench/prototype/prototype.h"
#include "workbench/prototype/service_run.h"
#include "workbench/traffic/send.h"
#include "workbench/workspace/load.h"

namespace workbench::prototype {
namespace {

using slipway::Duration;
using slipway::Status;
using namespace slipway::middleware;

// A workspace from texts, with config and recorder, as the host has them.
struct Bench {
  tests::Folder root;
  recorder::Recorder recorder{recorder::Recorder::Options{}};
  slipway::config::Config config{{.watch_files = false}};
  Bench() {
    std::filesystem::create_directories(root / "services");
    root.write("workspace.yaml", "name: lab\nversion: 1\n");
  }
  workspace::WorkspacePtr load() {
    auto loaded = workspace::load(root.path());
    EXPECT_TRUE(loaded.ok()) << (loaded.workspace ? loaded.error().message() : "nothing read");
    return loaded.workspace;
  }
  std::unique_ptr<Prototype> run(PrototypeOptions options = {}) {
    auto ws = load();
    EXPECT_TRUE(workspace::add_layers(config, *ws).ok());
    EXPECT_TRUE(config.start().ok());
    options.keep_ports = false;
    options.workers = 1;
    auto p = std::make_unique<Prototype>(config, recorder, options);
    EXPECT_TRUE(p->apply(ws).empty());
    return p;
  }
};

constexpr const char* kBack = "service: back\nhttp: { port: 0 }\nroutes:\n  - GET /b:\n      - reply: { body: { from: back } }\n";
constexpr const char* kAFront = "service: a-front\nhttp: { port: 0 }\nroutes:\n  - GET /f:\n      - call: { service: back, path: /b }\n";

std::set<std::string> running(const Prototype& p) {
  std::set<std::string> out;
  for (const auto& r : p.rows())
    if (r.state == host::ServiceState::Running) out.insert(r.instance);
  return out;
}

traffic::Exchange get(const Prototype& p, const std::string& service, const std::string& path) {
  traffic::SavedRequest r;
  for (const auto& [name, url] : p.addresses())
    if (name == service) r.url = url + path;
  return traffic::send(r);
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
