// http::Client: HTTP/1.1 requests from Tasks on a worker, or blocking from any other thread.
//
// Connections are kept alive and pooled per worker and address; nothing is shared between workers but the balancers'
// counters. A URL is "http://host:port/path", or "discovery:///pricing/path" for a service found through Options::discovery
// and balanced. Each request adds a Client span to the caller's trace and carries traceparent and the caller's x-md-global-*
// metadata. It ends at the earlier of the context's deadline and the timeout, and when the context is cancelled.
// An idempotent request that was reset before any byte of its reply is sent once more, on a new connection.
// CR, LF and NUL never reach the wire: headers refuse them. Addresses are IPv4/IPv6 literals, localhost, or names (resolved
// on the blocking pool). Errors: UNAVAILABLE (CONNECT_FAILED, CONNECTION_RESET, NO_NODES), DEADLINE_EXCEEDED, CLIENT_CLOSED,
// BAD_REQUEST (URL_INVALID), 502 REPLY_INVALID, 502 REPLY_TOO_LARGE.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "slipway/balance/family.h"
#include "slipway/base/task.h"
#include "slipway/base/time.h"
#include "slipway/context/context.h"
#include "slipway/context/headers.h"
#include "slipway/registry/registry.h"
#include "slipway/transport/server.h"

namespace slipway::http {

struct ClientRequest {
  std::string method = "GET";
  std::string url;
  context::Headers headers;
  std::string body;
  std::string content_type;  // empty: application/json when there is a body
  Duration timeout{};        // zero = the client's
};

struct ClientResponse {
  int status = 0;
  context::Headers headers;
  std::string body;
  std::string address;       // "127.0.0.1:8103"
  std::string node;          // id of the picked instance; empty without balancing
  bool reused_connection = false;
};

struct ClientOptions {
  std::string service;                  // of the caller, for spans and user-agent
  Duration timeout = std::chrono::seconds(5);
  Duration connect_timeout = std::chrono::seconds(2);
  Duration idle = std::chrono::seconds(30);    // how long a pooled connection is kept; below the server's 60 s
  std::size_t pool_per_address = 256;          // idle connections kept per worker and address
  std::size_t header_block = 64 * 1024;
  std::size_t body = 64u << 20;
  registry::Discovery* discovery = nullptr;    // must outlive the client
  std::string balancer = "p2c";                // for discovery targets
  const balance::Strategies* balancers = nullptr;  // besides the built-in ones; outlives the client
  // Called with every pick's reasoning when set and `explaining` was switched on for that service.
  std::function<void(const std::string& service, const balance::Explanation&)> on_pick;
  // Runs before a request goes to a node: a delay to add, or an Error to give instead. For experiments.
  struct Interference {
    Duration delay{};
    bool fail = false;
  };
  std::function<Interference(const std::string& service, const balance::Node&)> interfere;
};

class Client {
 public:
  Client(transport::Workers& workers, ClientOptions options);
  ~Client();  // calls in flight end as CLIENT_CLOSED; must not run on a worker
  Client(const Client&) = delete;

  // On a worker's thread only; resumes there. Any complete reply, whatever its status, is a value.
  Task<Result<ClientResponse>> send(context::Context context, ClientRequest request);
  // On any thread that may wait, never on a worker: runs on one of the workers and waits for it.
  Result<ClientResponse> send_blocking(const context::Context& context, ClientRequest request);

  // Discovery targets. A service is watched from its first use, or from here.
  Status watch(const std::string& service);
  Status set_balancer(const std::string& service, std::string_view name);  // live; nodes keep their counters
  std::string balancer(const std::string& service) const;
  std::vector<balance::NodePtr> nodes(const std::string& service) const;
  std::vector<std::string> services() const;  // watched so far, sorted
  void explain(const std::string& service, bool on);

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace slipway::http
