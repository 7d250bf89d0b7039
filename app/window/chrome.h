// Chrome: the window's fixed parts — top bar, rail and status bar. They show views and raise signals; they hold no state
// of their own.
#pragma once

#include <QAbstractButton>
#include <QWidget>
#include <functional>
#include <vector>

#include "panels/kit/panel.h"
#include "panels/kit/theme.h"

class QPushButton;
class QToolButton;
class QLabel;

namespace app {

// Top bar 48: workspace, run selector, omnibox, kept meter, bell, theme, help.
class TopBar : public QWidget {
  Q_OBJECT
 public:
  TopBar(panels::kit::Session* session, panels::kit::CommandTable* commands, QWidget* parent);
  void show_views();
  void set_problems(int count);
  QWidget* run() const;                                    // the run selector

 Q_SIGNALS:
  void omnibox_clicked();
  void problems_clicked();

 protected:
  void resizeEvent(QResizeEvent*) override;
  void paintEvent(QPaintEvent*) override;

 private:
  panels::kit::Session* session_;
  QPushButton *workspace_, *run_, *omnibox_;
  QToolButton *bell_, *theme_, *help_;
  QWidget* kept_;
  int problems_ = 0;
};

// One entry of the rail: icon, label, key; icon over label when narrow.
class RailButton : public QAbstractButton {
  Q_OBJECT
 public:
  RailButton(const panels::kit::PanelInfo& info, QWidget* parent);
  void set_narrow(bool narrow);
  QSize sizeHint() const override;

 protected:
  void paintEvent(QPaintEvent*) override;

 private:
  panels::kit::PanelInfo info_;
  bool narrow_ = false;
};

// Rail 136, or 72 under 1360 px: panels in their three groups, first steps at the foot.
class Rail : public QWidget {
  Q_OBJECT
 public:
  Rail(panels::kit::Session* session, const std::vector<panels::kit::PanelInfo>& panels, QWidget* parent);
  void set_narrow(bool narrow);
  void set_current(const QString& panel);
  void show_views();

 Q_SIGNALS:
  void chosen(const QString& panel);

 private:
  panels::kit::Session* session_;
  std::vector<std::pair<QString, RailButton*>> buttons_;
  std::vector<QLabel*> captions_;
  class Steps;
  Steps* steps_;
};

// The seven things of the first five minutes, and how many the run has seen.
struct FirstSteps {
  int done = 0;
  QString next;                 // the first that is missing, in words; empty when all are done
};
FirstSteps first_steps(const panels::kit::Views& views, int comparisons = 0);   // made in this window

// Status bar 28: figures as they are.
class StatusBar : public QWidget {
  Q_OBJECT
 public:
  StatusBar(panels::kit::Session* session, QWidget* parent);
  void show_views();
  void set_frame_p99(double ms);    // < 0: not known

 protected:
  void paintEvent(QPaintEvent*) override;

 private:
  struct Figure {
    QString name, value;
    panels::kit::Token token = panels::kit::Token::Tx;
    QString icon;
  };
  std::vector<Figure> left() const;
  std::vector<Figure> right() const;
  panels::kit::Session* session_;
  double frame_p99_ms_ = -1;
};

QString compact(double n);        // 412k, 1M, 1 204
QString uptime_text(std::int64_t ns);

}  // namespace app
