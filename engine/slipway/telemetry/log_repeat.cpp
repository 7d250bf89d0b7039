#include "slipway/telemetry/log_repeat.h"

#include <algorithm>

namespace slipway::telemetry {

bool RepeatFilter::passes(const LogLine& line, TimePoint now) {
  std::string key(1, static_cast<char>(line.level));
  key.append(line.logger).append(1, '\0').append(line.operation).append(1, '\0').append(line.text);
  const auto it = watched_.find(key);
  if (it == watched_.end()) {
    if (watched_.size() < most_) watched_.emplace(std::move(key), Watched{now + window_, 0, {}});
    return true;
  }
  Watched& w = it->second;
  if (w.held == 0 && now >= w.over) {
    w.over = now + window_;
    return true;
  }
  ++w.held;
  w.last = line;
  return false;
}

std::vector<LogLine> RepeatFilter::due(TimePoint now, bool all) {
  std::vector<LogLine> out;
  for (auto it = watched_.begin(); it != watched_.end();) {
    Watched& w = it->second;
    if (!all && now < w.over) {
      ++it;
      continue;
    }
    if (w.held == 0) {
      it = watched_.erase(it);
      continue;
    }
    LogLine line = std::move(w.last);
    line.text += w.held == 1 ? " (repeated once)" : " (repeated " + std::to_string(w.held) + " times)";
    out.push_back(std::move(line));
    w = {now + window_, 0, {}};
    ++it;
  }
  return out;
}

TimePoint RepeatFilter::next() const {
  TimePoint first = TimePoint::max();
  for (const auto& [key, w] : watched_) first = std::min(first, w.over);
  return first;
}

}  // namespace slipway::telemetry
