#include "panels/kit/plots/time_stack.h"

#include <QDateTime>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>
#include <algorithm>
#include <cmath>

#include "panels/kit/plots/heat_ramp.h"
#include "panels/kit/plots/units.h"

namespace panels::kit::plots {
namespace {

constexpr int kLeft = 56, kTitle = 26, kAxis = 22, kLaneGap = 10;

double greatest_of(const TimeLane& lane) {
  double top = 0;
  for (const TimeSeries& s : lane.series)
    for (const double v : s.values)
      if (std::isfinite(v)) top = std::max(top, v);
  return top;
}

// Direct labels: ascending places moved so that none covers another and, as far as there is room, none leaves the plot.
void push_apart(std::vector<double>& places, double top, double bottom, double least) {
  for (std::size_t i = 0; i < places.size(); ++i) places[i] = std::max(places[i], i == 0 ? top : places[i - 1] + least);
  for (std::size_t i = places.size(); i-- > 0;) places[i] = std::min(places[i], i + 1 == places.size() ? bottom : places[i + 1] - least);
}

}  // namespace

TimeStack::TimeStack(QWidget* parent) : QWidget(parent) {
  setMouseTracking(true);
  setFocusPolicy(Qt::StrongFocus);
  setMinimumSize(260, 160);
  setAccessibleName(tr("Charts over time"));
  empty_text_ = tr("Nothing measured yet.");
}

void TimeStack::set_data(TimeStackData data) {
  data_ = std::move(data);
  update();
}
void TimeStack::set_right_margin(int px) { right_margin_ = px, update(); }
void TimeStack::set_empty_text(const QString& text) { empty_text_ = text, update(); }
void TimeStack::set_cell(int column, int band) { column_ = column, band_ = band, update(); }

int TimeStack::heat_lane() const {
  for (std::size_t i = 0; i < data_.lanes.size(); ++i)
    if (data_.lanes[i].kind == TimeLane::Kind::Heat) return static_cast<int>(i);
  return -1;
}

TimeStack::Layout TimeStack::layout_lanes() const {
  Layout layout;
  layout.left = kLeft;
  layout.width = std::max(40, width() - kLeft - right_margin_);
  const int columns = std::max(1, static_cast<int>(std::lround((data_.to_s - data_.from_s) / std::max(1e-9, data_.step_s))));
  if (heat_lane() >= 0) {
    // Cells stand on whole pixels, and the charts below share their columns.
    layout.pitch = std::clamp(layout.width / columns, 2, 96);
    layout.width = layout.pitch * columns;
  }
  layout.bottom = height() - kAxis;
  int stretch = 0;
  for (const TimeLane& lane : data_.lanes) stretch += lane.stretch;
  const int count = static_cast<int>(data_.lanes.size());
  const int room = std::max(0, layout.bottom - count * kTitle - std::max(0, count - 1) * kLaneGap);
  int top = 0;
  for (int i = 0; i < count; ++i) {
    const TimeLane& lane = data_.lanes[static_cast<std::size_t>(i)];
    int high = i + 1 == count ? layout.bottom - top - kTitle : room * lane.stretch / std::max(1, stretch);
    if (lane.kind == TimeLane::Kind::Heat && lane.heat.bands > 0) {
      layout.band_pitch = std::clamp(high / lane.heat.bands, 3, 12);
      high = layout.band_pitch * lane.heat.bands;
    }
    layout.plots.emplace_back(layout.left, top + kTitle, layout.width, std::max(8, high));
    top += kTitle + high + kLaneGap;
  }
  return layout;
}

int TimeStack::x_of(double seconds, const Layout& layout) const {
  return layout.left + static_cast<int>(std::lround((seconds - data_.from_s) / std::max(1e-9, data_.to_s - data_.from_s) * layout.width));
}

double TimeStack::seconds_at(int x) const {
  const Layout layout = layout_lanes();
  return data_.from_s + (x - layout.left) / static_cast<double>(std::max(1, layout.width)) * (data_.to_s - data_.from_s);
}

QRect TimeStack::lane_rect(int lane) const {
  const Layout layout = layout_lanes();
  return lane >= 0 && lane < static_cast<int>(layout.plots.size()) ? layout.plots[static_cast<std::size_t>(lane)] : QRect();
}

QRect TimeStack::cell_rect(int column, int band) const {
  const int lane = heat_lane();
  if (lane < 0 || column < 0 || band < 0) return {};
  const Layout layout = layout_lanes();
  const QRect plot = layout.plots[static_cast<std::size_t>(lane)];
  return {plot.left() + column * layout.pitch, plot.bottom() + 1 - (band + 1) * layout.band_pitch, layout.pitch - 1, layout.band_pitch - 1};
}

void TimeStack::paintEvent(QPaintEvent*) {
  const PlotStyle& style = current_style();
  QPainter painter(this);
  painter.fillRect(rect(), style.bg1);
  if (data_.lanes.empty()) {
    painter.setFont(style.body);
    painter.setPen(style.tx2);
    painter.drawText(rect(), Qt::AlignCenter | Qt::TextWordWrap, empty_text_);
    return;
  }
  const Layout layout = layout_lanes();
  for (std::size_t i = 0; i < data_.lanes.size(); ++i) paint_lane(painter, style, layout, i);
  paint_axis(painter, style, layout);
  paint_marks(painter, style, layout);
  if (hasFocus()) {
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(style.acc, 2));
    painter.drawRect(rect().adjusted(1, 1, -2, -2));
  }
}

