#include <gtest/gtest.h>

#include "panels/kit/plots/geometry.h"
#include "panels/kit/story_parts.h"
#include "panels/kit/trace_geometry.h"

namespace {

using panels::kit::plots::BarRow;
using panels::kit::plots::visible_rows;
using panels::kit::plots::WaterfallGeometry;

workbench::recorder::TracePtr slow_order() {
  for (const auto& trace : panels::kit::story::traces())
    if (trace->duration_ns > 10'000'000) return trace;
  return nullptr;
}

int row_named(const WaterfallGeometry& g, const char* name) {
  for (std::size_t i = 0; i < g.rows.size(); ++i)
    if (g.rows[i].name == QLatin1String(name)) return static_cast<int>(i);
  return -1;
}

TEST(TraceGeometry, FoldsNestedPlumbingStepsIntoOneGroupAndKeepsDecidingSteps) {
  const auto g = panels::kit::trace_geometry(*slow_order());
  const int group = row_named(g, "recovery, tracing, logging");
  ASSERT_GE(group, 0);
  EXPECT_TRUE(g.rows[static_cast<std::size_t>(group)].is_group);
  EXPECT_EQ(g.rows[static_cast<std::size_t>(row_named(g, "recovery"))].group, group);
  EXPECT_EQ(g.rows[static_cast<std::size_t>(row_named(g, "auth"))].group, -1);
  EXPECT_EQ(g.rows[static_cast<std::size_t>(row_named(g, "rate_limit"))].group, -1);
}

TEST(TraceGeometry, DepthDoesNotChangeWhenAGroupIsOpened) {
  const auto g = panels::kit::trace_geometry(*slow_order());
  const auto& group = g.rows[static_cast<std::size_t>(row_named(g, "recovery, tracing, logging"))];
  EXPECT_EQ(g.rows[static_cast<std::size_t>(row_named(g, "auth"))].depth, group.depth + 1);
  EXPECT_EQ(g.rows[static_cast<std::size_t>(row_named(g, "recovery"))].depth, group.depth + 1);
}

TEST(TraceGeometry, OwnTimeOfAStepIsItsEntryAndItsExit) {
  const auto g = panels::kit::trace_geometry(*slow_order());
  const auto& auth = g.rows[static_cast<std::size_t>(row_named(g, "auth"))];
  ASSERT_EQ(auth.segment_count, 2u);
  EXPECT_DOUBLE_EQ(g.segments[auth.first_segment].from, auth.start);
  EXPECT_DOUBLE_EQ(g.segments[auth.first_segment + 1].to, auth.end);
}

TEST(TraceGeometry, OwnTimeOfAHandlerIsWhatItsChildrenLeave) {
  const auto g = panels::kit::trace_geometry(*slow_order());
  for (const BarRow& row : g.rows) {
    if (row.is_group || row.mark == BarRow::Mark::NotReached) continue;
    double own = 0;
    for (std::uint32_t i = 0; i < row.segment_count; ++i) own += g.segments[row.first_segment + i].to - g.segments[row.first_segment + i].from;
    EXPECT_NEAR(own, row.self, 0.001 * g.total + 2) << row.name.toStdString();
  }
}

TEST(TraceGeometry, AShortCircuitMarksTheStepAndWhatWasNotReached) {
  for (const auto& trace : panels::kit::story::traces()) {
    if (trace->stopped_by != "rate_limit") continue;
    const auto g = panels::kit::trace_geometry(*trace);
    EXPECT_EQ(g.rows[static_cast<std::size_t>(row_named(g, "rate_limit"))].mark, BarRow::Mark::Stopped);
    EXPECT_EQ(g.rows[static_cast<std::size_t>(row_named(g, "handler"))].mark, BarRow::Mark::NotReached);
    EXPECT_EQ(g.rows[static_cast<std::size_t>(row_named(g, "handler"))].segment_count, 0u);
    return;
  }
  FAIL() << "the story has no trace that rate_limit stopped";
}

TEST(TraceGeometry, OfATraceWithoutSpansIsEmpty) { EXPECT_TRUE(panels::kit::trace_geometry({}).rows.empty()); }

TEST(VisibleRows, AClosedGroupHidesItsMembersButNotWhatTheyWrap) {
  const auto g = panels::kit::trace_geometry(*slow_order());
  std::vector<bool> closed(g.rows.size(), false);
  for (std::size_t i = 0; i < closed.size(); ++i) closed[i] = g.rows[i].is_group;
  const auto shown = visible_rows(g, closed);
  const auto has = [&](const char* name) { return std::find(shown.begin(), shown.end(), static_cast<std::uint32_t>(row_named(g, name))) != shown.end(); };
  EXPECT_FALSE(has("recovery"));
  EXPECT_TRUE(has("auth"));
  EXPECT_TRUE(has("INSERT orders"));
}

TEST(VisibleRows, AClosedSpanHidesItsWholeSubtree) {
  const auto g = panels::kit::trace_geometry(*slow_order());
  std::vector<bool> closed(g.rows.size(), false);
  closed[static_cast<std::size_t>(row_named(g, "auth"))] = true;
  const auto shown = visible_rows(g, closed);
  EXPECT_EQ(shown.back(), static_cast<std::uint32_t>(row_named(g, "auth")));
}

}  // namespace
