// ServiceRun: one service of a workspace with its running instances, and InstanceRun: one instance of it. What is shared by the
// instances (clients with their balancers, protos, compiled routes' sources) stands in the service.
// Used by Prototype only, under its mutex; requests never touch the mutex.
#pragma once

#include <array>
#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "slipway/cache/cache.h"
#include "slipway/cache/memory.h"
#include "slipway/config/config.h"
#include "slipway/data/database.h"
#include "slipway/grpc/client.h"
#include "slipway/grpc/proto_set.h"
#include "slipway/grpc/server.h"
#include "slipway/http/client.h"
#include "slipway/http/server.h"
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

class ServiceRun;

class InstanceRun {
 public:
  InstanceRun(ServiceRun& service, std::string name, int number);
  ~InstanceRun();

  slipway::Status start();
  slipway::Status stop(slipway::Duration limit);
  // Chains and routes anew from the service's present routes; live when running.
  slipway::Status publish_routes();
  // Takes the service's present routes and steps over while it runs; `chain` when its middleware is written differently.
  slipway::Status renew(bool chain);
  // Puts this instance's weight (and endpoints) into the registry again.
  void announce();

  const std::string& name() const { return name_; }
  host::ServiceState state() const { return state_; }
  std::vector<host::ServiceRow> rows() const;
  std::string url(std::string_view scheme) const;   // empty when it does not run
  std::vector<host::InstanceView> instances() const;
  std::vector<host::MiddlewareView> middleware() const;

 private:
  friend class ServiceRun;
  slipway::Status open_resources();
  slipway::Status build_middleware();
  std::vector<slipway::middleware::MiddlewarePtr> chain_steps() const;
  int port_of(std::string_view section, int written) const;
  void fail(const slipway::Error& error);

  ServiceRun& service_;
  std::string name_;
  int number_;
  std::atomic<host::ServiceState> state_{host::ServiceState::Stopped};  // read by config's observers too
  slipway::TimePoint started_{};
  std::string error_;
  int holder_pid_ = 0, next_free_port_ = 0;
  std::string holder_name_, failed_kind_;
  std::unique_ptr<slipway::data::Database> database_;
  std::unique_ptr<slipway::cache::Cache> cache_;
  std::vector<host::InstanceView> created_;
  struct Step {
    std::string name, section;
    slipway::middleware::MiddlewarePtr middleware;
    std::vector<std::string> keys;
  };
  std::vector<Step> steps_;
  std::shared_ptr<behaviour::Runtime> runtime_;
  std::unique_ptr<slipway::http::Server> http_;
  std::unique_ptr<slipway::grpc::Server> grpc_;
  std::mutex publish_mutex_;   // of steps_, runtime_ and publishing: config changes publish on the config's thread
  std::vector<slipway::config::Subscription> subscriptions_;
};

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

  // True when the change can be taken live; then it has been.
  slipway::Result<bool> take(workspace::WorkspacePtr workspace, std::shared_ptr<const workspace::Service> spec);

  const workspace::Service& spec() const { return *spec_; }
  const std::string& name() const { return name_; }
  Shared& shared() { return shared_; }
  const workspace::Workspace& workspace() const { return *workspace_; }
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
  friend class InstanceRun;
  slipway::Status load();
  void bind_balancers();

  Shared shared_;
  const std::string name_;
  workspace::WorkspacePtr workspace_;
  std::shared_ptr<const workspace::Service> spec_;
  mutable std::mutex loaded_mutex_;   // of the next two: a change on disk replaces them while config's observers read
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
