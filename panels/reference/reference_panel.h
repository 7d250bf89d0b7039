// Reference: what can be looked up while prototyping. The error codes of the process with the HTTP and gRPC status that stand for
// each and who defined it; and the plugins of the workspace with what each adds.
#pragma once

#include "panels/kit/panel.h"

class QLineEdit;
class QStackedWidget;

namespace panels::kit {
class CellRows;
class EmptyState;
class Sheet;
class TableView;
class TabStrip;
}  // namespace panels::kit

namespace panels::reference {

class ReferencePanel : public kit::Panel {
  Q_OBJECT
 public:
  enum Tab { Codes, Plugins };
  explicit ReferencePanel(kit::Session* session, QWidget* parent = nullptr);
  kit::PanelInfo info() const override;
  std::vector<kit::Command> commands() override;
  QVariantMap save_state() const override;
  void restore_state(const QVariantMap& state) override;

  void show_tab(int tab);
  // The codes whose number begins with the words, or whose reason, text or owner has them.
  void filter(const QString& words);
  kit::TableView* codes() const { return codes_view_; }
  kit::TableView* plugins() const { return plugins_view_; }

 protected:
  void refresh() override;

 private:
  void show_codes();
  void show_plugins();
  kit::Sheet* sheet_;
  kit::TabStrip* tabs_;
  QLineEdit* filter_;
  QStackedWidget* pages_;
  kit::CellRows *codes_, *plugins_;
  kit::TableView *codes_view_, *plugins_view_;
  QStackedWidget* plugin_pages_;
};

}  // namespace panels::reference
