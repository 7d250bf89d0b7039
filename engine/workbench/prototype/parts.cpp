#include "workbench/prototype/parts.h"

#include <map>

#include "slipway/g/cache.h"
#include "slipway/g/db.h"
#include "slipway/inject/graph.h"
#include "workbench/prototype/service_run.h"

namespace workbench::prototype {

namespace config = slipway::config;
namespace instance = slipway::instance;
using slipway::Error;
using slipway::Result;

namespace {

// The database lies below the workspace's data folder, the schema in the workspace; no config may lead out of them.
slipway::g::Place place_of(const ServiceRun& service) {
  const auto workspace = service.workspace();
  return {service.name() + ".", workspace->path(".slipway/data"), workspace->folder, true};
}

// What is shared by all instances of a service and outlives them.
template <class T>
std::shared_ptr<T> borrowed(T& object) {
  return std::shared_ptr<T>(std::shared_ptr<void>(), &object);
}

host::InstanceView view_of(std::string type, std::string name, std::string_view design, bool created, std::int64_t wall_ns, std::int64_t ns, int order,
                           std::vector<std::string> depends_on) {
  host::InstanceView v;
  v.type = std::move(type);
  v.name = std::move(name);
  v.scope = std::string(design);
  v.created = created;
  v.created_wall_ns = wall_ns;
  v.creation_ns = ns;
  v.order = order;
  v.depends_on = std::move(depends_on);
  return v;
}

class ScopeParts final : public Parts {
 public:
  ScopeParts(ServiceRun& service, const std::string& name, behaviour::Needs needs) : Parts(name, std::move(needs)) {
    const auto place = place_of(service);
    const auto spec = service.spec();
    scope_.provide<config::Config>("config", [&service](instance::InstanceScope&, const std::string&) { return borrowed(service.shared().config); });
    if (spec->database) scope_.provide<slipway::data::Database>("db", slipway::g::db_factory(place));
    if (spec->cache) scope_.provide<slipway::cache::Cache>("cache", slipway::g::cache_factory(place));
    scope_.provide<slipway::http::Client>("http_client", [&service](instance::InstanceScope&, const std::string&) { return borrowed(service.http_client()); });
    scope_.provide<slipway::grpc::Client>("grpc_client", [&service](instance::InstanceScope&, const std::string& target) -> Result<std::shared_ptr<slipway::grpc::Client>> {
      auto client = service.grpc_client(target);
      if (!client.ok()) return client.error();
      return borrowed(**client);
    });
    // Known to the scope from now on, so that they are listed before anybody asks.
    if (spec->database) instance::Handle<slipway::data::Database> listed(scope_);
    if (spec->cache) instance::Handle<slipway::cache::Cache> listed(scope_);
    if (!needs_.http.empty()) instance::Handle<slipway::http::Client> listed(scope_);
    for (const auto& target : needs_.grpc) instance::Handle<slipway::grpc::Client> listed(scope_, target);
  }
  std::string_view design() const override { return "singleton"; }
  Result<slipway::data::Database*> database(const Context& context) override { return slipway::g::scope(context).find<slipway::data::Database>(); }
  Result<slipway::cache::Cache*> cache(const Context& context) override { return slipway::g::scope(context).find<slipway::cache::Cache>(); }
  Result<slipway::http::Client*> http(const Context& context) override { return slipway::g::scope(context).find<slipway::http::Client>(); }
  Result<slipway::grpc::Client*> grpc(const Context& context, const std::string& target) override { return slipway::g::scope(context).find<slipway::grpc::Client>(target); }
  std::vector<host::InstanceView> views() const override {
    std::vector<host::InstanceView> out;
    for (auto& r : scope_.records())
      out.push_back(view_of(std::move(r.kind), std::move(r.name), design(), r.created, r.created_wall_ns, r.creation_ns, r.order, std::move(r.depends_on)));
    return out;
  }
};

// What the graph hands to the steps of a kind. Each says in its constructor what it needs.
struct SqlSteps {
  explicit SqlSteps(slipway::data::Database& d) : database(d) {}
  slipway::data::Database& database;
};
struct CacheSteps {
  explicit CacheSteps(slipway::cache::Cache& c) : cache(c) {}
  slipway::cache::Cache& cache;
};
struct HttpCalls {
  explicit HttpCalls(slipway::http::Client& c) : client(c) {}
  slipway::http::Client& client;
};
struct GrpcClients {
  std::map<std::string, slipway::grpc::Client*> by_target;
};
struct GrpcCalls {
  explicit GrpcCalls(GrpcClients& c) : clients(c) {}
  GrpcClients& clients;
};

class GraphParts final : public Parts {
 public:
  static Result<std::shared_ptr<Parts>> make(ServiceRun& service, const std::string& name, behaviour::Needs needs) {
    auto parts = std::make_shared<GraphParts>(name, std::move(needs));
    if (auto s = parts->wire(service); !s.ok()) return s.error();
    return std::shared_ptr<Parts>(std::move(parts));
  }
  using Parts::Parts;
  std::string_view design() const override { return "injected"; }
  Result<slipway::data::Database*> database(const Context&) override { return given(database_, "database"); }
  Result<slipway::cache::Cache*> cache(const Context&) override { return given(cache_, "cache"); }
  Result<slipway::http::Client*> http(const Context&) override { return given(http_, "HTTP client"); }
  Result<slipway::grpc::Client*> grpc(const Context&, const std::string& target) override {
    slipway::grpc::Client* client = nullptr;
    if (grpc_)
      if (auto it = grpc_->by_target.find(target); it != grpc_->by_target.end()) client = it->second;
    return given(client, "gRPC client");
  }
  std::vector<host::InstanceView> views() const override {
    std::vector<host::InstanceView> out;
    for (auto& n : graph_->nodes())
      if (n.lifetime != slipway::inject::Lifetime::Object)
        out.push_back(view_of(std::move(n.type), "", design(), n.created, n.created_wall_ns, n.creation_ns, n.order, std::move(n.depends_on)));
    return out;
  }

