// g::telemetry(): spans, metrics and log of that name, made on first use and kept by the scope. Throws instance::InstanceError when it cannot be made.
// Pass the call's context inside handlers, so that each service gets its own.
#pragma once

#include "slipway/telemetry/telemetry.h"
#include "slipway/g/scope.h"

namespace slipway::g {

inline telemetry::Telemetry& telemetry(std::string_view name = instance::InstanceScope::kDefault) { return scope().get<telemetry::Telemetry>(name); }
inline telemetry::Telemetry& telemetry(const context::Context& context, std::string_view name = instance::InstanceScope::kDefault) {
  return scope(context).get<telemetry::Telemetry>(name);
}

}  // namespace slipway::g
