// LayerText: the layers of a workspace as text, highest first, each a file that can be edited in place. What is wrong is marked at
// its line while the last good text stays in force; a text that does not parse is not written. What is typed is kept per file.
#pragma once

#include <QWidget>
#include <map>

#include "panels/kit/place.h"
#include "panels/kit/session.h"
#include "panels/kit/table.h"

class QLabel;
class QPushButton;

namespace panels::kit {
class Banner;
class CodeEdit;
}  // namespace panels::kit

namespace panels::config {

// One file that can be looked at: "config/service.toml", and what it is: a layer's name, "defaults of gateway".
struct TextFile {
  QString file, role;
  int problems = 0;
};
// Highest layer first, then the service files, whose values are the defaults, then workspace.yaml.
std::vector<TextFile> text_files(const kit::Views& views);

class TextFileModel final : public kit::TableModel {
  Q_OBJECT
 public:
  explicit TextFileModel(QObject* parent = nullptr);
  void set(std::vector<TextFile> files, const std::map<QString, QString>& drafts);

 protected:
  kit::Cell cell(int row, int column) const override;

 private:
  std::vector<TextFile> files_;
  std::map<QString, QString> drafts_;
};

class LayerText : public QWidget {
  Q_OBJECT
 public:
  LayerText(kit::Session* session, QWidget* parent);
  // Only a list that is looked at asks for a file's text.
  void show_views();
  void set_active(bool active);
  // "config/service.toml:14:3": opens it there.
  void reveal(const QString& place);
  void save();
  void discard();
  bool edited() const { return drafts_.count(file_) > 0; }
  const QString& file() const { return file_; }
  kit::TableView* files() const { return list_; }
  kit::CodeEdit* text() const { return edit_; }
  const std::map<QString, QString>& drafts() const { return drafts_; }
  void set_drafts(std::map<QString, QString> drafts) { drafts_ = std::move(drafts); }

 private:
  void open(const QString& file);
  void show_state();
  kit::Session* session_;
  TextFileModel* model_;
  kit::TableView* list_;
  kit::CodeEdit* edit_;
  kit::Banner* banner_;
  QLabel *name_, *state_;
  QPushButton *save_, *discard_;
  QString file_, on_disk_, refused_;     // refused_: what was said when it was last saved
  bool loaded_ = false, active_ = false, showing_ = false, changed_ = false;   // changed_: on disk, under a draft
  kit::Place wanted_;                    // to be gone to when the text is there
  std::map<QString, QString> drafts_;
};

}  // namespace panels::config
