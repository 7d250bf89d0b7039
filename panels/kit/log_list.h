// LogList: the newest log lines, filtered by level, source and words, linked to their traces. It follows the newest line until it
// is touched (a row picked, or scrolled away); then it stands still and says how many came since. The list is virtual: only
// what is seen is painted, and at most the lines of the tail are held.
#pragma once

#include <QWidget>
#include <vector>

#include "panels/kit/session.h"
#include "panels/kit/table.h"

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;

namespace panels::kit {

class Segments;

struct LogFilter {
  slipway::telemetry::Level least = slipway::telemetry::Level::Debug;
  QString source;     // a logger's name; empty = all
  QString words;      // all of them, in text, fields or trace id
  bool any() const { return least == slipway::telemetry::Level::Debug && source.isEmpty() && words.trimmed().isEmpty(); }
};

class LogModel final : public TableModel {
  Q_OBJECT
 public:
  enum Column { Time, Level, Source, Text, Trace };
  explicit LogModel(QObject* parent = nullptr);
  void set(const workbench::host::LogTail& tail, const LogFilter& filter);
  const slipway::telemetry::LogLine& at(int row) const { return (*tail_.lines)[rows_[std::size_t(row)]]; }

 protected:
  Cell cell(int row, int column) const override;

 private:
  workbench::host::LogTail tail_;
  std::vector<std::size_t> rows_;   // indices of lines that fit
};

class LogList : public QWidget {
  Q_OBJECT
 public:
  LogList(Session* session, QWidget* parent);
  // Filters and the way back to the newest line, to be put where there is room for them.
  QWidget* tools() const { return tools_; }
  TableView* table() const { return table_; }
  LogModel* model() const { return model_; }
  void show_views();
  bool follows() const { return follows_; }
  void resume();

 protected:
  bool eventFilter(QObject* object, QEvent* event) override;

 private:
  void touch();
  void fill();
  void row_menu(int row, const QPoint& at);
  void open_trace(int row);
  LogFilter filter() const;

  Session* session_;
  LogModel* model_;
  TableView* table_;
  QWidget* tools_;
  Segments* level_;
  QComboBox* source_;
  QLineEdit* words_;
  QLabel* dropped_;
  QPushButton* resume_;
  bool follows_ = true, filling_ = false;
  workbench::host::LogTail shown_;
};

}  // namespace panels::kit
