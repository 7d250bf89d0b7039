// PlotStyle: the colours and fonts that painting code needs, as plain values, so that a plot can be painted, tested and
// measured without a window or a theme. current_style() gives those of the theme in force. GUI thread only.
#pragma once

#include <QColor>
#include <QFont>
#include <QString>
#include <array>

namespace panels::kit::plots {

struct PlotStyle {
  bool dark = true;
  QColor bg0{"#0F1115"}, bg1{"#15181E"}, bg2{"#1B1F27"}, bg3{"#232833"};
  QColor line{"#2C323E"}, strong_line{"#768092"};
  QColor tx{"#E6E9EF"}, tx2{"#A9B1BF"}, tx3{"#8E98A9"};
  QColor acc{"#6CA8FF"}, acc_fill{"#2F6FDB"}, on_acc{"#FFFFFF"}, sel{"#233A5E"};
  QColor ok{"#4CC38A"}, warn{"#F2B84B"}, err{"#FF7A7A"};
  std::array<QColor, 6> series{QColor("#56B4E9"), QColor("#E69F00"), QColor("#D16BA5"),
                               QColor("#5FE3A1"), QColor("#F7E26B"), QColor("#8C6CF0")};
  std::array<QColor, 4> percentiles{QColor("#4A74A3"), QColor("#5B95CF"), QColor("#8FC1F5"), QColor("#D6EAFF")};
  QFont body, strong, caption, mono, dense, axis;

  static PlotStyle of(bool dark);  // the tokens of the design system with the fonts that are installed
};

const PlotStyle& current_style();
void set_current_style(const PlotStyle& style);  // by the theme, when it changes

QColor blend(const QColor& over, const QColor& under, double alpha);  // opaque
QColor readable_on(const QColor& fill);                               // black or white by luminance
// Which of the six series colours stands for a service: gateway, orders, pricing and inventory of the sample are the first
// four in this order; any other name hashes to a stable colour.
int series_of_service(const QString& service);

}  // namespace panels::kit::plots
