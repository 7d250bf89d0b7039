#include "slipway/grpc/server.h"

#include <grpc/grpc.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/generic/async_generic_service.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <unordered_map>

#include "slipway/base/snapshot.h"
#include "slipway/grpc/rpc.h"
#include "slipway/middleware/recording.h"
#include "slipway/transport/listener.h"

namespace slipway::grpc {

struct Server::Impl {
  std::shared_ptr<ServerCore> core;
  std::unique_ptr<GenericService> service;  // gRPC takes one per server it builds
  mutable std::mutex mutex;
  std::shared_ptr<::grpc::Server> server;
  transport::Endpoint endpoint;
  bool ending = false;  // drain() or stop() is at work, without the lock: what is cancelled may ask the server things
  std::condition_variable ended;

  void end() {
    server.reset();
    ending = false;
    ended.notify_all();
  }

  Impl(transport::Workers& workers, ServerOptions options)
      : core(std::make_shared<ServerCore>(workers, std::move(options))) {
    endpoint = {"grpc", core->options.host, core->options.port};
  }
};

Server::Server(transport::Workers& workers, ServerOptions options)
    : impl_(std::make_unique<Impl>(workers, std::move(options))) {}

Server::~Server() { stop(); }

Status Server::set_routes(std::shared_ptr<const ProtoSet> protos, std::vector<Route> routes) {
  auto table = std::make_shared<RouteTable>();
  for (auto& route : routes) {
    auto method = protos->require(route.method);
    if (!method) return method.error();
    if (!(*method)->unary())
      return bad_request("gRPC method " + (*method)->path.substr(1) + " streams; only unary methods can be served yet",
                         "METHOD_STREAMS")
          .with_mark((*method)->where);
    ServedMethod served;
    served.method = *method;
    served.chain = std::move(route.chain);
    served.operation = middleware::make_operation((*method)->path, impl_->core->options.service, "grpc",
                                                  static_cast<std::uint32_t>(table->by_path.size()));
    table->by_path.insert_or_assign((*method)->path, std::move(served));
  }
  table->protos = std::move(protos);
  impl_->core->table.publish(std::move(table));
  return {};
}

Status Server::start() {
  std::lock_guard lock(impl_->mutex);
  if (impl_->server) return {};
  const auto& options = impl_->core->options;
  // gRPC only says "failed to bind"; a bind of our own says why.
  auto probe = transport::listen_on(options.host, options.port, 1);
  if (!probe) return probe.error();
  const std::string host = probe->host;
  transport::close_listener(*probe);

  impl_->core->draining = false;
  ::grpc::ServerBuilder builder;
  int bound = 0;
  const std::string bracketed = host.find(':') != std::string::npos ? "[" + host + "]" : host;
  builder.AddListeningPort(bracketed + ":" + std::to_string(options.port), ::grpc::InsecureServerCredentials(), &bound);
  impl_->service = std::make_unique<GenericService>(impl_->core);
  builder.RegisterCallbackGenericService(impl_->service.get());
  builder.SetMaxReceiveMessageSize(static_cast<int>(options.max_message));
  builder.SetMaxSendMessageSize(static_cast<int>(options.max_message));
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder.AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, 16 * 1024);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, 1000);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 10'000);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MAX_PING_STRIKES, 2);
  impl_->server = builder.BuildAndStart();
  if (!impl_->server || bound == 0) {
    impl_->server.reset();
    return transport::port_in_use(host, options.port);  // taken between the probe and now
  }
  impl_->endpoint = {"grpc", host, bound};
  return {};
}

transport::Endpoint Server::endpoint() const {
  std::lock_guard lock(impl_->mutex);
  return impl_->endpoint;
}

Status Server::drain(Duration limit) {
  std::unique_lock lock(impl_->mutex);
  if (!impl_->server || impl_->ending) return {};
  impl_->ending = true;
  impl_->core->cut = 0;
  impl_->core->draining = true;
  const std::string at = impl_->endpoint.url();
  auto server = impl_->server;
  lock.unlock();
  // GOAWAY; calls in flight go on until the deadline, are then cancelled, and end at once (rpc.h).
  server->Shutdown(std::chrono::system_clock::now() + std::chrono::duration_cast<std::chrono::microseconds>(limit));
  server.reset();
  lock.lock();
  impl_->end();
  const auto cut = impl_->core->cut.load();
  if (cut == 0) return {};
  return deadline_exceeded("draining " + at + ": " + std::to_string(cut) + " calls were still running after " + format_duration(limit) +
                               ", or when it was stopped, and were cancelled",
                           "DRAIN_CUT");
}

void Server::stop() {
  std::unique_lock lock(impl_->mutex);
  if (!impl_->server) return;
  if (impl_->ending) {
    // Shutdown() heeds only the first deadline it was given.
    auto server = impl_->server;
    lock.unlock();
    grpc_server_cancel_all_calls(server->c_server());
    server.reset();
    lock.lock();
    impl_->ended.wait(lock, [&] { return !impl_->ending; });
    return;
  }
  impl_->ending = true;
  auto server = impl_->server;
  lock.unlock();
  server->Shutdown(std::chrono::system_clock::now());
  server.reset();
  lock.lock();
  impl_->end();
}

std::int64_t Server::in_flight() const { return impl_->core->in_flight.load(); }

}  // namespace slipway::grpc
