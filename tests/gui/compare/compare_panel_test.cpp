#include <gtest/gtest.h>

#include "panels/compare/compare_live.h"
#include "panels/compare/compare_panel.h"
#include "panels/compare/report_words.h"
#include "panels/kit/session.h"
#include "panels/kit/story_parts.h"

namespace {

using panels::compare::ComparePanel;

TEST(ReportWords, SayTheDirectionOrThatNoneWasFound) {
  const auto reports = panels::kit::story::reports();
  EXPECT_EQ(panels::compare::change_text(reports[0].sections[0]), QStringLiteral("-54 %"));
  EXPECT_EQ(panels::compare::change_text(reports[0].sections[3]), QStringLiteral("none found"));
}

TEST(ReportWords, GiveNoRatioToAnOverloadedSideAndNoIntervalToNoise) {
  auto section = panels::kit::story::reports()[0].sections[0];
  section.outcome = workbench::compare::Section::Outcome::NotSteady;
  EXPECT_EQ(panels::compare::change_text(section), QStringLiteral("not steady"));
  EXPECT_FALSE(panels::compare::evidence_line(section).contains(QStringLiteral("CI")));
  section.outcome = workbench::compare::Section::Outcome::Undecided;
  EXPECT_EQ(panels::compare::change_text(section), QStringLiteral("cannot say"));
}

TEST(ReportWords, SayHowFarThePredictionIsFromWhatWasMeasured) {
  auto section = panels::kit::story::reports()[0].sections[0];
  section.metric = "response p90";
  section.a.median = 5e6;
  section.theory = {{50, 1e6}, {90, 4e6}, {99, 9e6}};
  EXPECT_EQ(panels::compare::theory_line(section), QStringLiteral("A simulation of the same servers predicts p90 4.00 ms for wrr; measured 5.00 ms, 25.0 % higher."));
  section.metric = "mean response";
  EXPECT_EQ(panels::compare::theory_line(section), QStringLiteral("The dashed line is what is predicted for wrr."));
}

TEST(ReportWords, GiveNanosecondsTheUnitThatReadsBest) {
  const auto section = panels::kit::story::reports()[0].sections[0];
  const auto unit = panels::compare::unit_of(section);
  EXPECT_EQ(unit.name, QStringLiteral("ms"));
  EXPECT_EQ(panels::compare::value_text(section.a.median, unit), QStringLiteral("8.07"));
}

TEST(ReportWords, TheBandOfNoiseStandsAroundTheMedianOfA) {
  const auto report = panels::kit::story::reports()[0];
  std::vector<std::size_t> sections;
  const auto groups = panels::compare::dot_groups(report, 0, panels::kit::plots::PlotStyle::of(true), sections);
  ASSERT_FALSE(groups.empty());
  EXPECT_LT(groups[0].band_low, groups[0].rows[0].median);
  EXPECT_GT(groups[0].band_high, groups[0].rows[0].median);
  EXPECT_EQ(sections.front(), 0u);
}

TEST(CompareChoices, OfferThePartsOfAPresetByThemselves) {
  QStringList titles;
  for (const auto& c : panels::compare::choices({})) titles << c.title + QLatin1Char('|') + c.kind;
  EXPECT_EQ(titles, QStringList({QStringLiteral("p2c-vs-wrr|"), QStringLiteral("p2c-vs-wrr, simulated only|simulated"), QStringLiteral("p2c-vs-wrr, live only|live"), QStringLiteral("singleton-vs-injected|")}));
}

TEST(ComparePanelView, PutsTheVerdictFirst) {
  panels::kit::Session session(panels::kit::sample_story());
  ComparePanel panel(&session);
  panel.resize(1128, 820);
  panel.show();
  ASSERT_TRUE(panel.report());
  EXPECT_EQ(panel.verdict().toStdString(), panel.report()->sections.front().verdict);
}

TEST(ComparePanelView, AReportWithoutSectionsStillShowsItsVerdict) {
  panels::kit::Session session(panels::kit::sample_story());
  ComparePanel panel(&session);
  panel.resize(900, 600);
  panel.show();
  workbench::compare::Report report;
  report.verdict = "nothing was measured";
  panel.show_report(report);
  EXPECT_EQ(panel.verdict(), QStringLiteral("nothing was measured"));
  EXPECT_FALSE(panel.grab().isNull());
}

TEST(ComparePanelView, BeforeTheFirstOneOffersAComparison) {
  panels::kit::Session session(panels::kit::empty_story());
  ComparePanel panel(&session);
  panel.resize(900, 600);
  panel.show();
  EXPECT_FALSE(panel.report());
  EXPECT_FALSE(panel.grab().isNull());
}

TEST(ComparePanelView, ASideThatNeverSettledIsNotGivenAVerdict) {
  panels::kit::Session session(panels::kit::sample_story());
  ComparePanel panel(&session);
  panel.resize(1128, 820);
  panel.show();
  auto report = *panel.report();
  const auto& s = report.sections.front();
  report.doubts = {s.title + ", " + s.a.name + ": 11 of 12 runs: not steady: the queue grew to the end"};
  panel.show_report(report);
  EXPECT_TRUE(panel.verdict().startsWith(QStringLiteral("Not steady"))) << panel.verdict().toStdString();
  report.doubts = {s.title + ", " + s.a.name + ": 1 of 12 runs: not steady: the queue grew to the end"};
  panel.show_report(report);
  EXPECT_EQ(panel.verdict().toStdString(), s.verdict);
}

}  // namespace
