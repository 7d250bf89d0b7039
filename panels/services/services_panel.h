// Services: home. The table of servers with what each does right now, and under it what the selected service is made of.
#pragma once

#include <map>

#include "panels/kit/panel.h"
#include "panels/kit/widgets.h"

class QSplitter;
class QStackedWidget;

namespace panels::kit {
class CodeEdit;
}

namespace panels::services {

class ServiceModel;
class RouteModel;
class MiddlewareModel;
class InUseModel;
class InstanceModel;
class ErrorModel;
class RouteEditor;

class ServicesPanel final : public kit::Panel {
  Q_OBJECT
 public:
  enum Tab { Routes, Middleware, InUse, Instances, OpenApi, Errors };
  ServicesPanel(kit::Session* session, QWidget* parent);
  kit::PanelInfo info() const override;
  std::vector<kit::Command> commands() override;
  QWidget* make_inspector(const kit::Selection& selection, QWidget* parent) override;
  void reveal(const kit::Selection& selection) override;
  void show_example() override;
  QVariantMap save_state() const override;
  void restore_state(const QVariantMap& state) override;

  kit::TableView* table() const { return table_; }
  kit::TableView* chain() const { return chain_view_; }
  kit::TableView* routes() const { return routes_view_; }
  RouteEditor* route_editor() const { return route_editor_; }
  QPushButton* new_service() const { return new_service_; }
  kit::Segments* design() const { return design_; }
  void show_tab(Tab tab) { tabs_->set_current(tab); }
  // Moves the current step of the chain, or switches it; nothing when it cannot be.
  void move_step(int by);
  void toggle_step();

 protected:
  void refresh() override;
  bool eventFilter(QObject* object, QEvent* event) override;

 private:
  void build_table();
  void build_detail();
  void build_routes();
  void build_openapi();
  void show_route();
  void save_openapi();
  void show_new(const QString& name);
  void show_detail();
  std::string design_of(const std::string& service) const;   // of its first row; empty: there is none
  void place_fixes();
  void row_menu(int row, const QPoint& at);
  const workbench::host::ServiceRow* current_server() const;
  void apply_chain(const std::string& service, std::vector<std::pair<std::string, bool>> steps, const QString& what);
  // Step `from` of a service at the place of step `to`; or switched.
  void move_step(const std::string& service, int from, int to);
  void toggle_step(const std::string& service, int step);
  std::vector<std::pair<std::string, bool>> chain_of(const std::string& service) const;
  bool chip_event(QEvent* event);

  ServiceModel* model_;
  kit::Sheet *sheet_, *detail_;
  kit::TableView *table_, *routes_view_, *chain_view_, *in_use_view_, *instances_view_, *errors_view_;
  QStackedWidget* front_;
  kit::TabStrip* tabs_;
  QStackedWidget* pages_;
  kit::Segments* design_;    // of the service: singleton | injected, live
  QLabel* legend_;
  QWidget* legend_square_;
  RouteModel* routes_;
  MiddlewareModel* chain_;
  InUseModel* in_use_;
  InstanceModel* instances_;
  ErrorModel* errors_;
  QPushButton *start_all_, *stop_all_, *new_service_;
  RouteEditor* route_editor_;
  QStackedWidget* openapi_;
  kit::CodeEdit* openapi_text_;
  QSplitter* split_;
  std::string service_;      // whose detail is shown
  QString wanted_service_, wanted_route_;   // to be chosen when the views have them
  int drag_from_ = -1;
  QPersistentModelIndex chip_row_;           // where a chip was taken
  QString chip_;
};

}  // namespace panels::services
