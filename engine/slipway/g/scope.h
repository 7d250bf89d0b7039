// The scope that the `g` functions mean: the call's own when a Context is at hand, else the process's.
#pragma once

#include "slipway/context/context.h"
#include "slipway/instance/scope.h"

namespace slipway::g {

inline instance::InstanceScope& scope() { return instance::process_scope(); }
inline instance::InstanceScope& scope(const context::Context& context) {
  return context.scope() ? *context.scope() : instance::process_scope();
}

}  // namespace slipway::g
