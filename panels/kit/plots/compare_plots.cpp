#include "panels/kit/plots/compare_plots.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <algorithm>
#include <cmath>
#include <map>

#include "panels/kit/plots/units.h"

namespace panels::kit::plots {
namespace {

constexpr int kNames = 88, kValues = 64;

}  // namespace

DotPlot::DotPlot(QWidget* parent) : QWidget(parent) {
  setFocusPolicy(Qt::StrongFocus);
  setMinimumSize(240, 120);
  setAccessibleName(tr("Repetitions of both sides"));
}

void DotPlot::set_groups(std::vector<DotGroup> groups) {
  groups_ = std::move(groups);
  QStringList words;
  for (const DotGroup& g : groups_)
    for (const DotRow& r : g.rows) words << QStringLiteral("%1, %2: %3").arg(g.title, r.name, r.text);
  setAccessibleDescription(words.join(QStringLiteral("; ")));
  update();
}

void DotPlot::set_current(int group) { current_ = group, update(); }

int DotPlot::group_at(const QPoint& at) const {
  if (groups_.empty() || !rect().contains(at)) return -1;
  return std::min(static_cast<int>(groups_.size()) - 1, at.y() * static_cast<int>(groups_.size()) / std::max(1, height()));
}

QString DotPlot::as_table() const {
  QString out = tr("metric\tside\trepetition\tvalue\n");
  for (const DotGroup& g : groups_)
    for (const DotRow& r : g.rows)
      for (std::size_t i = 0; i < r.values.size(); ++i) out += QStringLiteral("%1\t%2\t%3\t%4\n").arg(g.title, r.name).arg(i + 1).arg(r.values[i], 0, 'g', 9);
  return out;
}

void DotPlot::paintEvent(QPaintEvent*) {
  const PlotStyle& style = current_style();
  QPainter painter(this);
  painter.fillRect(rect(), style.bg1);
  if (groups_.empty()) return;
  const int high = std::min(116, height() / static_cast<int>(groups_.size()));
  const int gap = (height() - high * static_cast<int>(groups_.size())) / static_cast<int>(groups_.size());
  for (std::size_t i = 0; i < groups_.size(); ++i)
    paint_group(painter, style, groups_[i], QRect(0, static_cast<int>(i) * (high + gap), width(), high));
  if (hasFocus() && current_ >= 0) {
    painter.setPen(QPen(style.acc, 2));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(QRect(2, current_ * (high + gap) + 2, width() - 4, high - 4));
  }
}

void DotPlot::paint_group(QPainter& painter, const PlotStyle& style, const DotGroup& group, const QRect& area) {
  painter.setFont(style.caption);
  painter.setPen(style.tx);
  painter.drawText(QRect(area.left() + 12, area.top() + 6, area.width() - 24, 18), Qt::AlignLeft | Qt::AlignVCenter, group.title);
  double low = INFINITY, high = -INFINITY;
  for (const DotRow& row : group.rows)
    for (const double v : row.values) low = std::min(low, v), high = std::max(high, v);
  if (!(high >= low)) return;
  if (group.band_high > group.band_low) low = std::min(low, group.band_low), high = std::max(high, group.band_high);
  const double pad = std::max((high - low) * 0.12, std::abs(high) * 0.001 + 1e-12);
  low = std::max(low >= 0 ? 0.0 : low - pad, low - pad), high += pad;
  const int rows_high = std::max(24, std::min(48, area.height() - 24 - 26));
  const QRect plot(area.left() + kNames, area.top() + 26, std::max(20, area.width() - kNames - kValues - 12), rows_high);
  const auto x = [&](double v) { return plot.left() + (v - low) / (high - low) * plot.width(); };
  painter.setFont(style.axis);
  for (const double tick : nice_ticks(low, high, std::max(2, plot.width() / 60))) {
    const int at = static_cast<int>(std::lround(x(tick)));
    painter.fillRect(QRect(at, plot.top() - 2, 1, plot.height() + 6), style.line);
    painter.setPen(style.tx2);
    painter.drawText(QRect(at - 40, plot.bottom() + 6, 80, 14), Qt::AlignCenter, short_number(tick));
  }
  if (group.band_high > group.band_low) {
    const int a = static_cast<int>(x(group.band_low)), b = std::max(a + 2, static_cast<int>(x(group.band_high)));
    painter.fillRect(QRect(a, plot.top() - 2, b - a, plot.height() + 4), blend(style.tx3, style.bg1, 0.24));
  }
  const int count = static_cast<int>(group.rows.size());
  for (int i = 0; i < count; ++i) {
    const DotRow& row = group.rows[static_cast<std::size_t>(i)];
    const double middle = plot.top() + (i + 0.5) * plot.height() / count;
    painter.setFont(style.caption);
    painter.setPen(style.tx);
    painter.drawText(QRectF(area.left() + 12, middle - 9, kNames - 16, 18), Qt::AlignLeft | Qt::AlignVCenter,
                     painter.fontMetrics().elidedText(row.name, Qt::ElideRight, kNames - 16));
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    QColor ink = row.ink;
    ink.setAlphaF(0.78f);
    painter.setPen(Qt::NoPen);
    painter.setBrush(ink);
    for (std::size_t k = 0; k < row.values.size(); ++k) {
      const double jitter = (static_cast<double>((k * 2654435761u) % 97) / 96.0 - 0.5) * 8;
      painter.drawEllipse(QPointF(x(row.values[k]), middle + jitter), 3.2, 3.2);
    }
    painter.restore();
    painter.fillRect(QRectF(std::lround(x(row.median)) - 1, middle - 8, 2, 16), style.tx);
    painter.setFont(style.mono);
    painter.setPen(style.tx);
    painter.drawText(QRectF(area.right() - kValues - 12, middle - 8, kValues, 18), Qt::AlignRight | Qt::AlignVCenter, row.text);
  }
}

void DotPlot::mousePressEvent(QMouseEvent* event) {
  const int group = group_at(event->position().toPoint());
  if (group >= 0) set_current(group), Q_EMIT groupChosen(group);
}

void DotPlot::keyPressEvent(QKeyEvent* event) {
  const int by = event->key() == Qt::Key_Down ? 1 : event->key() == Qt::Key_Up ? -1 : 0;
  if (by == 0 || groups_.empty()) return QWidget::keyPressEvent(event);
  set_current(std::clamp(current_ + by, 0, static_cast<int>(groups_.size()) - 1));
  Q_EMIT groupChosen(current_);
}

SpectrumPlot::SpectrumPlot(QWidget* parent) : QWidget(parent) {
  setMinimumSize(240, 160);
  setAccessibleName(tr("Value by percentile"));
}

void SpectrumPlot::set_data(SpectrumData data) {
  data_ = std::move(data);
  update();
}

QString SpectrumPlot::as_table() const {
  std::map<double, std::vector<QString>> lines;   // by percentile
  QStringList head{tr("percentile")};
  for (std::size_t i = 0; i < data_.series.size(); ++i) {
    head << data_.series[i].name;
    for (const auto& [percentile, value] : data_.series[i].points) {
      auto& cells = lines[percentile];
      cells.resize(data_.series.size());
      cells[i] = QString::number(value, 'g', 7);
    }
  }
  QString out = head.join(QLatin1Char('\t')) + QLatin1Char('\n');
  for (const auto& [percentile, cells] : lines) out += QString::number(percentile) + QLatin1Char('\t') + QStringList(cells.begin(), cells.end()).join(QLatin1Char('\t')) + QLatin1Char('\n');
  return out;
}

double SpectrumPlot::position(double percentile, double last) {
  const auto depth = [](double p) { return std::log10(1 / std::max(1e-6, 1 - std::clamp(p, 0.0, 99.9999) / 100)); };
  return depth(percentile) / std::max(1e-9, depth(last));
}

void SpectrumPlot::paintEvent(QPaintEvent*) {
  const PlotStyle& style = current_style();
  QPainter painter(this);
  painter.fillRect(rect(), style.bg1);
  painter.setFont(style.caption);
  painter.setPen(style.tx);
  painter.drawText(QRect(12, 6, width() - 24, 18), Qt::AlignLeft | Qt::AlignVCenter, data_.title);
  double low = INFINITY, high = 0, last = 0;
  for (const SpectrumSeries& s : data_.series) {
    for (const auto& [p, v] : s.points) low = std::min(low, v), high = std::max(high, v), last = std::max(last, p);
    for (const auto& r : s.ranges) high = std::max(high, r.high);
  }
  if (!(high > 0)) {
    painter.setFont(style.body);
    painter.setPen(style.tx2);
    painter.drawText(rect().adjusted(12, 24, -12, -12), Qt::AlignCenter | Qt::TextWordWrap, tr("No percentiles yet."));
    return;
  }
  last = std::clamp(last, 99.0, 99.99);
  const QRect plot(44, 34, std::max(40, width() - 44 - 96), std::max(30, height() - 34 - 30));
  const bool log = data_.log_values && low > 0;
  const double bottom = log ? std::pow(2, std::floor(std::log2(low))) : 0, top = log ? std::pow(2, std::ceil(std::log2(high))) : nice_ceiling(high * 1.02);
  const auto y = [&](double v) {
    const double t = log ? (std::log2(std::max(v, bottom)) - std::log2(bottom)) / std::max(1e-9, std::log2(top) - std::log2(bottom)) : v / top;
    return plot.bottom() - std::clamp(t, 0.0, 1.0) * (plot.height() - 1);
  };
  const auto x = [&](double p) { return plot.left() + position(std::min(p, last), last) * plot.width(); };
  painter.setFont(style.axis);
  std::vector<double> ticks;
  if (log)
    for (double v = bottom, step = std::log2(top / bottom) * 18 > plot.height() ? 4 : 2; v <= top * 1.001; v *= step) ticks.push_back(v);
  else
    ticks = nice_ticks(0, top, std::max(2, plot.height() / 60));
  for (const double tick : ticks) {
    const int at = static_cast<int>(std::lround(y(tick)));
    painter.fillRect(QRect(plot.left(), at, plot.width(), 1), style.line);
    painter.setPen(style.tx2);
    painter.drawText(QRect(0, at - 7, plot.left() - 8, 14), Qt::AlignRight | Qt::AlignVCenter, short_number(tick));
  }
  int last_right = -100;
  for (const double p : {0.0, 50.0, 90.0, 99.0, 99.9, 99.99}) {
    if (p > last + 1e-9) continue;
    const int at = static_cast<int>(std::lround(x(p)));
    painter.fillRect(QRect(at, plot.top(), 1, plot.height()), style.line);
    const QString text = p == 0 ? QStringLiteral("0") : QStringLiteral("p") + QString::number(p);
    const int wide = painter.fontMetrics().horizontalAdvance(text);
    if (at - wide / 2 < last_right + 6) continue;
    painter.setPen(style.tx2);
    painter.drawText(at - wide / 2, plot.bottom() + 18, text);
    last_right = at + wide / 2;
  }
  painter.setFont(style.caption);
  painter.setPen(style.tx2);
  if (!data_.note.isEmpty()) painter.drawText(QRect(plot.left() + 12, plot.top(), plot.width() - 12, 20), Qt::AlignLeft | Qt::AlignVCenter, data_.note);
  struct Label {
    double y;
    QString text;
    bool quiet;
  };
  std::vector<Label> labels;
  for (const SpectrumSeries& s : data_.series) {
    for (const auto& r : s.ranges) {
      QColor wash = s.ink;
      wash.setAlphaF(0.3f);
      painter.fillRect(QRectF(x(r.percentile) - 4, y(r.high), 8, std::max(2.0, y(r.low) - y(r.high))), wash);
    }
    QVector<QLineF> lines;
    for (std::size_t i = 1; i < s.points.size(); ++i)
      lines << QLineF(x(s.points[i - 1].first), y(s.points[i - 1].second), x(s.points[i].first), y(s.points[i].second));
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    QPen pen(s.ink, s.dashed ? 1.0 : 1.8, Qt::SolidLine, Qt::RoundCap);
    painter.setPen(pen);
    if (s.dashed) {
      // The segments are too short to carry a dash pattern each: walk the length instead.
      double walked = 0;
      for (const QLineF& line : lines) {
        const double length = line.length();
        for (double at = 0; at < length; at += 1) {
          if (std::fmod(walked + at, 8) < 5) painter.drawLine(QLineF(line.pointAt(at / length), line.pointAt(std::min(1.0, (at + 1) / length))));
        }
        walked += length;
      }
    } else {
      painter.drawLines(lines);
    }
    painter.restore();
    if (!s.points.empty()) labels.push_back({y(s.points.back().second), s.name, s.dashed});
  }
  std::sort(labels.begin(), labels.end(), [](const Label& a, const Label& b) { return a.y < b.y; });
  double floor = -100;
  painter.setFont(style.caption);
  for (const Label& label : labels) {
    const double at = std::max(label.y, floor + 14);
    painter.setPen(label.quiet ? style.tx2 : style.tx);
    painter.drawText(QRectF(plot.right() + 10, at - 8, 88, 16), Qt::AlignLeft | Qt::AlignVCenter, painter.fontMetrics().elidedText(label.text, Qt::ElideRight, 86));
    floor = at;
  }
  if (data_.bracket) {
    const auto& b = *data_.bracket;
    const int at = static_cast<int>(x(b.percentile)) + 14;
    const int y0 = static_cast<int>(y(b.high)), y1 = static_cast<int>(y(b.low));
    painter.fillRect(QRect(at, y0, 1, y1 - y0), style.tx2);
    painter.fillRect(QRect(at - 3, y0, 7, 1), style.tx2);
    painter.fillRect(QRect(at - 3, y1, 7, 1), style.tx2);
    painter.setPen(style.tx);
    painter.drawText(QRect(at + 8, (y0 + y1) / 2 - 8, 140, 16), Qt::AlignLeft | Qt::AlignVCenter, b.text);
  }
}

ShareBars::ShareBars(QWidget* parent) : QWidget(parent) {
  setMinimumSize(200, 60);
  setAccessibleName(tr("Share of requests by instance"));
}

void ShareBars::set_rows(std::vector<ShareRow> rows, const QString& title, const QString& note) {
  rows_ = std::move(rows), title_ = title, note_ = note;
  QStringList words;
  for (const ShareRow& r : rows_) words << QStringLiteral("%1: A %2, B %3").arg(r.name, percent_text(r.a), percent_text(r.b));
  setAccessibleDescription(words.join(QStringLiteral("; ")));
  updateGeometry();
  update();
}

QString ShareBars::as_table() const {
  QString out = tr("instance\tA\tB\tcapacity\n");
  for (const ShareRow& r : rows_) out += QStringLiteral("%1\t%2\t%3\t%4\n").arg(r.name).arg(r.a).arg(r.b).arg(r.tick < 0 ? QString() : QString::number(r.tick));
  return out;
}

QSize ShareBars::sizeHint() const { return {400, 32 + static_cast<int>(rows_.size()) * 28 + 28}; }

void ShareBars::paintEvent(QPaintEvent*) {
  const PlotStyle& style = current_style();
  QPainter painter(this);
  painter.fillRect(rect(), style.bg1);
  painter.setFont(style.caption);
  painter.setPen(style.tx);
  painter.drawText(QRect(12, 8, width() - 120, 20), Qt::AlignLeft | Qt::AlignVCenter, title_);
  painter.setPen(style.tx2);
  painter.drawText(QRect(width() - 100, 8, 46, 20), Qt::AlignRight | Qt::AlignVCenter, QStringLiteral("A"));
  painter.drawText(QRect(width() - 54, 8, 42, 20), Qt::AlignRight | Qt::AlignVCenter, QStringLiteral("B"));
  double greatest = 0.01;
  for (const ShareRow& r : rows_) greatest = std::max({greatest, r.a, r.b, r.tick});
  const int left = 88, wide = std::max(20, width() - left - 120);
  const int pitch = rows_.empty() ? 28 : std::clamp((height() - 32 - 24) / static_cast<int>(rows_.size()), 12, 28);
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    const ShareRow& r = rows_[i];
    const int top = 32 + static_cast<int>(i) * pitch;
    if (top + pitch > height()) break;
    painter.setFont(style.caption);
    painter.setPen(style.tx);
    painter.drawText(QRect(12, top, left - 16, pitch - 4), Qt::AlignLeft | Qt::AlignVCenter, painter.fontMetrics().elidedText(r.name, Qt::ElideRight, left - 18));
    const int bar = std::max(3, (pitch - 9) / 2);
    const int y = top + (pitch - 4 - 2 * bar - 1) / 2;
    painter.fillRect(QRect(left, y, static_cast<int>(r.a / greatest * wide), bar), style.series[1]);
    painter.fillRect(QRect(left, y + bar + 1, static_cast<int>(r.b / greatest * wide), bar), style.series[0]);
    if (r.tick >= 0) painter.fillRect(QRect(left + static_cast<int>(r.tick / greatest * wide), y - 2, 2, 2 * bar + 5), style.tx);
    painter.setFont(style.dense);
    painter.setPen(style.tx);
    painter.drawText(QRect(width() - 100, top + 1, 46, pitch - 4), Qt::AlignRight | Qt::AlignVCenter, QString::number(r.a * 100, 'f', 1));
    painter.drawText(QRect(width() - 54, top + 1, 42, pitch - 4), Qt::AlignRight | Qt::AlignVCenter, QString::number(r.b * 100, 'f', 1));
  }
  painter.setFont(style.caption);
  painter.setPen(style.tx2);
  painter.drawText(QRect(left, height() - 24, wide + 100, 20), Qt::AlignLeft | Qt::AlignVCenter, note_);
}

