#include "workbench/compare/run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

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

TEST(Compare, AHundredRunsOfThePresetAgainstItselfFindNoDifferenceAtLeast95Times) {
  const auto scenario = preset("p2c-vs-wrr").value()[0];
  int silent = 0;
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    const auto report = run_it(scenario, {.runs = 8, .seed = seed, .against_itself = true, .jobs = 1000});
    silent += std::all_of(report.sections.begin(), report.sections.end(),
                          [](const Section& s) { return s.outcome == Section::Outcome::NoDifference; });
  }
  EXPECT_GE(silent, 95);
}

TEST(Compare, ASlowDownOfFivePercentIsFoundInAtLeast90OfAHundredRuns) {
  const auto scenario = Scenario::parse(slipway::codec::parse_yaml(
      "{ scenario: calm, metric: mean, a: { balancer: p2c }, b: { balancer: wrr }, common: { nodes: 10, load: 0.3, jobs: 4000 } }").value()).value();
  int found = 0;
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    const auto report = run_it(scenario, {.runs = 16, .seed = seed, .against_itself = true, .slow_down_others = 1.05});
    found += report.sections[0].outcome == Section::Outcome::BWorse;
  }
  EXPECT_GE(found, 90);
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
  ASSERT_EQ(a["benchmarks"].size(), 5u);
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

TEST(Compare, AnUnsteadyRunIsADoubtInTheReport) {
  const auto report = run_it(small("load: 0.5, speeds: { 0: 0.1 }"), {.runs = 5, .jobs = 4000});
  EXPECT_THAT(report.doubts, Contains(HasSubstr("round_robin: 5 of 5 runs: not steady")));
}

TEST(Compare, AKeyThatNobodyKnowsIsRefused) {
  const auto report = run(small("load: 0.5, lode: 2"), {.runs = 5});
  ASSERT_FALSE(report.ok());
  EXPECT_THAT(report.error().message(), HasSubstr("\"lode\" is no key of a simulated comparison"));
}

TEST(Compare, CanBeCancelled) {
  std::atomic<bool> cancel{false};
  const auto report = run(small(), {.runs = 50, .on_progress = [&](const Progress& p) { cancel = p.done > 0.2; }, .cancel = &cancel});
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.error().reason(), "CLIENT_CLOSED");
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
  EXPECT_EQ(sections[0].outcome, Section::Outcome::NoDifference);
  EXPECT_THAT(sections[0].verdict, HasSubstr("too few repetitions"));
}

TEST(Judge, FiveSectionsNeedSevenRepetitions) {
  std::vector<Section> six(5, section_of({1, 1.1, 1.2, 1.3, 1.4, 1.5}, {9, 9.1, 9.2, 9.3, 9.4, 9.5}));
  judge(six);
  EXPECT_THAT(six[0].verdict, HasSubstr("7 of each are the least here"));
  std::vector<Section> seven(5, section_of({1, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6}, {9, 9.1, 9.2, 9.3, 9.4, 9.5, 9.6}));
  judge(seven);
  EXPECT_EQ(seven[0].outcome, Section::Outcome::BWorse);
}

}  // namespace
}  // namespace workbench::compare
