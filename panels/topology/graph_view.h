// GraphView: services as boxes in layers from callers to callees, calls as curves whose width is the rate. Geometry in, pixels
// out; instances of one service stand in one box group. Click or arrow keys choose. GUI thread.
#pragma once

#include <QWidget>
#include <vector>

namespace panels::topology {

struct GraphNode {
  QString id, service;     // "pricing-3", "pricing"
  QString note;            // "402 /s, p99 4.4 ms"
  bool failed = false, stopped = false;
};
struct GraphEdge {
  QString from, to;
  double requests_per_s = 0, errors_per_s = 0;
};

class GraphView : public QWidget {
  Q_OBJECT
 public:
  explicit GraphView(QWidget* parent = nullptr);
  void set_graph(std::vector<GraphNode> nodes, std::vector<GraphEdge> edges);
  QRect rect_of(const QString& id) const;
  QString node_at(const QPoint& at) const;
  void set_current(const QString& id);
  QString as_mermaid() const;

 Q_SIGNALS:
  void chosen(const QString& id);
  void activated(const QString& id);

 protected:
  void paintEvent(QPaintEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseDoubleClickEvent(QMouseEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;

 private:
  void arrange();
  std::vector<GraphNode> nodes_;
  std::vector<GraphEdge> edges_;
  std::vector<QRect> rects_;
  QString current_;
};

// Layer of every node: the longest way from a node nobody calls. Cycles are cut at the edge that closes them.
std::vector<int> layers_of(const std::vector<GraphNode>& nodes, const std::vector<GraphEdge>& edges);

}  // namespace panels::topology
