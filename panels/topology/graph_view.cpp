#include "panels/topology/graph_view.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>
#include <algorithm>
#include <cmath>
#include <map>

#include "panels/kit/plots/style.h"
#include "panels/kit/plots/units.h"

namespace panels::topology {

using kit::plots::PlotStyle;

std::vector<int> layers_of(const std::vector<GraphNode>& nodes, const std::vector<GraphEdge>& edges) {
  std::map<QString, int> index;
  for (std::size_t i = 0; i < nodes.size(); ++i) index[nodes[i].id] = static_cast<int>(i);
  std::vector<int> layers(nodes.size(), 0);
  // At most as many rounds as there are nodes: a cycle stops growing there.
  for (std::size_t round = 0; round < nodes.size(); ++round) {
    bool moved = false;
    for (const GraphEdge& e : edges) {
      const auto a = index.find(e.from), b = index.find(e.to);
      if (a == index.end() || b == index.end() || a->second == b->second) continue;
      int& to = layers[static_cast<std::size_t>(b->second)];
      const int wanted = std::min<int>(layers[static_cast<std::size_t>(a->second)] + 1, static_cast<int>(nodes.size()) - 1);
      if (to < wanted) to = wanted, moved = true;
    }
    if (!moved) break;
  }
  return layers;
}

GraphView::GraphView(QWidget* parent) : QWidget(parent) {
  setFocusPolicy(Qt::StrongFocus);
  setMinimumSize(300, 200);
  setAccessibleName(tr("Graph of services"));
}

void GraphView::set_graph(std::vector<GraphNode> nodes, std::vector<GraphEdge> edges) {
  nodes_ = std::move(nodes), edges_ = std::move(edges);
  QStringList words;
  for (const GraphEdge& e : edges_) words << tr("%1 calls %2, %3 per second").arg(e.from, e.to, kit::plots::short_number(std::round(e.requests_per_s)));
  setAccessibleDescription(words.join(QStringLiteral("; ")));
  arrange();
  update();
}

void GraphView::set_current(const QString& id) { current_ = id, update(); }

void GraphView::arrange() {
  rects_.assign(nodes_.size(), {});
  if (nodes_.empty()) return;
  const std::vector<int> layers = layers_of(nodes_, edges_);
  const int deepest = *std::max_element(layers.begin(), layers.end());
  std::vector<int> count(static_cast<std::size_t>(deepest) + 1, 0), placed(count.size(), 0);
  for (const int l : layers) ++count[static_cast<std::size_t>(l)];
  const int wide = std::clamp(width() / (deepest + 1) - 60, 96, 176), high = 48;
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    const auto l = static_cast<std::size_t>(layers[i]);
    const int column = width() / (deepest + 1);
    const int pitch = std::min(80, (height() - 24) / std::max(1, count[l]));
    const int top = (height() - pitch * count[l]) / 2 + pitch * placed[l]++ + (pitch - high) / 2;
    rects_[i] = QRect(static_cast<int>(l) * column + (column - wide) / 2, top, wide, std::min(high, pitch - 4));
  }
}

void GraphView::resizeEvent(QResizeEvent*) { arrange(); }

QRect GraphView::rect_of(const QString& id) const {
  for (std::size_t i = 0; i < nodes_.size(); ++i)
    if (nodes_[i].id == id) return rects_[i];
  return {};
}

QString GraphView::node_at(const QPoint& at) const {
  for (std::size_t i = 0; i < nodes_.size(); ++i)
    if (rects_[i].contains(at)) return nodes_[i].id;
  return {};
}

