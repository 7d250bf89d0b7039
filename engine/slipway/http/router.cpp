#include "slipway/http/router.h"

#include <algorithm>
#include <map>

#include "slipway/http/head.h"
#include "slipway/middleware/recording.h"

namespace slipway::http {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

struct Segment {
  enum class Kind { Literal, Param, Rest } kind = Kind::Literal;
  std::string text;  // literal, or the parameter's name
};

Error bad_pattern(const std::string& pattern, const std::string& why) {
  return bad_request("route \"" + pattern + "\": " + why, "PATTERN_INVALID");
}

Result<Segment> parse_segment(const std::string& pattern, std::string_view text, bool last) {
  if (text == "*") {
    if (!last) return bad_pattern(pattern, "* may only be the last segment");
    return Segment{Segment::Kind::Rest, "*"};
  }
  if (text.find_first_of("{}*") == std::string_view::npos) return Segment{Segment::Kind::Literal, std::string(text)};
  if (text.size() < 3 || text.front() != '{' || text.back() != '}')
    return bad_pattern(pattern, "a parameter is a whole segment: /{name}");
  std::string name(text.substr(1, text.size() - 2));
  const bool rest = name.size() > 3 && name.ends_with("...");
  if (rest) name.resize(name.size() - 3);
  if (name.empty() || name.find_first_of("{}.*/ ") != std::string::npos)
    return bad_pattern(pattern, "\"" + name + "\" is not a parameter name");
  if (rest && !last) return bad_pattern(pattern, "{" + name + "...} may only be the last segment");
  return Segment{rest ? Segment::Kind::Rest : Segment::Kind::Param, std::move(name)};
}

Result<std::vector<Segment>> parse_pattern(const std::string& pattern) {
  if (pattern.empty() || pattern[0] != '/') return bad_pattern(pattern, "it must begin with /");
  if (pattern.find_first_of("?# \r\n") != std::string::npos) return bad_pattern(pattern, "it is a path without query or spaces");
  std::vector<Segment> segments;
  std::size_t params = 0;
  for (std::size_t at = 1; at <= pattern.size();) {
    const auto slash = std::min(pattern.find('/', at), pattern.size());
    auto segment = parse_segment(pattern, std::string_view(pattern).substr(at, slash - at), slash == pattern.size());
    if (!segment.ok()) return segment.error();
    if (segment->kind != Segment::Kind::Literal) {
      for (const auto& s : segments)
        if (s.kind != Segment::Kind::Literal && s.text == segment->text)
          return bad_pattern(pattern, "the parameter " + segment->text + " is there twice");
      if (++params > Router::kMaxParams) return bad_pattern(pattern, "more than 16 parameters");
    }
    segments.push_back(std::move(*segment));
    at = slash + 1;
  }
  return segments;
}

// What makes two patterns the same route: parameter names do not.
std::string shape_of(const std::vector<Segment>& segments) {
  std::string shape;
  for (const auto& s : segments)
    shape += s.kind == Segment::Kind::Literal ? "/" + s.text : s.kind == Segment::Kind::Param ? "/{}" : "/{...}";
  return shape;
}

std::unique_ptr<RouteEntry> entry(middleware::Operation operation, const Route& route, std::vector<std::string> params,
                                  std::vector<middleware::MiddlewarePtr> steps, middleware::Handler handler) {
  bool owns = route.may_suspend, may_suspend = route.may_suspend;
  for (const auto& step : steps) {
    if (step->shape() != middleware::Middleware::Shape::Around) continue;
    may_suspend = true;
    owns = owns || step->keeps_views();
  }
  return std::unique_ptr<RouteEntry>(new RouteEntry{std::move(operation), route.method, route.pattern, std::move(params),
                                                    middleware::Chain(std::move(steps), std::move(handler)), owns, may_suspend});
}

std::unique_ptr<RouteEntry> answer(const std::string& service, const std::vector<middleware::MiddlewarePtr>& steps,
                                   std::string name, std::uint32_t index, middleware::Handler handler) {
  Route any;
  any.method = "*";
  return entry(middleware::make_operation(std::move(name), service, "http", index), any, {}, steps, std::move(handler));
}

}  // namespace

