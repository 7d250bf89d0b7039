#include "workbench/compare/run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <thread>

#include "slipway/codec/codec.h"
#include "workbench/compare/judge.h"

namespace workbench::compare {
namespace {

using namespace ::testing;

Scenario small(const char* extra = "load: 0.5") {
  const auto yaml = std::string("{ scenario: small, metric: mean, a: { balancer: round_robin }, b: { balancer: p2c },"
                                " common: { nodes: 10, jobs: 4000, ") + extra + " } }";
  return Scenario::parse(slipway::codec::parse_yaml(yaml).value()).value();
}

Report run_it(const Scenario& scenario, const RunOptions& options) {
  auto report = run(scenario, options);
  EXPECT_TRUE(report.ok()) << report.error().to_string();
  return std::move(report).value();
}

// A hundred runs of the preset's simulated part against itself, and the same hundred with the other sides' times multiplied.
struct Hundred {
  std::atomic<int> silent{0};   // no section told a difference apart
  std::atomic<int> found{0};    // every section found the slow-down
};

void run_a_hundred(Hundred& out, std::uint64_t jobs, double slow_down) {
  const auto scenario = preset("p2c-vs-wrr").value()[0];
  std::atomic<std::uint64_t> next{1};
  const auto work = [&] {
    for (std::uint64_t seed; (seed = next++) <= 100;) {
      auto sections = run_it(scenario, {.seed = seed, .against_itself = true, .jobs = jobs}).sections;
      const auto differs = [](const Section& s) { return s.outcome == Section::Outcome::BBetter || s.outcome == Section::Outcome::BWorse; };
      out.silent += std::none_of(sections.begin(), sections.end(), differs);
      for (auto& s : sections)
        for (double& value : s.b.runs) value *= slow_down;
      judge(sections);
      out.found += std::all_of(sections.begin(), sections.end(), [](const Section& s) { return s.outcome == Section::Outcome::BWorse; });
    }
  };
  std::jthread other(work);
  work();
  other.join();
}

// The preset with a fortieth of its jobs. By the central limit theorem the noise of a run's figure is then sqrt(40) times as large, so a
// slow-down that much larger (in logarithms) lies as many standard errors away as 5 % does in the whole preset: the power
// is the same. The next test runs the whole.
TEST(Compare, AHundredRunsOfThePresetFindNothingInThemselvesAndASlowDownOfFivePercent) {
  const auto whole = preset("p2c-vs-wrr").value()[0].situations[0].keys["jobs"].as_int();
  const std::uint64_t jobs = 10'000;
  Hundred hundred;
  run_a_hundred(hundred, jobs, std::exp(std::log(1.05) * std::sqrt(static_cast<double>(whole) / static_cast<double>(jobs))));
  EXPECT_GE(hundred.silent, 95);
  EXPECT_GE(hundred.found, 90);
}

TEST(Compare, AHundredRunsOfTheWholePresetFindNothingInThemselvesAndASlowDownOfFivePercent) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "minutes of arithmetic; the test above has run the same code";
#endif
  if (!std::getenv("SLIPWAY_ALL_TESTS")) GTEST_SKIP() << "simulates five thousand million jobs; ./slipway test --all runs it";
  Hundred hundred;
  run_a_hundred(hundred, 0, 1.05);
  EXPECT_GE(hundred.silent, 95);
  EXPECT_GE(hundred.found, 90);
  std::printf("of 100 runs against itself %d found no difference; %d found 5 %% in every section\n", hundred.silent.load(), hundred.found.load());
}

TEST(Compare, ASlowDownIsAppliedToTheOtherSidesOnly) {
  const RunOptions plain{.runs = 5, .against_itself = true, .jobs = 2000};
  RunOptions slowed = plain;
  slowed.slow_down_others = 1.05;
  const auto before = run_it(small(), plain), after = run_it(small(), slowed);
  EXPECT_EQ(before.sections[0].a.runs, after.sections[0].a.runs);
  EXPECT_DOUBLE_EQ(after.sections[0].b.runs[2], before.sections[0].b.runs[2] * 1.05);
}

TEST(Compare, FindsThatTwoChoicesBeatTurnsUnderLoad) {
  const auto report = run_it(small("load: 0.9"), {.runs = 8, .jobs = 20'000});
  const auto& s = report.sections[0];
  EXPECT_EQ(s.outcome, Section::Outcome::BBetter);
  EXPECT_LT(s.ratio, 0.7);
  EXPECT_LT(s.ci_high, 1);
  EXPECT_EQ(s.metric, "mean response");
  EXPECT_EQ(s.unit, "service_times");
  EXPECT_THAT(s.verdict, ContainsRegex("p2c mean response is [0-9]+ % lower than round_robin, 95 % CI [0-9]+ … [0-9]+, p < 0.001"));
  EXPECT_EQ(report.verdict, s.verdict);
  EXPECT_EQ(s.a.runs.size(), 8u);
  EXPECT_EQ(s.a.share.size(), 10u);
  EXPECT_FALSE(s.a.spectrum.empty());
  EXPECT_FALSE(s.theory.empty());
}

TEST(Compare, InterleavesTheSidesAbba) {
  std::vector<std::string> order;
  run_it(small(), {.runs = 5, .on_progress = [&](const Progress& p) { order.push_back(p.doing); }, .jobs = 1000});
  ASSERT_EQ(order.size(), 11u);
  EXPECT_THAT(order[0], HasSubstr("repetition 1 of 5: round_robin"));
  EXPECT_THAT(order[1], HasSubstr("p2c"));
  EXPECT_THAT(order[2], HasSubstr("p2c"));
  EXPECT_THAT(order[3], HasSubstr("repetition 2 of 5: round_robin"));
}

TEST(Compare, TheSameSeedGivesTheSameFigures) {
  const RunOptions options{.runs = 5, .seed = 3, .jobs = 2000};
  const auto a = run_it(small(), options), b = run_it(small(), options);
  EXPECT_EQ(a.sections[0].a.runs, b.sections[0].a.runs);
  EXPECT_EQ(a.sections[0].ci_low, b.sections[0].ci_low);
}

TEST(Compare, JsonHasTheAgreedKeys) {
  const auto report = run_it(small(), {.runs = 5, .jobs = 1000});
  const auto j = nlohmann::json::parse(report.to_json());
  for (const char* key : {"verdict", "ratio", "p_value", "noise_floor"}) EXPECT_TRUE(j.contains(key)) << key;
  EXPECT_EQ(j["ci95"].size(), 2u);
  EXPECT_EQ(j["a"]["name"], "round_robin");
  EXPECT_EQ(j["b"]["runs"].size(), 5u);
  EXPECT_EQ(j["sections"].size(), 1u);
  EXPECT_TRUE(j["environment"].contains("kernel"));
}

TEST(Compare, WritesWhatComparePyReads) {
  const auto report = run_it(small(), {.runs = 5, .jobs = 1000});
  const auto a = nlohmann::json::parse(google_benchmark_json(report, 'a')), b = nlohmann::json::parse(google_benchmark_json(report, 'b'));
  EXPECT_EQ(a["context"]["json_schema_version"], 1);
  ASSERT_EQ(a["benchmarks"].size(), 8u) << "five runs, their mean, median and standard deviation";
  EXPECT_EQ(a["benchmarks"][6]["aggregate_name"], "median");
  EXPECT_EQ(a["benchmarks"][6]["real_time"], report.sections[0].a.median);
  EXPECT_EQ(a["benchmarks"][0]["name"], b["benchmarks"][0]["name"]);
  EXPECT_EQ(a["benchmarks"][3]["repetition_index"], 3);
  EXPECT_EQ(a["benchmarks"][0]["real_time"], report.sections[0].a.runs[0]);
  EXPECT_EQ(a["benchmarks"][0]["run_type"], "iteration");
}

TEST(Compare, TheHtmlReportStandsAlone) {
  const auto html = html_report(run_it(small(), {.runs = 5, .jobs = 1000}));
  EXPECT_THAT(html, HasSubstr("<svg"));
  EXPECT_THAT(html, Not(HasSubstr("<script")));
  EXPECT_THAT(html, Not(HasSubstr("http")));
}

TEST(Compare, AnOverloadedSideHasNoRatio) {
  const auto report = run_it(small("load: 0.5, speeds: { 0: 0.1 }"), {.runs = 5, .jobs = 4000});
  const auto& s = report.sections[0];
  EXPECT_EQ(s.outcome, Section::Outcome::NotSteady);
  EXPECT_FALSE(report.steady());
  EXPECT_THAT(s.verdict, StartsWith("not steady: with round_robin node 0 is offered 4.55 times what it can serve; p2c is steady (mean response "));
  const auto j = nlohmann::json::parse(report.to_json());
  EXPECT_EQ(j["outcome"], "not_steady");
  for (const char* key : {"ratio", "ci95", "p_value"}) EXPECT_TRUE(j[key].is_null()) << key;
  EXPECT_EQ(j["a"]["steady"], false);
  EXPECT_EQ(j["b"]["steady"], true);
}

TEST(Compare, SoFewRunsThatNothingCouldShowAreRefusedWithTheLeast) {
  const auto report = run(preset("p2c-vs-wrr").value()[0], {.runs = 5, .jobs = 1000});
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.error().reason(), "TOO_FEW_RUNS");
  EXPECT_THAT(report.error().message(), HasSubstr("5 repetitions of p2c-vs-wrr (simulated) could not show any difference: 4 comparisons need at least 6"));
  for (const auto& p : presets()) {
    const auto parts = preset(p.name).value();
    for (const auto& scenario : parts) EXPECT_TRUE(enough_runs(scenario, 0).ok()) << p.name << " " << scenario.kind;
  }
}

TEST(Compare, AKeyThatNobodyKnowsIsRefused) {
  const auto report = run(small("load: 0.5, lode: 2"), {.runs = 5});
  ASSERT_FALSE(report.ok());
  EXPECT_THAT(report.error().message(), HasSubstr("\"lode\" is no key of a simulated comparison"));
}

TEST(Compare, CancelledBeforeEverySideRanOnceItHasNoReport) {
  std::atomic<bool> cancel{false};
  const auto report = run(small(), {.runs = 50, .on_progress = [&](const Progress&) { cancel = true; }, .cancel = &cancel});
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.error().reason(), "CLIENT_CLOSED");
}

TEST(Compare, CancelledLaterItReportsTheWholeRepetitionsUntilThen) {
  std::atomic<bool> cancel{false};
  const auto report = run_it(small(), {.runs = 50, .on_progress = [&](const Progress& p) { cancel = p.done > 0.205; }, .cancel = &cancel});
  EXPECT_TRUE(report.partial());
  EXPECT_EQ(report.repetitions, 10);
  EXPECT_EQ(report.planned, 50);
  EXPECT_EQ(report.sections[0].a.runs.size(), 10u);
  EXPECT_EQ(report.sections[0].b.runs.size(), 10u);
  EXPECT_THAT(report.doubts, Contains("stopped after 10 of 50 repetitions"));
  EXPECT_EQ(nlohmann::json::parse(report.to_json())["partial"], true);
}

Section section_of(std::vector<double> a, std::vector<double> b) {
  Section s;
  s.metric = "p99";
  s.a.name = "A";
  s.b.name = "B";
  s.a.runs = std::move(a);
  s.b.runs = std::move(b);
  return s;
}

TEST(Judge, SaysHowMuchItCouldHaveSeen) {
  std::vector<Section> sections{section_of({100, 101, 99, 102, 98, 100.5}, {100.2, 101.3, 98.9, 101.8, 98.2, 100.4})};
  judge(sections);
  EXPECT_THAT(sections[0].verdict, MatchesRegex("no difference found; this run could have seen [0-9.]+ %"));
}

TEST(Judge, AWorseSideIsSaidInTimesFromTwiceOn) {
  std::vector<Section> sections{section_of({100, 101, 99, 102, 98, 100.5, 100.1}, {300, 303, 297, 306, 294, 301, 302})};
  judge(sections);
  EXPECT_EQ(sections[0].outcome, Section::Outcome::BWorse);
  EXPECT_THAT(sections[0].verdict, StartsWith("B p99 is 3.0 times higher than A, 95 % CI "));
}

TEST(Judge, FourRepetitionsAreTooFew) {
  std::vector<Section> sections{section_of({1, 1.1, 1.2, 1.3}, {9, 9.1, 9.2, 9.3})};
  judge(sections);
  EXPECT_EQ(sections[0].outcome, Section::Outcome::Undecided);
  EXPECT_THAT(sections[0].verdict, HasSubstr("too few repetitions"));
}

TEST(Judge, WildRunsAreTooNoisyToSayNotNoDifference) {
  std::vector<Section> sections{section_of({50, 400, 90, 210, 140, 700, 60, 330}, {80, 310, 95, 650, 130, 55, 240, 410})};
  judge(sections);
  EXPECT_EQ(sections[0].outcome, Section::Outcome::Undecided);
  EXPECT_THAT(sections[0].verdict, ContainsRegex("^too noisy to say: A against A moved [0-9]+ %, and nothing below [0-9]+ % could have been seen$"));
}

TEST(Judge, ADifferenceInsideTheNoiseIsNone) {
  // B is a little higher in every pair of ranks, but A against A moves more than that.
  std::vector<double> a, b;
  for (int i = 0; i < 10; ++i) a.push_back(i % 2 ? 100 + 0.1 * i : 112 + 0.1 * i);
  for (int i = 0; i < 10; ++i) b.push_back(113.5 + 0.05 * i);
  std::vector<Section> sections{section_of(a, b)};
  judge(sections);
  EXPECT_EQ(sections[0].outcome, Section::Outcome::NoDifference);
  EXPECT_THAT(sections[0].verdict, HasSubstr("no difference beyond the noise: B p99 came out "));
}

TEST(Judge, HalvingIsTheSameDistanceAsDoubling) {
  Section lower = section_of({200, 202, 198, 204, 196, 201, 200.2}, {100, 101, 99, 102, 98, 100.5, 100.1}), higher = lower;
  std::swap(higher.a.runs, higher.b.runs);
  std::vector<Section> both{lower, higher};
  judge(both);
  EXPECT_EQ(both[0].outcome, Section::Outcome::BBetter);
  EXPECT_EQ(both[1].outcome, Section::Outcome::BWorse);
  EXPECT_NEAR(both[0].noise_floor, both[1].noise_floor, 0.005);
}

TEST(Judge, FiveSectionsNeedSevenRepetitions) {
  std::vector<Section> six(5, section_of({1, 1.1, 1.2, 1.3, 1.4, 1.5}, {9, 9.1, 9.2, 9.3, 9.4, 9.5}));
  judge(six);
  EXPECT_THAT(six[0].verdict, HasSubstr("6 of each, 7 are the least here"));
  std::vector<Section> seven(5, section_of({1, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6}, {9, 9.1, 9.2, 9.3, 9.4, 9.5, 9.6}));
  judge(seven);
  EXPECT_EQ(seven[0].outcome, Section::Outcome::BWorse);
}

}  // namespace
}  // namespace workbench::compare
