#include "panels/topology/node_rows.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QSlider>
#include <QTimer>
#include <algorithm>
#include <cmath>

#include "panels/kit/plots/sparkline.h"
#include "panels/kit/plots/style.h"
#include "panels/kit/plots/units.h"
#include "panels/kit/table.h"
#include "panels/kit/widgets.h"

namespace panels::topology {
namespace {

using kit::Token;
using kit::Type;
using workbench::host::BalancedNode;

constexpr int kHead = 28, kRow = 32;
enum Column { kInstance, kAddress, kWeight, kLatency, kFailures, kHealth, kInFlight, kShare, kP99 };

}  // namespace

std::int64_t latency_of_slider(int p) {
  if (p <= 10) return p * 200'000LL;                         // to 2 ms
  if (p <= 30) return 2'000'000 + (p - 10) * 4'900'000LL;    // to 100 ms
  return 100'000'000 + (p - 30) * 20'000'000LL;              // to 500 ms
}

int slider_of_latency(std::int64_t ns) {
  int best = 0;
  for (int p = 0; p <= kLatencySteps; ++p)
    if (std::llabs(latency_of_slider(p) - ns) < std::llabs(latency_of_slider(best) - ns)) best = p;
  return best;
}

QString latency_text(std::int64_t ns) {
  if (ns == 0) return QStringLiteral("0s");
  return ns % 1'000'000 == 0 ? QStringLiteral("%1ms").arg(ns / 1'000'000) : QStringLiteral("%1us").arg(ns / 1000);
}

NodeRows::NodeRows(QWidget* parent) : QWidget(parent) {
  setFocusPolicy(Qt::StrongFocus);
  setAccessibleName(tr("Instances behind the balancer"));
  setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
}

QSize NodeRows::sizeHint() const { return {900, kHead + kRow * static_cast<int>(nodes_.size())}; }

NodeRows::Columns NodeRows::columns() const {
  // What is left over goes to the sliders and the share.
  static const int base[9] = {128, 118, 108, 140, 108, 54, 120, 132, 72};
  int sum = 24;
  for (const int w : base) sum += w;
  const int spare = std::max(0, width() - sum);
  Columns c{};
  int x = 12;
  for (int i = 0; i < 9; ++i) {
    c.x[i] = x;
    c.width[i] = base[i] + (i == kShare ? spare / 2 : i == kWeight || i == kLatency || i == kFailures ? spare / 6 : 0);
    x += c.width[i];
  }
  c.width[kP99] = width() - 12 - c.x[kP99];
  return c;
}

void NodeRows::set_nodes(const std::vector<BalancedNode>& nodes) {
  bool same = nodes.size() == nodes_.size();
  for (std::size_t i = 0; same && i < nodes.size(); ++i) same = nodes[i].id == nodes_[i].id;
  nodes_ = nodes;
  if (!same) {
    for (Controls& c : controls_) {
      for (QWidget* w : {static_cast<QWidget*>(c.weight), static_cast<QWidget*>(c.latency), static_cast<QWidget*>(c.failures), static_cast<QWidget*>(c.health)}) delete w;
    }
    controls_.clear();
    for (const BalancedNode& n : nodes_) {
      const QString id = QString::fromStdString(n.id);
      const auto make = [&](const QString& what, const QString& name, int most) {
        auto* s = new QSlider(Qt::Horizontal, this);
        s->setAccessibleName(tr("%1 of %2").arg(name, id));
        s->setRange(what == QLatin1String("weight") ? 1 : 0, most);
        s->setObjectName(what);
        s->setFocusPolicy(Qt::StrongFocus);
        auto* later = new QTimer(s);
        later->setSingleShot(true);
        later->setInterval(100);
        connect(s, &QSlider::valueChanged, later, [later] {
          if (!later->isActive()) later->start();
        });
        connect(later, &QTimer::timeout, this, [this, s, id, what] {
          const QString text = what == QLatin1String("added_latency") ? latency_text(latency_of_slider(s->value())) : QString::number(what == QLatin1String("weight") ? std::max(1, s->value()) : s->value());
          Q_EMIT changed(id, what, text);
        });
        connect(s, &QSlider::sliderPressed, this, [this, id] { set_current(id), Q_EMIT chosen(id); });
        s->show();
        return s;
      };
      Controls c{make(QStringLiteral("weight"), tr("Weight"), 40), make(QStringLiteral("added_latency"), tr("Added latency"), kLatencySteps), make(QStringLiteral("failure_percent"), tr("Failures, percent"), 100),
                 new kit::Toggle(tr("%1 takes calls").arg(id), this)};
      c.health->setCheckable(true);
      connect(c.health, &QAbstractButton::clicked, this, [this, id](bool on) { Q_EMIT health_changed(id, on); });
      c.health->show();
      controls_.push_back(c);
    }
    updateGeometry();
    place();
  }
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    const auto set = [](QSlider* s, int v) {
      if (s->isSliderDown() || s->findChild<QTimer*>()->isActive()) return;  // the hand is quicker than the engine
      QSignalBlocker quiet(s);
      s->setValue(v);
    };
    set(controls_[i].weight, nodes_[i].weight);
    set(controls_[i].latency, slider_of_latency(nodes_[i].added_latency_ns));
    set(controls_[i].failures, static_cast<int>(std::lround(nodes_[i].failure_percent)));
    QSignalBlocker quiet(controls_[i].health);
    controls_[i].health->setChecked(nodes_[i].healthy);
  }
  update();
}

