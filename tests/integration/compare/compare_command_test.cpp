// The verbs compare, simulate and bench in processes of their own: what they print, write and exit with.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/integration/workbench/program.h"

namespace {

using namespace testing;
using nlohmann::json;
using tests::Program;

class CompareCommand : public Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(tests::slipway_binary())) GTEST_SKIP() << tests::slipway_binary() << " is not built in this configuration";
    folder_ = std::filesystem::temp_directory_path() / ("slipway-compare-" + std::to_string(getpid()));
    std::filesystem::create_directories(folder_ / "scenarios");
  }
  void TearDown() override {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  std::string file(const std::string& name) const { return (folder_ / name).string(); }
  json read(const std::string& name) const {
    std::ifstream in(file(name));
    return json::parse(in, nullptr, false);
  }
  void scenario(const std::string& name, const std::string& yaml) const { std::ofstream(folder_ / "scenarios" / (name + ".yaml")) << yaml; }
  std::filesystem::path folder_;
};

TEST_F(CompareCommand, WithoutAScenarioNamesThePresetsWithTheirKinds) {
  Program compare({"compare"});
  EXPECT_EQ(compare.wait(), 2);
  EXPECT_THAT(compare.err(), AllOf(HasSubstr("p2c-vs-wrr (simulated, live)"), HasSubstr("singleton-vs-injected (micro)"), HasSubstr("--kind")));
}

TEST_F(CompareCommand, TooFewRunsAreRefusedAtOnceWithTheLeast) {
  Program compare({"compare", "p2c-vs-wrr", "--runs", "5"});
  EXPECT_EQ(compare.wait(), 2);
  EXPECT_THAT(compare.err(), HasSubstr("4 comparisons need at least 6 of each side"));
  EXPECT_EQ(compare.out(), "");
}

TEST_F(CompareCommand, TwoDifferencesAreRefusedWithTheFileAndBothNames) {
  scenario("two", "scenario: two\nkind: simulated\na: { balancer: wrr, load: 0.5 }\nb: { balancer: p2c, load: 0.6 }\n");
  Program compare({"compare", folder_, "two"});
  EXPECT_EQ(compare.wait(), 2);
  EXPECT_THAT(compare.err(), AllOf(HasSubstr("two.yaml:"), HasSubstr("balancer, load")));
}

TEST_F(CompareCommand, WritesJsonHtmlAndBenchmarkFiles) {
  Program compare({"compare", "p2c-vs-wrr", "--kind", "simulated", "--runs", "6", "--jobs", "5000", "--json", file("r.json"), "--html", file("r.html"), "--benchmark-json", file("gb")});
  ASSERT_EQ(compare.wait(), 0) << compare.err();
  EXPECT_THAT(compare.out(), HasSubstr("A against A"));
  const auto j = read("r.json");
  ASSERT_TRUE(j.is_object());
  for (const char* key : {"verdict", "ratio", "ci95", "p_value", "noise_floor", "a", "b"}) EXPECT_TRUE(j.contains(key)) << key;
  EXPECT_EQ(j["sections"].size(), 4u);
  EXPECT_EQ(read("gb.a.json")["benchmarks"].size(), read("gb.b.json")["benchmarks"].size());
  std::ifstream html(file("r.html"));
  const std::string text{std::istreambuf_iterator<char>(html), {}};
  EXPECT_THAT(text, AllOf(HasSubstr("<svg"), HasSubstr("</html>")));
}

TEST_F(CompareCommand, AnOverloadedSideExitsWithOneAndWithoutARatio) {
  scenario("overload", "scenario: overload\nkind: simulated\na: { balancer: wrr }\nb: { balancer: p2c }\ncommon: { nodes: 10, load: 0.7, jobs: 5000, speeds: { 0: 0.1 } }\nruns: 5\n");
  Program compare({"compare", folder_, "overload", "--json"});
  EXPECT_EQ(compare.wait(), 1) << compare.err();
  const auto j = json::parse(compare.out(), nullptr, false);
  EXPECT_EQ(j["outcome"], "not_steady");
  EXPECT_TRUE(j["ratio"].is_null());
  EXPECT_THAT(j["verdict"].get<std::string>(), StartsWith("not steady: with wrr node 0 is offered "));
}

TEST_F(CompareCommand, LiveRunsRealServersAndSaysWhenOneIsOverloaded) {
  // Sizes for a test: that it runs and tells overload from load, not which balancer is better.
  scenario("live", "scenario: live\nkind: live\nmetric: mean\na: { balancer: wrr }\nb: { balancer: p2c }\n"
                   "common: { nodes: 3, requests: 100, service: 1ms, load: 0.3 }\nsituations:\n  - { title: calm }\n  - { title: one slow, speeds: { 0: 0.1 } }\nruns: 6\n");
  Program compare({"compare", folder_, "live", "--json"});
  EXPECT_EQ(compare.wait(), 1) << compare.err();
  const auto j = json::parse(compare.out(), nullptr, false);
  ASSERT_EQ(j["sections"].size(), 2u) << compare.out() << compare.err();
  EXPECT_EQ(j["unit"], "ns");
  EXPECT_TRUE(j["a"]["median"].is_number_integer());
  EXPECT_GT(j["a"]["median"].get<double>(), 1e6);
  EXPECT_NE(j["sections"][0]["outcome"], "not_steady");
  EXPECT_FALSE(j["sections"][0]["theory"].empty()) << "what the simulator predicts of the same servers";
  EXPECT_EQ(j["sections"][1]["outcome"], "not_steady");
  EXPECT_THAT(j["sections"][1]["verdict"].get<std::string>(), HasSubstr("with wrr node 0 is offered 2.10 times what it can serve"));
  EXPECT_TRUE(j["environment"].contains("other work"));
}

