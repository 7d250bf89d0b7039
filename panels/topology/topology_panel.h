// Topology: who calls whom at what rate, and the balancer laid open: a row of controls per instance, the share of picks over the last
// minute, the latency on the same axis, and why the last picks fell as they did.
#pragma once

#include <vector>

#include "panels/kit/panel.h"

class QComboBox;
class QLabel;
class QPushButton;
class QStackedWidget;

namespace panels::kit {
class Sheet;
class TabStrip;
class Segments;
class Banner;
class Tag;
class EmptyState;
namespace plots {
class TimeStack;
}
}  // namespace panels::kit

namespace panels::topology {

class GraphView;
class NodeRows;

class TopologyPanel : public kit::Panel {
  Q_OBJECT
 public:
  explicit TopologyPanel(kit::Session* session, QWidget* parent = nullptr);
  kit::PanelInfo info() const override;
  std::vector<kit::Command> commands() override;
  QWidget* make_inspector(const kit::Selection& selection, QWidget* parent) override;
  void reveal(const kit::Selection& selection) override;
  void show_example() override;                    // the balancer is what one comes for
  QVariantMap save_state() const override;
  void restore_state(const QVariantMap& state) override;

  void show_tab(int tab);                          // 0 graph, 1 balancer
  void choose_balancer(const QString& name);       // live
  void reset_all();                                // of the target's instances, undoable in Config
  void set_added_latency(const QString& node, std::int64_t ns);
  QString balancer() const;
  NodeRows* rows() const { return rows_; }
  GraphView* graph() const { return graph_; }
  kit::plots::TimeStack* charts() const { return charts_; }

 protected:
  void refresh() override;
  void hideEvent(QHideEvent* event) override;

 private:
  QWidget* build_balancer();
  const workbench::host::BalancedTarget* target() const;
  void show_graph();
  void show_balancer();
  void show_charts();
  QStringList set_keys() const;
  QString key_of(const QString& node, const QString& what) const;
  void watch(bool on);

  kit::Sheet *head_, *chart_sheet_;
  kit::TabStrip* tabs_;
  QStackedWidget* pages_;
  GraphView* graph_;
  QStackedWidget *graph_pages_, *balancer_pages_;
  kit::Segments* policies_;
  std::vector<QString> policy_names_;
  kit::Tag* switched_;
  QLabel* key_;
  QPushButton* reset_;
  QComboBox* targets_;
  NodeRows* rows_;
  kit::plots::TimeStack* charts_;
  bool loading_ = false, watching_ = false;
};

}  // namespace panels::topology
