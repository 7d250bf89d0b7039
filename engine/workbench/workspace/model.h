// The model of a workspace folder: what its files say, checked, with every place kept for errors and links.
// Plain values; a loaded Workspace is shared as shared_ptr<const Workspace>.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "slipway/base/error.h"
#include "slipway/base/value.h"
#include "workbench/traffic/exchange.h"

namespace workbench::behaviour {
struct Extensions;
}

namespace workbench::workspace {

using ExtensionsPtr = std::shared_ptr<const behaviour::Extensions>;

// One behaviour of a route: `- work: { service_time: 8ms }`.
struct Step {
  std::string kind;         // "work"
  slipway::Value options;   // what stands below the kind: a map, a scalar, a list or null; lines and columns kept
  // Config section of its tunables, below the service: "work", "work-2" for a second one that is written differently,
  // "call.orders" for a call. The live value of an option is config key <service>.<section>.<option>.
  std::string section;
  slipway::Mark where;
};

struct Route {
  std::string method;       // "POST"; "gRPC" for a gRPC method
  std::string path;         // "/orders/{id}"; "/inventory.v1.Inventory/Reserve"
  std::vector<Step> steps;
  std::string yaml;         // as written
  slipway::Mark where;
  bool grpc() const { return method == "gRPC"; }
};

struct MiddlewareStep {
  std::string name;         // "rate_limit"
  std::string section;      // below the service: "rate_limit"; "rate_limit-2" for a second one
  slipway::Value options;   // a map, or null
  slipway::Mark where;
};

struct HttpServer {
  std::string address = "127.0.0.1";
  int port = 0;             // instance k (from 1) listens on port + k - 1; 0 = any free one
  slipway::Mark where;
};
struct GrpcServer {
  std::string address = "127.0.0.1";
  int port = 0;
  std::string proto;        // "protos/inventory.proto"
  slipway::Mark where;
};
struct Database {
  std::string file;         // "orders.db", below .slipway/data
  std::string schema;       // "schema/orders.sql"; may be empty
  std::string durability = "normal";   // or "full": commits survive a power cut
  slipway::Mark where;
};
struct Cache {
  std::int64_t max_entries = 10'000;
  std::string ttl = "30s";
  slipway::Mark where;
};

struct Service {
  std::string name;         // "orders"
  std::string file;         // "services/orders.yaml"
  std::string doc;          // `about:` in the file
  std::optional<HttpServer> http;
  std::optional<GrpcServer> grpc;
  std::vector<MiddlewareStep> middleware;
  std::vector<Route> routes;
  int instances = 1;
  std::optional<Database> database;
  std::optional<Cache> cache;
  std::string design = "singleton";   // or "injected"
  slipway::Value overrides;           // instance -> nested keys, places kept; null when there are none
  slipway::Value source;              // the whole file, as read
  ExtensionsPtr extensions;           // what plugins add to the kinds it may use; null = nothing

  // "orders" alone, else "pricing-1" … "pricing-5".
  std::vector<std::string> instance_names() const;
  // Services that its behaviours call, sorted, each once.
  std::vector<std::string> calls() const;
  // Keys to bind for a tunable of one instance, highest first: {"pricing.pricing-5.work.service_time",
  // "pricing.work.service_time"}. A service with one instance has the second only.
  std::vector<std::string> keys(std::string_view instance, std::string_view section, std::string_view name) const;
};

struct Environment {
  std::string name;                   // "local"
  std::vector<std::pair<std::string, std::string>> variables;
};

// One entry of `layers:`. Its source is made by workspace/layers.h.
struct Layer {
  std::string kind;                   // "file", "folder", "dotenv", "etcd", "consul", "apollo"
  std::string name;                   // as people see it: "config/default.yaml", "etcd"
  slipway::Value options;             // what stands below the kind: a path or a url, or a map
  std::string address;                // a remote one's url, as far as it was given; else the kind's own, on loopback
  bool remote = false;                // on a server: lies above files, below the environment
  bool off_loopback = false;          // reading it calls another machine: needs consent
  slipway::Mark where;
  bool operator==(const Layer& o) const { return kind == o.kind && name == o.name && options == o.options; }
};

// One .http file: its variables (`@host = …`) and its requests.
struct RequestFile {
  std::string file;                   // "requests/orders/create.http"
  std::vector<std::pair<std::string, std::string>> variables;
  std::vector<traffic::SavedRequest> requests;
};

struct Workspace {
  std::string folder;                 // absolute
  std::string name;                   // "orders-lab"
  std::string doc;
  int schema = 1;
  std::string entry;                  // service the status bar speaks of; default: the first one no other service calls
  std::vector<Environment> environments;
  std::vector<std::string> plugins;   // "plugins/polite.so": shared libraries that the host loads, with consent
  std::vector<Layer> layers;          // in order, lowest first within files and within remote ones
  std::vector<Service> services;      // in workspace.yaml's order, else by name
  std::vector<RequestFile> request_files;
  std::vector<std::string> protos;    // "protos/inventory.proto"
  std::vector<std::string> schemas;   // "schema/orders.sql"
  std::vector<std::string> scenarios; // "scenarios/p2c-vs-wrr.yaml"

  std::map<std::string, std::uint64_t> contents;   // hash of every file read, by its path

  const Service* find(std::string_view service) const;
  std::vector<traffic::SavedRequest> requests() const;   // of all files, in order of file and place
  // By id; "checks/refusals#unknown-order" finds "checks/refusals#unknown order" too.
  const traffic::SavedRequest* request(std::string_view id) const;
  // Absolute path of a file of this workspace.
  std::string path(std::string_view relative) const;
};

using WorkspacePtr = std::shared_ptr<const Workspace>;

}  // namespace workbench::workspace
