// Rows: what a query gives. Cells are Values: NULL, INTEGER, REAL and TEXT as null, int, double and string; a BLOB is a
// string of its bytes. Column names are as the statement says (use AS to name an expression).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "slipway/base/value.h"

namespace slipway::data {

class Rows {
 public:
  std::vector<std::string> columns;
  std::vector<std::vector<Value>> rows;

  std::size_t size() const { return rows.size(); }
  bool empty() const { return rows.empty(); }
  // The cell, or a shared null when there is no such row or column.
  const Value& at(std::size_t row, std::string_view column) const;
  // One row as a map, columns in order; of two columns of one name the last wins.
  Value row(std::size_t index) const;
  // A list of maps.
  Value to_value() const;
};

struct ExecInfo {
  std::int64_t changes = 0;  // rows inserted, updated or deleted by the statement itself
  std::int64_t last_id = 0;  // row id of the last INSERT on this database; meaningful after an INSERT
  Rows returned;             // rows of a SELECT or a RETURNING clause; columns are set even without rows
};

// The values of a statement: parameters(id, "text", 2.5). In a coroutine write this, not {id, "text"}: GCC 12 refuses a braced
// list inside a co_await expression ("array used as initializer").
template <class... T>
std::vector<Value> parameters(T&&... values) {
  std::vector<Value> out;
  out.reserve(sizeof...(values));
  (out.emplace_back(std::forward<T>(values)), ...);
  return out;
}

// `name` as an SQL identifier in double quotes. Names come from code or schema, never from a request; values go through
// parameters.
std::string quote_identifier(std::string_view name);

}  // namespace slipway::data
