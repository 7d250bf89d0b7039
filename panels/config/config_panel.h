// Config: every key with its layers, why it has its value, and what changed. Live applies on Enter; Draft collects edits
// until they are applied together.
#pragma once

#include <QTimer>
#include <map>

#include "panels/config/config_model.h"
#include "panels/kit/panel.h"
#include "panels/kit/widgets.h"

class QSplitter;
class QStackedWidget;

namespace panels::config {

class ChangeModel;
class Timeline;

class ConfigPanel final : public kit::Panel {
  Q_OBJECT
 public:
  ConfigPanel(kit::Session* session, QWidget* parent);
  kit::PanelInfo info() const override;
  std::vector<kit::Command> commands() override;
  QWidget* make_inspector(const kit::Selection& selection, QWidget* parent) override;
  void reveal(const kit::Selection& selection) override;
  void show_example() override;
  QVariantMap save_state() const override;
  void restore_state(const QVariantMap& state) override;

  kit::TableView* table() const { return table_; }
  ConfigModel* model() const { return model_; }
  bool live() const { return mode_->current() == 0; }
  // What Enter in an editor does.
  void edit(const QString& key, const QString& text);
  const std::map<QString, QString>& draft() const { return draft_; }

 protected:
  void refresh() override;

 private:
  void build_keys();
  void build_changes();
  void rebuild_model();
  void flash(const workbench::host::ConfigChange& change);
  void show_draft_bar();

  std::vector<std::string> layers_;
  ConfigModel* model_ = nullptr;
  kit::Sheet *sheet_, *changes_sheet_;
  kit::TableView *table_, *changes_view_;
  kit::Segments *mode_, *show_;
  QLineEdit* filter_;
  kit::Banner* banner_;
  QWidget* draft_bar_;
  QLabel* draft_text_;
  Timeline* timeline_;
  ChangeModel* changes_;
  QSplitter* split_;
  std::map<QString, QString> draft_;
  QTimer flash_over_;
};

}  // namespace panels::config