void TimeStack::paint_lane(QPainter& painter, const PlotStyle& style, const Layout& layout, std::size_t index) {
  const TimeLane& lane = data_.lanes[index];
  const QRect plot = layout.plots[index];
  painter.setFont(style.caption);
  painter.setPen(style.tx);
  painter.drawText(QRect(12, plot.top() - kTitle, plot.left() + plot.width(), kTitle - 8), Qt::AlignLeft | Qt::AlignVCenter, lane.title);
  for (const double tick : nice_ticks(data_.from_s, data_.to_s, 6))
    painter.fillRect(QRect(x_of(tick, layout), plot.top(), 1, plot.height()), style.line);
  if (lane.kind == TimeLane::Kind::Heat)
    paint_heat(painter, style, layout, lane, plot);
  else if (lane.kind == TimeLane::Kind::Stacked)
    paint_stacked(painter, style, layout, lane, plot);
  else
    paint_lines(painter, style, layout, lane, plot);
}

void TimeStack::paint_heat(QPainter& painter, const PlotStyle& style, const Layout& layout, const TimeLane& lane, const QRect& plot) {
  const HeatCells& heat = lane.heat;
  std::uint32_t greatest = 0;
  for (const auto c : heat.counts) greatest = std::max(greatest, c);
  for (int c = 0; c < heat.columns(); ++c)
    for (int b = 0; b < heat.bands; ++b) {
      const std::uint32_t count = heat.at(c, b);
      if (count == 0) continue;
      painter.fillRect(QRect(plot.left() + c * layout.pitch, plot.bottom() + 1 - (b + 1) * layout.band_pitch, layout.pitch - 1, layout.band_pitch - 1),
                       heat_colour(count, greatest, style));
    }
  painter.setFont(style.axis);
  painter.setPen(style.tx2);
  for (const auto& [band, text] : heat.ticks) {
    const int y = plot.bottom() + 1 - static_cast<int>(std::lround(band * layout.band_pitch));
    painter.drawText(QRect(0, y - 7, plot.left() - 8, 14), Qt::AlignRight | Qt::AlignVCenter, text);
    painter.fillRect(QRect(plot.left() - 4, y, 3, 1), style.line);
  }
  if (greatest > 0 && right_margin_ >= 70)
    paint_heat_legend(painter, QRect(plot.right() + 12, plot.bottom() - std::min(plot.height(), 120), right_margin_ - 16, std::min(plot.height(), 120)), greatest, style);
  if (column_ >= 0 && band_ >= 0 && column_ < heat.columns()) {
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(style.tx, 2));
    painter.drawRect(cell_rect(column_, band_).adjusted(-1, -1, 1, 1));
  }
}

