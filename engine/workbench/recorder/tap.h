// Tap: somebody who is told what the recorder takes in, as it comes: what writes a run to disk.
#pragma once

#include <span>

#include "workbench/recorder/recorder.h"
#include "workbench/recorder/trace_store.h"

namespace workbench::recorder {

class Tap {
 public:
  virtual ~Tap() = default;
  // The traces that a batch of calls made or added to, as they are after it. On the collector's thread, 20 times a second: must not
  // block.
  virtual void on_traces(std::span<const KeptPtr> traces) = 0;
  virtual void on_event(const Event& event) = 0;  // from any thread; must not block
};

}  // namespace workbench::recorder
