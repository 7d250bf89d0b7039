// Cache adapters by name, which a program fills, by plugins for example. The Value is the adapter's options, a map or null.
#pragma once

#include "slipway/base/family.h"
#include "slipway/cache/cache.h"

namespace slipway::cache {

class Adapters final : public Family<Cache, const Value&> {
 public:
  Adapters() : Family("cache adapter") {}
};

}  // namespace slipway::cache