BarHistogram::BarHistogram(QWidget* parent) : QWidget(parent) {
  setMinimumHeight(72);
  setAccessibleName(tr("Distribution of this span's own time"));
}

void BarHistogram::set_data(HistogramData data) {
  data_ = std::move(data);
  setAccessibleDescription(data_.marker_text);
  update();
}

void BarHistogram::paintEvent(QPaintEvent*) {
  const PlotStyle& style = current_style();
  QPainter painter(this);
  const QRect plot(0, 16, width(), height() - 16 - 16);
  double greatest = 1e-12;
  for (std::size_t i = 0; i < data_.bars.size(); ++i)
    greatest = std::max(greatest, data_.bars[i] + (i < data_.bars_below.size() ? data_.bars_below[i] : 0));
  const QColor ink = style.series[static_cast<std::size_t>(data_.series) % 6];
  const int count = static_cast<int>(data_.bars.size());
  for (int i = 0; i < count; ++i) {
    const int x0 = plot.width() * i / count, x1 = plot.width() * (i + 1) / count - 1;
    const double below = static_cast<std::size_t>(i) < data_.bars_below.size() ? data_.bars_below[static_cast<std::size_t>(i)] : 0;
    const int low = static_cast<int>(below / greatest * plot.height());
    const int high = static_cast<int>(std::ceil((below + data_.bars[static_cast<std::size_t>(i)]) / greatest * plot.height()));
    painter.fillRect(QRect(x0, plot.bottom() + 1 - low, x1 - x0, low), blend(ink, style.bg1, 0.45));
    painter.fillRect(QRect(x0, plot.bottom() + 1 - high, x1 - x0, high - low), ink);
  }
  painter.fillRect(QRect(0, plot.bottom() + 1, width(), 1), style.line);
  painter.setFont(style.axis);
  if (data_.marker >= 0 && data_.marker <= 1) {
    const int x = static_cast<int>(data_.marker * (width() - 2));
    painter.fillRect(QRect(x, plot.top(), 2, plot.height()), style.tx);
    const int wide = painter.fontMetrics().horizontalAdvance(data_.marker_text);
    painter.setPen(style.tx);
    painter.drawText(std::clamp(x - wide / 2, 0, std::max(0, width() - wide)), 11, data_.marker_text);
  }
  painter.setPen(style.tx2);
  for (const auto& [at, text] : data_.ticks) {
    const int wide = painter.fontMetrics().horizontalAdvance(text);
    painter.drawText(std::clamp(static_cast<int>(at * width()) - wide / 2, 0, std::max(0, width() - wide)), height() - 3, text);
  }
}

}  // namespace panels::kit::plots
