#include <gtest/gtest.h>

#include <QAbstractItemModelTester>
#include <QItemSelectionModel>

#include "panels/kit/plots/compare_plots.h"
#include "panels/kit/plots/time_stack.h"
#include "panels/kit/widgets.h"
#include "panels/kit/session.h"
#include "panels/kit/story_parts.h"
#include "panels/load/load_panel.h"
#include "panels/load/load_plots.h"
#include "panels/load/run_list.h"

namespace {

using panels::load::cell_of;
using panels::load::LoadPanel;
using panels::load::scale_of;

TEST(LoadCharts, EveryRequestIsInExactlyOneCell) {
  const auto progress = panels::kit::story::load().progress;
  const auto data = panels::load::charts_of(*progress, 60, 0, {}, panels::kit::plots::PlotStyle::of(true));
  std::uint64_t in_cells = 0, done = 0;
  for (const auto count : data.lanes[0].heat.counts) in_cells += count;
  for (const auto& slice : progress->slices) done += slice.done;
  EXPECT_EQ(in_cells, done);
}

TEST(LoadCharts, AnAxisNeverHasMoreThanSixtyColumns) {
  workbench::traffic::LoadProgress progress;
  for (const double seconds : {1.0, 5.0, 14.0, 60.0, 299.0, 3599.0}) {
    const auto scale = scale_of(progress, seconds);
    EXPECT_LE(scale.to_s / scale.step_s, 61) << seconds;
    EXPECT_GE(scale.to_s, seconds);
  }
}

TEST(LoadCharts, ACellKnowsItsRangeItsShareAndItsTraces) {
  const auto progress = panels::kit::story::load().progress;
  const auto scale = scale_of(*progress, 60);
  bool found = false;
  for (int band = scale.bands - 1; band >= 0 && !found; --band)
    for (int column = 0; column < 41 && !found; ++column) {
      const auto cell = cell_of(*progress, scale, column, band);
      if (cell.count == 0) continue;
      found = true;
      EXPECT_LT(cell.low_ns, cell.high_ns);
      EXPECT_LE(cell.count, cell.of);
      EXPECT_FALSE(cell.traces.empty());
    }
  EXPECT_TRUE(found);
}

TEST(RateSlider, ComesBackToTheRateItShows) {
  for (const double rate : {10.0, 500.0, 3000.0, 20000.0}) EXPECT_NEAR(panels::load::rate_of_slider(panels::load::slider_of_rate(rate)), rate, rate * 0.01);
}

TEST(LoadPanelView, ShowsTheRunAndTakesACellToItsTraces) {
  panels::kit::Session session(panels::kit::sample_story());
  LoadPanel panel(&session);
  panel.resize(1128, 820);
  panel.show();
  ASSERT_FALSE(panel.charts()->data().lanes.empty());
  panel.reveal({panels::kit::Selection::Kind::LoadCell, QStringLiteral("20:8"), {}});
  EXPECT_EQ(panel.charts()->column(), 20);
  const std::unique_ptr<QWidget> inspector(panel.make_inspector({panels::kit::Selection::Kind::LoadCell, QStringLiteral("20:8"), {}}, nullptr));
  EXPECT_TRUE(inspector);
}

TEST(LoadPanelView, FieldsBecomeTheOptionsOfTheRun) {
  panels::kit::Session session(panels::kit::sample_story());
  LoadPanel panel(&session);
  panel.show();
  panel.set_target(QStringLiteral("orders/create"));
  panel.set_rate_per_s(1234);
  const auto options = panel.options();
  EXPECT_EQ(options.request.id, "orders/create");
  EXPECT_EQ(options.rate_per_s, 1234);
  EXPECT_FALSE(options.slos.empty());
}

TEST(LoadPanelView, BeforeTheFirstRunOffersOne) {
  panels::kit::Session session(panels::kit::empty_story());
  LoadPanel panel(&session);
  panel.resize(900, 600);
  panel.show();
  EXPECT_FALSE(panel.grab().isNull());
  EXPECT_EQ(panel.make_inspector({panels::kit::Selection::Kind::LoadCell, QStringLiteral("1:1"), {}}, nullptr), nullptr);
}

// A run as it would be read from the disk, `slower` times as slow as the story's.
workbench::traffic::SavedRun past_run(double slower) {
  workbench::traffic::SavedRun run;
  run.summary = panels::kit::story::runs().front();
  run.options = panels::kit::story::load().options;
  run.progress = *panels::kit::story::load().progress;
  run.progress.state = workbench::traffic::LoadProgress::State::Done;
  for (auto* q : {&run.progress.response_ns.p50, &run.progress.response_ns.p99}) *q = static_cast<std::int64_t>(static_cast<double>(*q) * slower);
  return run;
}

panels::kit::Story idle_story() {
  panels::kit::Story story = panels::kit::sample_story();
  story.views.load.running = false;
  return story;
}

TEST(RunList, HoldsAsAModelAndTellsWhichTwoAreChosen) {
  panels::load::RunList list;
  QAbstractItemModelTester tester(list.table()->model(), QAbstractItemModelTester::FailureReportingMode::Fatal);
  auto runs = panels::kit::story::runs();
  list.set_runs(runs, {}, panels::kit::story::kNow);
  ASSERT_EQ(list.table()->model()->rowCount(), static_cast<int>(runs.size()));
  for (const int row : {0, 2}) list.table()->selectionModel()->select(list.table()->model()->index(row, 0), QItemSelectionModel::Select | QItemSelectionModel::Rows);
  EXPECT_EQ(list.chosen(), (QStringList{QString::fromStdString(runs[0].id), QString::fromStdString(runs[2].id)}));
  runs.pop_back();
  list.set_runs(runs, {}, panels::kit::story::kNow);
  EXPECT_EQ(list.table()->model()->rowCount(), static_cast<int>(runs.size()));
  EXPECT_TRUE(list.table()->as_tsv().startsWith(QStringLiteral("Began\tOffered")));
}

TEST(LoadPanelView, APastRunIsShownAsOneAndLeftAgain) {
  panels::kit::Session session(idle_story());
  LoadPanel panel(&session);
  panel.resize(1128, 820);
  panel.show();
  const auto latest = panel.spectrum()->as_table();
  auto run = past_run(2);
  run.progress.response_spectrum = {{0, 1'000'000}, {50, 2'000'000}, {99, 9'000'000}};
  run.progress.honesty = "The service was the limit.";
  panel.show_past(run);
  EXPECT_NE(panel.spectrum()->as_table(), latest);
  EXPECT_EQ(panel.banner()->text(), QStringLiteral("The service was the limit."));
  panel.show_latest();
  EXPECT_EQ(panel.spectrum()->as_table(), latest);
  EXPECT_EQ(panel.banner()->text(), QString());
}

TEST(LoadPanelView, TwoRunsAreComparedWithTheDoubtThatBelongsToThem) {
  panels::kit::Session session(idle_story());
  LoadPanel panel(&session);
  panel.resize(1128, 820);
  panel.show();
  panel.show_two(past_run(1), past_run(0.5));
  EXPECT_TRUE(panel.spectrum()->as_table().startsWith(QStringLiteral("percentile\tA\tB\n")));
  EXPECT_TRUE(panel.banner()->text().contains(QStringLiteral("One run of each")));
  const auto rows = panels::load::difference_rows(past_run(1).progress, past_run(0.5).progress);
  const auto p99 = std::find_if(rows.begin(), rows.end(), [](const auto& r) { return r.key == QLatin1String("p99 response"); });
  ASSERT_NE(p99, rows.end());
  EXPECT_EQ(p99->cells[3].text, QStringLiteral("-50 %"));
}

TEST(LoadPanelView, ARequestOfGrpcIsNotOfferedAsATarget) {
  panels::kit::Session session(idle_story());
  LoadPanel panel(&session);
  panel.show();
  panel.set_target(QStringLiteral("inventory/Reserve"));
  EXPECT_NE(panel.options().request.id, "inventory/Reserve");
}

}  // namespace