void TimeStack::paint_lines(QPainter& painter, const PlotStyle& style, const Layout&, const TimeLane& lane, const QRect& plot) {
  double guides = 0;
  for (const double g : lane.guides) guides = std::max(guides, g);
  const double top = lane.top > 0 ? lane.top : nice_ceiling(std::max(greatest_of(lane) * 1.05, guides));
  const auto y = [&](double v) { return plot.bottom() - std::clamp(v / top, 0.0, 1.0) * (plot.height() - 1); };
  painter.setFont(style.axis);
  auto ticks = nice_ticks(0, top, std::max(1, plot.height() / 34));
  if (ticks.size() < 2) ticks = {0, top};  // a low lane still says its scale
  for (const double tick : ticks) {
    const int at = static_cast<int>(std::lround(y(tick)));
    painter.fillRect(QRect(plot.left(), at, plot.width(), 1), style.line);
    painter.setPen(style.tx2);
    painter.drawText(QRect(0, at - 7, plot.left() - 8, 14), Qt::AlignRight | Qt::AlignVCenter, short_number(tick));
  }
  painter.save();
  painter.setRenderHint(QPainter::Antialiasing);
  QPen dashed(style.tx3, 1);
  dashed.setDashPattern({4, 3});
  painter.setPen(dashed);
  for (const double g : lane.guides) painter.drawLine(QPointF(plot.left(), y(g)), QPointF(plot.right(), y(g)));
  painter.restore();
  struct Label {
    double y;
    QString text;
  };
  std::vector<Label> labels;
  double end_x = plot.left();
  for (const TimeSeries& s : lane.series) {
    if (s.values.empty()) continue;
    const auto x = [&](std::size_t i) { return plot.left() + (static_cast<double>(i) + 0.5) * data_.step_s / (data_.to_s - data_.from_s) * plot.width(); };
    if (s.area) {
      QColor wash = s.ink;
      wash.setAlphaF(0.18f);
      for (int px = static_cast<int>(x(0)); px <= static_cast<int>(x(s.values.size() - 1)) && px <= plot.right(); ++px) {
        const double at = (px - x(0)) / (x(1) - x(0));
        const auto i = std::min(static_cast<std::size_t>(std::max(0.0, at)), s.values.size() - 1);
        const double next = s.values[std::min(i + 1, s.values.size() - 1)];
        const double v = s.values[i] + (next - s.values[i]) * std::clamp(at - static_cast<double>(i), 0.0, 1.0);
        if (!std::isfinite(v)) continue;
        const int from = static_cast<int>(y(v));
        painter.fillRect(px, from, 1, plot.bottom() + 1 - from, wash);
      }
    }
    QVector<QLineF> lines;
    for (std::size_t i = 1; i < s.values.size(); ++i)
      if (std::isfinite(s.values[i - 1]) && std::isfinite(s.values[i])) lines << QLineF(x(i - 1), y(s.values[i - 1]), x(i), y(s.values[i]));
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    QPen pen(s.ink, 1.5, Qt::SolidLine, Qt::RoundCap);
    if (s.dashed) pen.setDashPattern({3, 3}), pen.setWidthF(1);
    painter.setPen(pen);
    painter.drawLines(lines);
    painter.restore();
    end_x = std::max(end_x, x(s.values.size()) - 0.5 * (x(1) - x(0)));   // of the last column
    if (!s.label.isEmpty() && std::isfinite(s.values.back())) labels.push_back({y(s.values.back()), s.label});
  }
  std::vector<double> at;
  std::sort(labels.begin(), labels.end(), [](const Label& a, const Label& b) { return a.y < b.y; });
  for (const Label& label : labels) at.push_back(label.y);
  push_apart(at, plot.top() + 5, plot.bottom() - 2, 13);
  painter.setFont(style.axis);
  painter.setPen(style.tx);
  for (std::size_t i = 0; i < labels.size(); ++i)
    painter.drawText(QRectF(std::min<double>(end_x + 10, plot.right() + 10), at[i] - 7, 200, 14), Qt::AlignLeft | Qt::AlignVCenter, labels[i].text);
}

