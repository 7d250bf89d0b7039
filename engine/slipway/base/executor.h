// Executor: where work runs. A worker (one thread, one event loop), the blocking pool, or inline in tests.
#pragma once

#include <functional>

#include "slipway/base/time.h"

namespace slipway {

class Executor {
 public:
  virtual ~Executor() = default;
  // Runs `work` later on this executor. Thread-safe, never runs inline, never blocks.
  virtual void post(std::function<void()> work) = 0;
  // Runs `work` once after `delay`. Thread-safe. There is no cancel: make `work` check whether it is still wanted.
  virtual void post_after(Duration delay, std::function<void()> work) = 0;
  // True on the executor's own thread.
  virtual bool is_current() const = 0;
  // The worker executor of the calling thread, or nullptr outside workers.
  static Executor* current();
  static void set_current(Executor* executor);
};

}  // namespace slipway
