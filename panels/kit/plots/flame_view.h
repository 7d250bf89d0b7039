// FlameView: every span of a trace by depth, for traces too big to read row by row. Far out it is scanlines; a lane wide enough
// carries names. Wheel zooms, drag pans, click chooses. GUI thread.
#pragma once

#include <QWidget>

#include "panels/kit/plots/bars.h"

namespace panels::kit::plots {

class FlameView : public QWidget {
  Q_OBJECT
 public:
  explicit FlameView(QWidget* parent = nullptr);
  void set_geometry(const WaterfallGeometry& geometry);
  int span_at(const QPoint& at) const;   // index of a row in the geometry, -1 for none
  void set_current(int row);
  void fit();

 Q_SIGNALS:
  void chosen(int row);

 protected:
  void paintEvent(QPaintEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void wheelEvent(QWheelEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;

 private:
  void zoom(double factor, double at);
  void pan(double by_ns);
  WaterfallGeometry geometry_;
  std::vector<LaneSpan> lanes_;
  std::vector<std::uint32_t> rows_;   // of lanes_
  TimeWindow window_;
  int lane_height_ = 20, current_ = -1, drag_x_ = 0;
};

}  // namespace panels::kit::plots
