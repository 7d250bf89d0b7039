#include "panels/kit/plots/flame_view.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>
#include <numeric>

#include "panels/kit/plots/units.h"

namespace panels::kit::plots {

FlameView::FlameView(QWidget* parent) : QWidget(parent) {
  setFocusPolicy(Qt::StrongFocus);
  setAccessibleName(tr("Flame graph"));
}

void FlameView::set_geometry(const WaterfallGeometry& geometry) {
  geometry_ = geometry;
  rows_.clear();
  for (std::uint32_t i = 0; i < geometry_.rows.size(); ++i)
    if (!geometry_.rows[i].is_group && geometry_.rows[i].mark != BarRow::Mark::NotReached) rows_.push_back(i);
  std::stable_sort(rows_.begin(), rows_.end(), [this](std::uint32_t a, std::uint32_t b) {
    const BarRow &x = geometry_.rows[a], &y = geometry_.rows[b];
    return x.depth != y.depth ? x.depth < y.depth : x.start < y.start;
  });
  lanes_.clear();
  for (const std::uint32_t i : rows_) {
    const BarRow& row = geometry_.rows[i];
    lanes_.push_back({row.start, row.end, row.depth, row.series, row.mark == BarRow::Mark::Error});
  }
  current_ = -1;
  fit();
}

void FlameView::set_current(int row) { current_ = row, update(); }
void FlameView::fit() { window_ = {0, std::max(1.0, geometry_.total)}, update(); }

int FlameView::span_at(const QPoint& at) const {
  const double ns = window_.ns(at.x(), QRectF(rect()));
  const int lane = at.y() / lane_height_;
  for (std::size_t i = 0; i < lanes_.size(); ++i)
    if (lanes_[i].lane == lane && lanes_[i].start <= ns && ns <= lanes_[i].end) return static_cast<int>(rows_[i]);
  return -1;
}

void FlameView::paintEvent(QPaintEvent*) {
  const PlotStyle& style = current_style();
  QPainter painter(this);
  const double dpr = devicePixelRatioF();
  QImage image(size() * dpr, QImage::Format_RGB32);
  PlotStyle pale = style;
  for (QColor& c : pale.series) c = blend(c, style.bg1, 0.7);
  paint_lanes(image, lanes_, window_, static_cast<int>(lane_height_ * dpr), pale);
  image.setDevicePixelRatio(dpr);
  painter.drawImage(0, 0, image);
  painter.setFont(style.caption);
  const QRectF area(rect());
  for (std::size_t i = 0; i < lanes_.size(); ++i) {
    const double a = std::max(0.0, window_.x(lanes_[i].start, area)), b = std::min<double>(width(), window_.x(lanes_[i].end, area));
    if (b - a < 40) continue;
    const BarRow& row = geometry_.rows[rows_[i]];
    painter.setPen(readable_on(pale.series[row.series % 6]));
    const QRectF box(a + 4, lanes_[i].lane * lane_height_, b - a - 8, lane_height_ - 1);
    painter.drawText(box, Qt::AlignLeft | Qt::AlignVCenter, painter.fontMetrics().elidedText(row.name + QStringLiteral("  ") + duration_text(row.end - row.start), Qt::ElideRight, static_cast<int>(box.width())));
    // Siblings stay apart.
    painter.fillRect(QRectF(b - 1, box.top(), 1, box.height()), style.bg1);
  }
  if (current_ >= 0 && current_ < static_cast<int>(geometry_.rows.size())) {
    const BarRow& row = geometry_.rows[static_cast<std::size_t>(current_)];
    painter.setPen(QPen(style.tx, 2));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(QRectF(window_.x(row.start, area), row.depth * lane_height_, std::max(3.0, window_.x(row.end, area) - window_.x(row.start, area)), lane_height_ - 1));
  }
}

void FlameView::mousePressEvent(QMouseEvent* event) {
  drag_x_ = static_cast<int>(event->position().x());
  const int row = span_at(event->position().toPoint());
  if (row < 0) return;
  set_current(row);
  Q_EMIT chosen(row);
}

void FlameView::mouseMoveEvent(QMouseEvent* event) {
  if (!(event->buttons() & Qt::LeftButton)) return;
  const int x = static_cast<int>(event->position().x());
  pan((drag_x_ - x) * (window_.to - window_.from) / std::max(1, width()));
  drag_x_ = x;
}

void FlameView::zoom(double factor, double at) {
  const double span = std::clamp((window_.to - window_.from) * factor, geometry_.total * 1e-6, std::max(1.0, geometry_.total));
  const double share = (at - window_.from) / (window_.to - window_.from);
  const double from = std::clamp(at - span * share, 0.0, std::max(0.0, geometry_.total - span));
  window_ = {from, from + span};
  update();
}

void FlameView::pan(double by) {
  const double span = window_.to - window_.from, from = std::clamp(window_.from + by, 0.0, std::max(0.0, geometry_.total - span));
  window_ = {from, from + span};
  update();
}

void FlameView::wheelEvent(QWheelEvent* event) {
  zoom(std::pow(0.8, event->angleDelta().y() / 120.0), window_.ns(event->position().x(), QRectF(rect())));
  event->accept();
}

void FlameView::keyPressEvent(QKeyEvent* event) {
  const double middle = (window_.from + window_.to) / 2, tenth = (window_.to - window_.from) / 10;
  switch (event->key()) {
    case Qt::Key_W: zoom(0.8, middle); break;
    case Qt::Key_S: zoom(1.25, middle); break;
    case Qt::Key_A: pan(-tenth); break;
    case Qt::Key_D: pan(tenth); break;
    case Qt::Key_F: fit(); break;
    default: QWidget::keyPressEvent(event);
  }
}

}  // namespace panels::kit::plots
