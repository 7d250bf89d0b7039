// services/*.yaml: one service, with its servers, middleware and routes.
#include <algorithm>
#include <map>
#include <set>

#include "slipway/codec/codec.h"
#include "slipway/middleware/builtin.h"
#include "workbench/behaviour/behaviour.h"
#include "workbench/behaviour/extensions.h"
#include "workbench/workspace/load.h"
#include "workbench/workspace/read_context.h"
#include "workbench/workspace/reader.h"

namespace workbench::workspace {

using slipway::Mark;
using slipway::Value;

namespace {

constexpr std::string_view kMethods[] = {"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"};
constexpr int kMaxInstances = 64;

class ServiceReader {
 public:
  ServiceReader(Reader& in, Service& out) : in_(in), out_(out) {}

  void read(const Value& root) {
    if (!in_.map(root, "", {"service", "about", "design", "http", "grpc", "middleware", "routes", "instances", "overrides", "database", "cache"})) return;
    if (root["service"].is_null())
      in_.problem(Mark{"", 1, 1}, "service", "is missing (write service: " + stem() + ")");
    else
      out_.name = in_.name(root["service"], "service");
    out_.doc = in_.text(root["about"], "about");
    out_.design = in_.choice(root["design"], "design", {"singleton", "injected"});
    out_.instances = static_cast<int>(in_.integer(root["instances"], "instances", 1, 1, kMaxInstances));
    http(root["http"]);
    grpc(root["grpc"]);
    if (!out_.http && !out_.grpc && root["http"].is_null() && root["grpc"].is_null())
      in_.problem(Mark{"", 1, 1}, "", "the service has no server (add http: { port: 8080 } or grpc: { port: 9090, proto: protos/name.proto })");
    database(root["database"]);
    cache(root["cache"]);
    middleware(root["middleware"]);
    routes(root["routes"]);
    overrides(root["overrides"]);
    out_.source = root;
  }

 private:
  std::string stem() const {
    const std::size_t slash = in_.file().rfind('/');
    const std::string base = slash == std::string::npos ? in_.file() : in_.file().substr(slash + 1);
    return base.substr(0, base.rfind('.'));
  }

  void http(const Value& v) {
    if (v.is_null() || !in_.map(v, "http", {"address", "port"})) return;
    HttpServer s;
    s.where = in_.key_mark("http", v);
    s.address = in_.text(v["address"], "http.address", s.address);
    s.port = static_cast<int>(in_.integer(v["port"], "http.port", 0, 0, 65535));
    out_.http = std::move(s);
  }

  void grpc(const Value& v) {
    if (v.is_null() || !in_.map(v, "grpc", {"address", "port", "proto"})) return;
    GrpcServer s;
    s.where = in_.key_mark("grpc", v);
    s.address = in_.text(v["address"], "grpc.address", s.address);
    s.port = static_cast<int>(in_.integer(v["port"], "grpc.port", 0, 0, 65535));
    s.proto = in_.text(v["proto"], "grpc.proto");
    if (s.proto.empty()) in_.problem(s.where, "grpc.proto", "is missing (name the .proto file: proto: protos/" + stem() + ".proto)");
    out_.grpc = std::move(s);
  }

  // A file below the workspace: no way out of it.
  std::string inner_path(const Value& v, std::string_view what) {
    std::string path = in_.text(v, what);
    if (path.starts_with('/') || path == ".." || path.starts_with("../") || path.find("/../") != std::string::npos || path.ends_with("/..")) {
      in_.problem(v, std::string(what), "\"" + path + "\" leaves the workspace (use a path inside it)");
      path.clear();
    }
    return path;
  }

  void database(const Value& v) {
    if (v.is_null()) return;
    Database d;
    d.where = in_.key_mark("database", v);
    out_.database = d;   // even when it is written wrongly: one mistake, one problem
    if (!in_.map(v, "database", {"file", "schema", "durability"})) return;
    d.file = inner_path(v["file"], "database.file");
    if (v["file"].is_null()) d.file = (out_.name.empty() ? stem() : out_.name) + ".db";
    d.schema = inner_path(v["schema"], "database.schema");
    d.durability = in_.choice(v["durability"], "database.durability", {"normal", "full"});
    out_.database = std::move(d);
  }

