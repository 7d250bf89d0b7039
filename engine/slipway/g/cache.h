// g::cache(): the cache of that name, made on first use and kept by the scope. Throws instance::InstanceError when it cannot be made.
// Pass the call's context inside handlers, so that each service gets its own.
#pragma once

#include "slipway/cache/cache.h"
#include "slipway/g/scope.h"

namespace slipway::g {

inline cache::Cache& cache(std::string_view name = instance::InstanceScope::kDefault) { return scope().get<cache::Cache>(name); }
inline cache::Cache& cache(const context::Context& context, std::string_view name = instance::InstanceScope::kDefault) {
  return scope(context).get<cache::Cache>(name);
}

}  // namespace slipway::g
