// ProjectModel: what an exported project is written from.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "slipway/config/snapshot.h"
#include "workbench/exporter/export_plan.h"
#include "workbench/exporter/handler_text.h"
#include "workbench/exporter/recording.h"

namespace workbench::exporter {

struct ProjectModel {
  const workspace::Workspace* workspace = nullptr;
  const workspace::Service* service = nullptr;
  ExportOptions options;
  std::vector<HandlerText> handlers;
  std::vector<std::string> http_targets;                         // services called over HTTP
  std::map<std::string, std::string> grpc_targets;               // service -> proto file ("protos/inventory.proto")
  slipway::config::SnapshotPtr config;
  std::vector<RecordedSession> sessions;

  Design design() const { return options.design; }
  const std::string& name() const { return service->name; }
  std::string name_space() const;                                // "order_history" of "order-history"
  bool http() const { return service->http.has_value(); }
  bool grpc() const { return service->grpc.has_value(); }
  // Health and metrics stand beside the HTTP routes; a service without HTTP gets a small server of its own for them.
  bool own_ops_server() const { return !http(); }
  int ops_port() const;
  // Every .proto of the workspace when the project needs one, its own or of a service it calls: they may import each other.
  std::vector<std::string> protos() const;
  std::vector<const HandlerText*> http_handlers() const;
  std::vector<const HandlerText*> grpc_handlers() const;
};

// A proto's name in an exported project, below api/protos: "protos/inventory.proto" -> "inventory.proto".
std::string proto_name(const std::string& path);

// From the workspace's files; without `sessions`. BAD_REQUEST for a service that does not read.
slipway::Result<ProjectModel> read_model(const workspace::Workspace& workspace, const workspace::Service& service, const ExportOptions& options);

}  // namespace workbench::exporter
