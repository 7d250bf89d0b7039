// MemoryCache: the cache inside the process: sharded, least recently used out first, time by an injected
// clock. Expired entries go when they are met or when room is needed. `max_entries` is split evenly over the
// shards, so that the limit is exact with one shard and met within a shard's rounding otherwise.
#pragma once

#include "slipway/cache/cache.h"

namespace slipway::cache {

struct MemoryOptions {
  std::size_t max_entries = 10'000;
  Duration ttl = 60s;          // for ttl 0; kForever = entries do not expire by default
  Duration negative_ttl = 5s;  // for set_negative and loaders that found nothing
  std::size_t shards =
      16;  // rounded up to a power of two; fewer when there is room for less than 32 entries each
  const Clock* clock = nullptr;  // null: the system's
};

std::unique_ptr<Cache> make_memory_cache(const MemoryOptions& options = {});

}  // namespace slipway::cache
