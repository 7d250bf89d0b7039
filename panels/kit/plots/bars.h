// The painters of spans. Three distances: rows (one span per row, with own time, critical path and marks), lanes (every
// span of a big trace by depth, scanlines into an image: 100k spans in about 2 ms) and mini (the shape in a list row).
#pragma once

#include <QImage>
#include <QRect>
#include <vector>

#include "panels/kit/plots/geometry.h"
#include "panels/kit/plots/style.h"

class QPainter;

namespace panels::kit::plots {

struct TimeWindow {
  double from = 0, to = 1;  // ns
  double x(double ns, const QRectF& area) const { return area.left() + (ns - from) / (to - from) * area.width(); }
  double ns(double x, const QRectF& area) const { return from + (x - area.left()) / area.width() * (to - from); }
};

constexpr int kBarHeight = 12;

// One row's bar, vertically centred in `area` (the time column of that row). Culls what lies outside the window; segments
// that fall on the same pixel are painted once.
void paint_bar(QPainter& painter, const WaterfallGeometry& geometry, const BarRow& row, const QRect& area,
               const TimeWindow& window, const PlotStyle& style);

// A span for lanes.
struct LaneSpan {
  double start = 0, end = 0;
  std::uint16_t lane = 0;
  std::uint8_t series = 0;
  bool error = false;
};

// Fills `image` (Format_RGB32) with all spans, `lane_height` device pixels per lane (the last one a gap when it is above 2).
// Spans must be ordered by start within a lane. Spans narrower than a pixel merge into it.
void paint_lanes(QImage& image, const std::vector<LaneSpan>& spans, const TimeWindow& window, int lane_height,
                 const PlotStyle& style);

// The yardstick of the above: one QPainter::fillRect per span.
void paint_lanes_plainly(QPainter& painter, const QRect& area, const std::vector<LaneSpan>& spans, const TimeWindow& window,
                         int lane_height, const PlotStyle& style);

std::vector<LaneSpan> lanes_of(const WaterfallGeometry& geometry);

// The shape of a trace in a list row, scaled to the trace: at most six lanes of 2 px.
struct MiniBar {
  float from = 0, to = 0;  // 0..1
  std::uint8_t lane = 0, series = 0;
  bool pale = false, error = false, not_reached = false, stop = false;
};
std::vector<MiniBar> mini_bars(const WaterfallGeometry& geometry);
void paint_mini(QPainter& painter, const QRect& area, const std::vector<MiniBar>& bars, const PlotStyle& style);

void paint_octagon(QPainter& painter, QPointF centre, double radius, const QColor& fill, const QColor& ring);

}  // namespace panels::kit::plots