void TimeStack::paint_stacked(QPainter& painter, const PlotStyle& style, const Layout&, const TimeLane& lane, const QRect& plot) {
  painter.setFont(style.axis);
  std::size_t count = 0;
  for (const TimeSeries& s : lane.series) count = std::max(count, s.values.size());
  const double top = lane.top > 0 ? lane.top : 100;
  const auto value = [](const TimeSeries& s, std::size_t i) { return i < s.values.size() && std::isfinite(s.values[i]) ? s.values[i] : 0.0; };
  if (count > 0) {
    for (int px = plot.left(); px <= plot.right(); ++px) {
      const double at = (px - plot.left()) / static_cast<double>(plot.width()) * (data_.to_s - data_.from_s) / data_.step_s - 0.5;
      if (at > static_cast<double>(count) - 0.5) break;
      const auto i = static_cast<std::size_t>(std::clamp(at, 0.0, static_cast<double>(count - 1)));
      const double part = std::clamp(at - static_cast<double>(i), 0.0, 1.0);
      double below = 0;
      for (const TimeSeries& s : lane.series) {
        const double v = value(s, i) + (value(s, std::min(i + 1, count - 1)) - value(s, i)) * part;
        const int y1 = plot.bottom() + 1 - static_cast<int>(std::lround(below / top * plot.height()));
        below += v;
        const int y0 = plot.bottom() + 1 - static_cast<int>(std::lround(std::min(below, top) / top * plot.height()));
        if (y1 > y0) {
          painter.fillRect(px, y0, 1, y1 - y0, s.ink);
          if (y1 - y0 > 2) painter.fillRect(px, y0, 1, 1, blend(s.ink, style.bg1, 0.45));
        }
      }
    }
  }
  QPen dashed(style.tx3, 1);
  dashed.setDashPattern({3, 3});
  painter.setPen(dashed);
  for (const double g : lane.guides) {
    const int at = plot.bottom() + 1 - static_cast<int>(std::lround(g / top * plot.height()));
    painter.drawLine(plot.left(), at, plot.right(), at);
  }
  painter.setPen(style.tx2);
  for (const double tick : nice_ticks(0, top, std::max(1, plot.height() / 34))) {
    const int at = plot.bottom() + 1 - static_cast<int>(std::lround(tick / top * plot.height()));
    painter.drawText(QRect(0, at - 7, plot.left() - 8, 14), Qt::AlignRight | Qt::AlignVCenter, short_number(tick));
  }
  if (count == 0) return;
  double below = 0;
  std::vector<double> places;
  for (const TimeSeries& s : lane.series) {
    const double v = value(s, count - 1);
    places.insert(places.begin(), plot.bottom() - (below + v / 2) / top * plot.height());
    below += v;
  }
  push_apart(places, plot.top() + 6, plot.bottom() - 4, 15);
  for (std::size_t i = 0; i < lane.series.size(); ++i) {
    const TimeSeries& s = lane.series[i];
    const QRect row(plot.right() + 10, static_cast<int>(places[places.size() - 1 - i]) - 8, right_margin_ - 20, 16);
    painter.setFont(style.caption);
    painter.setPen(style.tx);
    painter.drawText(row, Qt::AlignLeft | Qt::AlignVCenter, s.name);
    painter.setFont(style.axis);
    painter.drawText(row, Qt::AlignRight | Qt::AlignVCenter, s.label);
  }
}

