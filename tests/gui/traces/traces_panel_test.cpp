#include <gtest/gtest.h>

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QtTest/QTest>

#include "panels/kit/plots/waterfall.h"
#include "panels/kit/session.h"
#include "panels/kit/span_inspector.h"
#include "panels/kit/story_parts.h"
#include "panels/kit/table.h"
#include "panels/traces/trace_list.h"
#include "panels/traces/traces_panel.h"

namespace {

using panels::kit::Selection;
using panels::traces::TraceListModel;
using panels::traces::TracesPanel;

TEST(TraceList, HoldsAsAModelWhileTracesComeAndGo) {
  TraceListModel model;
  QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
  auto traces = panels::kit::story::traces();
  model.set_traces(traces, {});
  EXPECT_EQ(model.trace_count(), static_cast<int>(traces.size()));
  traces.erase(traces.begin(), traces.begin() + 3);
  model.set_traces(traces, {});
  EXPECT_EQ(model.rowCount(), static_cast<int>(traces.size()));
  model.set_traces({}, {});
  EXPECT_EQ(model.rowCount(), 0);
}

TEST(TraceList, MarksAConfigChangeBetweenTheTracesItFellBetween) {
  TraceListModel model;
  const auto traces = panels::kit::story::traces();
  workbench::host::ConfigChange change;
  change.version = 418;
  change.key = "gateway.rate_limit.rate";
  change.wall_ns = panels::kit::story::at(14, 6, 48);
  model.set_traces(traces, {change});
  int mark = -1;
  for (int row = 0; row < model.rowCount(); ++row)
    if (model.mark(row)) mark = row;
  ASSERT_GT(mark, 0);
  EXPECT_GT(model.trace(mark - 1)->start_ns, change.wall_ns);
  EXPECT_LT(model.trace(mark + 1)->start_ns, change.wall_ns);
}

TEST(TracesPanelView, ShowsTheStoryAndExplainsASpan) {
  panels::kit::Session session(panels::kit::sample_story());
  TracesPanel panel(&session);
  panel.resize(1128, 820);
  panel.show();
  ASSERT_TRUE(panel.current());
  EXPECT_EQ(panel.current()->duration_ns / 10'000, 1064);
  QSignalSpy selected(&session, &panels::kit::Session::selection_changed);
  panel.waterfall()->set_current(3);
  ASSERT_EQ(selected.count(), 1);
  const std::unique_ptr<QWidget> inspector(panel.make_inspector(session.selection(), nullptr));
  EXPECT_TRUE(inspector);
}

TEST(TracesPanelView, ASpanLeadsToTheSettingThatShapedIt) {
  panels::kit::Session session(panels::kit::sample_story());
  TracesPanel panel(&session);
  panel.resize(1128, 820);
  panel.show();
  QSignalSpy opened(&session, &panels::kit::Session::open_requested);
  int row = -1;
  for (std::size_t i = 0; i < panel.waterfall()->geometry().rows.size(); ++i)
    if (panel.waterfall()->geometry().rows[i].name == QLatin1String("rate_limit")) row = static_cast<int>(i);
  ASSERT_GE(row, 0);
  panel.waterfall()->set_current(row);
  QTest::keyClick(panel.waterfall(), Qt::Key_Return);
  ASSERT_EQ(opened.count(), 1);
  EXPECT_EQ(opened[0][0].toString(), QStringLiteral("config"));
  EXPECT_EQ(opened[0][1].value<Selection>().id, QStringLiteral("gateway.rate_limit.rate"));
}

TEST(TracesPanelView, TheFirstTouchFreezesTheList) {
  panels::kit::Session session(panels::kit::sample_story());
  TracesPanel panel(&session);
  panel.resize(1128, 820);
  panel.show();
  EXPECT_FALSE(panel.is_frozen());
  QTest::mouseClick(panel.list()->viewport(), Qt::LeftButton, {}, QPoint(40, 40));
  EXPECT_TRUE(panel.is_frozen());
}

TEST(TracesPanelView, WithoutTracesSaysWhatWillStandHere) {
  panels::kit::Session session(panels::kit::empty_story());
  TracesPanel panel(&session);
  panel.resize(900, 600);
  panel.show();
  EXPECT_FALSE(panel.current());
  EXPECT_FALSE(panel.grab().isNull());
}

TEST(Standing, CountsWhatIsNotSlower) {
  const auto s = panels::kit::standing_of({100, 200, 300, 400}, 200);
  EXPECT_EQ(s.count, 4u);
  EXPECT_DOUBLE_EQ(s.percentile, 50);
  EXPECT_EQ(panels::kit::standing_of({}, 5).count, 0u);
}

}  // namespace
