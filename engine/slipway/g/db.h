// g::db(): the SQL database of that name, made on first use and kept by the scope. Throws instance::InstanceError when it cannot be made.
// Pass the call's context inside handlers, so that each service gets its own.
#pragma once

#include "slipway/data/database.h"
#include "slipway/g/scope.h"

namespace slipway::g {

inline data::Database& db(std::string_view name = instance::InstanceScope::kDefault) { return scope().get<data::Database>(name); }
inline data::Database& db(const context::Context& context, std::string_view name = instance::InstanceScope::kDefault) {
  return scope(context).get<data::Database>(name);
}

}  // namespace slipway::g