void TimeStack::paint_axis(QPainter& painter, const PlotStyle& style, const Layout& layout) {
  painter.setFont(style.axis);
  painter.setPen(style.tx2);
  const int y = layout.plots.back().bottom() + 5;
  const bool by_clock = data_.wall_ns > 0;
  int last_right = -100;
  for (const double tick : nice_ticks(data_.from_s, data_.to_s, by_clock ? std::max(2, layout.width / 96) : std::max(2, layout.width / 60))) {
    QString text;
    if (by_clock)
      text = QDateTime::fromMSecsSinceEpoch(data_.wall_ns / 1'000'000 + std::llround(tick * 1000)).toString(QStringLiteral("HH:mm:ss"));
    else
      text = short_number(tick) + QStringLiteral(" s");
    const int wide = painter.fontMetrics().horizontalAdvance(text);
    const int left = std::clamp(x_of(tick, layout) - wide / 2, 2, width() - wide - 2);
    if (left < last_right + 8) continue;
    painter.drawText(left, y + 10, text);
    last_right = left + wide;
  }
}

void TimeStack::paint_marks(QPainter& painter, const PlotStyle& style, const Layout& layout) {
  const int top = layout.plots.front().top() - 6, bottom = layout.plots.back().bottom();
  int last_right = -1;
  for (const TimeMark& mark : data_.marks) {
    if (mark.at_s < data_.from_s || mark.at_s > data_.to_s) continue;
    const int x = x_of(mark.at_s, layout);
    QPen pen(style.acc, 1);
    pen.setDashPattern({3, 3});
    painter.setPen(pen);
    painter.drawLine(x, top, x, bottom);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(style.acc);
    painter.drawPolygon(QPolygonF() << QPointF(x - 4, top - 4) << QPointF(x + 4.5, top - 4) << QPointF(x + 0.5, top + 2));
    painter.restore();
    painter.setFont(style.caption);
    painter.setPen(style.acc);
    const int wide = painter.fontMetrics().horizontalAdvance(mark.text);
    int at = x + 10;
    if (at + wide > layout.left + layout.width) at = x - 10 - wide;
    // The lane's title keeps its place.
    const int title = 12 + painter.fontMetrics().horizontalAdvance(data_.lanes.front().title) + 12;
    if (at < title || at < last_right + 8) continue;
    painter.drawText(at, top + 1, mark.text);
    last_right = at + wide;
  }
  if (data_.now_s >= 0 && data_.now_s < data_.to_s) painter.fillRect(QRect(x_of(data_.now_s, layout), top + 6, 1, bottom - top - 5), style.tx);
  if (crosshair_ >= data_.from_s && crosshair_ <= data_.to_s) painter.fillRect(QRect(x_of(crosshair_, layout), top + 6, 1, bottom - top - 5), style.tx3);
}

bool TimeStack::cell_at(const QPoint& p, int& column, int& band) const {
  const int lane = heat_lane();
  if (lane < 0) return false;
  const Layout layout = layout_lanes();
  const QRect plot = layout.plots[static_cast<std::size_t>(lane)];
  const HeatCells& heat = data_.lanes[static_cast<std::size_t>(lane)].heat;
  if (!plot.contains(p) || layout.pitch <= 0 || layout.band_pitch <= 0) return false;
  column = (p.x() - plot.left()) / layout.pitch;
  band = (plot.bottom() - p.y()) / layout.band_pitch;
  return column < heat.columns() && band < heat.bands;
}

void TimeStack::choose(int column, int band) {
  const int lane = heat_lane();
  if (lane < 0) return;
  const HeatCells& heat = data_.lanes[static_cast<std::size_t>(lane)].heat;
  if (heat.columns() == 0) return;
  column_ = std::clamp(column, 0, heat.columns() - 1);
  band_ = std::clamp(band, 0, heat.bands - 1);
  setAccessibleDescription(tr("Cell of column %1, band %2: %3 requests").arg(column_ + 1).arg(band_ + 1).arg(heat.at(column_, band_)));
  update();
  Q_EMIT cellChosen(column_, band_);
}