bool percent_decode(std::string_view text, std::string& out) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out.push_back(text[i]);
      continue;
    }
    if (i + 2 >= text.size()) return false;
    const int high = hex_digit(text[i + 1]), low = hex_digit(text[i + 2]);
    if (high < 0 || low < 0 || (high | low) == 0) return false;
    out.push_back(static_cast<char>(high * 16 + low));
    i += 2;
  }
  return true;
}

// One position in the tree of segments.
struct Router::Node {
  struct Methods {
    std::vector<std::pair<std::string, const RouteEntry*>> by_name;
    std::string allow;
    const RouteEntry* find(std::string_view method) const {
      const RouteEntry *any = nullptr, *get = nullptr;
      for (const auto& [name, route] : by_name) {
        if (name == method) return route;
        if (name == "GET") get = route;
        if (name == "*") any = route;
      }
      return method == "HEAD" && get ? get : any;
    }
  };
  std::map<std::string, std::unique_ptr<Node>, std::less<>> literals;
  std::unique_ptr<Node> param;
  Methods here, rest;

  const Node* literal(std::string_view segment) const {
    if (literals.empty()) return nullptr;
    if (segment.find('%') == std::string_view::npos) {
      const auto it = literals.find(segment);
      return it == literals.end() ? nullptr : it->second.get();
    }
    std::string decoded;
    if (!percent_decode(segment, decoded)) return nullptr;
    const auto it = literals.find(decoded);
    return it == literals.end() ? nullptr : it->second.get();
  }

  // True when a route for the method was found; else `out.allow` may tell what the path would take.
  bool search(std::string_view method, std::string_view path, Match& out) const {
    const auto take = [&](const Methods& methods) {
      if (methods.by_name.empty()) return false;
      out.route = methods.find(method);
      if (!out.route && out.allow.empty()) out.allow = methods.allow;
      return out.route != nullptr;
    };
    if (path.empty()) return take(here);
    const std::string_view tail = path.substr(1);  // path starts with '/'
    const auto slash = tail.find('/');
    const std::string_view segment = tail.substr(0, slash);
    const std::string_view after = slash == std::string_view::npos ? std::string_view() : tail.substr(slash);
    if (const Node* next = literal(segment); next && next->search(method, after, out)) return true;
    const std::size_t depth = out.param_count;
    if (param && !segment.empty() && depth < kMaxParams) {
      out.values[out.param_count++] = segment;
      if (param->search(method, after, out)) return true;
      out.param_count = depth;
    }
    if (!rest.by_name.empty() && !tail.empty() && depth < kMaxParams) {
      out.values[out.param_count++] = tail;
      if (take(rest)) return true;
      out.param_count = depth;
    }
    return false;
  }

  void finish(Methods& methods) {
    if (methods.by_name.empty()) return;
    std::vector<std::string> names{"OPTIONS"};
    for (const auto& [name, route] : methods.by_name) {
      if (name == "*") {
        names = {"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"};
        break;
      }
      names.push_back(name);
      if (name == "GET") names.push_back("HEAD");
    }
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    for (const auto& name : names) methods.allow += (methods.allow.empty() ? "" : ", ") + name;
  }
  void finish() {
    finish(here);
    finish(rest);
    for (auto& [text, node] : literals) node->finish();
    if (param) param->finish();
  }
};

Router::Router() : root_(std::make_unique<Node>()) {}
Router::~Router() = default;

void Router::match(std::string_view method, std::string_view path, Match& out) const {
  out.route = nullptr;
  out.allow = {};
  out.param_count = 0;
  if (path == "*" && method == "OPTIONS") {
    out.allow = "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT";
    out.route = options_.get();
    return;
  }
  if (!path.empty() && path[0] == '/' && root_->search(method, path, out)) return;
  out.param_count = 0;
  if (out.allow.empty()) {
    out.route = not_found_.get();
  } else {
    out.route = method == "OPTIONS" ? options_.get() : not_allowed_.get();
  }
}

