// The six figures of a run and its objectives: what one looks at first. GUI thread.
#pragma once

#include <QWidget>
#include <vector>

#include "workbench/traffic/load_run.h"

class QHBoxLayout;
class QLabel;
class QLineEdit;

namespace panels::load {

class LoadFigures : public QWidget {
  Q_OBJECT
 public:
  explicit LoadFigures(QWidget* parent = nullptr);
  void show_run(const workbench::traffic::LoadProgress& progress, bool running);

 private:
  struct Figure {
    QLabel *value, *note;
  };
  std::vector<Figure> figures_;
};

// Objectives: chips of what held and what did not, and the field to change them while nothing runs.
class LoadObjectives : public QWidget {
  Q_OBJECT
 public:
  explicit LoadObjectives(QWidget* parent = nullptr);
  void show_run(const workbench::traffic::LoadProgress& progress, bool running);
  std::vector<std::string> rules() const;
  QLineEdit* edit() const { return edit_; }

 private:
  QHBoxLayout* chips_;
  QLineEdit* edit_;
  QLabel* note_;
};

QString ms_text(std::int64_t ns);   // "4.57", of milliseconds

}  // namespace panels::load
