#include "workbench/compare/keys.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace workbench::compare {

using slipway::Value;

void Keys::mistake(const Value& at, std::string text) {
  if (status_.ok())
    status_ = slipway::bad_request("scenario: " + std::move(text), "SCENARIO_INVALID").with_mark({"", at.line, at.column});
}

const Value& Keys::get(const std::string& key) {
  asked_.push_back(key);
  return keys_[key];
}

std::string Keys::text(const std::string& key, std::string otherwise) {
  const Value& v = get(key);
  return v.is_null() ? otherwise : v.to_text();
}

std::int64_t Keys::integer(const std::string& key, std::int64_t otherwise, std::int64_t least, std::int64_t most) {
  const Value& v = get(key);
  if (v.is_null()) return otherwise;
  if (v.is_int() && v.as_int() >= least && v.as_int() <= most) return v.as_int();
  mistake(v, fmt::format("{} must be a whole number from {} to {}, not {}", key, least, most, v.to_text()));
  return otherwise;
}

double Keys::number(const std::string& key, double otherwise) {
  const Value& v = get(key);
  if (v.is_null()) return otherwise;
  if (v.is_number()) return v.as_double();
  mistake(v, fmt::format("{} must be a number, not {}", key, v.to_text()));
  return otherwise;
}

slipway::Duration Keys::duration(const std::string& key, slipway::Duration otherwise) {
  const Value& v = get(key);
  if (v.is_null()) return otherwise;
  const auto parsed = slipway::parse_duration(v.to_text());
  if (parsed.ok()) return *parsed;
  mistake(v, key + ": " + parsed.error().message());
  return otherwise;
}

std::vector<std::pair<int, double>> Keys::numbers_by_node(const std::string& key, int nodes) {
  std::vector<std::pair<int, double>> out;
  const Value& v = get(key);
  if (v.is_null()) return out;
  if (!v.is_map()) {
    mistake(v, fmt::format("{} must be a map from node number to number, like {{ 0: 0.5 }}", key));
    return out;
  }
  for (const auto& [name, value] : v.as_map()) {
    int node = -1;
    std::from_chars(name.data(), name.data() + name.size(), node);
    if (node < 0 || node >= nodes || !value.is_number()) {
      mistake(value, fmt::format("{}.{}: there is no such node of {}, or its value is no number", key, name, nodes));
      return out;
    }
    out.emplace_back(node, value.as_double());
  }
  return out;
}

slipway::Status Keys::finish() {
  for (const auto& [name, value] : keys_.as_map())
    if (std::find(asked_.begin(), asked_.end(), name) == asked_.end()) {
      std::string known;
      for (const auto& key : asked_) known += (known.empty() ? "" : ", ") + key;
      mistake(value, fmt::format("\"{}\" is no key of a {} comparison (use {})", name, what_, known));
    }
  return status_;
}

}  // namespace workbench::compare
