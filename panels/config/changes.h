// Changes: what was changed in this run — a timeline with a track per source, and the list with a way back.
#pragma once

#include <QWidget>
#include <vector>

#include "panels/kit/table.h"
#include "workbench/host/views.h"

namespace panels::config {

class Timeline : public QWidget {
  Q_OBJECT
 public:
  explicit Timeline(QWidget* parent = nullptr);
  void set(const std::vector<workbench::host::ConfigChange>& changes, std::int64_t from_ns, std::int64_t to_ns);
  void mark(std::uint64_t version);
  QSize sizeHint() const override { return {600, 20 * tracks() + 28}; }
  QSize minimumSizeHint() const override { return {200, 20 * tracks() + 28}; }

 Q_SIGNALS:
  void chosen(std::uint64_t version);

 protected:
  void paintEvent(QPaintEvent*) override;
  void mousePressEvent(QMouseEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;

 private:
  int tracks() const { return std::max(1, int(sources_.size())); }
  QPointF place(const workbench::host::ConfigChange& change) const;
  std::vector<workbench::host::ConfigChange> changes_;
  std::vector<std::string> sources_;
  std::int64_t from_ = 0, to_ = 1;
  std::uint64_t marked_ = 0;
};

class ChangeModel final : public kit::TableModel {
  Q_OBJECT
 public:
  enum Column { Time, Who, Key, Before, Arrow, After, Readers, Took, Revert };
  explicit ChangeModel(QObject* parent = nullptr);
  void set(const std::vector<workbench::host::ConfigChange>& changes);
  const workbench::host::ConfigChange& at(int row) const { return changes_[std::size_t(row)]; }

 protected:
  kit::Cell cell(int row, int column) const override;

 private:
  std::vector<workbench::host::ConfigChange> changes_;
};

}  // namespace panels::config
