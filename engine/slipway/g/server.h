// g::server(): the HTTP server of that name, made on first use and kept by the scope, not started: add routes, then start it. Throws
// instance::InstanceError when it cannot be made; the error names the config key. Keys (for another name `http.NAME.…`):
//   http.address    127.0.0.1 by default
//   http.port       0 (any free one) by default
// Its calls carry this scope. The workers are an instance of the scope too, one per core unless another is put there.
// Pass the call's context inside handlers, so that each service gets its own.
#pragma once

#include "slipway/g/config.h"
#include "slipway/g/scope.h"
#include "slipway/http/server.h"

namespace slipway::g {

inline Result<std::unique_ptr<transport::Workers>> make_workers(instance::InstanceScope&, const std::string&) {
  return std::make_unique<transport::Workers>(transport::Workers::Options{});
}

inline Result<std::unique_ptr<http::Server>> make_server(instance::InstanceScope& scope, const std::string& name) {
  auto config = find_config(scope);
  if (!config) return config.error();
  const Place place;
  http::ServerOptions options;
  auto address = setting<std::string>(**config, place.key("http", name, "address"), options.host);
  if (!address) return address.error();
  const std::string port_key = place.key("http", name, "port");
  auto port = setting<int>(**config, port_key, options.port);
  if (!port) return port.error();
  if (*port < 0 || *port > 65535) return bad_request(port_key + ": " + std::to_string(*port) + " is not a port (0 to 65535)", "BAD_CONFIG").with_metadata("key", port_key);
  auto workers = scope.find_or_provide<transport::Workers>(instance::InstanceScope::kDefault, "workers", make_workers);
  if (!workers) return workers.error();
  options.host = *address;
  options.port = *port;
  options.service = scope.name();
  options.scope = &scope;
  return std::make_unique<http::Server>(**workers, std::move(options));
}

inline http::Server& server(std::string_view name = instance::InstanceScope::kDefault) {
  return scope().get_or_provide<http::Server>(name, "server", make_server);
}
inline http::Server& server(const context::Context& context, std::string_view name = instance::InstanceScope::kDefault) {
  return scope(context).get_or_provide<http::Server>(name, "server", make_server);
}

}  // namespace slipway::g
