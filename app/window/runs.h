// Runs: the choice of the run that the window shows, and the bar over a past one. A past run is read only; the bar says which it is, what of
// it was kept and what was not, and leads back.
#pragma once

#include <QFrame>
#include <vector>

#include "panels/kit/session.h"

class QLabel;
class QMenu;
class QPushButton;

namespace panels::kit {
class EmptyState;
class IconLabel;
class Sheet;
}

namespace app {

// "14:21, 25m 03s"; "Nov 22 14:21, 25m 03s" when it began on another day than now.
QString run_name(const workbench::recorder::RunInfo& run, qint64 now_ns);

class RunBar : public QFrame {
  Q_OBJECT
 public:
  RunBar(panels::kit::Session* session, QWidget* parent);
  void show_views();   // hidden while live
  QPushButton* back() const { return back_; }
  QPushButton* star() const { return star_; }
  QPushButton* remove() const { return remove_; }
  QString words() const;   // all that it says

 protected:
  void resizeEvent(QResizeEvent* event) override;

 private:
  void elide();
  panels::kit::Session* session_;
  panels::kit::IconLabel* icon_;
  QLabel *title_, *figures_, *caveat_;
  QString caveat_words_;   // whole; the label may have room for less
  QPushButton *star_, *remove_, *back_;
};

// 2 px around `framed`, a sibling, wherever that is: what a past run's figures stand in. Lets the mouse through.
class RunFrame : public QWidget {
 public:
  RunFrame(QWidget* framed, QWidget* parent);

 protected:
  void paintEvent(QPaintEvent*) override;
  bool eventFilter(QObject* object, QEvent* event) override;

 private:
  void lay_over();
  QWidget* framed_;
};

// In the place of the panels while what they show is still on its way: the first views, or those of another run. Says so after 150 ms.
class LoadingPage : public QWidget {
  Q_OBJECT
 public:
  LoadingPage(panels::kit::Session* session, QWidget* parent);
  void show_views();

 protected:
  void showEvent(QShowEvent* event) override;

 private:
  panels::kit::Session* session_;
  panels::kit::Sheet* sheet_;
  panels::kit::EmptyState* words_;
};

// Lists the runs of the workspace, then opens a menu of them under `under`: live, each that is kept, and Clean.
void open_run_menu(panels::kit::Session* session, QWidget* under);
// The menu itself, of runs that are known. The caller owns it.
QMenu* make_run_menu(panels::kit::Session* session, const std::vector<workbench::recorder::RunInfo>& runs, QWidget* parent);

// The newest run that is over, shown; a toast when there is none.
void show_last_run(panels::kit::Session* session);
void star_run(panels::kit::Session* session, std::string id, bool starred);
void remove_run(panels::kit::Session* session, std::string id);          // asks before
void clean_runs(panels::kit::Session* session);                          // asks before, with what would go

}  // namespace app
