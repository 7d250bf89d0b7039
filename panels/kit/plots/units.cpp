#include "panels/kit/plots/units.h"

#include <algorithm>
#include <cmath>

namespace panels::kit::plots {

TimeUnit unit_for(double ns) {
  const double a = std::abs(ns);
  if (a < 1e3) return {"ns", 1};
  if (a < 1e5) return {"µs", 1e3};
  if (a < 1e9) return {"ms", 1e6};
  return {"s", 1e9};
}

QString in_unit(double ns, const TimeUnit& unit) {
  const double v = ns / unit.ns;
  if (unit.ns == 1) return QString::number(v, 'f', 0);
  return QString::number(v, 'f', std::abs(v) < 1000 ? 2 : 0);
}

QString duration_text(double ns) {
  TimeUnit u = unit_for(ns);
  const double v = ns / u.ns;
  const int decimals = u.ns == 1 ? 0 : std::abs(v) >= 1000 ? 0 : std::abs(v) >= 100 ? 1 : 2;
  return QString::number(v, 'f', decimals) + QLatin1Char(' ') + QString::fromUtf8(u.name);
}

QString grouped(std::uint64_t n) {
  QString s = QString::number(n);
  for (auto i = s.size() - 3; i > 0; i -= 3) s.insert(i, QChar(0x202F));
  return s;
}

QString compact_count(std::uint64_t n) {
  if (n < 1000) return QString::number(n);
  if (n < 1'000'000) return QString::number(n / 1000) + QLatin1Char('k');
  return QString::number(n / 1e6, 'f', 1) + QLatin1Char('M');
}

QString percent_text(double share, int decimals) {
  return QString::number(share * 100, 'f', decimals) + QStringLiteral(" %");
}

QString short_number(double v) {
  if (v == 0) return QStringLiteral("0");
  const double a = std::abs(v);
  if (a >= 10000) return grouped(static_cast<std::uint64_t>(std::llround(a))).prepend(v < 0 ? QStringLiteral("-") : QString());
  QString s = QString::number(v, 'g', 4);
  if (a >= 1000) {
    const auto dot = s.indexOf(QLatin1Char('.'));
    s.insert((dot < 0 ? s.size() : dot) - 3, QChar(0x202F));
  }
  return s;
}

QString size_text(std::uint64_t bytes) {
  if (bytes < 1024) return QStringLiteral("%1 B").arg(bytes);
  if (bytes < 1024 * 1024) return QStringLiteral("%1 KiB").arg(bytes / 1024.0, 0, 'f', 1);
  return QStringLiteral("%1 MiB").arg(bytes / 1048576.0, 0, 'f', 1);
}

std::vector<double> nice_ticks(double from, double to, int count) {
  std::vector<double> ticks;
  if (!(to > from) || count < 1 || !std::isfinite(from) || !std::isfinite(to)) return ticks;
  const double raw = (to - from) / count;
  const double magnitude = std::pow(10, std::floor(std::log10(raw)));
  double step = magnitude * 10;
  for (const double m : {1.0, 2.0, 5.0})
    if (raw <= m * magnitude * 1.0001) {
      step = m * magnitude;
      break;
    }
  for (double i = std::ceil(from / step - 1e-9); i * step <= to + step * 1e-9; ++i) ticks.push_back(i * step);
  return ticks;
}

double nice_ceiling(double v) {
  if (!(v > 0)) return 1;
  const double magnitude = std::pow(10, std::floor(std::log10(v)));
  for (const double m : {1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0})
    if (v <= m * magnitude * 1.0001) return m * magnitude;
  return 10 * magnitude;
}

}  // namespace panels::kit::plots
