// HandlerText: one route's handler as C++ source, in either design.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "workbench/behaviour/behaviour.h"
#include "workbench/exporter/export_plan.h"

namespace workbench::exporter {

struct HandlerText {
  std::string method, path;    // "POST", "/orders/{id}"
  std::string function;        // "post_orders_id"
  std::string type;            // "PostOrdersId" (injected design)
  std::string body;            // statements
  // What it needs: "db", "cache", "http", "grpc:inventory", "config", "chance:fault", "queue:work".
  std::set<std::string> needs;
};

HandlerText handler_text(const std::string& service, const std::string& method, const std::string& path, const std::vector<behaviour::BehaviourPtr>& steps, Design design);

// One constructor parameter per need, in a fixed order.
struct Part {
  std::string need;
  std::string type;        // "slipway::data::Database"
  std::string name;        // "db"
  std::string from_g;      // expression in the `g` design: "g::db(call.context)"
};
Part part_of(const std::string& need);

}  // namespace workbench::exporter
