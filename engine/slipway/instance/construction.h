// Construction: what one thread is making, and what it waits for. Guarded by one process-wide lock, so that a circle is
// found even when it goes through several threads and scopes; the lock is never held while a factory runs.
#pragma once

#include <condition_variable>
#include <mutex>
#include <vector>

#include "slipway/instance/slot.h"

namespace slipway::instance {

struct Construction {
  struct Frame {
    Slot* slot;
    std::string label;  // "db.default"
  };
  std::vector<Frame> making;  // outermost first
  Slot* waits_for = nullptr;
};

struct ConstructionLock {
  std::mutex mutex;
  std::condition_variable changed;
};
ConstructionLock& construction_lock();

}  // namespace slipway::instance
