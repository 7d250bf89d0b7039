// Rpc: one call being served, between gRPC's threads and a worker. For the server's .cpp files only.
//
// gRPC's side (reactor) and the worker's side (chain) may end in either order: a client that cancels gets its end at once,
// while the chain notices by its Cancellation and finishes later. The Rpc therefore counts two holders and only the side that
// sets `finished_` first touches gRPC's context.
#pragma once

#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/grpcpp.h>

#include <atomic>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "slipway/base/snapshot.h"
#include "slipway/grpc/server.h"

namespace slipway::grpc {

struct ServedMethod {
  const Method* method = nullptr;
  middleware::Operation operation;
  std::shared_ptr<const middleware::Chain> chain;
};

struct RouteTable {
  std::shared_ptr<const ProtoSet> protos;
  std::unordered_map<std::string, ServedMethod> by_path;
};

// What calls need of their server; outlives it while one of them still runs.
struct ServerCore {
  ServerCore(transport::Workers& w, ServerOptions o)
      : workers(w), options(std::move(o)), table(std::make_shared<RouteTable>()) {}
  transport::Workers& workers;
  ServerOptions options;
  Snapshot<RouteTable> table;
  std::atomic<std::int64_t> in_flight{0};
  std::atomic<std::size_t> next_worker{0};
  std::atomic<bool> draining{false};
  std::atomic<std::int64_t> cut{0};
};

class Rpc final : public ::grpc::ServerGenericBidiReactor {
 public:
  Rpc(std::shared_ptr<ServerCore> core, std::shared_ptr<const RouteTable> table, const ServedMethod& served,
      ::grpc::GenericCallbackServerContext* context);

  void OnReadDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override;

 private:
  ~Rpc() override = default;
  void release();
  // On the worker.
  void run();
  void prepare(middleware::Call& call);
  void complete(std::unique_ptr<middleware::Call> call, Status status);
  // Whoever comes first ends the RPC.
  bool claim() { return !finished_.exchange(true, std::memory_order_acq_rel); }
  void finish_with(const Error& error);
  void copy_metadata();

  std::shared_ptr<ServerCore> core_;
  std::shared_ptr<const RouteTable> table_;
  const ServedMethod& served_;
  ::grpc::GenericCallbackServerContext* grpc_;
  std::shared_ptr<context::Cancellation> cancellation_ = std::make_shared<context::Cancellation>();
  std::atomic<bool> finished_{false};
  std::atomic<int> holders_{1};
  TimePoint deadline_ = TimePoint::max();
  std::uint64_t received_ = 0;
  std::string text_, body_, peer_;
  std::vector<context::HeaderView> headers_;
  ::grpc::ByteBuffer in_, out_;
};

class GenericService final : public ::grpc::CallbackGenericService {
 public:
  explicit GenericService(std::shared_ptr<ServerCore> core) : core_(std::move(core)) {}
  ::grpc::ServerGenericBidiReactor* CreateReactor(::grpc::GenericCallbackServerContext* context) override;

 private:
  std::shared_ptr<ServerCore> core_;
};

}  // namespace slipway::grpc
