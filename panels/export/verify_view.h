// Build, tests, start and replay of an export: a bar by time, a row per step with what it said last, the replay by operation and the
// whole output. Shows what it is told; runs nothing. GUI thread.
#pragma once

#include <QElapsedTimer>
#include <QWidget>
#include <optional>

#include "workbench/exporter/export_plan.h"

class QLabel;
class QPlainTextEdit;
class QStackedWidget;
class QTimer;

namespace panels::kit {
class CellRows;
class TableView;
class TabStrip;
class Tag;
}  // namespace panels::kit

namespace panels::exporting {

class ReplayBar;
class StepBar;

class VerifyView : public QWidget {
  Q_OBJECT
 public:
  explicit VerifyView(QWidget* parent = nullptr);
  void begin();                                                    // forgets what was, counts the time
  void end();
  void add_output(const std::string& step, const std::string& line);   // while it runs
  void show_report(const workbench::exporter::VerifyReport& report);
  void clear(bool written);                                        // nothing verified; written: the project stands in its folder
  QString running_step() const { return running_; }
  QString step_words(const QString& step) const;                   // what its row says
  kit::TableView* operations() const { return operations_; }

 private:
  void show_steps();
  void show_part(int part);
  kit::Tag* passed_;
  QLabel *total_, *replay_words_;
  StepBar* bar_;
  kit::CellRows *step_rows_, *operation_rows_;
  kit::TableView *steps_, *operations_;
  ReplayBar* replay_;
  kit::TabStrip* parts_;
  QStackedWidget* pages_;
  QPlainTextEdit* log_;
  QTimer* ticking_;
  QElapsedTimer step_clock_, whole_clock_;
  std::optional<workbench::exporter::VerifyReport> report_;
  QString running_, progress_;       // step; "12 of 63"
  std::vector<std::pair<QString, qint64>> ended_;   // steps that ended in this run, ms
  bool busy_ = false, written_ = false;
};

// "12 of 63" of a line of Ninja ("[12/63] Building ..."), of ctest ("3/38 Test #3: ..."); empty for any other.
QString progress_of(const QString& line);

}  // namespace panels::exporting
