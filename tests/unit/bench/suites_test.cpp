#include "workbench/bench/suites.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "workbench/bench/yardsticks.h"

namespace workbench::bench {
namespace {

using namespace ::testing;

std::string entry(const std::string& name, double cpu, const char* more = "") {
  return R"({"name":")" + name + R"(","run_name":")" + name + R"(","run_type":"iteration","real_time":)" + std::to_string(cpu * 2) + R"(,"cpu_time":)" +
         std::to_string(cpu) + R"(,"time_unit":"ns")" + more + "}";
}

std::string document(std::initializer_list<std::string> entries) {
  std::string out = R"({"context":{},"benchmarks":[)";
  for (const auto& e : entries) out += (out.back() == '[' ? "" : ",") + e;
  return out + "]}";
}

TEST(BenchSuites, ARatioIsOfTheMediansOfTheRepetitions) {
  const auto outcome = read_outcome("instance_access", document({entry("by_name/threads:1", 30), entry("by_name/threads:1", 90), entry("by_name/threads:1", 20),
                                                                  entry("yardstick/flat_map_find/threads:1", 10)}));
  ASSERT_TRUE(outcome.ok()) << outcome.error().to_string();
  ASSERT_EQ(outcome->rows.size(), 2u);
  EXPECT_EQ(outcome->rows[0].repetitions, 3);
  EXPECT_EQ(outcome->rows[0].cpu_ns, 30);
  EXPECT_EQ(outcome->rows[0].time_ns, 60);
  ASSERT_EQ(outcome->ratios.size(), 1u) << "what was not measured has no ratio";
  EXPECT_EQ(outcome->ratios[0].what, "by name");
  EXPECT_DOUBLE_EQ(outcome->ratios[0].ratio, 3);
  EXPECT_FALSE(outcome->ratios[0].held());
}

TEST(BenchSuites, AStepIsWhatTenTakeBeyondNone) {
  const auto outcome = read_outcome("middleware_chain", document({entry("BM_SynchronousSteps/0", 10), entry("BM_SynchronousSteps/10", 40), entry("BM_TenIndirectCalls", 20)}));
  ASSERT_EQ(outcome->ratios.size(), 1u);
  EXPECT_DOUBLE_EQ(outcome->ratios[0].ratio, 1.5);
  EXPECT_TRUE(outcome->ratios[0].held());
}

TEST(BenchSuites, ACounterIsAtLeastItsBudget) {
  const auto outcome = read_outcome("simulator", document({entry("simulate/p2c/1000", 10, R"(,"events_per_s":8.0)"), entry("yardstick/priority_queue/1000", 1, R"(,"events_per_s":16.0)")}));
  ASSERT_EQ(outcome->ratios.size(), 1u);
  EXPECT_DOUBLE_EQ(outcome->ratios[0].ratio, 0.5);
  EXPECT_TRUE(outcome->ratios[0].held());
  EXPECT_TRUE(outcome->ratios[0].at_least);
}

TEST(BenchSuites, WhatIsNoBenchmarkJsonIsAnError) {
  EXPECT_THAT(read_outcome("simulator", "no JSON").error().message(), HasSubstr("simulator did not write Google Benchmark's JSON"));
}

TEST(BenchSuites, AProgramBesideNoneSaysSo) {
  // This test's program may stand beside the benches or not: either way an unknown name is an error that tells what there is.
  const auto unknown = find_suite("no such suite");
  ASSERT_FALSE(unknown.ok());
  EXPECT_THAT(unknown.error().message(), AnyOf(HasSubstr("there is no suite \"no such suite\""), HasSubstr("no suites stand beside this program")));
}

}  // namespace
}  // namespace workbench::bench
