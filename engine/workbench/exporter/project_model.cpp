#include "workbench/exporter/project_model.h"

#include <algorithm>
#include <cctype>

#include "slipway/config/config.h"
#include "workbench/prototype/service_run.h"
#include "workbench/workspace/load.h"

namespace workbench::exporter {

std::string ProjectModel::name_space() const {
  std::string out = service->name;
  for (char& c : out)
    if (!std::isalnum(static_cast<unsigned char>(c))) c = '_';
  return out;
}

int ProjectModel::ops_port() const {
  if (service->http) return service->http->port;
  return service->grpc && service->grpc->port > 0 ? service->grpc->port + 1 : 0;
}

std::vector<std::string> ProjectModel::protos() const {
  if (!service->grpc && grpc_targets.empty()) return {};
  return workspace->protos;
}

std::string proto_name(const std::string& path) { return path.starts_with("protos/") ? path.substr(7) : path; }

std::vector<const HandlerText*> ProjectModel::http_handlers() const {
  std::vector<const HandlerText*> out;
  for (const auto& h : handlers)
    if (!h.grpc()) out.push_back(&h);
  return out;
}

std::vector<const HandlerText*> ProjectModel::grpc_handlers() const {
  std::vector<const HandlerText*> out;
  for (const auto& h : handlers)
    if (h.grpc()) out.push_back(&h);
  return out;
}

namespace {

// "/a-b" and "/a/b" would have one name: the later one gets a number.
void name_apart(std::vector<HandlerText>& handlers) {
  HandlerText& last = handlers.back();
  const auto same = std::count_if(handlers.begin(), handlers.end() - 1, [&](const auto& h) { return h.function == last.function || h.function.starts_with(last.function + "_again"); });
  if (same == 0) return;
  last.function += "_again" + std::to_string(same);
  last.type += "Again" + std::to_string(same);
}

}  // namespace

slipway::Result<ProjectModel> read_model(const workspace::Workspace& workspace, const workspace::Service& service, const ExportOptions& options) {
  ProjectModel model;
  model.workspace = &workspace;
  model.service = &service;
  model.options = options;
  auto routes = prototype::ServiceRun::read_routes(service);
  if (!routes.ok()) return routes.error();
  for (const auto& r : *routes) {
    model.handlers.push_back(handler_text(service.name, r.method, r.path, r.steps, options.design));
    name_apart(model.handlers);
    for (const auto& need : model.handlers.back().needs)
      if (need.starts_with("grpc:")) {
        const auto* target = workspace.find(need.substr(5));
        if (target && target->grpc) model.grpc_targets[target->name] = target->grpc->proto;
      }
    for (const auto& step : r.steps)
      for (const auto& target : step->calls()) {
        const auto* t = workspace.find(target);
        if (t && t->http && std::find(model.http_targets.begin(), model.http_targets.end(), target) == model.http_targets.end()) model.http_targets.push_back(target);
      }
  }
  slipway::config::ConfigOptions quiet;
  quiet.watch_files = false;
  slipway::config::Config config(quiet);
  if (auto s = workspace::add_layers(config, workspace); !s.ok()) return s.error();
  if (auto s = config.start(); !s.ok()) return s.error();
  model.config = config.snapshot();
  return model;
}

}  // namespace workbench::exporter
