#include "slipway/config/read_struct.h"

namespace slipway::config::detail {

void StructProblems::add(const std::string& key, const std::string& message) {
  // A list's item is no entry of its own: its list is.
  std::string at = key;
  const Entry* entry = snapshot_.find(at);
  while (!entry && at.find('.') != std::string::npos) {
    at.resize(at.rfind('.'));
    entry = snapshot_.find(at);
  }
  std::string line;
  if (entry && entry->winner >= 0) {
    const LayerValue& won = entry->stack[static_cast<std::size_t>(entry->winner)];
    if (!won.place.empty()) line = won.place + ": ";
    if (!first_ && won.where.known()) first_ = won.where;
  }
  lines_.push_back(line + key + ": " + message);
}

Error StructProblems::error() const {
  std::string text;
  for (const auto& line : lines_) text += (text.empty() ? "" : "\n") + line;
  Error error = bad_request(std::move(text), "BAD_CONFIG");
  return first_ ? error.with_mark(*first_) : error;
}

}  // namespace slipway::config::detail
