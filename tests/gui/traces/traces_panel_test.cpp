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

TEST(TraceDiff, MatchesByServiceAndNameAndAddsUp) {
  using namespace workbench::recorder;
  const auto span = [](const char* name, const char* service, int depth, std::int64_t total, std::int64_t self) {
    TraceSpan s;
    s.name = name, s.service = s.instance = service, s.depth = depth, s.duration_ns = total, s.self_ns = self;
    return s;
  };
  Trace a, b;
  a.duration_ns = 10, b.duration_ns = 30;
  a.spans = {span("POST /orders", "gateway", 0, 10, 2), span("auth", "gateway", 1, 3, 3), span("handler", "orders", 1, 5, 5)};
  b.spans = {span("POST /orders", "gateway", 0, 30, 2), span("handler", "orders", 1, 24, 24), span("sql", "orders", 1, 4, 4)};
  const auto pairs = panels::traces::match_spans(a, b);
  ASSERT_EQ(pairs.size(), 4u);
  EXPECT_EQ(pairs[1].a, 2);
  EXPECT_EQ(pairs[1].b, 1);
  EXPECT_EQ(pairs[1].self_difference(), 19);
  EXPECT_EQ(pairs[2].a, -1);                       // sql is new
  EXPECT_EQ(pairs[3].b, -1);                       // auth is gone
  std::int64_t sum = 0;
  for (const auto& p : pairs) sum += p.self_difference();
  EXPECT_EQ(sum, b.duration_ns - a.duration_ns);
  EXPECT_TRUE(panels::traces::diff_sentence(a, b, pairs).contains(QStringLiteral("handler of orders")));
}

TEST(TraceDiff, ATypicalOneIsTheMedianOfItsKind) {
  using workbench::recorder::Trace;
  std::vector<workbench::recorder::TracePtr> all;
  for (const int ms : {1, 9, 2, 4, 3}) {
    auto t = std::make_shared<Trace>();
    t->id = std::to_string(ms), t->root_name = ms == 3 ? "GET /" : "POST /orders", t->duration_ns = ms * 1'000'000;
    all.push_back(t);
  }
  EXPECT_EQ(panels::traces::typical_of(all, all[1])->id, "2");     // of 1, 2, 4
  EXPECT_EQ(panels::traces::typical_of(all, all[4]), nullptr);
}

TEST(TracesPanelView, TheDiffShowsTheSlowTraceBesideATypicalOne) {
  panels::kit::Session session(panels::kit::sample_story());
  TracesPanel panel(&session);
  panel.resize(1128, 820);
  panel.show();
  panel.show_mode(TracesPanel::kDiff);
  ASSERT_GT(panel.diff()->model()->rowCount(), 5);
  EXPECT_TRUE(panel.diff()->as_tsv().contains(QStringLiteral("handler")));
  EXPECT_FALSE(panel.grab().isNull());
}

}  // namespace
