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

namespace panels::kit {
class CodeEdit;
}

namespace panels::config {

class ChangeModel;
class LayerText;
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
  LayerText* layers() const { return text_; }
  enum View { Table, Text };
  void set_view(View view);
  View view() const { return View(view_->current()); }
  // The draft as a difference to what is in force.
  void review(bool on);
  bool reviewing() const;
  kit::CodeEdit* review_text() const { return review_; }

 protected:
  void refresh() override;

 private:
  void build_keys();
  void build_changes();
  void rebuild_model();
  void flash(const workbench::host::ConfigChange& change);
  void show_draft_bar();
  void show_review();

  std::vector<std::string> layers_;
  ConfigModel* model_ = nullptr;
  kit::Sheet *sheet_, *changes_sheet_;
  kit::TableView *table_, *changes_view_;
  kit::Segments *view_, *mode_, *show_;
  QStackedWidget *views_, *front_;     // table or text; keys or the review of the draft
  LayerText* text_;
  kit::CodeEdit* review_;
  QPushButton* review_button_;
  QLineEdit* filter_;
  kit::Banner* banner_;
  QWidget* draft_bar_;
  QLabel* draft_text_;
  Timeline* timeline_;
  ChangeModel* changes_;
  QSplitter* split_;
  std::map<QString, QString> draft_;
  QString refused_;                    // the last edit that was not taken, and why
  QTimer flash_over_;
};

}  // namespace panels::config
