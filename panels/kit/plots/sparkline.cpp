#include "panels/kit/plots/sparkline.h"

#include <QPainter>
#include <algorithm>
#include <cmath>

namespace panels::kit::plots {

void paint_sparkline(QPainter& painter, const QRect& area, const std::vector<float>& values, const PlotStyle& style,
                     const QColor& ink) {
  if (values.size() < 2 || area.width() < 4 || area.height() < 4) return;
  const float top = std::max(1e-6f, *std::max_element(values.begin(), values.end()) * 1.15f);
  const QColor colour = ink.isValid() ? ink : style.tx3;
  const double step = static_cast<double>(area.width() - 1) / static_cast<double>(values.size() - 1);
  const auto y = [&](float v) { return area.bottom() - (area.height() - 2) * std::clamp(v / top, 0.0f, 1.0f); };
  QVector<QLineF> lines;
  for (std::size_t i = 1; i < values.size(); ++i)
    lines << QLineF(area.left() + (static_cast<double>(i) - 1) * step, y(values[i - 1]),
                    area.left() + static_cast<double>(i) * step, y(values[i]));
  QColor below = colour;
  below.setAlphaF(0.22f);
  for (int px = 0; px < area.width(); ++px) {
    const double at = px / step;
    const auto i = std::min(static_cast<std::size_t>(at), values.size() - 2);
    const float v = values[i] + (values[i + 1] - values[i]) * static_cast<float>(at - static_cast<double>(i));
    const int from = static_cast<int>(y(v));
    painter.fillRect(area.left() + px, from, 1, area.bottom() + 1 - from, below);
  }
  painter.save();
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setPen(QPen(colour, 1));
  painter.drawLines(lines);
  painter.restore();
}

void paint_onion_row(QPainter& painter, const QRect& area, const std::vector<OnionStep>& chain, int row, int series,
                     const PlotStyle& style) {
  if (row < 0 || row >= static_cast<int>(chain.size())) return;
  double widest = 1;
  for (const OnionStep& s : chain)
    if (!s.solid) widest = std::max({widest, s.enter_ns, s.exit_ns});
  const QColor solid = style.series[static_cast<std::size_t>(series) % 6];
  const int indent = 12 * row;
  const QRect bar(area.left() + indent, area.top() + (area.height() - 10) / 2, std::max(12, area.width() - 2 * indent), 10);
  const OnionStep& step = chain[static_cast<std::size_t>(row)];
  if (step.off) {
    QPen pen(style.strong_line, 1);
    pen.setDashPattern({3, 3});
    painter.setPen(pen);
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(bar.adjusted(0, 0, -1, -1));
    return;
  }
  if (step.solid) {
    painter.fillRect(bar, solid);
    return;
  }
  painter.fillRect(bar, blend(solid, style.bg1, 0.22));
  const auto cap = [&](double ns) { return std::max(2, static_cast<int>(std::lround(20 * std::sqrt(ns / widest)))); };
  painter.fillRect(QRect(bar.left(), bar.top(), cap(step.enter_ns), bar.height()), solid);
  const int out = cap(step.exit_ns);
  painter.fillRect(QRect(bar.right() + 1 - out, bar.top(), out, bar.height()), solid);
}

void paint_share_bar(QPainter& painter, const QRect& area, double share, double tick, const QColor& ink, const PlotStyle& style) {
  const QRect track(area.left(), area.top() + (area.height() - 8) / 2, area.width(), 8);
  painter.fillRect(track, style.bg3);
  painter.fillRect(QRect(track.left(), track.top(), static_cast<int>(std::lround(track.width() * std::clamp(share, 0.0, 1.0))),
                         track.height()), ink);
  if (tick > 0 && tick <= 1)
    painter.fillRect(QRect(track.left() + static_cast<int>(std::lround(track.width() * tick)), track.top() - 3, 2, 14), style.tx);
}

}  // namespace panels::kit::plots