  void cache(const Value& v) {
    if (v.is_null()) return;
    Cache c;
    c.where = in_.key_mark("cache", v);
    out_.cache = c;
    if (!in_.map(v, "cache", {"max_entries", "ttl"})) return;
    c.max_entries = in_.integer(v["max_entries"], "cache.max_entries", c.max_entries, 1, 1'000'000'000);
    c.ttl = in_.duration(v["ttl"], "cache.ttl", c.ttl);
    if (!v["ttl"].is_null()) sections_["cache"]["ttl"] = v["ttl"];  // the service's and its cache steps' are one setting
    out_.cache = std::move(c);
  }

  void middleware(const Value& v) {
    if (v.is_null()) return;
    if (!v.is_list()) return in_.problem(v, "middleware", "is a " + std::string(Value::kind_name(v.kind())) + ", where a list of steps is needed (- recovery)");
    std::map<std::string, int> count;
    for (const auto& item : v.as_list()) {
      MiddlewareStep step;
      step.where = in_.mark(item);
      if (item.is_string()) {
        step.name = item.as_string();
      } else if (item.is_map() && item.as_map().size() == 1) {
        const auto& [name, options] = *item.as_map().begin();
        step.name = name;
        step.options = options;
        step.where = in_.key_mark(name, options);
      } else {
        in_.problem(item, "middleware", "a step is a name, or a name with its options (- timeout: { after: 2s })");
        continue;
      }
      const int n = ++count[step.name];
      step.section = n == 1 ? step.name : step.name + "-" + std::to_string(n);
      const auto* steps = out_.extensions ? &out_.extensions->steps : nullptr;
      const auto known = slipway::middleware::middleware_names(steps);
      if (std::find(known.begin(), known.end(), step.name) == known.end()) {
        in_.problem(step.where, step.name, "there is no such middleware" + did_you_mean(step.name, known));
        continue;
      }
      if (auto made = slipway::middleware::make_middleware(step.name, step.options, {}, {}, steps); !made) {
        const Mark& at = made.error().where();
        const bool named = made.error().message().starts_with(step.name);   // once is enough
        in_.problem(at.line > 0 ? at : step.where, named ? "" : step.name, made.error().message());
      }
      out_.middleware.push_back(std::move(step));
    }
  }

  void routes(const Value& v) {
    if (v.is_null()) return;
    if (!v.is_list()) return in_.problem(v, "routes", "is a " + std::string(Value::kind_name(v.kind())) + ", where a list of routes is needed (- GET /hello: [...])");
    std::set<std::string> seen;
    for (std::size_t i = 0; i < v.as_list().size(); ++i) {
      const Value& item = v.as_list()[i];
      if (!item.is_map() || item.as_map().size() != 1) {
        in_.problem(item, "routes", "a route is one key with its steps (- GET /hello/{name}: [ reply: … ])");
        continue;
      }
      const auto& [key, steps] = *item.as_map().begin();
      Route route;
      route.where = in_.key_mark(key, steps);
      if (!head(key, route)) continue;
      if (!seen.insert(route.method + " " + route.path).second) {
        in_.problem(route.where, key, "is routed twice (remove one of the two)");
        continue;
      }
      const int last = i + 1 < v.as_list().size() ? v.as_list()[i + 1].line - 1 : end_of_block(route.where);
      route.yaml = in_.lines(route.where.line, last);
      read_steps(steps, route);
      out_.routes.push_back(std::move(route));
    }
  }

  // The last line that is indented deeper than the dash of the route at `where`.
  int end_of_block(const Mark& where) const {
    int n = where.line;
    while (n < in_.line_count()) {
      const std::string_view next = in_.line(n + 1);
      const std::size_t at = next.find_first_not_of(" \t");
      if (at != std::string_view::npos && next[at] != '#' && static_cast<int>(at) + 1 < where.column) break;
      ++n;
    }
    return n;
  }

  bool head(const std::string& key, Route& route) {
    if (key.starts_with('/')) {
      const std::size_t slash = key.find('/', 1);
      if (slash == std::string::npos || slash + 1 == key.size() || key.find('{') != std::string::npos || key.find(' ') != std::string::npos) {
        in_.problem(route.where, key, "is neither a route (GET " + key + ") nor a gRPC method (/package.Service/Method)");
        return false;
      }
      route.method = "gRPC";
      route.path = key;
      if (!out_.grpc) {
        in_.problem(route.where, key, "is a gRPC method, but the service has no grpc server (add grpc: { port: 9090, proto: … }, or write GET " + key + ")");
        return false;
      }
      return true;
    }
    const std::size_t space = key.find(' ');
    route.method = key.substr(0, space);
    route.path = space == std::string::npos ? "" : key.substr(key.find_first_not_of(' ', space) == std::string::npos ? key.size() : key.find_first_not_of(' ', space));
    if (std::find(std::begin(kMethods), std::end(kMethods), route.method) == std::end(kMethods)) {
      in_.problem(route.where, key, "\"" + route.method + "\" is not a method" + did_you_mean(route.method, {std::begin(kMethods), std::end(kMethods)}));
      return false;
    }
    if (!route.path.starts_with('/')) {
      in_.problem(route.where, key, "needs a path that starts with / (" + route.method + " /" + route.path + ")");
      return false;
    }
    if (!out_.http) {
      in_.problem(route.where, key, "is an HTTP route, but the service has no http server (add http: { port: 8080 })");
      return false;
    }
    return true;
  }

  void read_steps(const Value& steps, Route& route) {
    Value::List list;
    if (steps.is_list()) {
      list = steps.as_list();
    } else if (steps.is_string()) {
      list.push_back(steps);
    } else if (steps.is_map()) {
      for (const auto& [kind, options] : steps.as_map()) {
        Value one = Value::object({{kind, options}});
        one.line = options.line;
        one.column = options.column;
        list.push_back(std::move(one));
      }
    }
    if (list.empty()) return in_.problem(route.where, route.method + " " + route.path, "does nothing (give it a step: - reply: { status: 200 })");
    behaviour::ReadContext context = read_context(out_, route);
    for (const auto& item : list) {
      Step step;
      step.where = in_.mark(item);
      if (item.is_string()) {
        step.kind = item.as_string();
      } else if (item.is_map() && item.as_map().size() == 1) {
        step.kind = item.as_map().begin()->first;
        step.options = item.as_map().begin()->second;
        step.where = in_.key_mark(step.kind, step.options);
      } else {
        in_.problem(item, "", "a step is a behaviour's name with its options (- reply: { status: 200 })");
        continue;
      }
      if (const auto kinds = behaviour::behaviour_names(out_.extensions.get()); std::find(kinds.begin(), kinds.end(), step.kind) == kinds.end()) {
        in_.problem(step.where, step.kind, "there is no such behaviour" + did_you_mean(step.kind, kinds));
        continue;
      }
      step.section = section(step);
      context.names.where = step.where;
      auto read = behaviour::read_behaviour(step.kind, step.options, step.section, context);
      if (!read) {
        const Mark& at = read.error().where();
        in_.problem(at.line > 0 ? at : step.where, "", read.error().message());   // the message names the step and its option
        // What it would have made counts as made, so that one mistake is not reported at every later use.
        if (step.options.is_map() && step.options["as"].is_string()) context.names.variables.insert(step.options["as"].as_string());
      }
      route.steps.push_back(std::move(step));
    }
  }

  // Steps of one kind (for calls: to one service) share a section while they agree on what they write; one that does not
  // gets its own, numbered.
  std::string section(const Step& step) {
    std::string base = step.kind;
    if (step.kind == "call" && step.options.is_map() && step.options["service"].is_string()) base = "call." + step.options["service"].as_string();
    const bool shares = step.kind == "call" || step.kind == "cache";
    for (int n = 1;; ++n) {
      const std::string name = n == 1 ? base : base + "-" + std::to_string(n);
      auto [it, fresh] = sections_.try_emplace(name);
      bool fits = fresh || shares;
      for (const std::string_view option : {"balancer", "timeout", "ttl"}) {
        const Value& v = step.options[option];
        if (fresh || v.is_null()) continue;
        if (const auto old = it->second.find(std::string(option)); old != it->second.end()) fits = fits && old->second == v;
      }
      if (!fits) continue;
      for (const std::string_view option : {"balancer", "timeout", "ttl"})
        if (!step.options[option].is_null()) it->second[std::string(option)] = step.options[option];
      return name;
    }
  }

  void overrides(const Value& v) {
    if (v.is_null()) return;
    if (!v.is_map()) return in_.problem(v, "overrides", "is a " + std::string(Value::kind_name(v.kind())) + ", where a map of instances is needed (" + out_.name + "-1: { … })");
    const auto names = out_.instance_names();
    for (const auto& [instance, keys] : v.as_map()) {
      if (std::find(names.begin(), names.end(), instance) == names.end())
        in_.problem(in_.key_mark(instance, keys), instance, out_.instances == 1 ? "the service has one instance, which its plain keys set (or raise instances)" : "there is no such instance" + did_you_mean(instance, names));
      else if (!keys.is_map())
        in_.problem(keys, instance, "needs a map of keys (" + instance + ": { work.service_time: 8ms })");
    }
    out_.overrides = v;
  }

  Reader& in_;
  Service& out_;
  std::map<std::string, std::map<std::string, Value>> sections_;
};

}  // namespace

std::optional<Service> parse_service(std::string_view text, const std::string& file, std::vector<Problem>& problems, ExtensionsPtr extensions) {
  Reader in(text, file, problems);
  auto root = slipway::codec::parse_yaml(text);
  if (!root) {
    in.problem(root.error().where(), "", root.error().message());
    return std::nullopt;
  }
  Service service;
  service.file = file;
  service.extensions = std::move(extensions);
  ServiceReader(in, service).read(*root);
  if (service.name.empty()) return std::nullopt;
  return service;
}

}  // namespace workbench::workspace
