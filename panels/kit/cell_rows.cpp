#include "panels/kit/cell_rows.h"

namespace panels::kit {

void CellRows::set_rows(std::vector<CellRow> rows) {
  std::vector<QString> keys;
  keys.reserve(rows.size());
  for (const CellRow& row : rows) keys.push_back(row.key);
  replace_rows(std::move(keys), [&] { rows_ = std::move(rows); });
}

Cell CellRows::cell(int row, int column) const {
  const auto r = static_cast<std::size_t>(row), c = static_cast<std::size_t>(column);
  return r < rows_.size() && c < rows_[r].cells.size() ? rows_[r].cells[c] : Cell{};
}

QColor CellRows::row_tint(int row) const {
  return static_cast<std::size_t>(row) < rows_.size() ? rows_[static_cast<std::size_t>(row)].tint : QColor();
}

}  // namespace panels::kit
