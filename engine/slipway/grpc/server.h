// grpc::Server: unary methods of a ProtoSet served over gRPC through the same chain as HTTP.
//
// gRPC's own threads read the request; the call then runs on one of the process's workers (round robin) and the reply
// goes back from there. In the Call: operation "/pkg.Svc/Method", method "POST", path = the operation's name, headers = metadata,
// body = message bytes, codecs = the method's; body_value() and set_body() therefore speak Value. A handler that leaves JSON in
// reply.body (content type application/json) is transcoded. Errors become statuses by grpc/status.h.
// Loopback by default. Messages above 4 MiB are refused (RESOURCE_EXHAUSTED); pings more often than every 10 s end the connection.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "slipway/grpc/proto_set.h"
#include "slipway/middleware/middleware.h"
#include "slipway/transport/server.h"

namespace slipway::telemetry {
class Telemetry;
}

namespace slipway::grpc {

struct Route {
  std::string method;  // as ProtoSet::find takes it
  std::shared_ptr<const middleware::Chain> chain;
};

struct ServerOptions {
  std::string host = "127.0.0.1";
  int port = 0;                          // 0 = any free one
  std::string service;                   // "inventory", for traces and metrics
  std::size_t max_message = 4u << 20;    // bytes, both ways
  Duration timeout{};                    // of a call; what the caller says, when that is earlier; zero = none
  instance::InstanceScope* scope = nullptr;         // set in every call's Context
  telemetry::Telemetry* telemetry = nullptr;        // null = nothing is recorded
};

class Server final : public transport::Server {
 public:
  Server(transport::Workers& workers, ServerOptions options);
  ~Server() override;

  // Replaces all routes at once, live: calls in flight end with the chain they began with. Methods of the set without
  // a route, and unknown ones, are UNIMPLEMENTED. Errors: METHOD_UNKNOWN; METHOD_STREAMS for a streaming method.
  Status set_routes(std::shared_ptr<const ProtoSet> protos, std::vector<Route> routes);

  std::string_view kind() const override { return "grpc"; }
  Status start() override;
  transport::Endpoint endpoint() const override;
  Status drain(Duration limit) override;
  void stop() override;
  std::int64_t in_flight() const override;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace slipway::grpc
