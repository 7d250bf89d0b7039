// What reading the steps of a route needs to know of its service.
#pragma once

#include "workbench/behaviour/behaviour.h"
#include "workbench/workspace/model.h"

namespace workbench::workspace {

inline behaviour::ReadContext read_context(const Service& service, const Route& route) {
  behaviour::ReadContext context;
  context.service = service.name;
  context.extensions = service.extensions.get();
  context.route = route.method + " " + route.path;
  context.grpc = route.grpc();
  context.has_database = service.database.has_value();
  context.has_cache = service.cache.has_value();
  context.names.path_params = behaviour::path_parameters(route.path);
  context.names.where = route.where;
  return context;
}

}  // namespace workbench::workspace
