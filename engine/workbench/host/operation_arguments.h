// What operations, of a host and of a past run, share in reading their arguments and listing their answers.
#pragma once

#include "workbench/host/operations.h"

namespace workbench::host {

inline std::string text_of(const slipway::Value& arguments, std::string_view key, std::string otherwise = {}) {
  const slipway::Value& v = arguments[key];
  return v.is_null() ? otherwise : v.to_text();
}

inline std::size_t limit_of(const slipway::Value& arguments, std::size_t otherwise) {
  const slipway::Value& v = arguments["limit"];
  return v.is_int() && v.as_int() > 0 ? static_cast<std::size_t>(v.as_int()) : otherwise;
}

template <class Range>
slipway::Value list_of(const Range& range) {
  slipway::Value::List l;
  for (const auto& item : range) l.push_back(to_value(item));
  return slipway::Value(std::move(l));
}

}  // namespace workbench::host
