// grpc::Client: unary calls of a ProtoSet's methods, without generated code, to one address or to a balanced service.
//
// Carries on: traceparent of a new Client span in the caller's trace, the remaining deadline, cancellation, x-md-global-*
// metadata. A failed call is an Error with the peer's code, reason and metadata (grpc/status.h); a peer that cannot be reached is
// UNAVAILABLE. Thread-safe; channels are kept and reconnect by themselves.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "slipway/balance/family.h"
#include "slipway/base/task.h"
#include "slipway/context/context.h"
#include "slipway/grpc/proto_set.h"
#include "slipway/registry/registry.h"

namespace slipway::grpc {

struct ClientOptions {
  // "grpc://127.0.0.1:9082" or "127.0.0.1:9082"; or "discovery:///inventory" with `discovery` set.
  std::string target;
  registry::Discovery* discovery = nullptr;  // must outlive the client
  std::string balancer = "p2c";              // of discovery targets
  const balance::Strategies* balancers = nullptr;  // besides the built-in ones; outlives the client
  Duration timeout = std::chrono::seconds(5);  // of a call; the Context's deadline, when that is earlier
  std::size_t max_message = 4u << 20;
};

struct ClientReply {
  Value body;
  std::string bytes;            // the message as received
  context::Headers headers;     // initial metadata
  context::Headers trailers;
  std::string node;             // id of the picked node, or the address
};

// Everything about one call, whatever became of it.
struct ClientExchange {
  Status status;
  int grpc_code = 2;       // google.rpc.Code
  bool answered = false;   // the peer said so, not the way to it
  ClientReply reply;       // headers and trailers also of a failed call
};

class Client {
 public:
  // BAD_REQUEST for a target that is neither form; NOT_FOUND for an unknown balancer.
  static Result<std::unique_ptr<Client>> create(std::shared_ptr<const ProtoSet> protos, ClientOptions options);
  ~Client();  // calls in flight end as CLIENT_CLOSED

  // A call to a discovered service that finds nobody to connect to, so that nothing was sent, is tried once more on the node that is picked
  // then.
  // On a worker only; resumes there. `method` as ProtoSet::find takes it. `headers` are sent as metadata, to this hop alone (x-md-local-*).
  Task<Result<ClientReply>> call(context::Context context, std::string method, Value request, context::Headers headers = {});
  // The same for threads that may wait. Never call it on a worker. `headers` are sent as metadata.
  Result<ClientReply> call_blocking(const context::Context& context, std::string_view method, const Value& request,
                                    const context::Headers& headers = {});
  ClientExchange exchange_blocking(const context::Context& context, std::string_view method, const Value& request,
                                   const context::Headers& headers = {});

  // Live: nodes keep their state.
  Status set_balancer(std::string_view name);
  std::string balancer() const;
  std::vector<balance::NodePtr> nodes() const;
  const ProtoSet& protos() const;

 private:
  Client();
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace slipway::grpc
