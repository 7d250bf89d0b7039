// Headers: names and values of a message. Names compare without case; order and duplicates are kept.
// HeaderView is what a server sees (views into the received bytes); Headers owns its strings.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "slipway/base/result.h"

namespace slipway::context {

struct HeaderView {
  std::string_view name, value;
};

bool same_name(std::string_view a, std::string_view b);  // ASCII, without case

class Headers {
 public:
  using Entry = std::pair<std::string, std::string>;
  // First value of that name, or an empty view.
  std::string_view get(std::string_view name) const;
  bool contains(std::string_view name) const;
  // Replaces all of that name. Refuses CR, LF and NUL in the value and non-token characters in the name: the field is
  // then not set and the result says why.
  Status set(std::string_view name, std::string_view value);
  Status add(std::string_view name, std::string_view value);
  void remove(std::string_view name);
  void clear() { entries_.clear(); }
  std::size_t size() const { return entries_.size(); }
  bool empty() const { return entries_.empty(); }
  auto begin() const { return entries_.begin(); }
  auto end() const { return entries_.end(); }

 private:
  std::vector<Entry> entries_;
};

}  // namespace slipway::context
