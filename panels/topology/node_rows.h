// NodeRows: one row of controls per instance of a balanced service: weight, added latency, failures, health, and beside them what
// came of it. A slider says what was set when it is let go, or at most ten times a second while it is dragged. GUI thread.
#pragma once

#include <QWidget>
#include <vector>

#include "workbench/host/views.h"

class QSlider;
class QLabel;

namespace panels::kit {
class Toggle;
}

namespace panels::topology {

class NodeRow;

class NodeRows : public QWidget {
  Q_OBJECT
 public:
  explicit NodeRows(QWidget* parent = nullptr);
  void set_nodes(const std::vector<workbench::host::BalancedNode>& nodes);
  QString current() const { return current_; }
  void set_current(const QString& id);
  QSlider* slider(const QString& node, const QString& what) const;   // "weight", "added_latency", "failure_percent"
  QSize sizeHint() const override;

 Q_SIGNALS:
  // `text` as the config wants it: "10", "80ms", "5".
  void changed(const QString& node, const QString& what, const QString& text);
  void health_changed(const QString& node, bool healthy);
  void chosen(const QString& node);

 protected:
  void paintEvent(QPaintEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;

 private:
  struct Columns {
    int x[9], width[9];
  };
  Columns columns() const;
  void place();
  std::vector<workbench::host::BalancedNode> nodes_;
  struct Controls {
    QSlider *weight, *latency, *failures;
    kit::Toggle* health;
  };
  std::vector<Controls> controls_;
  QString current_;
};

// The latency slider: 0, then steps of 0.2 ms to 2 ms, of 5 ms to 100 ms, of 20 ms to 500 ms.
std::int64_t latency_of_slider(int position);
int slider_of_latency(std::int64_t ns);
constexpr int kLatencySteps = 50;
// "800us", "80ms".
QString latency_text(std::int64_t ns);

}  // namespace panels::topology