Router::Builder::Builder(std::string service) : service_(std::move(service)) {}

Status Router::Builder::add(Route route) {
  if (route.method != "*" && !is_token(route.method)) return bad_pattern(route.pattern, "\"" + route.method + "\" is not a method");
  auto segments = parse_pattern(route.pattern);
  if (!segments.ok()) return segments.error();
  if (!route.handler) return bad_pattern(route.pattern, "there is no handler");
  for (const auto& other : routes_) {
    if (other.method != route.method) continue;
    if (shape_of(*parse_pattern(other.pattern)) == shape_of(*segments))
      return conflict("route " + route.method + " " + route.pattern + " answers the same requests as " + other.method + " " +
                          other.pattern + "; remove one",
                      "ROUTE_CONFLICT");
  }
  routes_.push_back(std::move(route));
  return {};
}

Status Router::Builder::add_group(std::string prefix, std::vector<middleware::MiddlewarePtr> steps, const std::vector<Route>& group) {
  if (prefix == "/") prefix.clear();
  const auto before = routes_.size();
  for (Route route : group) {
    route.pattern = prefix + (route.pattern == "/" && !prefix.empty() ? "" : route.pattern);
    route.steps.insert(route.steps.begin(), steps.begin(), steps.end());
    if (auto added = add(std::move(route)); !added.ok()) {
      routes_.resize(before);
      return added;
    }
  }
  return {};
}

Router::Builder& Router::Builder::use(middleware::MiddlewarePtr step) {
  steps_.push_back(std::move(step));
  return *this;
}

std::shared_ptr<const Router> Router::Builder::build() const {
  std::shared_ptr<Router> router(new Router());
  for (const Route& route : routes_) {
    auto op = middleware::make_operation(route.name.empty() ? route.method + " " + route.pattern : route.name,
                                         route.service.empty() ? service_ : route.service, "http",
                                         static_cast<std::uint32_t>(router->routes_.size()));
    auto steps = steps_;
    steps.insert(steps.end(), route.steps.begin(), route.steps.end());
    const auto segments = parse_pattern(route.pattern);
    std::vector<std::string> params;
    for (const auto& s : *segments)
      if (s.kind != Segment::Kind::Literal) params.push_back(s.text);
    router->routes_.push_back(entry(std::move(op), route, std::move(params), std::move(steps), route.handler));
    Node* node = router->root_.get();
    Node::Methods* methods = nullptr;
    for (const auto& s : *segments) {
      if (s.kind == Segment::Kind::Rest) {
        methods = &node->rest;
        break;
      }
      auto& next = s.kind == Segment::Kind::Param ? node->param : node->literals[s.text];
      if (!next) next = std::make_unique<Node>();
      node = next.get();
    }
    if (!methods) methods = &node->here;
    methods->by_name.emplace_back(route.method, router->routes_.back().get());
  }
  router->root_->finish();
  const auto index = static_cast<std::uint32_t>(router->routes_.size());
  router->not_found_ = answer(service_, steps_, "(no route)", index, [](middleware::Call& call) -> middleware::Outcome {
    return not_found("there is no route for " + std::string(call.request.method) + " " + std::string(call.request.path),
                     "ROUTE_NOT_FOUND");
  });
  // The server sets Allow on the reply of these two.
  router->not_allowed_ = answer(service_, steps_, "(no route)", index, [](middleware::Call& call) -> middleware::Outcome {
    return Error(405, "METHOD_NOT_ALLOWED",
                 std::string(call.request.path) + " does not take " + std::string(call.request.method) + "; see Allow");
  });
  router->options_ = answer(service_, steps_, "(no route)", index, [](middleware::Call& call) -> middleware::Outcome {
    call.reply.status = 204;
    return {};
  });
  return router;
}

}  // namespace slipway::http
