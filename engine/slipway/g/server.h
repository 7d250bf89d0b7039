// g::server(): the HTTP server of that name, made on first use and kept by the scope. Throws instance::InstanceError when it cannot be made.
// Pass the call's context inside handlers, so that each service gets its own.
#pragma once

#include "slipway/http/server.h"
#include "slipway/g/scope.h"

namespace slipway::g {

inline http::Server& server(std::string_view name = instance::InstanceScope::kDefault) { return scope().get<http::Server>(name); }
inline http::Server& server(const context::Context& context, std::string_view name = instance::InstanceScope::kDefault) {
  return scope(context).get<http::Server>(name);
}

}  // namespace slipway::g
