#include <gtest/gtest.h>

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

}  // namespace
