// A saved request, and an exchange: one request as it was sent with the reply it got.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "slipway/base/result.h"
#include "workbench/recorder/trace.h"

namespace workbench::traffic {

using Pairs = std::vector<std::pair<std::string, std::string>>;

// One request of a .http file, as written (variables not yet expanded). gRPC: method "GRPC", url
// "{{inventory}}/inventory.v1.Inventory/Reserve", body JSON.
struct SavedRequest {
  std::string id;      // "orders/create": path below requests/ without extension, "#name" added when a file has several
  std::string name;    // "create"
  std::string folder;  // "orders"
  std::string file;    // "requests/orders/create.http"
  std::string method = "GET";
  std::string url;
  Pairs headers;
  std::string body;
  std::vector<std::string> assertions;  // "status == 201"
  friend bool operator==(const SavedRequest&, const SavedRequest&) = default;
};

struct Assertion {
  std::string text;
  bool held = false;
  std::string found;
};

struct Exchange {
  SavedRequest request;
  std::string url;             // expanded
  Pairs sent_headers;
  std::string sent_body;
  int status = 0;              // HTTP; gRPC statuses mapped, the original in headers "grpc-status"
  std::string reason;          // "Created"
  Pairs headers;
  std::string body;
  std::string trace_id;
  std::int64_t started_wall_ns = 0;
  std::int64_t connect_ns = 0, first_byte_ns = 0, total_ns = 0;
  bool reused_connection = false;
  std::uint64_t config_version = 0;
  std::vector<Assertion> assertions;
  std::string error;           // transport failure; empty when a reply came
};

}  // namespace workbench::traffic
