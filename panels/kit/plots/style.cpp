#include "panels/kit/plots/style.h"

#include <QHash>
#include <cmath>

namespace panels::kit::plots {
namespace {

QFont font(const char* family, const char* fallback, int px, int weight) {
  QFont f;
  f.setFamilies({QString::fromLatin1(family), QString::fromLatin1(fallback), QStringLiteral("Noto Sans CJK SC")});
  f.setPixelSize(px);
  f.setWeight(static_cast<QFont::Weight>(weight));
  return f;
}

PlotStyle& stored() {
  static PlotStyle style = PlotStyle::of(true);
  return style;
}

}  // namespace

PlotStyle PlotStyle::of(bool dark) {
  PlotStyle s;
  s.dark = dark;
  if (!dark) {
    s.bg0 = QColor("#F4F5F7"), s.bg1 = QColor("#FFFFFF"), s.bg2 = QColor("#F8F9FB"), s.bg3 = QColor("#ECEEF2");
    s.line = QColor("#DDE1E7"), s.strong_line = QColor("#7A8392");
    s.tx = QColor("#171A21"), s.tx2 = QColor("#4A5363"), s.tx3 = QColor("#5C6675");
    s.acc = QColor("#1F5FCC"), s.acc_fill = QColor("#2563D6"), s.sel = QColor("#DCE8FC");
    s.ok = QColor("#146C40"), s.warn = QColor("#8A5A00"), s.err = QColor("#C02B2B");
    s.series = {QColor("#1F6FD6"), QColor("#D9780B"), QColor("#8A2465"),
                QColor("#12A07A"), QColor("#4A3A00"), QColor("#3B2C8F")};
    s.percentiles = {QColor("#4D8FDC"), QColor("#3A7FDA"), QColor("#1F6FD6"), QColor("#0B3B82")};
  }
  s.body = font("Inter", "sans-serif", 13, QFont::Normal);
  s.strong = font("Inter", "sans-serif", 13, QFont::DemiBold);
  s.caption = font("Inter", "sans-serif", 11, QFont::Medium);
  s.mono = font("JetBrains Mono", "monospace", 12, QFont::Normal);
  s.dense = font("JetBrains Mono", "monospace", 11, QFont::Normal);
  s.axis = font("JetBrains Mono", "monospace", 10, QFont::Normal);
  return s;
}

const PlotStyle& current_style() { return stored(); }
void set_current_style(const PlotStyle& style) { stored() = style; }

QColor blend(const QColor& over, const QColor& under, double alpha) {
  auto mix = [alpha](int a, int b) { return static_cast<int>(std::lround(a * alpha + b * (1 - alpha))); };
  return QColor(mix(over.red(), under.red()), mix(over.green(), under.green()), mix(over.blue(), under.blue()));
}

QColor readable_on(const QColor& fill) {
  const double l = 0.2126 * fill.redF() + 0.7152 * fill.greenF() + 0.0722 * fill.blueF();
  return l > 0.42 ? QColor("#0F1115") : QColor("#FFFFFF");
}

int series_of_service(const QString& service) {
  static const QStringList known{QStringLiteral("gateway"), QStringLiteral("orders"), QStringLiteral("pricing"),
                                 QStringLiteral("inventory")};
  const QString base = service.section(QLatin1Char('-'), 0, 0);
  const auto i = known.indexOf(base);
  if (i >= 0) return static_cast<int>(i);
  uint h = 2166136261u;
  for (const QChar c : base) h = (h ^ c.unicode()) * 16777619u;
  return static_cast<int>(h % 6);
}

}  // namespace panels::kit::plots
