#include <gtest/gtest.h>

#include <QImage>
#include <QPainter>
#include <QSignalSpy>
#include <QtTest/QTest>

#include "panels/kit/plots/bars.h"
#include "panels/kit/plots/flame_view.h"
#include "panels/kit/plots/waterfall.h"
#include "panels/kit/story_parts.h"
#include "panels/kit/trace_geometry.h"

namespace {

using namespace panels::kit::plots;

WaterfallGeometry order() {
  for (const auto& trace : panels::kit::story::traces())
    if (trace->duration_ns > 10'000'000) return panels::kit::trace_geometry(*trace);
  return {};
}

std::unique_ptr<Waterfall> shown_waterfall() {
  auto w = std::make_unique<Waterfall>();
  w->resize(1100, 460);
  w->set_geometry(order());
  w->show();
  return w;
}

TEST(WaterfallView, PaintsAnEmptyTraceAsWords) {
  Waterfall w;
  w.resize(600, 200);
  const QImage image = w.grab().toImage();
  EXPECT_FALSE(image.isNull());
  EXPECT_EQ(w.current(), -1);
}

TEST(WaterfallView, BeginsWithGroupsClosedAndTheWholeTraceInTheWindow) {
  const auto w = shown_waterfall();
  EXPECT_LE(w->window().from, 0);
  EXPECT_GE(w->window().to, w->geometry().total);
  EXPECT_LT(w->shown().size(), w->geometry().rows.size());
}

TEST(WaterfallView, ArrowsSelectAndLeftClosesTheChosenSpan) {
  const auto w = shown_waterfall();
  QSignalSpy chosen(w.get(), &Waterfall::currentChanged);
  QTest::keyClick(w.get(), Qt::Key_Down);
  EXPECT_EQ(w->current(), 0);
  const auto before = w->shown().size();
  QTest::keyClick(w.get(), Qt::Key_Left);
  EXPECT_TRUE(w->is_closed(0));
  EXPECT_EQ(w->shown().size(), 1u);
  QTest::keyClick(w.get(), Qt::Key_Right);
  EXPECT_EQ(w->shown().size(), before);
  EXPECT_EQ(chosen.count(), 1);
}

TEST(WaterfallView, KeysZoomPanAndFit) {
  const auto w = shown_waterfall();
  const double whole = w->window().to - w->window().from;
  QTest::keyClick(w.get(), Qt::Key_W);
  EXPECT_NEAR(w->window().to - w->window().from, whole * 0.8, whole * 0.01);
  const double from = w->window().from;
  QTest::keyClick(w.get(), Qt::Key_D);
  EXPECT_GT(w->window().from, from);
  QTest::keyClick(w.get(), Qt::Key_F);
  EXPECT_NEAR(w->window().to - w->window().from, whole, 1);
}

TEST(WaterfallView, ZoomNeverLeavesTheTrace) {
  const auto w = shown_waterfall();
  for (int i = 0; i < 200; ++i) w->zoom(0.5, 0);
  EXPECT_GT(w->window().to, w->window().from);
  for (int i = 0; i < 200; ++i) w->pan(-1);
  EXPECT_GE(w->window().from, 0);
  for (int i = 0; i < 200; ++i) w->zoom(3, 0);
  EXPECT_LE(w->window().to, w->geometry().total * 1.03);
}

TEST(WaterfallView, AClickSelectsTheRowUnderIt) {
  const auto w = shown_waterfall();
  const QPoint at(w->time_area().left() + 20, w->time_area().top() + 3 * 20 + 10);
  const int row = w->row_at(at);
  ASSERT_GE(row, 0);
  QTest::mouseClick(w->viewport(), Qt::LeftButton, {}, at);
  EXPECT_EQ(w->current(), row);
}

TEST(WaterfallView, SelectingAHiddenMemberOpensItsGroup) {
  const auto w = shown_waterfall();
  int member = -1;
  for (std::size_t i = 0; i < w->geometry().rows.size(); ++i)
    if (w->geometry().rows[i].group >= 0) member = static_cast<int>(i);
  ASSERT_GE(member, 0);
  w->set_current(member);
  EXPECT_NE(std::find(w->shown().begin(), w->shown().end(), static_cast<std::uint32_t>(member)), w->shown().end());
}

TEST(WaterfallView, SaysTheChosenSpanToAssistiveTechnology) {
  const auto w = shown_waterfall();
  w->set_current(0);
  EXPECT_TRUE(w->accessibleDescription().contains(QStringLiteral("POST /orders")));
}

TEST(Lanes, PaintTheSameColoursAsOneRectanglePerSpan) {
  std::vector<LaneSpan> spans;
  for (int lane = 0; lane < 8; ++lane)
    for (int i = 0; i < 40; ++i) spans.push_back({i * 10.0, i * 10.0 + 5, static_cast<std::uint16_t>(lane), static_cast<std::uint8_t>(lane % 6), false});
  const PlotStyle style = PlotStyle::of(true);
  QImage quick(512, 64, QImage::Format_RGB32), plain(512, 64, QImage::Format_RGB32);
  paint_lanes(quick, spans, {0, 512}, 8, style);
  QPainter painter(&plain);
  paint_lanes_plainly(painter, plain.rect(), spans, {0, 512}, 8, style);
  painter.end();
  EXPECT_EQ(quick, plain);
}

TEST(Lanes, AcceptNoSpansAndAnImageWithoutPixels) {
  QImage none;
  paint_lanes(none, {}, {0, 1}, 4, PlotStyle::of(true));
  QImage some(10, 10, QImage::Format_RGB32);
  paint_lanes(some, {}, {0, 0}, 4, PlotStyle::of(false));
  EXPECT_EQ(some.pixelColor(5, 5), QColor(PlotStyle::of(false).bg1));
}

TEST(MiniShape, ShowsAStopAndWhatWasNotReached) {
  for (const auto& trace : panels::kit::story::traces()) {
    if (trace->stopped_by.empty()) continue;
    const auto bars = mini_bars(panels::kit::trace_geometry(*trace));
    EXPECT_TRUE(std::any_of(bars.begin(), bars.end(), [](const MiniBar& b) { return b.stop; }));
    EXPECT_TRUE(std::any_of(bars.begin(), bars.end(), [](const MiniBar& b) { return b.not_reached; }));
  }
}

TEST(Flame, FindsTheSpanUnderThePointer) {
  FlameView flame;
  flame.resize(800, 400);
  flame.set_geometry(order());
  EXPECT_EQ(flame.span_at({400, 5}), 0);
  EXPECT_EQ(flame.span_at({400, 395}), -1);
}

}  // namespace
