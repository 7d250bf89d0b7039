// CodeText: the C++ of an exported project that depends on its routes and parts.
#pragma once

#include <string>

#include "workbench/exporter/project_model.h"

namespace workbench::exporter {

// One operation: src/handlers/<function>.h and .cpp.
std::string handler_header(const ProjectModel& model, const HandlerText& handler);
std::string handler_source(const ProjectModel& model, const HandlerText& handler);

// Pieces of src/wire.h, src/wire.cpp and gen/routes.{h,cpp}, each for its place in the template.
struct WireText {
  std::string includes, members, make_parts, handlers, middleware;
  std::string route_members, add_routes, grpc_routes;
};
WireText wire_text(const ProjectModel& model);

}  // namespace workbench::exporter
