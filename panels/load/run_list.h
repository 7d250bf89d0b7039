// The runs that are kept: when, how much was offered, what came of it; a star keeps one for good. Enter opens a run, two chosen
// with Ctrl are compared. GUI thread.
#pragma once

#include <QWidget>
#include <vector>

#include "workbench/traffic/run_store.h"

class QLabel;
class QPushButton;
class QToolButton;

namespace panels::kit {
class CellRows;
class TableView;
}  // namespace panels::kit

namespace panels::load {

class RunList : public QWidget {
  Q_OBJECT
 public:
  explicit RunList(QWidget* parent = nullptr);
  void set_runs(const std::vector<workbench::traffic::RunSummary>& runs, const QString& opened, std::int64_t now_ns);
  QStringList chosen() const;            // ids, newest first
  kit::TableView* table() const { return table_; }

 Q_SIGNALS:
  void opened(const QString& id);
  void compared(const QString& older, const QString& newer);
  void starred(const QString& id, bool on);

 private:
  void show_buttons();
  std::vector<workbench::traffic::RunSummary> runs_;
  QString opened_;
  kit::CellRows* rows_;
  kit::TableView* table_;
  QLabel* size_;
  QPushButton* compare_;
  QToolButton* star_;
};

QString run_clock(std::int64_t wall_ns, std::int64_t now_ns);   // "14:21:00", "Nov 22 14:21" when it is another day than now

}  // namespace panels::load
