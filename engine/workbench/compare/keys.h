// Keys: reads the keys of a side in a situation; every mistake is kept and told at the end, unknown keys among them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "slipway/base/result.h"
#include "slipway/base/time.h"
#include "slipway/base/value.h"

namespace workbench::compare {

class Keys {
 public:
  Keys(const slipway::Value& keys, std::string what) : keys_(keys), what_(std::move(what)) {}
  std::string text(const std::string& key, std::string otherwise);
  std::int64_t integer(const std::string& key, std::int64_t otherwise, std::int64_t least, std::int64_t most);
  double number(const std::string& key, double otherwise);
  slipway::Duration duration(const std::string& key, slipway::Duration otherwise);
  // { 0: 0.5, 3: 2 }: a list by node number, others `otherwise`; empty when the key is absent.
  template <class T>
  void per_node(const std::string& key, int nodes, T otherwise, std::vector<T>& out) {
    for (const auto& [node, value] : numbers_by_node(key, nodes)) {
      if (out.size() <= static_cast<std::size_t>(node)) out.resize(static_cast<std::size_t>(node) + 1, otherwise);
      out[static_cast<std::size_t>(node)] = static_cast<T>(value);
    }
  }
  // BAD_REQUEST / SCENARIO_INVALID for the first mistake.
  slipway::Status finish();

 private:
  const slipway::Value& get(const std::string& key);
  std::vector<std::pair<int, double>> numbers_by_node(const std::string& key, int nodes);
  void mistake(const slipway::Value& at, std::string text);

  const slipway::Value& keys_;
  std::string what_;
  std::vector<std::string> asked_;
  slipway::Status status_;
};

}  // namespace workbench::compare