void GraphView::paintEvent(QPaintEvent*) {
  const PlotStyle& style = kit::plots::current_style();
  QPainter painter(this);
  painter.fillRect(rect(), style.bg1);
  painter.setRenderHint(QPainter::Antialiasing);
  double busiest = 1;
  for (const GraphEdge& e : edges_) busiest = std::max(busiest, e.requests_per_s);
  struct Label {
    QPointF at;
    QString text;
    bool failing;
  };
  std::vector<Label> labels;
  for (const GraphEdge& e : edges_) {
    const QRect a = rect_of(e.from), b = rect_of(e.to);
    if (a.isNull() || b.isNull()) continue;
    const QPointF from(a.right() + 1, a.center().y() + 0.5), to(b.left(), b.center().y() + 0.5);
    QPainterPath path(from);
    path.cubicTo(from + QPointF((to.x() - from.x()) / 2, 0), to - QPointF((to.x() - from.x()) / 2, 0), to);
    const bool failing = e.errors_per_s > 0;
    const bool related = current_.isEmpty() || current_ == e.from || current_ == e.to;
    QColor ink = failing ? style.err : style.tx3;
    if (!related) ink.setAlphaF(0.35f);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(ink, 1 + 4 * std::sqrt(e.requests_per_s / busiest)));
    painter.drawPath(path);
    labels.push_back({path.pointAtPercent(0.72), kit::plots::short_number(std::round(e.requests_per_s)) + QStringLiteral(" /s"), failing});
  }
  painter.setFont(style.axis);
  for (const Label& label : labels) {
    const int wide = painter.fontMetrics().horizontalAdvance(label.text) + 8;
    const QRectF box(label.at.x() - wide / 2.0, label.at.y() - 8, wide, 16);
    painter.setPen(Qt::NoPen);
    painter.setBrush(style.bg1);
    painter.drawRoundedRect(box, 4, 4);
    painter.setPen(label.failing ? style.err : style.tx2);
    painter.drawText(box, Qt::AlignCenter, label.text);
  }
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    const GraphNode& n = nodes_[i];
    const QRect r = rects_[i];
    const bool chosen = n.id == current_;
    painter.setPen(QPen(chosen ? style.acc : n.failed ? style.err : style.line, chosen ? 2 : 1, n.stopped ? Qt::DashLine : Qt::SolidLine));
    painter.setBrush(chosen ? style.sel : style.bg2);
    painter.drawRoundedRect(QRectF(r).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6);
    painter.fillRect(QRect(r.left() + 10, r.top() + (r.height() > 40 ? 13 : r.height() / 2 - 4), 8, 8), style.series[static_cast<std::size_t>(kit::plots::series_of_service(n.service))]);
    painter.setFont(style.strong);
    painter.setPen(n.stopped ? style.tx3 : style.tx);
    const bool two = r.height() > 40 && !n.note.isEmpty();
    painter.drawText(QRect(r.left() + 26, r.top() + (two ? 6 : 0), r.width() - 32, two ? 20 : r.height()), Qt::AlignLeft | Qt::AlignVCenter, painter.fontMetrics().elidedText(n.id, Qt::ElideRight, r.width() - 32));
    if (two) {
      painter.setFont(style.axis);
      painter.setPen(n.failed ? style.err : style.tx2);
      painter.drawText(QRect(r.left() + 10, r.top() + 27, r.width() - 16, 16), Qt::AlignLeft | Qt::AlignVCenter, painter.fontMetrics().elidedText(n.note, Qt::ElideRight, r.width() - 16));
    }
  }
}

void GraphView::mousePressEvent(QMouseEvent* event) {
  const QString id = node_at(event->position().toPoint());
  set_current(id);
  if (!id.isEmpty()) Q_EMIT chosen(id);
}

void GraphView::mouseDoubleClickEvent(QMouseEvent* event) {
  const QString id = node_at(event->position().toPoint());
  if (!id.isEmpty()) Q_EMIT activated(id);
}

void GraphView::keyPressEvent(QKeyEvent* event) {
  if (nodes_.empty()) return QWidget::keyPressEvent(event);
  if ((event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) && !current_.isEmpty()) {
    Q_EMIT activated(current_);
    return;
  }
  const QRect now = rect_of(current_);
  QPoint way;
  switch (event->key()) {
    case Qt::Key_Left: way = {-1, 0}; break;
    case Qt::Key_Right: way = {1, 0}; break;
    case Qt::Key_Up: way = {0, -1}; break;
    case Qt::Key_Down: way = {0, 1}; break;
    default: return QWidget::keyPressEvent(event);
  }
  int best = -1, shortest = INT_MAX;
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    const QPoint by = now.isNull() ? rects_[i].center() : rects_[i].center() - now.center();
    const int ahead = by.x() * way.x() + by.y() * way.y(), aside = std::abs(by.x() * way.y()) + std::abs(by.y() * way.x());
    if (!now.isNull() && (ahead <= 4 || (way.x() == 0 && std::abs(by.x()) > 4))) continue;
    if (ahead + aside < shortest) shortest = ahead + aside, best = static_cast<int>(i);
  }
  if (best < 0) return;
  set_current(nodes_[static_cast<std::size_t>(best)].id);
  Q_EMIT chosen(current_);
}

QString GraphView::as_mermaid() const {
  QString out = QStringLiteral("graph LR\n");
  for (const GraphEdge& e : edges_)
    out += QStringLiteral("  %1 -->|%2 /s| %3\n").arg(QString(e.from).replace(QLatin1Char('-'), QLatin1Char('_')), kit::plots::short_number(std::round(e.requests_per_s)), QString(e.to).replace(QLatin1Char('-'), QLatin1Char('_')));
  return out;
}

}  // namespace panels::topology
