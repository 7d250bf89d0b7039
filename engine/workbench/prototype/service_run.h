// ServiceRun: one service of a workspace with its instances. What the instances share (clients with their balancers, protos, the
// routes as read) stands here. take() is called by one thread at a time (Prototype sees to it); all that reads is thread-safe
// and waits for nothing.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "slipway/config/config.h"
#include "slipway/grpc/client.h"
#include "slipway/grpc/proto_set.h"
#include "slipway/http/client.h"
#include "slipway/middleware/builtin.h"
#include "slipway/registry/memory.h"
#include "slipway/transport/server.h"
#include "slipway/values/values.h"
#include "workbench/behaviour/behaviour.h"
#include "workbench/host/views.h"
#include "workbench/recorder/recorder.h"
#include "workbench/workspace/model.h"

namespace workbench::prototype {

// What all services of a prototype share.
struct Shared {
  slipway::config::Config& config;
  recorder::Recorder& recorder;
  slipway::transport::Workers& workers;
  slipway::registry::MemoryRegistry& registry;
  bool keep_ports = true;
  slipway::values::Sources sources;
  std::function<void(const std::string&, const behaviour::OutgoingCall&, const slipway::Result<behaviour::IncomingReply>&)> on_call;
};

// Counts of one second, for the edges of the topology.
struct EdgeCounter {
  std::atomic<std::uint64_t> calls{0}, errors{0};
  std::uint64_t last_calls = 0, last_errors = 0;
  double calls_per_s = 0, errors_per_s = 0;
  void tick();
};

// Shares of one balanced target, a point a second.
struct ShareHistory {
  std::map<std::string, std::uint64_t> last_picks;
  std::map<std::string, double> share;
  std::map<std::string, std::vector<float>> history;  // at most 60
};

class InstanceRun;

class ServiceRun {
 public:
  // One route with its behaviours read.
  struct Route {
    std::string method, path;
    std::vector<behaviour::BehaviourPtr> steps;
  };
  static slipway::Result<std::vector<Route>> read_routes(const workspace::Service& service);
  // One step of the chain as it is written; errors stand at its place in the service's file.
  static slipway::Result<slipway::middleware::MiddlewarePtr> read_middleware(const workspace::Service& service, const workspace::MiddlewareStep& written,
                                                                             const slipway::Clock* clock = nullptr);
  static slipway::Result<std::shared_ptr<const slipway::grpc::ProtoSet>> read_protos(const workspace::Workspace& workspace, const workspace::Service& service);

  ServiceRun(Shared shared, workspace::WorkspacePtr workspace, std::shared_ptr<const workspace::Service> spec);
  ~ServiceRun();

  // True when the change can be taken live; then it has been. Blocks.
  slipway::Result<bool> take(workspace::WorkspacePtr workspace, std::shared_ptr<const workspace::Service> spec);

  std::shared_ptr<const workspace::Service> spec() const;
  workspace::WorkspacePtr workspace() const;
  const std::string& name() const { return name_; }
  Shared& shared() { return shared_; }
  behaviour::Needs needs() const;   // of all its routes
  bool loaded() const;              // its routes could be read
  using RoutesPtr = std::shared_ptr<const std::vector<Route>>;
  RoutesPtr routes() const;
  std::shared_ptr<const slipway::grpc::ProtoSet> protos() const;
  std::vector<std::unique_ptr<InstanceRun>>& instances() { return instances_; }
  const std::vector<std::unique_ptr<InstanceRun>>& instances() const { return instances_; }

  slipway::http::Client& http_client() { return *http_client_; }
  // The client of a gRPC service of the workspace, made on first use.
  slipway::Result<slipway::grpc::Client*> grpc_client(const std::string& target);
  EdgeCounter& edge(const std::string& target);

  void tick();
  std::vector<host::Edge> edges() const;
  std::vector<host::BalancedTarget> balanced() const;
  void watch_decisions(bool on);
  host::ServiceDetail detail() const;

 private:
  slipway::Status load(const workspace::WorkspacePtr& workspace, const std::shared_ptr<const workspace::Service>& spec);
  void bind_balancers();
  const slipway::balance::Strategies* balancers() const;  // of plugins; null = none

  Shared shared_;
  const std::string name_;
  mutable std::mutex loaded_mutex_;   // of what follows: a change on disk replaces it while others read
  workspace::WorkspacePtr workspace_;
  std::shared_ptr<const workspace::Service> spec_;
  bool loaded_ = false;
  RoutesPtr routes_ = std::make_shared<const std::vector<Route>>();
  std::shared_ptr<const slipway::grpc::ProtoSet> protos_;
  std::unique_ptr<slipway::http::Client> http_client_;
  mutable std::mutex clients_mutex_;
  std::map<std::string, std::unique_ptr<slipway::grpc::Client>> grpc_clients_;
  std::map<std::string, std::unique_ptr<EdgeCounter>> edges_;
  std::map<std::string, ShareHistory> shares_;
  std::map<std::string, std::vector<host::BalancedTarget::Decision>> decisions_;
  bool explaining_ = false;
  std::vector<slipway::config::Subscription> subscriptions_;
  std::vector<std::unique_ptr<InstanceRun>> instances_;
};

}  // namespace workbench::prototype
