#include <gtest/gtest.h>

#include <QSignalSpy>
#include <QtTest/QTest>

#include "panels/kit/plots/compare_plots.h"
#include "panels/kit/plots/heat_ramp.h"
#include "panels/kit/plots/time_stack.h"
#include "panels/kit/plots/units.h"

namespace {

using namespace panels::kit::plots;

TimeStackData heat_and_lines() {
  TimeStackData data;
  data.from_s = 0, data.to_s = 20, data.step_s = 1;
  TimeLane heat;
  heat.kind = TimeLane::Kind::Heat;
  heat.stretch = 3;
  heat.heat.bands = 10;
  heat.heat.counts.assign(200, 0);
  heat.heat.counts[7 * 10 + 9] = 3;
  heat.heat.counts[2 * 10 + 1] = 500;
  TimeLane lines;
  lines.series = {{QStringLiteral("rate"), std::vector<double>(20, 5.0), QColor(Qt::red), true, false, {}}};
  data.lanes = {heat, lines};
  return data;
}

TEST(TimeStackView, PaintsWithoutLanesAndWithEmptySeries) {
  TimeStack stack;
  stack.resize(500, 300);
  EXPECT_FALSE(stack.grab().isNull());
  TimeStackData data;
  TimeLane stacked;
  stacked.kind = TimeLane::Kind::Stacked;
  data.lanes = {TimeLane{}, stacked};
  data.lanes[0].series.push_back({});
  stack.set_data(data);
  EXPECT_FALSE(stack.grab().isNull());
}

TEST(TimeStackView, CellsStandOnWholePixelsOneApart) {
  TimeStack stack;
  stack.resize(800, 400);
  stack.set_data(heat_and_lines());
  const QRect a = stack.cell_rect(3, 2), right = stack.cell_rect(4, 2), above = stack.cell_rect(3, 3);
  EXPECT_EQ(right.left() - a.right(), 2);
  EXPECT_EQ(a.top() - above.bottom(), 2);
}

TEST(TimeStackView, AClickChoosesTheCellUnderIt) {
  TimeStack stack;
  stack.resize(800, 400);
  stack.set_data(heat_and_lines());
  QSignalSpy chosen(&stack, &TimeStack::cellChosen);
  QTest::mouseClick(&stack, Qt::LeftButton, {}, stack.cell_rect(7, 9).center());
  ASSERT_EQ(chosen.count(), 1);
  EXPECT_EQ(chosen[0][0].toInt(), 7);
  EXPECT_EQ(chosen[0][1].toInt(), 9);
}

TEST(TimeStackView, TheKeyboardBeginsAtTheSlowestCellAndMovesFromThere) {
  TimeStack stack;
  stack.resize(800, 400);
  stack.set_data(heat_and_lines());
  QTest::keyClick(&stack, Qt::Key_Return);
  EXPECT_EQ(stack.column(), 7);
  EXPECT_EQ(stack.band(), 9);
  QTest::keyClick(&stack, Qt::Key_Left);
  QTest::keyClick(&stack, Qt::Key_Down);
  EXPECT_EQ(stack.column(), 6);
  EXPECT_EQ(stack.band(), 8);
}

TEST(TimeStackView, LanesShareTheirLeftAndRightEdges) {
  TimeStack stack;
  stack.resize(777, 400);
  stack.set_data(heat_and_lines());
  EXPECT_EQ(stack.lane_rect(0).left(), stack.lane_rect(1).left());
  EXPECT_EQ(stack.lane_rect(0).width(), stack.lane_rect(1).width());
}

TEST(TimeStackView, TheTableHasARowPerStep) {
  TimeStack stack;
  stack.set_data(heat_and_lines());
  EXPECT_EQ(stack.as_table().count(QLatin1Char('\n')), 21);
}

TEST(HeatRamp, NothingIsTheSheetAndMoreIsNeverTheSame) {
  const PlotStyle style = PlotStyle::of(true);
  EXPECT_EQ(heat_colour(0, 100, style), style.bg1);
  EXPECT_NE(heat_colour(1, 100, style), style.bg1);
  EXPECT_NE(heat_colour(1, 100, style), heat_colour(100, 100, style));
}

TEST(SpectrumAxis, GivesEveryNineTheSameRoom) {
  const double a = SpectrumPlot::position(90, 99.99), b = SpectrumPlot::position(99, 99.99), c = SpectrumPlot::position(99.9, 99.99);
  EXPECT_NEAR(b - a, c - b, 1e-6);
  EXPECT_DOUBLE_EQ(SpectrumPlot::position(0, 99.99), 0);
}

TEST(ComparePlots, PaintWithoutData) {
  DotPlot dots;
  SpectrumPlot spectrum;
  ShareBars share;
  BarHistogram bars;
  for (QWidget* w : std::initializer_list<QWidget*>{&dots, &spectrum, &share, &bars}) {
    w->resize(320, 200);
    EXPECT_FALSE(w->grab().isNull());
    EXPECT_FALSE(w->accessibleName().isEmpty());
  }
}

TEST(DotPlotView, ArrowsGoThroughTheGroups) {
  DotPlot dots;
  dots.resize(400, 300);
  dots.set_groups({{QStringLiteral("p99"), {{QStringLiteral("A"), {1, 2}, 1.5, QColor(Qt::red), QStringLiteral("1.5")}}, 0, 0}, {QStringLiteral("p50"), {}, 0, 0}});
  QSignalSpy chosen(&dots, &DotPlot::groupChosen);
  QTest::keyClick(&dots, Qt::Key_Down);
  QTest::keyClick(&dots, Qt::Key_Down);
  ASSERT_EQ(chosen.count(), 2);
  EXPECT_EQ(chosen[1][0].toInt(), 1);
  EXPECT_EQ(dots.group_at({10, 290}), 1);
}

TEST(Units, ADurationIsWrittenInTheUnitThatReadsBest) {
  EXPECT_EQ(duration_text(420), QStringLiteral("420 ns"));
  EXPECT_EQ(duration_text(15'000), QStringLiteral("15.00 µs"));
  EXPECT_EQ(duration_text(4'200'000), QStringLiteral("4.20 ms"));
  EXPECT_EQ(compact_count(463'000), QStringLiteral("463k"));
  EXPECT_EQ(percent_text(0.144), QStringLiteral("14.4 %"));
}

TEST(Units, TicksAreRoundAndInside) {
  const auto ticks = nice_ticks(0, 10.64, 10);
  ASSERT_FALSE(ticks.empty());
  EXPECT_DOUBLE_EQ(ticks[1] - ticks[0], 2);
  EXPECT_LE(ticks.back(), 10.64);
  EXPECT_TRUE(nice_ticks(5, 5, 4).empty());
  EXPECT_GE(nice_ceiling(2998), 2998);
}

}  // namespace
