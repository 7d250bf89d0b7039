// Small painters for table cells: the sparkline of the last minute and the onion of a middleware chain.
#pragma once

#include <QRect>
#include <vector>

#include "panels/kit/plots/style.h"

class QPainter;

namespace panels::kit::plots {

// Area 80×18 by custom; the newest value stands at the right edge. Scaled from 0 to the greatest value. Nothing is painted for
// fewer than two values.
void paint_sparkline(QPainter& painter, const QRect& area, const std::vector<float>& values, const PlotStyle& style,
                     const QColor& ink = {});

// One step of a chain of `count`: nesting by order, the caps' width by the square root of own time. `solid` for the handler,
// `off` dashed.
struct OnionStep {
  double enter_ns = 0, exit_ns = 0;
  bool off = false, solid = false;
};
void paint_onion_row(QPainter& painter, const QRect& area, const std::vector<OnionStep>& chain, int row, int series,
                     const PlotStyle& style);

// A share 0..1 in a cell, with an optional tick (the expected share).
void paint_share_bar(QPainter& painter, const QRect& area, double share, double tick, const QColor& ink, const PlotStyle& style);

}  // namespace panels::kit::plots
