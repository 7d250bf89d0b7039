#include "panels/kit/plots/waterfall.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QScrollBar>
#include <QToolTip>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>

#include "panels/kit/plots/units.h"

namespace panels::kit::plots {
namespace {

constexpr int kTotal = 64, kSelf = 64, kIndent = 10, kLeft = 12, kRightMargin = 24;

void draw_baseline(QPainter& painter, const QRect& cell, Qt::Alignment align, const QString& text) {
  painter.drawText(cell, static_cast<int>(align | Qt::AlignVCenter), text);
}

void draw_chevron(QPainter& painter, const QRect& box, bool closed, const QColor& ink) {
  painter.save();
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setPen(QPen(ink, 1.4, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
  const QPointF c = QRectF(box).center();
  if (closed)
    painter.drawPolyline(QPolygonF() << c + QPointF(-2, -4) << c + QPointF(2, 0) << c + QPointF(-2, 4));
  else
    painter.drawPolyline(QPolygonF() << c + QPointF(-4, -2) << c + QPointF(0, 2) << c + QPointF(4, -2));
  painter.restore();
}

}  // namespace

Waterfall::Waterfall(QWidget* parent) : QAbstractScrollArea(parent) {
  setFrameShape(QFrame::NoFrame);
  setFocusPolicy(Qt::StrongFocus);
  setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  viewport()->setMouseTracking(true);
  setAccessibleName(tr("Waterfall"));
  setAccessibleDescription(tr("One row per span. Up and Down select, Left and Right close and open, W and S zoom, A and D pan."));
  empty_text_ = tr("No trace is selected.");
}

void Waterfall::set_geometry(WaterfallGeometry geometry) {
  geometry_ = std::move(geometry);
  closed_.assign(geometry_.rows.size(), false);
  for (std::size_t i = 0; i < geometry_.rows.size(); ++i) closed_[i] = geometry_.rows[i].is_group;
  lanes_ = lanes_of(geometry_);
  current_ = hovered_ = -1;
  measure_.reset();
  map_ = {};
  verticalScrollBar()->setValue(0);
  rebuild();
  fit();
}

void Waterfall::set_name_width(int px) { name_width_ = px, viewport()->update(); }
void Waterfall::set_band_visible(bool on) { band_ = on, update_scroll(), viewport()->update(); }
void Waterfall::set_row_height(int px) { row_height_ = px, update_scroll(), viewport()->update(); }
void Waterfall::set_empty_text(const QString& text) { empty_text_ = text, viewport()->update(); }

void Waterfall::rebuild() {
  shown_ = visible_rows(geometry_, closed_);
  update_scroll();
  viewport()->update();
}

void Waterfall::update_scroll() {
  const int page = std::max(0, viewport()->height() - header_height());
  const int content = static_cast<int>(std::min<std::size_t>(shown_.size(), 100'000'000u / static_cast<unsigned>(row_height_))) * row_height_;
  verticalScrollBar()->setPageStep(page);
  verticalScrollBar()->setSingleStep(row_height_);
  verticalScrollBar()->setRange(0, std::max(0, content - page));
}

int Waterfall::row_of_span(int span) const {
  for (std::size_t i = 0; i < geometry_.rows.size(); ++i)
    if (geometry_.rows[i].span == span) return static_cast<int>(i);
  return -1;
}

void Waterfall::set_current(int row) {
  if (row >= static_cast<int>(geometry_.rows.size())) row = -1;
  if (row >= 0) {
    // Open what hides it.
    const BarRow& wanted = geometry_.rows[static_cast<std::size_t>(row)];
    bool opened = false;
    if (wanted.group >= 0 && closed_[static_cast<std::size_t>(wanted.group)]) closed_[static_cast<std::size_t>(wanted.group)] = false, opened = true;
    for (int i = 0; i < row; ++i) {
      const auto at = static_cast<std::size_t>(i);
      if (closed_[at] && !geometry_.rows[at].is_group && static_cast<int>(geometry_.rows[at].subtree_end) > row) closed_[at] = false, opened = true;
    }
    if (opened) rebuild();
    reveal(row);
  }
  if (row == current_) return;
  current_ = row;
  if (row >= 0) setAccessibleDescription(describe(geometry_.rows[static_cast<std::size_t>(row)]));
  viewport()->update();
  Q_EMIT currentChanged(row);
}

QString Waterfall::describe(const BarRow& row) const {
  QString text = tr("%1 %2: total %3, own time %4").arg(row.name, row.detail, duration_text(row.end - row.start), duration_text(row.self));
  if (row.mark == BarRow::Mark::Stopped) text += tr(", stopped the chain here");
  if (row.mark == BarRow::Mark::NotReached) text = tr("%1 %2: not reached").arg(row.name, row.detail);
  if (row.mark == BarRow::Mark::Error) text += tr(", failed");
  if (row.critical) text += tr(", on the critical path");
  return text;
}

void Waterfall::set_closed(int row, bool closed) {
  if (row < 0 || row >= static_cast<int>(closed_.size())) return;
  const auto at = static_cast<std::size_t>(row);
  if (!geometry_.rows[at].has_children && !geometry_.rows[at].is_group) return;
  if (closed_[at] == closed) return;
  closed_[at] = closed;
  rebuild();
}

bool Waterfall::is_closed(int row) const { return row >= 0 && row < static_cast<int>(closed_.size()) && closed_[static_cast<std::size_t>(row)]; }

void Waterfall::set_all_closed(bool closed) {
  for (std::size_t i = 0; i < closed_.size(); ++i) closed_[i] = closed && (geometry_.rows[i].has_children || geometry_.rows[i].is_group);
  rebuild();
}

void Waterfall::set_window(TimeWindow window) {
  const double total = std::max(1.0, geometry_.total);
  const double span = std::clamp(window.to - window.from, total * 1e-6, total * 1.02);
  double from = std::clamp(window.from, 0.0, std::max(0.0, total * 1.02 - span));
  window_ = {from, from + span};
  viewport()->update();
}

void Waterfall::fit() { set_window({0, std::max(1.0, geometry_.total) * 1.005}); }

void Waterfall::zoom(double factor, double at_ns) {
  const double span = (window_.to - window_.from) * factor;
  const double share = (at_ns - window_.from) / (window_.to - window_.from);
  set_window({at_ns - span * share, at_ns - span * share + span});
}

void Waterfall::pan(double share) {
  const double by = (window_.to - window_.from) * share;
  set_window({window_.from + by, window_.to + by});
}

QRect Waterfall::time_area() const {
  const int left = name_width_ + kTotal + kSelf + kLeft;
  return {left, header_height(), std::max(10, viewport()->width() - left - kRightMargin), std::max(0, viewport()->height() - header_height())};
}

QRect Waterfall::map_area() const {
  const QRect t = time_area();
  return {t.left(), 6, t.width(), 24};
}

int Waterfall::row_at(const QPoint& p) const {
  if (p.y() < header_height()) return -1;
  const auto at = static_cast<std::size_t>((p.y() - header_height() + verticalScrollBar()->value()) / row_height_);
  return at < shown_.size() ? static_cast<int>(shown_[at]) : -1;
}

QRect Waterfall::chevron(const BarRow& row, int top) const {
  return {kLeft - 4 + kIndent * std::min<int>(row.depth, 16), top, 16, row_height_};
}

QSize Waterfall::sizeHint() const { return {800, header_height() + row_height_ * static_cast<int>(std::min<std::size_t>(shown_.size() + 1, 20))}; }

void Waterfall::resizeEvent(QResizeEvent*) { map_ = {}, update_scroll(); }

void Waterfall::paintEvent(QPaintEvent*) {
  const PlotStyle& style = current_style();
  QPainter painter(viewport());
  painter.fillRect(viewport()->rect(), style.bg1);
  if (geometry_.rows.empty()) {
    painter.setFont(style.body);
    painter.setPen(style.tx2);
    painter.drawText(viewport()->rect(), Qt::AlignCenter, empty_text_);
    return;
  }
  const QRect time = time_area();
  // Gridlines under the bars.
  const TimeUnit unit = unit_for(window_.to);
  for (const double tick : nice_ticks(window_.from / unit.ns, window_.to / unit.ns, std::max(2, time.width() / 72))) {
    const int x = static_cast<int>(std::lround(window_.x(tick * unit.ns, time)));
    painter.fillRect(QRect(x, time.top(), 1, time.height()), style.line);
  }
  const int scroll = verticalScrollBar()->value();
  painter.save();
  painter.setClipRect(QRect(0, header_height(), viewport()->width(), time.height()));
  for (auto i = static_cast<std::size_t>(scroll / row_height_); i < shown_.size(); ++i) {
    const int top = header_height() + static_cast<int>(i) * row_height_ - scroll;
    if (top > viewport()->height()) break;
    paint_row(painter, style, geometry_.rows[shown_[i]], static_cast<int>(shown_[i]), top);
  }
  painter.restore();
  if (band_) paint_band(painter, style);
  paint_header(painter, style);
  if (measure_) {
    const int x0 = static_cast<int>(window_.x(std::min(measure_->from, measure_->to), time));
    const int x1 = static_cast<int>(window_.x(std::max(measure_->from, measure_->to), time));
    QColor wash = style.acc;
    wash.setAlphaF(0.12f);
    painter.fillRect(QRect(x0, time.top(), x1 - x0, time.height()), wash);
    painter.fillRect(QRect(x0, time.top(), 1, time.height()), style.acc);
    painter.fillRect(QRect(x1, time.top(), 1, time.height()), style.acc);
    painter.setFont(style.axis);
    const QString text = duration_text(std::abs(measure_->to - measure_->from));
    const int width = painter.fontMetrics().horizontalAdvance(text) + 12;
    const QRect label(std::clamp((x0 + x1 - width) / 2, time.left(), std::max(time.left(), time.right() - width)), time.top() + 2, width, 16);
    painter.fillRect(label, style.bg3);
    painter.setPen(style.tx);
    painter.drawText(label, Qt::AlignCenter, text);
  }
}

void Waterfall::paint_band(QPainter& painter, const PlotStyle& style) {
  painter.fillRect(QRect(0, 0, viewport()->width(), band_height()), style.bg1);
  painter.setFont(style.caption);
  int x = kLeft;
  const int middle = 18;
  const int room = map_area().left() - 12;
  for (const LegendEntry& entry : geometry_.legend) {
    const int width = painter.fontMetrics().horizontalAdvance(entry.name);
    if (x + 14 + width > room) break;
    painter.fillRect(QRect(x, middle - 4, 8, 8), style.series[static_cast<std::size_t>(entry.series) % 6]);
    painter.setPen(style.tx2);
    painter.drawText(x + 14, middle + 4, entry.name);
    x += 14 + width + 16;
  }
  const QString critical = tr("critical path");
  if (x + 22 + painter.fontMetrics().horizontalAdvance(critical) <= room) {
    painter.fillRect(QRect(x, middle - 1, 16, 2), style.tx);
    painter.setPen(style.tx2);
    painter.drawText(x + 22, middle + 4, critical);
  }
  // Minimap: every span by depth, 2 px each as far as they fit.
  const QRect map = map_area();
  const double dpr = devicePixelRatioF();
  const QSize pixels(static_cast<int>(map.width() * dpr), static_cast<int>(map.height() * dpr));
  if (map_.size() != pixels) {
    map_ = QImage(pixels, QImage::Format_RGB32);
    std::uint16_t deepest = 0;
    for (const LaneSpan& s : lanes_) deepest = std::max(deepest, s.lane);
    const int lane = std::max(1, pixels.height() / (deepest + 1));
    PlotStyle pale = style;
    for (QColor& c : pale.series) c = blend(c, style.bg1, 0.7);
    paint_lanes(map_, lanes_, {0, std::max(1.0, geometry_.total)}, std::min(lane, static_cast<int>(3 * dpr)), pale);
    map_.setDevicePixelRatio(dpr);
  }
  painter.drawImage(map.topLeft(), map_);
  const double total = std::max(1.0, geometry_.total);
  const int a = map.left() + static_cast<int>(map.width() * std::clamp(window_.from / total, 0.0, 1.0));
  const int b = map.left() + static_cast<int>(map.width() * std::clamp(window_.to / total, 0.0, 1.0));
  QColor veil = style.bg1;
  veil.setAlphaF(0.72f);
  painter.fillRect(QRect(map.left(), map.top(), a - map.left(), map.height()), veil);
  painter.fillRect(QRect(b, map.top(), map.right() + 1 - b, map.height()), veil);
  painter.setPen(style.strong_line);
  painter.setBrush(Qt::NoBrush);
  painter.drawRect(QRect(a, map.top(), std::max(2, b - a) - 1, map.height() - 1));
  for (const int edge : {a, b - 1}) {
    painter.setBrush(style.bg3);
    painter.drawRoundedRect(QRect(edge - 3, map.top() + 5, 6, 13), 2, 2);
  }
}

void Waterfall::paint_header(QPainter& painter, const PlotStyle& style) {
  const QRect head(0, band_height(), viewport()->width(), 24);
  painter.fillRect(head, style.bg1);
  const QRect time = time_area();
  const TimeUnit cells = unit_for(geometry_.total);
  painter.setFont(style.caption);
  painter.setPen(style.tx2);
  draw_baseline(painter, QRect(kLeft, head.top(), 120, 24), Qt::AlignLeft, tr("Span"));
  draw_baseline(painter, QRect(name_width_, head.top(), kTotal - 8, 24), Qt::AlignRight, tr("Total %1").arg(QString::fromUtf8(cells.name)));
  draw_baseline(painter, QRect(name_width_ + kTotal, head.top(), kSelf - 8, 24), Qt::AlignRight, tr("Self %1").arg(QString::fromUtf8(cells.name)));
  painter.setFont(style.axis);
  const TimeUnit unit = unit_for(window_.to);
  bool first = true;
  for (const double tick : nice_ticks(window_.from / unit.ns, window_.to / unit.ns, std::max(2, time.width() / 72))) {
    const int x = static_cast<int>(std::lround(window_.x(tick * unit.ns, time)));
    QString text = short_number(std::round(tick * 1e6) / 1e6);
    const int digits = painter.fontMetrics().horizontalAdvance(text);
    if (first) text += QLatin1Char(' ') + QString::fromUtf8(unit.name);
    if (x + painter.fontMetrics().horizontalAdvance(text) / 2 < viewport()->width())
      painter.drawText(first ? std::max(time.left(), x - digits / 2) : x - digits / 2, head.top() + 16, text);
    first = false;
  }
  painter.fillRect(QRect(0, head.bottom(), viewport()->width(), 1), style.line);
}

void Waterfall::paint_row(QPainter& painter, const PlotStyle& style, const BarRow& row, int index, int top) {
  const QRect whole(0, top, viewport()->width(), row_height_);
  if (index == current_)
    painter.fillRect(whole, style.sel);
  else if (index == hovered_)
    painter.fillRect(whole, blend(style.bg3, style.bg1, 0.5));
  const QRect arrow = chevron(row, top);
  if (row.has_children || row.is_group) draw_chevron(painter, arrow, closed_[static_cast<std::size_t>(index)], style.tx2);
  int x = arrow.right() + 1;
  painter.fillRect(QRect(x, top + (row_height_ - 10) / 2, 3, 10), style.series[row.series % 6]);
  x += 8;
  const QColor quiet = index == current_ ? style.tx2 : style.tx3;
  QFont name = row.strong ? style.caption : style.caption;
  name.setPixelSize(12);
  name.setWeight(row.strong ? QFont::DemiBold : QFont::Normal);
  painter.setFont(name);
  painter.setPen(row.mark == BarRow::Mark::NotReached ? quiet : style.tx);
  const int room = name_width_ - x - 4;
  const QString text = painter.fontMetrics().elidedText(row.name, Qt::ElideRight, room);
  painter.drawText(QRect(x, top, room, row_height_), Qt::AlignLeft | Qt::AlignVCenter, text);
  x += painter.fontMetrics().horizontalAdvance(text) + 6;
  painter.setFont(style.caption);
  painter.setPen(quiet);
  if (!row.detail.isEmpty() && name_width_ - x > 24)
    painter.drawText(QRect(x, top, name_width_ - x - 4, row_height_), Qt::AlignLeft | Qt::AlignVCenter,
                     painter.fontMetrics().elidedText(row.detail, Qt::ElideRight, name_width_ - x - 4));
  painter.setFont(style.dense);
  const TimeUnit cells = unit_for(geometry_.total);
  const bool reached = row.mark != BarRow::Mark::NotReached;
  painter.setPen(style.tx);
  draw_baseline(painter, QRect(name_width_, top + 1, kTotal - 8, row_height_), Qt::AlignRight, reached ? in_unit(row.end - row.start, cells) : QStringLiteral("-"));
  painter.setPen(row.self > 0.05 * geometry_.total ? style.tx : style.tx2);
  draw_baseline(painter, QRect(name_width_ + kTotal, top + 1, kSelf - 8, row_height_), Qt::AlignRight, reached ? in_unit(row.self, cells) : QStringLiteral("-"));
  const QRect time = time_area();
  const QRect cell(time.left(), top, time.width(), row_height_);
  paint_bar(painter, geometry_, row, cell, window_, style);
  if (index == current_ && !row.note.isEmpty()) {
    const int a = std::max(time.left(), static_cast<int>(window_.x(row.start, time))), b = std::min(time.right(), static_cast<int>(window_.x(row.end, time)));
    painter.setFont(style.axis);
    const bool solid = row.self > 0.8 * (row.end - row.start);
    if (painter.fontMetrics().horizontalAdvance(row.note) + 16 < b - a) {
      painter.setPen(solid ? readable_on(style.series[row.series % 6]) : style.tx);
      painter.drawText(QRect(a + 8, top, b - a - 8, row_height_), Qt::AlignLeft | Qt::AlignVCenter, row.note);
    }
  }
}

void Waterfall::mousePressEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton) return;
  const QPoint p = event->position().toPoint();
  const QRect time = time_area();
  if (band_ && map_area().adjusted(-4, -2, 4, 2).contains(p)) {
    drag_ = Drag::Map;
    drag_from_ = (p.x() - map_area().left()) / static_cast<double>(map_area().width()) * geometry_.total;
    return;
  }
  const int row = row_at(p);
  if (row >= 0) {
    const BarRow& r = geometry_.rows[static_cast<std::size_t>(row)];
    if ((r.has_children || r.is_group) && chevron(r, 0).adjusted(0, 0, 0, 100).contains(QPoint(p.x(), 1))) {
      set_closed(row, !is_closed(row));
      return;
    }
    set_current(row);
  }
  measure_.reset();
  if (time.contains(p)) drag_ = Drag::Measure, drag_from_ = window_.ns(p.x(), time);
  viewport()->update();
}

void Waterfall::mouseMoveEvent(QMouseEvent* event) {
  const QPoint p = event->position().toPoint();
  if (drag_ == Drag::Measure) {
    const double now = window_.ns(p.x(), time_area());
    if (measure_ || std::abs(window_.x(now, time_area()) - window_.x(drag_from_, time_area())) > 4) measure_ = Segment{drag_from_, now};
    viewport()->update();
    return;
  }
  if (drag_ == Drag::Map) {
    const double now = std::clamp((p.x() - map_area().left()) / static_cast<double>(map_area().width()), 0.0, 1.0) * geometry_.total;
    if (std::abs(now - drag_from_) > geometry_.total * 0.005) set_window({std::min(now, drag_from_), std::max(now, drag_from_)});
    return;
  }
  const int row = row_at(p);
  if (row != hovered_) hovered_ = row, viewport()->update();
}

void Waterfall::mouseReleaseEvent(QMouseEvent*) { drag_ = Drag::None; }

void Waterfall::mouseDoubleClickEvent(QMouseEvent* event) {
  const QPoint p = event->position().toPoint();
  if (band_ && map_area().contains(p)) return fit();
  const int row = row_at(p);
  if (row < 0) return fit();
  if (time_area().contains(p)) {
    const BarRow& r = geometry_.rows[static_cast<std::size_t>(row)];
    const double margin = (r.end - r.start) * 0.05;
    set_window({r.start - margin, r.end + margin});
    return;
  }
  Q_EMIT activated(row);
}

void Waterfall::wheelEvent(QWheelEvent* event) {
  const double turns = (event->angleDelta().y() != 0 ? event->angleDelta().y() : event->angleDelta().x()) / 120.0;
  if (event->modifiers() & Qt::ControlModifier)
    zoom(std::pow(0.8, turns), window_.ns(std::clamp(static_cast<int>(event->position().x()), time_area().left(), time_area().right()), time_area()));
  else if (event->modifiers() & Qt::ShiftModifier)
    pan(-0.1 * turns);
  else
    verticalScrollBar()->setValue(verticalScrollBar()->value() - static_cast<int>(turns * 3 * row_height_));
  event->accept();
}

void Waterfall::reveal(int row) {
  const auto at = std::lower_bound(shown_.begin(), shown_.end(), static_cast<std::uint32_t>(row));
  if (at == shown_.end() || *at != static_cast<std::uint32_t>(row)) return;
  const int top = static_cast<int>(at - shown_.begin()) * row_height_;
  QScrollBar* bar = verticalScrollBar();
  if (top < bar->value()) bar->setValue(top);
  if (top + row_height_ > bar->value() + bar->pageStep()) bar->setValue(top + row_height_ - bar->pageStep());
}

void Waterfall::step(int by) {
  if (shown_.empty()) return;
  auto at = std::lower_bound(shown_.begin(), shown_.end(), static_cast<std::uint32_t>(std::max(0, current_)));
  auto index = current_ < 0 ? 0 : static_cast<std::ptrdiff_t>(at - shown_.begin()) + by;
  index = std::clamp<std::ptrdiff_t>(index, 0, static_cast<std::ptrdiff_t>(shown_.size()) - 1);
  set_current(static_cast<int>(shown_[static_cast<std::size_t>(index)]));
}

void Waterfall::keyPressEvent(QKeyEvent* event) {
  const double middle = current_ >= 0 ? std::clamp((geometry_.rows[static_cast<std::size_t>(current_)].start + geometry_.rows[static_cast<std::size_t>(current_)].end) / 2, window_.from, window_.to)
                                      : (window_.from + window_.to) / 2;
  const int page = std::max(1, verticalScrollBar()->pageStep() / row_height_ - 1);
  if (event->modifiers() & (Qt::ControlModifier | Qt::AltModifier)) return QAbstractScrollArea::keyPressEvent(event);
  switch (event->key()) {
    case Qt::Key_W: zoom(0.8, middle); break;
    case Qt::Key_S: zoom(1.25, middle); break;
    case Qt::Key_A: pan(-0.1); break;
    case Qt::Key_D: pan(0.1); break;
    case Qt::Key_F: fit(); break;
    case Qt::Key_Up: step(-1); break;
    case Qt::Key_Down: step(1); break;
    case Qt::Key_PageUp: step(-page); break;
    case Qt::Key_PageDown: step(page); break;
    case Qt::Key_Home: step(-static_cast<int>(shown_.size())); break;
    case Qt::Key_End: step(static_cast<int>(shown_.size())); break;
    case Qt::Key_Left: {
      if (current_ < 0) break;
      const BarRow& row = geometry_.rows[static_cast<std::size_t>(current_)];
      if ((row.has_children || row.is_group) && !is_closed(current_)) {
        set_closed(current_, true);
        break;
      }
      for (int i = current_ - 1; i >= 0; --i)
        if (geometry_.rows[static_cast<std::size_t>(i)].depth < row.depth) {
          set_current(i);
          break;
        }
      break;
    }
    case Qt::Key_Right:
      if (is_closed(current_)) set_closed(current_, false);
      else step(1);
      break;
    case Qt::Key_Return:
    case Qt::Key_Enter:
      if (current_ >= 0) Q_EMIT activated(current_);
      break;
    case Qt::Key_Escape:
      if (!measure_) return QAbstractScrollArea::keyPressEvent(event);
      measure_.reset();
      viewport()->update();
      break;
    default: return QAbstractScrollArea::keyPressEvent(event);
  }
  event->accept();
}

bool Waterfall::viewportEvent(QEvent* event) {
  if (event->type() == QEvent::ToolTip) {
    const auto* help = static_cast<QHelpEvent*>(event);
    const int row = row_at(help->pos());
    if (row < 0) {
      QToolTip::hideText();
    } else {
      const BarRow& r = geometry_.rows[static_cast<std::size_t>(row)];
      QString text = describe(r);
      text += QLatin1Char('\n') + tr("starts at +%1").arg(duration_text(r.start));
      if (geometry_.total > 0) text += tr(", %1 of the trace").arg(percent_text((r.end - r.start) / geometry_.total));
      QToolTip::showText(help->globalPos(), text, viewport());
    }
    return true;
  }
  if (event->type() == QEvent::Leave && hovered_ >= 0) hovered_ = -1, viewport()->update();
  if (event->type() == QEvent::StyleChange || event->type() == QEvent::PaletteChange) map_ = {};
  return QAbstractScrollArea::viewportEvent(event);
}

}  // namespace panels::kit::plots
