// GoFrame's semantics of named instances, from fixtures/vectors/instances_goframe.yaml.
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <latch>
#include <set>
#include <thread>

#include "slipway/g/db.h"
#include "slipway/instance/scope.h"
#include "tests/conformance/config/expect.h"
#include "tests/support/vectors.h"

namespace slipway::instance {
namespace {

struct Thing {
  int number = 0;
};

TEST(CompatGoFrameInstances, Scenes) {
  const Value vectors = tests::read_vectors("instances_goframe");
  for (const Value& v : vectors["scenes"].as_list()) {
    std::vector<std::string> first;
    if (v["factory"].is_list())
      for (const Value& step : v["factory"].as_list()) first.push_back(step.as_string());
    int made = 0;
    InstanceScope scope("compat");
    scope.provide<Thing>("thing", [&](InstanceScope& s, const std::string& name) -> Result<std::unique_ptr<Thing>> {
      const int number = ++made;
      const std::string step = static_cast<std::size_t>(number) <= first.size() ? first[static_cast<std::size_t>(number) - 1] : "";
      if (step == "fail") return unavailable("not now");
      if (step == "throw") throw std::runtime_error("not now");
      if (step == "again" || step == "other")
        if (auto inner = s.find<Thing>(step == "again" ? name : "other"); !inner) return inner.error();
      return std::make_unique<Thing>(Thing{number});
    });
    const Value want = tests::expected(v);
    for (std::size_t i = 0; i < v["asks"].as_list().size(); ++i) {
      const auto found = scope.find<Thing>(v["asks"].as_list()[i].as_string());
      EXPECT_EQ(found ? Value((*found)->number) : Value("error"), want["gives"].as_list()[i]) << v["name"].as_string() << ", ask " << i + 1;
    }
    EXPECT_EQ(made, want["made"].as_int()) << v["name"].as_string();
  }
}

TEST(CompatGoFrameInstances, OneConstructionUnderContention) {
  const Value vectors = tests::read_vectors("instances_goframe");
  for (const Value& v : vectors["contention"].as_list()) {
    const auto askers = static_cast<std::size_t>(v["askers"].as_int()), names = static_cast<std::size_t>(v["names"].as_int());
    std::atomic<int> made{0};
    InstanceScope scope("compat");
    scope.provide<Thing>("thing", [&](InstanceScope&, const std::string&) { return std::make_unique<Thing>(Thing{++made}); });
    std::vector<Thing*> got(askers);
    std::latch begin(static_cast<std::ptrdiff_t>(askers));
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < askers; ++i)
      threads.emplace_back([&, i] {
        begin.arrive_and_wait();
        got[i] = &scope.get<Thing>("name-" + std::to_string(i % names));
      });
    for (auto& t : threads) t.join();
    EXPECT_EQ(made, v["made"].as_int());
    EXPECT_EQ(std::set<Thing*>(got.begin(), got.end()).size(), static_cast<std::size_t>(v["different"].as_int()));
  }
}

// Many names, so that whatever shards there were would be shared.
TEST(CompatGoFrameInstances, ASlowFactoryKeepsNobodyElseWaiting) {
  InstanceScope scope("compat");
  std::promise<void> others_made;
  auto wait_for_others = others_made.get_future().share();
  scope.provide<Thing>("thing", [&](InstanceScope&, const std::string& name) {
    if (name == "slow") wait_for_others.wait();
    return std::make_unique<Thing>();
  });
  std::thread slow([&] { scope.get<Thing>("slow"); });
  for (int i = 0; i < 256; ++i) scope.get<Thing>("quick-" + std::to_string(i));
  others_made.set_value();
  slow.join();
  EXPECT_EQ(scope.records().size(), 257u);
}

TEST(CompatGoFrameInstances, ComponentsReadTheSectionOfTheirName) {
  const Value vectors = tests::read_vectors("instances_goframe");
  for (const Value& v : vectors["sections"].as_list()) {
    InstanceScope scope("compat");
    scope.provide<config::Config>("config", [&](InstanceScope&, const std::string&) -> Result<std::unique_ptr<config::Config>> {
      auto made = std::make_unique<config::Config>(config::ConfigOptions{.watch_files = false});
      config::Document d;
      d.root = v["config"];
      if (auto s = made->add_source(std::make_unique<config::MemorySource>("file", config::Rank::File, std::move(d))); !s) return s.error();
      if (auto s = made->start(); !s) return s.error();
      return made;
    });
    scope.provide<data::Database>("db", g::db_factory());
    const auto db = scope.find<data::Database>(v["asks"].as_string());
    const Value want = tests::expected(v);
    EXPECT_EQ(db.ok(), want == Value("opened")) << v["config"].to_text();
    if (!db) EXPECT_EQ(db.error().metadata().at("key"), want.as_string());
  }
}

TEST(CompatGoFrameInstances, EveryDifferenceIsADeviationThatIsWrittenDown) { tests::expect_deviations_written("instances_goframe"); }

}  // namespace
}  // namespace slipway::instance
