// Router: which route answers a request. Built once, immutable, read by all workers; a server swaps a whole Router live.
//
// Patterns: "/orders", "/orders/{id}", "/files/{path...}" or "/files/*" (the rest of the path, at least one byte, given as
// parameter "path" or "*"). A literal segment wins over {param}, that over a wildcard, whatever the order of adding.
// Segments are compared percent-decoded, so %2F never splits one. GET answers HEAD; OPTIONS is answered with Allow unless a
// route takes it; an unknown path is ROUTE_NOT_FOUND, a known one with another method METHOD_NOT_ALLOWED with Allow.
#pragma once

#include <array>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "slipway/middleware/middleware.h"

namespace slipway::http {

struct Route {
  std::string method;   // "GET"; "*" = any method without a route of its own
  std::string pattern;  // "/orders/{id}"
  middleware::Handler handler;
  std::vector<middleware::MiddlewarePtr> steps;  // outermost first; after the group's
  // A handler that may give a suspended Outcome. The request is then copied into memory of the call before it runs;
  // other handlers read it in place. A chain with an `around` step that keeps views counts as suspending by itself.
  bool may_suspend = false;
  std::string service;  // of the Operation; empty = the router's
  std::string name;     // of the Operation; empty = "METHOD pattern"
};

// One route as it stands in a Router.
struct RouteEntry {
  middleware::Operation operation;
  std::string method, pattern;
  std::vector<std::string> params;  // names, in order of the path
  middleware::Chain chain;
  bool owns_request = false;   // the request is copied before the chain runs
  bool may_suspend = false;    // a call can be cancelled from its beginning
};

class Router {
 public:
  class Builder;
  static constexpr std::size_t kMaxParams = 16;

  struct Match {
    const RouteEntry* route = nullptr;      // set also for the entries that answer 404, 405 and OPTIONS
    std::string_view allow;                 // for 405 and OPTIONS: "GET, HEAD, OPTIONS"
    std::size_t param_count = 0;
    std::array<std::string_view, kMaxParams> values;  // raw, still percent-encoded
  };
  // `path` is the raw path of the target, without the query.
  void match(std::string_view method, std::string_view path, Match& out) const;
  std::span<const std::unique_ptr<RouteEntry>> routes() const { return routes_; }
  // Every operation, the one for requests without a route last. operation.index is the position here.
  std::size_t operation_count() const { return routes_.size() + 1; }
  ~Router();

 private:
  friend class Builder;
  struct Node;
  Router();
  std::vector<std::unique_ptr<RouteEntry>> routes_;
  std::unique_ptr<RouteEntry> not_found_, not_allowed_, options_;
  std::unique_ptr<Node> root_;
};

class Router::Builder {
 public:
  explicit Builder(std::string service = {});
  // BAD_REQUEST / PATTERN_INVALID, CONFLICT / ROUTE_CONFLICT naming both patterns. Refused routes change nothing.
  Status add(Route route);
  // All routes of `group` under `prefix`, with `steps` around theirs.
  Status add_group(std::string prefix, std::vector<middleware::MiddlewarePtr> steps, const std::vector<Route>& group);
  // Steps around every route, outermost, and around the answers 404 and 405 too.
  Builder& use(middleware::MiddlewarePtr step);
  std::shared_ptr<const Router> build() const;
  const std::vector<Route>& routes() const { return routes_; }

 private:
  std::string service_;
  std::vector<middleware::MiddlewarePtr> steps_;
  std::vector<Route> routes_;
};

// Percent-decodes `text` to the end of `out`; false for a bad escape or a NUL. '+' stays '+', as in paths.
bool percent_decode(std::string_view text, std::string& out);

}  // namespace slipway::http
