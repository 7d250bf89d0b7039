// TimeStack: plots over one time axis, one above the other: heat map, lines or areas, stacked shares. Every lane shares x to
// the pixel; a mark is one line through all of them; the crosshair too. A heat map's cells are chosen by click or arrow keys.
// Takes values, not models. GUI thread.
#pragma once

#include <QWidget>
#include <cstdint>
#include <vector>

#include "panels/kit/plots/style.h"

namespace panels::kit::plots {

struct TimeSeries {
  QString name;
  std::vector<double> values;  // one per step from the axis' start; NaN leaves a gap
  QColor ink;
  bool area = false, dashed = false;
  QString label;               // at the line's end; empty for none
};

struct HeatCells {
  int bands = 0;                       // from below
  std::vector<std::uint32_t> counts;   // columns × bands
  std::vector<std::pair<double, QString>> ticks;  // band position, text
  int columns() const { return bands > 0 ? static_cast<int>(counts.size()) / bands : 0; }
  std::uint32_t at(int column, int band) const { return counts[static_cast<std::size_t>(column * bands + band)]; }
};

struct TimeLane {
  enum class Kind { Lines, Stacked, Heat } kind = Kind::Lines;
  QString title;
  int stretch = 1;
  double top = 0;                  // of the axis; 0 = by the values
  std::vector<TimeSeries> series;  // Stacked: from below
  std::vector<double> guides;      // dashed lines across
  HeatCells heat;
};

struct TimeMark {
  double at_s = 0;
  QString text;
};

struct TimeStackData {
  double from_s = 0, to_s = 60, step_s = 1;
  double now_s = -1;               // a plain line where the data ends; < 0 for none
  std::int64_t wall_ns = 0;        // of second 0: the axis then says the time of day; 0: seconds
  std::vector<TimeLane> lanes;
  std::vector<TimeMark> marks;
};

class TimeStack : public QWidget {
  Q_OBJECT
 public:
  explicit TimeStack(QWidget* parent = nullptr);
  void set_data(TimeStackData data);
  const TimeStackData& data() const { return data_; }
  void set_right_margin(int px);
  void set_empty_text(const QString& text);
  void set_cell(int column, int band);   // -1, -1 for none; says nothing
  int column() const { return column_; }
  int band() const { return band_; }
  QRect cell_rect(int column, int band) const;    // of the heat lane; empty without one
  QRect lane_rect(int lane) const;                // the plot itself
  double seconds_at(int x) const;
  QString as_table() const;                       // tab-separated: what is drawn, for Copy
  QSize sizeHint() const override { return {640, 420}; }

 Q_SIGNALS:
  void cellChosen(int column, int band);
  void crosshairMoved(double seconds);

 protected:
  void paintEvent(QPaintEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void leaveEvent(QEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  bool event(QEvent* event) override;

 private:
  struct Layout {
    int left = 0, width = 0, pitch = 0;
    std::vector<QRect> plots;
    int band_pitch = 0;
    int bottom = 0;
  };
  Layout layout_lanes() const;
  int x_of(double seconds, const Layout& layout) const;
  int heat_lane() const;
  void choose(int column, int band);
  bool cell_at(const QPoint& at, int& column, int& band) const;
  void paint_lane(QPainter& painter, const PlotStyle& style, const Layout& layout, std::size_t lane);
  void paint_heat(QPainter& painter, const PlotStyle& style, const Layout& layout, const TimeLane& lane, const QRect& plot);
  void paint_lines(QPainter& painter, const PlotStyle& style, const Layout& layout, const TimeLane& lane, const QRect& plot);
  void paint_stacked(QPainter& painter, const PlotStyle& style, const Layout& layout, const TimeLane& lane, const QRect& plot);
  void paint_axis(QPainter& painter, const PlotStyle& style, const Layout& layout);
  void paint_marks(QPainter& painter, const PlotStyle& style, const Layout& layout);

  TimeStackData data_;
  int right_margin_ = 110, column_ = -1, band_ = -1;
  double crosshair_ = -1;
  QString empty_text_;
};

}  // namespace panels::kit::plots
