#include "panels/kit/plots/bars.h"

#include <QPainter>
#include <algorithm>
#include <cmath>
#include <cstring>

namespace panels::kit::plots {
namespace {

constexpr double kInsideAlpha = 0.26;

QColor series_colour(const PlotStyle& style, int series) { return style.series[static_cast<std::size_t>(series) % 6]; }

}  // namespace

void paint_octagon(QPainter& painter, QPointF centre, double radius, const QColor& fill, const QColor& ring) {
  QPolygonF shape;
  for (int i = 0; i < 8; ++i) {
    const double a = (i + 0.5) * M_PI / 4;
    shape << centre + QPointF(std::cos(a), std::sin(a)) * radius;
  }
  painter.save();
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setPen(QPen(ring, 1));
  painter.setBrush(fill);
  painter.drawPolygon(shape);
  painter.restore();
}

void paint_bar(QPainter& painter, const WaterfallGeometry& geometry, const BarRow& row, const QRect& area,
               const TimeWindow& window, const PlotStyle& style) {
  const QRectF column(area);
  const int top = area.top() + (area.height() - kBarHeight) / 2;
  if (row.mark == BarRow::Mark::NotReached) {
    const int x = std::clamp(static_cast<int>(std::lround(window.x(row.start, column))), area.left(), area.right());
    painter.setPen(QPen(style.strong_line, 1, Qt::CustomDashLine));
    QPen pen(style.strong_line, 1);
    pen.setDashPattern({3, 3});
    painter.setPen(pen);
    painter.drawRect(QRect(x, top, std::max(8, area.right() - x), kBarHeight - 1));
    return;
  }
  if (row.end < window.from || row.start > window.to) return;
  const auto px = [&](double ns) {
    return static_cast<int>(std::lround(std::clamp(window.x(ns, column), column.left() - 2, column.right() + 3)));
  };
  const QColor solid = row.mark == BarRow::Mark::Error ? style.err : series_colour(style, row.series);
  const int left = px(row.start), right = std::max(left + 1, px(row.end));
  painter.fillRect(QRect(left, top, right - left, kBarHeight), QColor(solid.red(), solid.green(), solid.blue(),
                                                                    static_cast<int>(255 * kInsideAlpha)));
  int painted_to = left - 1;
  for (std::uint32_t i = 0; i < row.segment_count; ++i) {
    const Segment& s = geometry.segments[row.first_segment + i];
    if (s.to < window.from || s.from > window.to) continue;
    int from = std::max(px(s.from), left), to = std::min(std::max(from + 1, px(s.to)), right + 1);
    if (to <= painted_to) continue;
    from = std::max(from, painted_to);
    if (to - from >= 6) {
      painter.save();
      painter.setRenderHint(QPainter::Antialiasing);
      painter.setPen(Qt::NoPen);
      painter.setBrush(solid);
      painter.drawRoundedRect(QRectF(from, top, to - from, kBarHeight), 1.5, 1.5);
      painter.restore();
    } else {
      painter.fillRect(QRect(from, top, to - from, kBarHeight), solid);
    }
    if (row.critical) painter.fillRect(QRect(from, top + kBarHeight + 1, std::max(1, to - from), 2), style.tx);
    painted_to = to;
  }
  if (row.mark == BarRow::Mark::Stopped)
    paint_octagon(painter, QPointF(right + 8, top + kBarHeight / 2.0), 5, style.warn, style.bg1);
  if (row.mark == BarRow::Mark::Error) painter.fillRect(QRect(left, top - 1, 2, kBarHeight + 2), style.err);
}

void paint_lanes(QImage& image, const std::vector<LaneSpan>& spans, const TimeWindow& window, int lane_height,
                 const PlotStyle& style) {
  image.fill(style.bg1.rgb());
  const int width = image.width(), height = image.height();
  if (width <= 0 || height <= 0 || lane_height <= 0 || !(window.to > window.from)) return;
  std::array<QRgb, 8> ink;
  for (std::size_t i = 0; i < 6; ++i) ink[i] = style.series[i].rgb();
  ink[6] = ink[7] = style.err.rgb();
  const double scale = width / (window.to - window.from);
  const int lanes = height / lane_height;
  std::vector<QRgb> scan(static_cast<std::size_t>(width) * static_cast<std::size_t>(std::max(lanes, 0)), style.bg1.rgb());
  std::vector<bool> used(static_cast<std::size_t>(std::max(lanes, 0)), false);
  for (const LaneSpan& s : spans) {
    if (s.lane >= lanes) continue;
    const double a = (s.start - window.from) * scale, b = (s.end - window.from) * scale;
    if (b < 0 || a >= width) continue;
    const int x0 = a < 0 ? 0 : static_cast<int>(a);
    int x1 = b >= width ? width : static_cast<int>(b);
    if (x1 <= x0) x1 = std::min(x0 + 1, width);
    QRgb* line = scan.data() + static_cast<std::size_t>(s.lane) * static_cast<std::size_t>(width);
    const QRgb colour = s.error ? ink[6] : ink[s.series % 6];
    std::fill(line + x0, line + x1, colour);
    used[s.lane] = true;
  }
  const int bar = lane_height > 2 ? lane_height - 1 : lane_height;
  for (int lane = 0; lane < lanes; ++lane) {
    if (!used[static_cast<std::size_t>(lane)]) continue;
    const QRgb* from = scan.data() + static_cast<std::size_t>(lane) * static_cast<std::size_t>(width);
    for (int y = 0; y < bar; ++y)
      std::memcpy(image.scanLine(lane * lane_height + y), from, static_cast<std::size_t>(width) * sizeof(QRgb));
  }
}

void paint_lanes_plainly(QPainter& painter, const QRect& area, const std::vector<LaneSpan>& spans, const TimeWindow& window,
                         int lane_height, const PlotStyle& style) {
  painter.fillRect(area, style.bg1);
  const QRectF column(area);
  const int bar = lane_height > 2 ? lane_height - 1 : lane_height;
  for (const LaneSpan& s : spans) {
    const int x0 = static_cast<int>(window.x(s.start, column)), x1 = static_cast<int>(window.x(s.end, column));
    painter.fillRect(QRect(x0, area.top() + s.lane * lane_height, std::max(1, x1 - x0), bar),
                     s.error ? style.err : series_colour(style, s.series));
  }
}

std::vector<LaneSpan> lanes_of(const WaterfallGeometry& geometry) {
  std::vector<LaneSpan> spans;
  spans.reserve(geometry.rows.size());
  for (const BarRow& row : geometry.rows) {
    if (row.is_group || row.mark == BarRow::Mark::NotReached) continue;
    spans.push_back({row.start, row.end, row.depth, row.series, row.mark == BarRow::Mark::Error});
  }
  std::stable_sort(spans.begin(), spans.end(),
                   [](const LaneSpan& a, const LaneSpan& b) { return a.lane != b.lane ? a.lane < b.lane : a.start < b.start; });
  return spans;
}

std::vector<MiniBar> mini_bars(const WaterfallGeometry& geometry) {
  // One lane per service as it first appears; the root's lane also carries the steps' own time.
  std::vector<MiniBar> bars;
  if (!(geometry.total > 0)) return bars;
  std::vector<int> lane_series;
  const auto lane_of = [&](int series) {
    const auto at = std::find(lane_series.begin(), lane_series.end(), series);
    if (at != lane_series.end()) return static_cast<std::uint8_t>(at - lane_series.begin());
    lane_series.push_back(series);
    return static_cast<std::uint8_t>(lane_series.size() - 1);
  };
  const auto part = [&](double ns) { return static_cast<float>(std::clamp(ns / geometry.total, 0.0, 1.0)); };
  bool dashed = false;
  for (const BarRow& row : geometry.rows) {
    if (row.is_group) continue;
    if (row.mark == BarRow::Mark::NotReached) {
      dashed = true;
      continue;
    }
    const std::uint8_t lane = std::min<std::uint8_t>(lane_of(row.series), 3);
    if (row.strong || row.depth == 0)
      bars.push_back({part(row.start), part(row.end), lane, row.series, true, row.mark == BarRow::Mark::Error, false, false});
    for (std::uint32_t i = 0; i < row.segment_count; ++i) {
      const Segment& s = geometry.segments[row.first_segment + i];
      if (part(s.to) - part(s.from) < 0.01f) continue;
      bars.push_back({part(s.from), part(s.to), lane, row.series, false, row.mark == BarRow::Mark::Error, false, false});
    }
    if (row.mark == BarRow::Mark::Stopped)
      bars.push_back({part(row.end), part(row.end), lane, row.series, false, false, false, true});
  }
  if (dashed) bars.push_back({0, 1, 1, 0, false, false, true, false});
  return bars;
}

void paint_mini(QPainter& painter, const QRect& area, const std::vector<MiniBar>& bars, const PlotStyle& style) {
  constexpr int kLane = 4, kHigh = 2;
  const bool stopped = std::any_of(bars.begin(), bars.end(), [](const MiniBar& b) { return b.stop; });
  // A stopped call keeps its right part for the steps that were not reached.
  const double width = stopped ? area.width() * 0.45 : area.width();
  int lanes = 1;
  for (const MiniBar& b : bars) lanes = std::max(lanes, b.lane + 1);
  const int top = area.top() + (area.height() - lanes * kLane) / 2;
  double stop_x = -1;
  int stop_y = 0;
  for (const MiniBar& b : bars) {
    if (b.not_reached) continue;
    const int x0 = area.left() + static_cast<int>(b.from * width), x1 = area.left() + static_cast<int>(b.to * width);
    const int y = top + b.lane * kLane;
    if (b.stop) {
      stop_x = x1, stop_y = y + 1;
      continue;
    }
    const QColor solid = b.error ? style.err : style.series[b.series % 6];
    painter.fillRect(QRect(x0, y, std::max(1, x1 - x0), b.pale ? kHigh : kHigh), b.pale ? blend(solid, style.bg1, 0.45) : solid);
  }
  if (stop_x >= 0) {
    QPen pen(style.tx3, 1);
    pen.setDashPattern({3, 2});
    painter.setPen(pen);
    const int x = static_cast<int>(stop_x) + 12;
    painter.drawLine(x, stop_y + 1, area.right(), stop_y + 1);
    painter.drawLine(x, stop_y + 5, area.right(), stop_y + 5);
    paint_octagon(painter, QPointF(stop_x + 3, stop_y), 4, style.warn, style.bg1);
  }
}

}  // namespace panels::kit::plots