 private:
  slipway::Status wire(ServiceRun& service) {
    const auto place = place_of(service);
    const auto spec = service.spec();
    slipway::inject::Bindings b;
    b.object<config::Config>(service.shared().config);
    if (spec->database) b.singleton<slipway::data::Database, config::Config&>([place](config::Config& c) { return slipway::g::open_database(c, "default", place); });
    if (spec->cache) b.singleton<slipway::cache::Cache, config::Config&>([place](config::Config& c) { return slipway::g::make_cache(c, "default", place); });
    if (spec->database && needs_.database) b.singleton<SqlSteps, slipway::data::Database&>();
    if (spec->cache && needs_.cache) b.singleton<CacheSteps, slipway::cache::Cache&>();
    if (!needs_.http.empty()) {
      b.singleton<slipway::http::Client>([&service] { return borrowed(service.http_client()); });
      b.singleton<HttpCalls, slipway::http::Client&>();
    }
    if (!needs_.grpc.empty()) {
      b.singleton<GrpcClients>([&service, targets = needs_.grpc]() -> Result<std::shared_ptr<GrpcClients>> {
        auto clients = std::make_shared<GrpcClients>();
        for (const auto& target : targets) {
          auto client = service.grpc_client(target);
          if (!client.ok()) return client.error();
          clients->by_target[target] = *client;
        }
        return clients;
      });
      b.singleton<GrpcCalls, GrpcClients&>();
    }
    auto graph = slipway::inject::Graph::build(std::move(b));
    if (!graph.ok()) return graph.error();
    graph_ = std::move(*graph);
    // One text: what shows it reads the message.
    if (auto s = graph_->start(); !s.ok()) return slipway::Error(s.error().code(), s.error().reason(), s.error().to_string());
    if (spec->database && needs_.database) database_ = &graph_->get<SqlSteps>().database;
    if (spec->cache && needs_.cache) cache_ = &graph_->get<CacheSteps>().cache;
    if (!needs_.http.empty()) http_ = &graph_->get<HttpCalls>().client;
    if (!needs_.grpc.empty()) grpc_ = &graph_->get<GrpcCalls>().clients;
    return {};
  }
  template <class T>
  Result<T*> given(T* part, const char* what) const {
    if (part) return part;
    return slipway::internal_error("no step of the routes was given a " + std::string(what) + " when the parts of " + scope_.name() + " were made", "PART_MISSING");
  }

  std::unique_ptr<slipway::inject::Graph> graph_;
  slipway::data::Database* database_ = nullptr;
  slipway::cache::Cache* cache_ = nullptr;
  slipway::http::Client* http_ = nullptr;
  GrpcClients* grpc_ = nullptr;
};

}  // namespace

Result<std::shared_ptr<Parts>> make_parts(ServiceRun& service, const std::string& name, const std::string& design) {
  behaviour::Needs needs = service.needs();
  if (design == "injected") return GraphParts::make(service, name, std::move(needs));
  return std::shared_ptr<Parts>(std::make_shared<ScopeParts>(service, name, std::move(needs)));
}

}  // namespace workbench::prototype
