#include "slipway/values/work_queue.h"

#include <algorithm>
#include <cmath>

#include "slipway/context/handover.h"

namespace slipway::values {

double Chance::uniform() {
  std::lock_guard lock(mutex_);
  return random_.uniform();
}

Duration Chance::exponential(Duration mean) {
  return Duration(static_cast<std::int64_t>(-std::log1p(-uniform()) * static_cast<double>(mean.count())));
}

Duration WorkQueue::enqueue(TimePoint now, int workers, Duration service_time) {
  std::lock_guard lock(mutex_);
  free_at_.resize(static_cast<std::size_t>(std::max(1, workers)), now);
  auto next = std::min_element(free_at_.begin(), free_at_.end());
  *next = std::max(*next, now) + service_time;
  return *next - now;
}

Task<Status> WorkQueue::work(const context::Context& context, int workers, Duration service_time) {
  return wait_for(context, enqueue(Clock::system().now(), workers, service_time));
}

Task<Status> wait_for(const context::Context& context, Duration delay) {
  Status status = context.check();
  if (status && delay > Duration::zero()) {
    auto waiting = context::sleep_for(context, delay);
    status = co_await waiting;
  }
  co_return status;
}

}  // namespace slipway::values
