#include "slipway/data/rows.h"

#include <stdexcept>

namespace slipway::data {

const Value& Rows::at(std::size_t row, std::string_view column) const {
  static const Value kNull;
  if (row >= rows.size()) return kNull;
  for (std::size_t i = 0; i < columns.size(); ++i)
    if (columns[i] == column) return rows[row][i];
  return kNull;
}

Value Rows::row(std::size_t index) const {
  Value::Map map;
  for (std::size_t i = 0; i < columns.size(); ++i) map[columns[i]] = rows[index][i];
  return Value(std::move(map));
}

Value Rows::to_value() const {
  Value::List list;
  list.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) list.push_back(row(i));
  return Value(std::move(list));
}

std::string quote_identifier(std::string_view name) {
  if (name.empty() || name.find('\0') != std::string_view::npos)
    throw std::logic_error("an SQL identifier must not be empty or hold NUL");
  std::string out = "\"";
  for (const char c : name) {
    if (c == '"') out += '"';
    out += c;
  }
  return out += '"';
}

}  // namespace slipway::data
