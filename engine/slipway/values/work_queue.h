// WorkQueue: a FIFO with virtual workers, so that a service queues as a real one does while it has no real work yet.
// The waiting time is Lindley's recursion over the workers' free times; no CPU is burnt and no thread held. Thread-safe.
// Chance: a seeded stream for faults and varying times.
#pragma once

#include <mutex>
#include <vector>

#include "slipway/base/random.h"
#include "slipway/base/task.h"
#include "slipway/context/context.h"

namespace slipway::values {

class Chance {
 public:
  // 0 = seeded from the system.
  explicit Chance(std::uint64_t seed = 0) : random_(seed ? seed : thread_random().next()) {}
  double uniform();                        // [0, 1)
  Duration exponential(Duration mean);

 private:
  std::mutex mutex_;
  Random random_;
};

class WorkQueue {
 public:
  // Reserves a worker for `service_time` and waits until it is done; its place stays taken when the context gives up before.
  Task<Status> work(const context::Context& context, int workers, Duration service_time);
  // How long a call that arrives at `now` must wait until its own service is over.
  Duration enqueue(TimePoint now, int workers, Duration service_time);

 private:
  std::mutex mutex_;
  std::vector<TimePoint> free_at_;
};

// Waits, until the context gives up at most: then its error.
Task<Status> wait_for(const context::Context& context, Duration delay);

}  // namespace slipway::values
