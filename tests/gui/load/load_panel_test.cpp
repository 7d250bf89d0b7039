#include <gtest/gtest.h>

#include "panels/kit/plots/time_stack.h"
#include "panels/kit/session.h"
#include "panels/kit/story_parts.h"
#include "panels/load/load_panel.h"
#include "panels/load/load_plots.h"

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

}  // namespace
