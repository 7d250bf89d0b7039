// Node: what is known of one binding of a graph besides its object. Internal.
#pragma once

#include <atomic>
#include <cstdint>

#include "slipway/inject/bindings.h"

namespace slipway::inject::detail {

struct Node;

// A thread that is making singletons: what it makes now, inside what, and whom it waits for.
struct Maker {
  std::atomic<const Node*> innermost{nullptr};
  const Node* waits_for = nullptr;  // under the lock on makers
};

struct Node {
  std::atomic<Maker*> maker{nullptr};       // who makes it, or made_already
  std::atomic<const Node*> outer{nullptr};  // what its maker was making when it began this
  Owned owned;
  // For views, which may look at any time.
  std::atomic<std::uint64_t> started_ticks{0}, made_ticks{0};
  std::atomic<std::int32_t> order{0};
  std::atomic<std::int16_t> worker{0};
  bool at_start = false;                    // eager, or needed by one that is
};

}  // namespace slipway::inject::detail
