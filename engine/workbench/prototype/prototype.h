// Prototype: a workspace running. It builds framework objects from the workspace's services (servers, chains, clients, databases,
// caches, registrations) and runs them; it implements nothing that the framework has. Config keys are bound, so a change applies
// live. Thread-safe; methods that say "blocks" wait for servers and for each other, the rest waits for nothing, so rows() shows a
// service drain.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "slipway/config/config.h"
#include "slipway/values/values.h"
#include "workbench/behaviour/runtime.h"
#include "workbench/host/views.h"
#include "workbench/recorder/recorder.h"
#include "workbench/workspace/model.h"

namespace slipway::registry {
class Discovery;
}
namespace slipway::grpc {
class ProtoSet;
}

namespace workbench::prototype {

struct PrototypeOptions {
  bool keep_ports = true;              // false: every configured port becomes a free one
  int workers = 0;                     // 0 = number of cores
  std::vector<std::string> only;       // services; empty = all
  // For recording: the time and the ids that the services' handlers see, and every call that a service made.
  slipway::values::Sources sources;
  std::function<void(const std::string& caller, const behaviour::OutgoingCall&, const slipway::Result<behaviour::IncomingReply>&)> on_call;
};

class Prototype {
 public:
  Prototype(slipway::config::Config& config, recorder::Recorder& recorder, PrototypeOptions options);
  ~Prototype();  // drains and stops everything; blocks

  // Checks a workspace as far as only building it can tell (behaviours, protos, schemas): every error at once.
  static std::vector<slipway::Error> check(const workspace::Workspace& workspace);
  // Takes the workspace over: services that changed are rebuilt (routes and chains swap live; an instance restarts only when its
  // address, database or number changed). Blocks.
  std::vector<slipway::Error> apply(workspace::WorkspacePtr workspace);

  // "" = all; a service's or an instance's name. Blocks. A failed instance keeps its error in rows().
  slipway::Status start(const std::string& name);
  slipway::Status stop(const std::string& name);
  slipway::Status restart(const std::string& name);

  std::vector<host::ServiceRow> rows() const;                                  // without rates
  slipway::Result<host::ServiceDetail> detail(const std::string& service) const;  // without costs and errors
  // {{gateway}} = "http://127.0.0.1:8080": one per service with a running instance.
  std::vector<std::pair<std::string, std::string>> addresses() const;
  std::shared_ptr<const slipway::grpc::ProtoSet> protos_of(const std::string& service) const;  // may be null

  std::vector<host::Edge> edges() const;
  std::vector<host::BalancedTarget> balanced() const;
  void watch_decisions(bool on);
  std::uint64_t version() const;   // grows when a row changed its state
  // Called once a second by the host: closes the second of every rate it keeps.
  void tick();

 private:
  struct Impl;
  slipway::Status start_named(const std::string& name);   // the caller has the operations to itself
  std::unique_ptr<Impl> impl_;
};

}  // namespace workbench::prototype
