// g::telemetry(): spans and metrics of that name, made on first use and kept by the scope; without a sink, so it counts only (put one
// with a sink into the scope to keep spans). Throws instance::InstanceError when it cannot be made. Key (for another name
// `telemetry.NAME.…`):
//   telemetry.max_spans_per_s    50000 by default: the ceiling that sampling keeps to
// Pass the call's context inside handlers, so that each service gets its own.
#pragma once

#include "slipway/g/config.h"
#include "slipway/g/scope.h"
#include "slipway/telemetry/telemetry.h"

namespace slipway::g {

inline Result<std::unique_ptr<telemetry::Telemetry>> make_telemetry(instance::InstanceScope& scope, const std::string& name) {
  auto config = find_config(scope);
  if (!config) return config.error();
  telemetry::Telemetry::Options options;
  auto ceiling = setting<double>(**config, Place().key("telemetry", name, "max_spans_per_s"), options.max_spans_per_s);
  if (!ceiling) return ceiling.error();
  options.max_spans_per_s = *ceiling;
  return std::make_unique<telemetry::Telemetry>(options, nullptr);
}

inline telemetry::Telemetry& telemetry(std::string_view name = instance::InstanceScope::kDefault) {
  return scope().get_or_provide<telemetry::Telemetry>(name, "telemetry", make_telemetry);
}
inline telemetry::Telemetry& telemetry(const context::Context& context, std::string_view name = instance::InstanceScope::kDefault) {
  return scope(context).get_or_provide<telemetry::Telemetry>(name, "telemetry", make_telemetry);
}

}  // namespace slipway::g
