// CellRows: a table whose rows are given as a whole, as cells. For small tables that are made from one view; large or hot
// ones have a TableModel of their own.
#pragma once

#include <vector>

#include "panels/kit/table.h"

namespace panels::kit {

struct CellRow {
  QString key;
  std::vector<Cell> cells;
  QColor tint;
};

class CellRows : public TableModel {
  Q_OBJECT
 public:
  explicit CellRows(std::vector<Column> columns, QObject* parent = nullptr) : TableModel(std::move(columns), parent) {}
  void set_rows(std::vector<CellRow> rows);
  const std::vector<CellRow>& rows() const { return rows_; }

 protected:
  Cell cell(int row, int column) const override;
  QColor row_tint(int row) const override;

 private:
  std::vector<CellRow> rows_;
};

}  // namespace panels::kit
