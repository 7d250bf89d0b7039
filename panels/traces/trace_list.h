// The list of traces: rows of TraceRow with the shape of each trace in its last column, and a row for every config change that
// fell between two of them. Takes snapshots; told apart by trace id, so selection survives a live tail. GUI thread.
#pragma once

#include <map>
#include <vector>

#include "panels/kit/plots/bars.h"
#include "panels/kit/table.h"
#include "workbench/host/views.h"
#include "workbench/recorder/trace.h"

namespace panels::traces {

class TraceListModel : public kit::TableModel {
  Q_OBJECT
 public:
  enum Columns { kTime, kOperation, kServices, kSpans, kStatus, kDuration, kShape, kColumnCount };
  explicit TraceListModel(QObject* parent = nullptr);
  // Newest first both. Changes outside the time the traces cover are left out.
  void set_traces(std::vector<workbench::recorder::TracePtr> traces, const std::vector<workbench::host::ConfigChange>& changes);
  workbench::recorder::TracePtr trace(int row) const;             // null for a mark
  const workbench::host::ConfigChange* mark(int row) const;       // null for a trace
  const std::vector<kit::plots::MiniBar>& shape(int row) const;
  double duration_share(int row) const;                           // of the slowest shown
  int trace_count() const;

 protected:
  kit::Cell cell(int row, int column) const override;

 private:
  struct Row {
    workbench::recorder::TracePtr trace;
    workbench::host::ConfigChange change;
    int earlier = 0;      // changes folded into this mark
    bool slowest = false;
  };
  kit::Cell mark_cell(const Row& row, int column) const;
  std::vector<Row> rows_;
  std::int64_t slowest_ns_ = 1;
  mutable std::map<std::string, std::vector<kit::plots::MiniBar>> shapes_;
};

// Paints what the common delegate cannot: services as squares, the duration bar, the shape, the marks.
class TraceListDelegate : public kit::CellDelegate {
 public:
  using kit::CellDelegate::CellDelegate;
  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

QString clock_text(std::int64_t wall_ns, bool millis = true);   // "14:12:20.118"

}  // namespace panels::traces
