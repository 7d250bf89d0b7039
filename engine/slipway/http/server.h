// http::Server: HTTP/1.1 over the process's workers: one listening socket, connection list and timer per worker.
//
// Way of a request: accept -> strict head (head.h) -> body -> route -> Call (deadline, trace, metadata) -> chain -> reply.
// Failed calls become {"code","reason","message","metadata"} with the error's code as status. Replies of pipelined requests
// leave in one send. W3C traceparent and x-md-* fields are in call.context, with or without a step for them. A peer that goes away while its call is
// suspended cancels call.context.cancellation(). Loopback unless another address is asked for.
//
//   transport::Workers workers({});
//   http::Server server(workers, {.service = "hello"});
//   server.get("/hello/{name}", [](const HelloRequest& r) -> Result<HelloReply> { ... });   // needs http/typed.h
//   server.handle("GET", "/healthz", [](middleware::Call& call) -> middleware::Outcome { ... });
//   if (auto s = server.start(); !s.ok()) ...
//
// start, drain and stop block and must not be called on a worker. Routes may be changed while serving.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "slipway/http/limits.h"
#include "slipway/http/router.h"
#include "slipway/middleware/middleware.h"
#include "slipway/transport/server.h"

namespace slipway::telemetry {
class Telemetry;
}
namespace slipway::instance {
class InstanceScope;
}

namespace slipway::http {

struct ServerOptions {
  std::string host = "127.0.0.1";
  int port = 0;                    // 0 = any free one
  std::string service;             // for operations, traces and metrics
  Limits limits;
  Duration timeout{};              // a deadline for every call; zero = none
  std::size_t workers = 0;         // how many of the workers serve; 0 = all
  // How long a drain lets idle connections send one more request, and begun ones their head.
  Duration drain_grace = std::chrono::milliseconds(200);
  instance::InstanceScope* scope = nullptr;    // set in every call's Context
  telemetry::Telemetry* telemetry = nullptr;   // null = nothing is recorded
  // Called once per finished call on its worker, after the reply is complete: exchange recording, tests. Null = off.
  std::function<void(const middleware::Call&, const Status&)> on_done;
};

// What the server has seen since start; sums over workers, relaxed.
struct ServerCounters {
  std::int64_t connections = 0;      // open now
  std::uint64_t accepted = 0;
  std::uint64_t rejected = 0;        // over a connection limit
  std::uint64_t requests = 0;
  std::uint64_t replies[6] = {};     // by status / 100; [0] unused
  std::uint64_t malformed = 0;       // 400, 413, 414, 431, 501, 505 before a route was asked
  std::uint64_t timed_out = 0;       // 408, and idle connections closed
  std::uint64_t disconnected = 0;    // the peer went away during a suspended call
};

class Server final : public transport::Server {
 public:
  Server(transport::Workers& workers, ServerOptions options);
  ~Server() override;  // stop()

  // Adds one route and, when running, publishes the new Router. Errors: PATTERN_INVALID, ROUTE_CONFLICT.
  Status add(Route route);
  Status handle(std::string method, std::string pattern, middleware::Handler handler, bool may_suspend = false);
  // Typed handlers: any callable that http/typed.h understands.
  template <class F>
  Status get(std::string pattern, F handler) { return typed("GET", std::move(pattern), std::move(handler)); }
  template <class F>
  Status post(std::string pattern, F handler) { return typed("POST", std::move(pattern), std::move(handler)); }
  template <class F>
  Status put(std::string pattern, F handler) { return typed("PUT", std::move(pattern), std::move(handler)); }
  template <class F>
  Status patch(std::string pattern, F handler) { return typed("PATCH", std::move(pattern), std::move(handler)); }
  template <class F>
  Status del(std::string pattern, F handler) { return typed("DELETE", std::move(pattern), std::move(handler)); }
  // A step around every route added here, outermost first; live.
  void use(middleware::MiddlewarePtr step);

  // Replaces everything above by a Router made elsewhere; live: calls in flight end with the one they began with.
  void publish(std::shared_ptr<const Router> router);
  std::shared_ptr<const Router> router() const;

  std::string_view kind() const override { return "http"; }
  Status start() override;
  transport::Endpoint endpoint() const override;
  Status drain(Duration limit) override;
  void stop() override;
  std::int64_t in_flight() const override;  // calls that have begun and whose reply is not complete
  ServerCounters counters() const;

 private:
  template <class F>
  Status typed(std::string method, std::string pattern, F handler);
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace slipway::http
