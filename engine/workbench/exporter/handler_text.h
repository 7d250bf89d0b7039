// HandlerText: one route's handler as C++ source, in either design.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "workbench/behaviour/behaviour.h"
#include "workbench/exporter/export_plan.h"

namespace workbench::exporter {

struct HandlerText {
  std::string method, path;    // "POST", "/orders/{id}"; "gRPC", "/inventory.v1.Inventory/Reserve"
  bool grpc() const { return method == "gRPC"; }
  std::string title() const { return grpc() ? "gRPC " + path : method + " " + path; }
  std::string function;        // "post_orders_id", "inventory_reserve"
  std::string type;            // "PostOrdersId" (injected design)
  std::string body;            // statements
  // What it needs: "db", "cache", "http", "grpc:inventory", "config", "chance:fault", "queue:work".
  std::set<std::string> needs;
};

HandlerText handler_text(const std::string& service, const std::string& method, const std::string& path, const std::vector<behaviour::BehaviourPtr>& steps, Design design);

// What a need is in the code: one constructor parameter each, in a fixed order.
struct Dependency {
  std::string need;
  std::string type;        // "slipway::data::Database"
  std::string name;        // "db"
  std::string from_g;      // expression in the `g` design: "g::db(call.context)"
};
Dependency dependency_of(const std::string& need);

}  // namespace workbench::exporter
