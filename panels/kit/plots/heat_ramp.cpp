#include "panels/kit/plots/heat_ramp.h"

#include <QCoreApplication>
#include <QPainter>
#include <algorithm>
#include <cmath>

#include "panels/kit/plots/units.h"

namespace panels::kit::plots {
namespace {

constexpr double kExponent = 0.4;

QColor ramp(double t, const PlotStyle& style) {
  // Anchors at even steps; the first is the sheet, so that empty and nearly empty stay quiet.
  const std::array<QColor, 6> dark{QColor("#2A2252"), QColor("#3F3D86"), QColor("#2E6F8E"), QColor("#1F9E89"), QColor("#7AD151"), QColor("#FDE725")};
  const std::array<QColor, 6> light{QColor("#F3EE9A"), QColor("#A5DB6F"), QColor("#45B38A"), QColor("#2A7F90"), QColor("#3B4A8C"), QColor("#3A0E56")};
  const auto& anchors = style.dark ? dark : light;
  const double at = std::clamp(t, 0.0, 1.0) * 5;
  const auto i = std::min<std::size_t>(static_cast<std::size_t>(at), 4);
  return blend(anchors[i + 1], anchors[i], at - static_cast<double>(i));
}

}  // namespace

QColor heat_colour(std::uint32_t count, std::uint32_t greatest, const PlotStyle& style) {
  if (count == 0) return style.bg1;
  return ramp(std::pow(static_cast<double>(count) / std::max(1u, greatest), kExponent), style);
}

void paint_heat_legend(QPainter& painter, const QRect& area, std::uint32_t greatest, const PlotStyle& style) {
  painter.setFont(style.dense);
  painter.setPen(style.tx2);
  painter.drawText(QRect(area.left(), area.top(), area.width(), 14), Qt::AlignLeft | Qt::AlignVCenter,
                   QCoreApplication::translate("HeatLegend", "per cell"));
  const QRect bar(area.left(), area.top() + 18, 8, std::max(10, area.height() - 18));
  for (int y = 0; y < bar.height(); ++y)
    painter.fillRect(bar.left(), bar.top() + y, bar.width(), 1, ramp(1.0 - y / static_cast<double>(bar.height()), style));
  painter.setFont(style.axis);
  const auto label = [&](double t, std::uint32_t value) {
    const int y = bar.top() + static_cast<int>((1 - t) * (bar.height() - 1));
    painter.drawText(QRect(bar.right() + 8, y - 7, 60, 14), Qt::AlignLeft | Qt::AlignVCenter, grouped(value));
  };
  label(0.97, greatest);
  if (greatest > 8) label(0.5, static_cast<std::uint32_t>(std::lround(greatest * std::pow(0.5, 1 / kExponent))));
  label(0.03, 1);
}

}  // namespace panels::kit::plots
