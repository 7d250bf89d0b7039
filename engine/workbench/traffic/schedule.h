// Schedule: when requests are due. It never looks at replies; that is what makes a load open.
// Times are ns since the run began. One per generator thread; together they make the whole rate: constant arrivals interleave
// evenly, and a Poisson stream is the sum of its parts.
#pragma once

#include <cstdint>
#include <limits>

#include "slipway/base/random.h"
#include "workbench/traffic/load_run.h"

namespace workbench::traffic {

class Schedule {
 public:
  static constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();

  Schedule(Arrivals arrivals, double rate_per_s, int part, int parts, std::uint64_t seed)
      : arrivals_(arrivals), parts_(parts), random_(seed + 0x9e3779b97f4a7c15u * static_cast<std::uint64_t>(part + 1)) {
    gap_ = gap_of(rate_per_s);
    if (gap_ <= 0) {
      next_ = kNever;
    } else if (arrivals_ == Arrivals::Constant) {
      base_ = gap_ / parts * part;
      next_ = static_cast<std::int64_t>(base_);
    } else {
      base_ = 0;
      advance();
    }
  }
  std::int64_t next() const { return next_; }
  void pop() { advance(); }
  // From `now` on at another rate: what was due stays due, the rest follows the new one. 0 pauses.
  void set_rate(double rate_per_s, std::int64_t now) {
    gap_ = gap_of(rate_per_s);
    count_ = 0;
    base_ = static_cast<double>(now);
    if (gap_ <= 0)
      next_ = next_ <= now ? next_ : kNever;
    else if (next_ > now)
      advance();
    else
      base_ = static_cast<double>(next_);
  }

 private:
  double gap_of(double rate) const { return rate > 0 ? 1e9 * parts_ / rate : 0; }
  void advance() {
    if (gap_ <= 0) {
      next_ = kNever;
    } else if (arrivals_ == Arrivals::Constant) {
      next_ = static_cast<std::int64_t>(base_ + gap_ * static_cast<double>(++count_));  // no drift
    } else {
      base_ += random_.exponential(gap_);
      next_ = static_cast<std::int64_t>(base_);
    }
  }

  Arrivals arrivals_;
  int parts_;
  slipway::Random random_;
  double gap_ = 0, base_ = 0;
  std::uint64_t count_ = 0;
  std::int64_t next_ = 0;
};

}  // namespace workbench::traffic