TEST_F(CompareCommand, InterruptedItKeepsTheRepetitionsDone) {
  scenario("long", "scenario: long\nkind: micro\na: { design: singleton }\nb: { design: injected }\nsituations: [ { case: first } ]\nruns: 100\n");
  Program compare({"compare", folder_, "long", "--json", file("part.json")});
  ASSERT_TRUE(compare.says("10 %, repetition 11 of 100")) << compare.err();
  compare.signal(SIGINT);
  EXPECT_EQ(compare.wait(), 130) << compare.err();
  const auto j = read("part.json");
  ASSERT_TRUE(j.is_object()) << compare.err();
  EXPECT_EQ(j["partial"], true);
  EXPECT_EQ(j["planned_repetitions"], 100);
  EXPECT_GE(j["repetitions"].get<int>(), 10);
  EXPECT_EQ(j["a"]["runs"].size(), j["repetitions"].get<std::size_t>());
}

TEST_F(CompareCommand, MicroMeasuresEveryCaseInProcessesOfTheirOwn) {
  Program compare({"compare", "singleton-vs-injected", "--runs", "7", "--json"});
  ASSERT_EQ(compare.wait(), 0) << compare.err();
  const auto j = json::parse(compare.out(), nullptr, false);
  ASSERT_EQ(j["sections"].size(), 14u) << compare.out();
  std::vector<std::string> others;
  for (const auto& s : j["sections"]) {
    EXPECT_EQ(s["a"]["name"], "singleton");
    EXPECT_GT(s["b"]["median"].get<double>(), 0) << s["title"];
    others.push_back(s["b"]["name"]);
  }
  EXPECT_THAT(others, AllOf(Contains("injected").Times(7), Contains("by_hand").Times(7)));
}

TEST_F(CompareCommand, SimulateSaysNotSteadyAndExitsWithOne) {
  Program simulate({"simulate", "--balancer", "random", "--nodes", "10", "--load", "1.05", "--jobs", "20000", "--json"});
  EXPECT_EQ(simulate.wait(), 1);
  const auto j = json::parse(simulate.out(), nullptr, false);
  EXPECT_EQ(j["steady"], false);
  EXPECT_EQ(j["unit"], "service_times");
  for (const char* key : {"mean_response", "mean_response_ci95", "p50", "p95", "p99", "utilisation"}) EXPECT_TRUE(j[key].is_number()) << key;
  EXPECT_EQ(j["jobs"], 20000);
}

TEST_F(CompareCommand, SimulateCanBeInterrupted) {
  Program simulate({"simulate", "--jobs", "20000000"});
  ASSERT_TRUE(simulate.says("10 %, simulating")) << simulate.err();
  simulate.signal(SIGINT);
  EXPECT_EQ(simulate.wait(), 130);
}

TEST_F(CompareCommand, BenchListsSuitesAndRunsOneInAChild) {
  if (!std::filesystem::exists(std::string(SLIPWAY_BINARY_DIR) + "/bin/benches.txt")) GTEST_SKIP() << "this build has no benches";
  Program list({"bench"});
  ASSERT_EQ(list.wait(), 0) << list.err();
  EXPECT_THAT(list.out(), AllOf(HasSubstr("instance_access"), HasSubstr("http_hello"), HasSubstr("balancer_pick")));
  Program unknown({"bench", "--suite", "speed"});
  EXPECT_EQ(unknown.wait(), 2);
  EXPECT_THAT(unknown.err(), HasSubstr("there is no suite \"speed\" (use "));

  Program bench({"bench", "--suite", "instance_access", "--min-time", "0.001", "--repetitions", "2", "--json", file("bench.json")});
  EXPECT_THAT(bench.wait(), AnyOf(0, 1)) << bench.err();  // 1: a budget did not hold, which so short a run may find
  EXPECT_THAT(bench.out(), AllOf(HasSubstr("by_handle/threads:1"), ContainsRegex("by name takes [0-9.]+ of a bare flat map find \\(budget: at most 2\\): (held|NOT HELD)")));
  const auto j = read("bench.json");
  ASSERT_TRUE(j.is_object());
  EXPECT_TRUE(j["context"].contains("num_cpus")) << "Google Benchmark's own";
  EXPECT_GT(j["benchmarks"].size(), 6u);
}

}  // namespace