QSlider* NodeRows::slider(const QString& node, const QString& what) const {
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    if (QString::fromStdString(nodes_[i].id) != node) continue;
    for (QSlider* s : {controls_[i].weight, controls_[i].latency, controls_[i].failures})
      if (s->objectName() == what) return s;
  }
  return nullptr;
}

void NodeRows::place() {
  const Columns c = columns();
  for (std::size_t i = 0; i < controls_.size(); ++i) {
    const int top = kHead + kRow * static_cast<int>(i) + 2;
    controls_[i].weight->setGeometry(c.x[kWeight] + 4, top, c.width[kWeight] - 56, 28);
    controls_[i].latency->setGeometry(c.x[kLatency] + 4, top, c.width[kLatency] - 88, 28);
    controls_[i].failures->setGeometry(c.x[kFailures] + 4, top, c.width[kFailures] - 68, 28);
    controls_[i].health->setGeometry(c.x[kHealth] + 4, top, 34, 28);
  }
}

void NodeRows::resizeEvent(QResizeEvent*) { place(); }

void NodeRows::set_current(const QString& id) { current_ = id, update(); }

void NodeRows::paintEvent(QPaintEvent*) {
  const kit::plots::PlotStyle& style = kit::plots::current_style();
  QPainter painter(this);
  const Columns c = columns();
  const QStringList heads{tr("Instance"), tr("Address"), tr("Weight"), tr("Added latency"), tr("Failures"), tr("Health"), tr("In flight"), tr("Share of picks, tick: by weight"), tr("p99")};
  for (int i = 0; i < 9; ++i)
    kit::paint_text(painter, QRect(c.x[i] + (i == 0 ? 0 : 4), 0, c.width[i] - (i == kP99 ? 0 : 8), kHead), heads[i], Type::Caption, style.tx2, i == kP99 ? Qt::AlignRight : Qt::AlignLeft);
  painter.fillRect(QRect(0, kHead - 1, width(), 1), style.line);
  double slowest = 0;
  std::size_t odd = nodes_.size();
  for (std::size_t i = 0; i < nodes_.size(); ++i)
    if (nodes_[i].added_latency_ns > 0 && static_cast<double>(nodes_[i].added_latency_ns) > slowest) slowest = static_cast<double>(nodes_[i].added_latency_ns), odd = i;
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    const BalancedNode& n = nodes_[i];
    const QString id = QString::fromStdString(n.id);
    const QRect row(0, kHead + kRow * static_cast<int>(i), width(), kRow);
    if (id == current_) painter.fillRect(row, style.sel);
    else painter.fillRect(QRect(0, row.bottom(), width(), 1), style.dark ? style.bg2 : style.bg3);
    // The odd one among equals in s2, the equals in steps of s1.
    const QColor ink = i == odd ? style.series[1] : kit::plots::blend(style.series[0], style.bg1, 0.4 + 0.5 * static_cast<double>(i) / std::max<std::size_t>(1, nodes_.size()));
    const auto cell = [&](int column, int cut = 0) { return QRect(c.x[column] + (column == 0 ? 0 : 4), row.top(), c.width[column] - 8 - cut, kRow); };
    painter.fillRect(QRect(c.x[0], row.center().y() - 3, 8, 8), ink);
    const int used = kit::paint_text(painter, cell(kInstance).adjusted(16, 0, 0, 0), id, Type::Body, style.tx);
    if (n.added_latency_ns > 0) {
      kit::TagSpec tag;
      tag.text = tr("slow"), tag.token = Token::Warn, tag.tinted = true;
      const int wide = kit::Tag::width_of(tag);
      if (24 + used + wide < c.width[0]) kit::Tag::paint(painter, tag, QRect(c.x[0] + 16 + used + 8, row.top() + 7, wide, 18), id == current_);
    }
    kit::paint_text(painter, cell(kAddress), QString::fromStdString(n.address), Type::Mono, style.acc);
    kit::paint_text(painter, cell(kWeight, 14), QString::number(n.weight), Type::Mono, style.tx, Qt::AlignRight);
    kit::paint_text(painter, cell(kLatency, 14), n.added_latency_ns > 0 ? QStringLiteral("+") + kit::plots::short_number(static_cast<double>(n.added_latency_ns) / 1e6) + tr(" ms") : tr("0 ms"), Type::Mono,
                    n.added_latency_ns > 0 ? style.tx : style.tx2, Qt::AlignRight);
    kit::paint_text(painter, cell(kFailures, 14), QString::number(n.failure_percent, 'g', 3) + QStringLiteral(" %"), Type::Mono, n.failure_percent > 0 ? style.err : style.tx2, Qt::AlignRight);
    const QRect flight = cell(kInFlight, 14);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    for (int k = 0; k < 8; ++k) {
      painter.setPen(k < n.in_flight ? Qt::NoPen : QPen(style.line, 1));
      painter.setBrush(k < n.in_flight ? QBrush(ink) : QBrush(Qt::NoBrush));
      painter.drawEllipse(QPointF(flight.left() + 4 + k * 9, row.center().y() + 0.5), 3, 3);
    }
    painter.restore();
    kit::paint_text(painter, flight, QString::number(n.in_flight), Type::Mono, style.tx, Qt::AlignRight);
    const QRect share = cell(kShare, 60);
    kit::plots::paint_share_bar(painter, share, std::min(1.0, n.share * 2), std::min(1.0, n.expected_share * 2), ink, style);
    kit::paint_text(painter, cell(kShare), kit::plots::percent_text(n.share), Type::Mono, style.tx, Qt::AlignRight);
    kit::paint_text(painter, QRect(c.x[kP99], row.top(), c.width[kP99], kRow), n.p99_ns > 0 ? kit::plots::in_unit(static_cast<double>(n.p99_ns), {"ms", 1e6}) + tr(" ms") : QStringLiteral("-"), Type::Mono,
                    i == odd ? style.warn : style.tx, Qt::AlignRight);
  }
  if (hasFocus()) {
    painter.setPen(QPen(style.acc, 1));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(rect().adjusted(0, 0, -1, -1));
  }
}

void NodeRows::mousePressEvent(QMouseEvent* event) {
  const int row = (static_cast<int>(event->position().y()) - kHead) / kRow;
  if (event->position().y() < kHead || row < 0 || row >= static_cast<int>(nodes_.size())) return;
  set_current(QString::fromStdString(nodes_[static_cast<std::size_t>(row)].id));
  Q_EMIT chosen(current_);
}

void NodeRows::keyPressEvent(QKeyEvent* event) {
  const int by = event->key() == Qt::Key_Down ? 1 : event->key() == Qt::Key_Up ? -1 : 0;
  if (by == 0 || nodes_.empty()) return QWidget::keyPressEvent(event);
  int at = -1;
  for (std::size_t i = 0; i < nodes_.size(); ++i)
    if (QString::fromStdString(nodes_[i].id) == current_) at = static_cast<int>(i);
  at = std::clamp(at + by, 0, static_cast<int>(nodes_.size()) - 1);
  set_current(QString::fromStdString(nodes_[static_cast<std::size_t>(at)].id));
  Q_EMIT chosen(current_);
}

}  // namespace panels::topology
