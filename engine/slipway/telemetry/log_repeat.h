// RepeatFilter: holds back lines that say the same again. Solves two problems: a failing dependency cannot fill a disk with one
// line, and what was held back is still told: "down (repeated 12 times)".
//
// The first line passes and opens a window; the same line (logger, level, text, operation) within it is counted. When the window is
// over, a count becomes one line and opens the next window; no count closes the matter. Not thread-safe: its owner has a lock.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "slipway/telemetry/log.h"

namespace slipway::telemetry {

class RepeatFilter {
 public:
  // At most `most` different lines are watched at a time; others pass.
  explicit RepeatFilter(Duration window, std::size_t most = 256) : window_(window), most_(most) {}
  bool passes(const LogLine& line, TimePoint now);
  // The counts whose windows are over, as lines; `all` whether over or not, for the end.
  std::vector<LogLine> due(TimePoint now, bool all = false);
  // When due() has something to look at; TimePoint::max() when nothing is watched.
  TimePoint next() const;

 private:
  struct Watched {
    TimePoint over;
    std::uint64_t held = 0;
    LogLine last;
  };
  Duration window_;
  std::size_t most_;
  std::map<std::string, Watched, std::less<>> watched_;
};

}  // namespace slipway::telemetry