void TimeStack::mousePressEvent(QMouseEvent* event) {
  int column = 0, band = 0;
  if (event->button() == Qt::LeftButton && cell_at(event->position().toPoint(), column, band)) choose(column, band);
}

void TimeStack::mouseMoveEvent(QMouseEvent* event) {
  crosshair_ = seconds_at(static_cast<int>(event->position().x()));
  update();
  Q_EMIT crosshairMoved(crosshair_);
}

void TimeStack::leaveEvent(QEvent*) {
  crosshair_ = -1;
  update();
  Q_EMIT crosshairMoved(-1);
}

void TimeStack::keyPressEvent(QKeyEvent* event) {
  const int lane = heat_lane();
  if (lane < 0) return QWidget::keyPressEvent(event);
  const HeatCells& heat = data_.lanes[static_cast<std::size_t>(lane)].heat;
  int column = column_, band = band_;
  if (column < 0) {
    // Begin at the slowest cell there is: it is what one came for.
    for (int b = heat.bands - 1; b >= 0 && column < 0; --b)
      for (int c = 0; c < heat.columns(); ++c)
        if (heat.at(c, b) > 0) {
          column = c, band = b;
          break;
        }
    if (column < 0) return QWidget::keyPressEvent(event);
  } else {
    switch (event->key()) {
      case Qt::Key_Left: --column; break;
      case Qt::Key_Right: ++column; break;
      case Qt::Key_Up: ++band; break;
      case Qt::Key_Down: --band; break;
      case Qt::Key_Return:
      case Qt::Key_Enter: break;
      default: return QWidget::keyPressEvent(event);
    }
  }
  choose(column, band);
  event->accept();
}

bool TimeStack::event(QEvent* event) {
  if (event->type() != QEvent::ToolTip || data_.lanes.empty()) return QWidget::event(event);
  const auto* help = static_cast<QHelpEvent*>(event);
  int column = 0, band = 0;
  if (cell_at(help->pos(), column, band)) {
    const HeatCells& heat = data_.lanes[static_cast<std::size_t>(heat_lane())].heat;
    QToolTip::showText(help->globalPos(), tr("%1 requests").arg(heat.at(column, band)), this);
    return true;
  }
  const auto i = static_cast<std::size_t>(std::max(0.0, (seconds_at(help->pos().x()) - data_.from_s) / data_.step_s));
  QStringList lines;
  for (const TimeLane& lane : data_.lanes)
    for (const TimeSeries& s : lane.series)
      if (i < s.values.size() && std::isfinite(s.values[i])) lines << QStringLiteral("%1  %2").arg(s.name, short_number(s.values[i]));
  QToolTip::showText(help->globalPos(), lines.join(QLatin1Char('\n')), this);
  return true;
}

QString TimeStack::as_table() const {
  QString out = QStringLiteral("seconds");
  std::size_t count = 0;
  for (const TimeLane& lane : data_.lanes)
    for (const TimeSeries& s : lane.series) {
      out += QLatin1Char('\t') + s.name;
      count = std::max(count, s.values.size());
    }
  out += QLatin1Char('\n');
  for (std::size_t i = 0; i < count; ++i) {
    out += QString::number(data_.from_s + static_cast<double>(i) * data_.step_s);
    for (const TimeLane& lane : data_.lanes)
      for (const TimeSeries& s : lane.series)
        out += QLatin1Char('\t') + (i < s.values.size() && std::isfinite(s.values[i]) ? QString::number(s.values[i]) : QString());
    out += QLatin1Char('\n');
  }
  return out;
}

}  // namespace panels::kit::plots
