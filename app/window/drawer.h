// Drawer: what happens, at the foot of the window (Ctrl+J) — the log tail, events, problems and tasks.
#pragma once

#include <QFrame>
#include <vector>

#include "panels/kit/panel.h"
#include "panels/kit/place.h"

class QStackedWidget;

namespace panels::kit {
class LogList;
class TableView;
class TabStrip;
}  // namespace panels::kit

namespace app {

struct Problem {
  QString where, text, panel;          // "config/service.toml:14:3", what is wrong, the panel that shows it
  panels::kit::Selection selection;
  bool error = true;
};
// Everything that is wrong now: services that failed, documents that were refused, a load that cannot be trusted.
std::vector<Problem> problems_of(const panels::kit::Views& views);

class EventModel;
class ProblemModel;
class TaskModel;

class Drawer : public QFrame {
  Q_OBJECT
 public:
  enum Tab { Logs, Events, Problems, Tasks };
  Drawer(panels::kit::Session* session, QWidget* parent);
  void show_views();
  void show_tab(Tab tab);
  Tab tab() const;
  panels::kit::LogList* logs() const { return logs_; }
  panels::kit::TableView* problems() const { return problems_view_; }
  panels::kit::TableView* tasks() const { return tasks_view_; }

 Q_SIGNALS:
  void close_requested();

 private:
  void cancel(int row);
  panels::kit::Session* session_;
  panels::kit::TabStrip* tabs_;
  QStackedWidget* pages_;
  panels::kit::LogList* logs_;
  EventModel* events_;
  ProblemModel* problems_;
  TaskModel* tasks_;
  panels::kit::TableView *problems_view_, *tasks_view_;
};

}  // namespace app
