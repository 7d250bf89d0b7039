// g::config(): the layered configuration of that name, made on first use and kept by the scope. Throws instance::InstanceError when it cannot be made.
// Pass the call's context inside handlers, so that each service gets its own.
#pragma once

#include "slipway/config/config.h"
#include "slipway/g/scope.h"

namespace slipway::g {

inline config::Config& config(std::string_view name = instance::InstanceScope::kDefault) { return scope().get<config::Config>(name); }
inline config::Config& config(const context::Context& context, std::string_view name = instance::InstanceScope::kDefault) {
  return scope(context).get<config::Config>(name);
}

}  // namespace slipway::g
