// The evidence of a comparison: DotPlot (every repetition of both sides over the band that noise alone covers), SpectrumPlot
// (value by percentile, with the predicted line where theory has one), ShareBars (per node, both sides, tick = capacity) and
// BarHistogram (where one span stands among all). Values in, pixels out. GUI thread.
#pragma once

#include <QWidget>
#include <optional>
#include <utility>
#include <vector>

#include "panels/kit/plots/style.h"

namespace panels::kit::plots {

struct DotRow {
  QString name;
  std::vector<double> values;
  double median = 0;
  QColor ink;
  QString text;  // the median as written at the right
};
struct DotGroup {
  QString title;
  std::vector<DotRow> rows;
  double band_low = 0, band_high = 0;  // A against A; equal = none
};

class DotPlot : public QWidget {
  Q_OBJECT
 public:
  explicit DotPlot(QWidget* parent = nullptr);
  void set_groups(std::vector<DotGroup> groups);
  void set_current(int group);
  int group_at(const QPoint& at) const;  // -1 outside
  QString as_table() const;              // tab-separated: a line per repetition
  QSize sizeHint() const override { return {400, 400}; }

 Q_SIGNALS:
  void groupChosen(int group);

 protected:
  void paintEvent(QPaintEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;

 private:
  void paint_group(QPainter& painter, const PlotStyle& style, const DotGroup& group, const QRect& area);
  std::vector<DotGroup> groups_;
  int current_ = -1;
};

struct SpectrumSeries {
  QString name;
  std::vector<std::pair<double, double>> points;  // percentile 0..100, value
  QColor ink;
  bool dashed = false;
  struct Range {
    double percentile, low, high;
  };
  std::vector<Range> ranges;  // smallest and largest of the runs
};
struct SpectrumData {
  QString title, note;
  bool log_values = false;
  std::vector<SpectrumSeries> series;
  struct Bracket {
    double percentile, low, high;
    QString text;
  };
  std::optional<Bracket> bracket;
};

class SpectrumPlot : public QWidget {
  Q_OBJECT
 public:
  explicit SpectrumPlot(QWidget* parent = nullptr);
  void set_data(SpectrumData data);
  const SpectrumData& data() const { return data_; }
  QString as_table() const;              // tab-separated: a line per percentile, a column per curve
  // Position of a percentile on the axis, 0..1: as many pixels from p90 to p99 as from p99 to p99.9.
  static double position(double percentile, double last);
  QSize sizeHint() const override { return {480, 360}; }

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  SpectrumData data_;
};

struct ShareRow {
  QString name;
  double a = 0, b = 0;   // 0..1
  double tick = -1;      // share of capacity, < 0 for none
};
class ShareBars : public QWidget {
  Q_OBJECT
 public:
  explicit ShareBars(QWidget* parent = nullptr);
  void set_rows(std::vector<ShareRow> rows, const QString& title, const QString& note);
  QString as_table() const;
  QSize sizeHint() const override;

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  std::vector<ShareRow> rows_;
  QString title_, note_;
};

struct HistogramData {
  std::vector<double> bars, bars_below;    // stacked: below pale
  double marker = -1;                      // 0..1 across, < 0 for none
  QString marker_text;
  std::vector<std::pair<double, QString>> ticks;  // 0..1, text
  int series = 0;
};
class BarHistogram : public QWidget {
  Q_OBJECT
 public:
  explicit BarHistogram(QWidget* parent = nullptr);
  void set_data(HistogramData data);
  QSize sizeHint() const override { return {296, 92}; }

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  HistogramData data_;
};

}  // namespace panels::kit::plots
