#include <algorithm>

#include "slipway/telemetry/log_sink.h"

namespace slipway::telemetry {

void LogRing::write(const LogLine& line) {
  std::lock_guard lock(mutex_);
  if (lines_.size() < capacity_)
    lines_.push_back(line);
  else
    lines_[next_ % capacity_] = line;
  ++next_;
  version_.fetch_add(1, std::memory_order_release);
}

std::vector<LogLine> LogRing::lines(std::size_t limit) const {
  std::lock_guard lock(mutex_);
  std::vector<LogLine> out;
  for (std::size_t i = 0; i < std::min(limit, lines_.size()); ++i) out.push_back(lines_[(next_ - 1 - i) % capacity_]);
  return out;
}

}  // namespace slipway::telemetry
