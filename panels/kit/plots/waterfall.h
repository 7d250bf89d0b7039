// Waterfall: a trace as a tree with one bar per span. Name column, total and own time, then time: inside pale, own time
// solid, critical path below, short circuits and steps not reached marked; ruler, optional minimap, zoom, measure.
//
// Keys: W/S zoom, A/D pan, F fit, Up/Down select, Left/Right close and open, Enter activate, Esc clear the measure.
// Mouse: click selects, chevron opens, double click fits the span, drag measures, Ctrl+wheel zooms, Shift+wheel pans.
// Takes geometry only; panels make it with trace_geometry(). GUI thread.
#pragma once

#include <QAbstractScrollArea>
#include <QImage>
#include <optional>
#include <vector>

#include "panels/kit/plots/bars.h"
#include "panels/kit/plots/geometry.h"

namespace panels::kit::plots {

class Waterfall : public QAbstractScrollArea {
  Q_OBJECT
 public:
  explicit Waterfall(QWidget* parent = nullptr);

  void set_geometry(WaterfallGeometry geometry);  // fits and closes groups; keeps nothing of the last trace
  const WaterfallGeometry& geometry() const { return geometry_; }
  void set_name_width(int px);                    // 300 in Traces, 278 in Requests
  void set_band_visible(bool on);                 // legend and minimap
  void set_row_height(int px);
  void set_empty_text(const QString& text);

  int current() const { return current_; }        // index of a row, -1 for none
  void set_current(int row);
  int row_of_span(int span) const;
  void set_closed(int row, bool closed);
  bool is_closed(int row) const;
  void set_all_closed(bool closed);
  const std::vector<std::uint32_t>& shown() const { return shown_; }

  TimeWindow window() const { return window_; }
  void set_window(TimeWindow window);
  void zoom(double factor, double at_ns);         // factor < 1 shows less
  void pan(double share);
  void fit();

  int row_at(const QPoint& viewport_position) const;   // -1 outside
  QRect time_area() const;                             // of the rows, in the viewport
  QSize sizeHint() const override;

 Q_SIGNALS:
  void currentChanged(int row);
  void activated(int row);

 protected:
  void paintEvent(QPaintEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void mouseDoubleClickEvent(QMouseEvent* event) override;
  void wheelEvent(QWheelEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  bool viewportEvent(QEvent* event) override;

 private:
  int band_height() const { return band_ ? 36 : 0; }
  int header_height() const { return band_height() + 24; }
  QRect map_area() const;
  void rebuild();
  void update_scroll();
  void reveal(int row);
  void step(int by);
  void paint_band(QPainter& painter, const PlotStyle& style);
  void paint_header(QPainter& painter, const PlotStyle& style);
  void paint_row(QPainter& painter, const PlotStyle& style, const BarRow& row, int index, int top);
  QRect chevron(const BarRow& row, int top) const;
  QString describe(const BarRow& row) const;

  WaterfallGeometry geometry_;
  std::vector<bool> closed_;
  std::vector<std::uint32_t> shown_;
  std::vector<LaneSpan> lanes_;
  QImage map_;
  TimeWindow window_;
  int name_width_ = 300, row_height_ = 20, current_ = -1, hovered_ = -1;
  bool band_ = true;
  QString empty_text_;
  enum class Drag { None, Measure, Map } drag_ = Drag::None;
  double drag_from_ = 0;
  std::optional<Segment> measure_;
};

}  // namespace panels::kit::plots
