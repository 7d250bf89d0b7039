#include "panels/services/onion.h"

#include <QPainter>
#include <cmath>

#include "panels/kit/theme.h"

namespace panels::services {

void lay_out(std::vector<OnionRing>& rings, int width) {
  if (rings.empty()) return;
  double most = 1;
  for (const OnionRing& r : rings)
    if (!r.core) most = std::max(most, std::sqrt(r.self_ns));
  // Half of the width is for the nesting, so that the core stays wide enough to be seen.
  const int step = std::max(3, std::min(12, width / 4 / int(rings.size())));
  int inset = 0;
  for (OnionRing& r : rings) {
    r.left = inset, r.right = std::max(inset + 8, width - inset);
    const int cap = std::max(2, int(std::lround(20 * std::sqrt(r.self_ns) / most)));
    r.cap_left = std::max(2, cap * 2 / 3), r.cap_right = std::max(2, cap / 3);
    inset += r.on ? step : 0;
  }
}

void paint_ring(QPainter& painter, const OnionRing& ring, const QRect& cell, const QColor& color) {
  const QRect bar(cell.left() + ring.left, cell.top() + cell.height() / 2 - 5, ring.right - ring.left, 10);
  if (!ring.on) {
    painter.setPen(QPen(kit::theme().color(kit::Token::LineS), 1, Qt::DashLine));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(bar.adjusted(0, 0, -1, -1));
    return;
  }
  if (ring.core) {
    painter.fillRect(bar, color);
    return;
  }
  QColor pale = color;
  pale.setAlphaF(0.26F);
  painter.fillRect(bar, pale);
  painter.fillRect(QRect(bar.left(), bar.top(), ring.cap_left, bar.height()), color);
  painter.fillRect(QRect(bar.right() + 1 - ring.cap_right, bar.top(), ring.cap_right, bar.height()), color);
}

}  // namespace panels::services
