// Google Benchmark's own compare.py (Debian's libbenchmark-tools) reads what we write. It wants numpy and scipy for three
// functions; fixtures/python has those, since python3-scipy conflicts with libboost1.81-dev.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>

#include "workbench/compare/child.h"
#include "workbench/compare/judge.h"
#include "workbench/compare/run.h"

namespace workbench::compare {
namespace {

using namespace ::testing;

constexpr const char* kComparePy = "/usr/share/benchmark/compare.py";

Report two_sides() {
  Section s;
  s.title = "hot: one use";
  s.metric = "time per use";
  s.unit = "ns";
  s.a.name = "singleton";
  s.b.name = "injected";
  for (int i = 0; i < 9; ++i) {
    s.a.runs.push_back(20 + 0.1 * i);
    s.b.runs.push_back(5 + 0.01 * i);
    s.a.cpu_runs.push_back(19 + 0.1 * i);
    s.b.cpu_runs.push_back(5 + 0.01 * i);
  }
  Report report;
  report.scenario = "singleton-vs-injected";
  report.kind = "micro";
  report.sections = {s};
  judge(report.sections);
  return report;
}

TEST(ComparePy, ReadsBothSidesPairsThemAndTestsThem) {
  ASSERT_TRUE(std::filesystem::exists(kComparePy)) << "apt-get install libbenchmark-tools (deps/debian-test.txt)";
  const auto folder = std::filesystem::temp_directory_path() / fmt::format("slipway-compare-py-{}", getpid());
  std::filesystem::create_directories(folder);
  const auto report = two_sides();
  for (char side : {'a', 'b'}) std::ofstream(folder / fmt::format("{}.json", side)) << google_benchmark_json(report, side);
  const auto printed = run_child({"/usr/bin/env", "PYTHONDONTWRITEBYTECODE=1", "PYTHONPATH=" SLIPWAY_SOURCE_DIR "/fixtures/python", "/usr/bin/python3", kComparePy,
                                  "--no-color", "benchmarks", folder / "a.json", folder / "b.json"}, std::chrono::seconds(60));
  std::filesystem::remove_all(folder);
  ASSERT_TRUE(printed.ok()) << printed.error().to_string();
  // Deltas are (new - old) / old: of the runs, and of the medians.
  EXPECT_THAT(*printed, ContainsRegex("singleton-vs-injected/hot: one use +-0\\.7500 +-0\\.7368 +20 +5 +19 +5"));
  EXPECT_THAT(*printed, ContainsRegex(fmt::format("singleton-vs-injected/hot: one use_median +-{:.4f} ", 1 - report.sections[0].ratio)));
  EXPECT_THAT(*printed, ContainsRegex("singleton-vs-injected/hot: one use_pvalue +0\\.000[0-9] +0\\.000[0-9] +U Test, Repetitions: 9 vs 9"));
  EXPECT_THAT(*printed, HasSubstr("OVERALL_GEOMEAN"));
}

}  // namespace
}  // namespace workbench::compare
