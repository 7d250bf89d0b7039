// The lists of the drawer. Each takes what the session shows and answers with cells.
#pragma once

#include "app/window/drawer.h"
#include "panels/kit/table.h"

namespace app {

class EventModel final : public panels::kit::TableModel {
  Q_OBJECT
 public:
  explicit EventModel(QObject* parent);
  void set(const std::vector<workbench::recorder::Event>& events);

 protected:
  panels::kit::Cell cell(int row, int column) const override;

 private:
  std::vector<workbench::recorder::Event> events_;
};

class ProblemModel final : public panels::kit::TableModel {
  Q_OBJECT
 public:
  explicit ProblemModel(QObject* parent);
  void set(std::vector<Problem> problems);
  const Problem& at(int row) const { return problems_[std::size_t(row)]; }

 protected:
  panels::kit::Cell cell(int row, int column) const override;

 private:
  std::vector<Problem> problems_;
};

// Tasks of this window, and a load that runs (id 0).
class TaskModel final : public panels::kit::TableModel {
  Q_OBJECT
 public:
  enum Column { State, Name, Progress, Took, Note, Cancel };
  explicit TaskModel(QObject* parent);
  void set(const std::vector<panels::kit::Task>& tasks, const panels::kit::LoadView& load, qint64 now_ms);
  std::uint64_t id(int row) const { return lines_[std::size_t(row)].id; }
  bool over(int row) const { return lines_[std::size_t(row)].over; }
  int running() const;

 protected:
  panels::kit::Cell cell(int row, int column) const override;

 private:
  struct Line {
    std::uint64_t id = 0;
    QString name, note, error;
    panels::kit::Task::State state = panels::kit::Task::State::Running;
    double share = -1;
    qint64 took_ms = 0;
    bool over = false;
  };
  std::vector<Line> lines_;
};

}  // namespace app
