// The heat ramp: one perceptual ramp from the sheet's colour over violet, blue and green to yellow; counts go through an
// exponent of 0.4 so that single slow requests stay visible beside hundreds of quick ones.
#pragma once

#include <QRect>
#include <cstdint>

#include "panels/kit/plots/style.h"

class QPainter;

namespace panels::kit::plots {

QColor heat_colour(std::uint32_t count, std::uint32_t greatest, const PlotStyle& style);  // 0 gives bg1
// Upright legend with the greatest count, the middle of the ramp and 1.
void paint_heat_legend(QPainter& painter, const QRect& area, std::uint32_t greatest, const PlotStyle& style);

}  // namespace panels::kit::plots
