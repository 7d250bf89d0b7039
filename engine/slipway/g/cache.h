// g::cache(): the cache of that name, made on first use and kept by the scope. Throws instance::InstanceError when it cannot be made;
// the error names the config key. Keys (for another name `cache.NAME.…`):
//   cache.max_entries    10000 by default; beyond it the least recently used goes
//   cache.ttl            60s by default
// Pass the call's context inside handlers, so that each service gets its own.
#pragma once

#include "slipway/cache/memory.h"
#include "slipway/g/config.h"
#include "slipway/g/scope.h"

namespace slipway::g {

// What g::cache() makes, for those who wire by hand.
inline Result<std::unique_ptr<cache::Cache>> make_cache(const config::Config& config, const std::string& name, const Place& place = {}) {
  cache::MemoryOptions options;
  const std::string entries_key = place.key("cache", name, "max_entries");
  auto entries = setting<std::int64_t>(config, entries_key, static_cast<std::int64_t>(options.max_entries));
  if (!entries) return entries.error();
  if (*entries < 1) return bad_request(entries_key + ": " + std::to_string(*entries) + " is too small (at least 1)", "BAD_CONFIG").with_metadata("key", entries_key);
  auto ttl = setting<Duration>(config, place.key("cache", name, "ttl"), options.ttl);
  if (!ttl) return ttl.error();
  options.max_entries = static_cast<std::size_t>(*entries);
  options.ttl = *ttl;
  return cache::make_memory_cache(options);
}

// The factory behind g::cache(), for a scope whose service reads elsewhere.
inline auto cache_factory(Place place = {}) {
  return [place = std::move(place)](instance::InstanceScope& scope, const std::string& name) -> Result<std::unique_ptr<cache::Cache>> {
    auto config = find_config(scope);
    if (!config) return config.error();
    return make_cache(**config, name, place);
  };
}

inline Result<std::unique_ptr<cache::Cache>> usual_cache(instance::InstanceScope& scope, const std::string& name) { return cache_factory()(scope, name); }

inline cache::Cache& cache(std::string_view name = instance::InstanceScope::kDefault) {
  return scope().get_or_provide<cache::Cache>(name, "cache", usual_cache);
}
inline cache::Cache& cache(const context::Context& context, std::string_view name = instance::InstanceScope::kDefault) {
  return scope(context).get_or_provide<cache::Cache>(name, "cache", usual_cache);
}

}  // namespace slipway::g
