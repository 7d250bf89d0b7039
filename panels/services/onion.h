// Onion: a middleware chain drawn as nested bars. Order is nesting, the width of a cap is the step's own cost (by its
// square root), the pale inside is what it wraps. Geometry and painting only.
#pragma once

#include <QColor>
#include <QRect>
#include <vector>

class QPainter;

namespace panels::services {

struct OnionRing {
  bool on = true;
  bool core = false;        // the handler
  double self_ns = 0;       // median, enter and exit together
  int left = 0, right = 0;  // outer edges, px from the left of the cell
  int cap_left = 1, cap_right = 1;
};

// Lays the rings out over `width` px, outermost first.
void lay_out(std::vector<OnionRing>& rings, int width);
void paint_ring(QPainter& painter, const OnionRing& ring, const QRect& cell, const QColor& color);

}  // namespace panels::services
