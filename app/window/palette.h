// Palette: Ctrl+K. One field over everything that has a name — commands, panels, config keys, services and routes, saved
// requests, traces. Prefixes: > commands, @ routes, # traces. Only enabled commands are listed. A pasted cURL line or trace
// id leads to where it belongs.
#pragma once

#include <QString>
#include <QWidget>
#include <functional>
#include <vector>

#include "panels/kit/panel.h"

class QLineEdit;
class QLabel;
class QScrollArea;

namespace app {

struct PaletteEntry {
  QString section, icon, title, detail, keys, verb;
  bool mono = false;
  std::function<void()> run;
  int score = 0;
  std::vector<int> matched;      // positions in title
};

// How well `query` fits `text`: 0 = not at all. Letters must come in order; runs, word starts and short texts win.
int match_score(const QString& query, const QString& text, std::vector<int>* matched = nullptr);

// What the palette lists for a query, best section first. Pure: tests call it without a window.
std::vector<PaletteEntry> palette_entries(const QString& query, panels::kit::Session& session, panels::kit::CommandTable& commands,
                                          const std::vector<panels::kit::PanelInfo>& panels);

class Palette : public QWidget {
  Q_OBJECT
 public:
  Palette(panels::kit::Session* session, panels::kit::CommandTable* commands, std::vector<panels::kit::PanelInfo> panels, QWidget* parent);
  void open(const QString& text = {});
  void close_palette();
  QLineEdit* field() const { return field_; }
  const std::vector<PaletteEntry>& entries() const { return entries_; }
  int current() const { return current_; }

 protected:
  void paintEvent(QPaintEvent*) override;
  void mousePressEvent(QMouseEvent*) override;
  bool eventFilter(QObject* object, QEvent* event) override;

 private:
  class List;
  void search();
  void move(int by);
  void run_current();
  void place();
  panels::kit::Session* session_;
  panels::kit::CommandTable* commands_;
  std::vector<panels::kit::PanelInfo> panels_;
  QWidget* box_;
  QLineEdit* field_;
  QLabel* count_;
  QScrollArea* scroll_;
  List* list_;
  std::vector<PaletteEntry> entries_;
  int current_ = 0;
  QPointer<QWidget> came_from_;
};

}  // namespace app
