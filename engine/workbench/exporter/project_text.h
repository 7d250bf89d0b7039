// ProjectText: the files of an exported project, from its templates and its model.
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
  Design design = Design::Injected;
  std::vector<HandlerText> handlers;
  std::vector<std::string> http_targets;                         // services called over HTTP
  std::map<std::string, std::string> grpc_targets;               // service -> proto file ("protos/inventory.proto")
  slipway::config::SnapshotPtr config;
  std::vector<RecordedSession> sessions;
};

// Templates hold <<name>>: a name that the template uses and `values` lacks is an error.
slipway::Result<std::string> render_template(const std::string& folder, const std::string& name, const std::map<std::string, std::string>& values);

slipway::Result<std::vector<PlannedFile>> project_files(const ProjectModel& model, const std::string& templates);

}  // namespace workbench::exporter
