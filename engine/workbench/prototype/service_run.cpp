#include "workbench/prototype/service_run.h"

#include <algorithm>
#include <filesystem>

#include "workbench/behaviour/extensions.h"
#include "workbench/prototype/instance_run.h"
#include "workbench/workspace/edit.h"
#include "workbench/workspace/read_context.h"

namespace workbench::prototype {

using slipway::Result;
using slipway::Status;
using slipway::Value;
namespace middleware = slipway::middleware;

void EdgeCounter::tick() {
  const std::uint64_t c = calls.load(std::memory_order_relaxed), e = errors.load(std::memory_order_relaxed);
  calls_per_s = static_cast<double>(c - last_calls);
  errors_per_s = static_cast<double>(e - last_errors);
  last_calls = c;
  last_errors = e;
}

Result<std::vector<ServiceRun::Route>> ServiceRun::read_routes(const workspace::Service& service) {
  std::vector<Route> out;
  for (const auto& r : service.routes) {
    behaviour::ReadContext context = workspace::read_context(service, r);
    Route route{r.method, r.path, {}};
    for (const auto& step : r.steps) {
      context.names.where = step.where;
      auto b = behaviour::read_behaviour(step.kind, step.options, step.section, context);
      if (!b.ok()) return b.error();
      route.steps.push_back(*b);
    }
    if (route.steps.empty()) return slipway::bad_request("the route " + context.route + " does nothing; give it a step, for example `- reply: { status: 200 }`", "BEHAVIOUR_INVALID").with_mark(r.where);
    out.push_back(std::move(route));
  }
  return out;
}

Result<middleware::MiddlewarePtr> ServiceRun::read_middleware(const workspace::Service& service, const workspace::MiddlewareStep& written,
                                                              const slipway::Clock* clock) {
  auto made = middleware::make_middleware(written.name, written.options, service.name + "." + written.section, {.clock = clock},
                                          service.extensions ? &service.extensions->steps : nullptr);
  if (made.ok()) return made;
  // The option's own line where it is known, the step's otherwise; always in this file.
  slipway::Mark mark = made.error().where();
  mark.file = service.file;
  if (mark.line == 0) mark = {service.file, written.where.line, written.where.column};
  return made.error().with_mark(mark);
}

ServiceRun::RoutesPtr ServiceRun::routes() const {
  std::lock_guard lock(loaded_mutex_);
  return routes_;
}

std::shared_ptr<const workspace::Service> ServiceRun::spec() const {
  std::lock_guard lock(loaded_mutex_);
  return spec_;
}

workspace::WorkspacePtr ServiceRun::workspace() const {
  std::lock_guard lock(loaded_mutex_);
  return workspace_;
}

bool ServiceRun::loaded() const {
  std::lock_guard lock(loaded_mutex_);
  return loaded_;
}

behaviour::Needs ServiceRun::needs() const {
  behaviour::Needs out;
  const auto routes = this->routes();
  for (const auto& r : *routes)
    for (const auto& step : r.steps) step->add_needs(out);
  return out;
}

std::shared_ptr<const slipway::grpc::ProtoSet> ServiceRun::protos() const {
  std::lock_guard lock(loaded_mutex_);
  return protos_;
}

Result<std::shared_ptr<const slipway::grpc::ProtoSet>> ServiceRun::read_protos(const workspace::Workspace& workspace, const workspace::Service& service) {
  if (!service.grpc) return std::shared_ptr<const slipway::grpc::ProtoSet>();
  const std::filesystem::path file(service.grpc->proto);
  return slipway::grpc::ProtoSet::load({workspace.path(file.parent_path().string())}, {file.filename().string()});
}

ServiceRun::ServiceRun(Shared shared, workspace::WorkspacePtr workspace, std::shared_ptr<const workspace::Service> spec)
    : shared_(shared), name_(spec->name), workspace_(std::move(workspace)), spec_(std::move(spec)) {
  slipway::http::ClientOptions o;
  o.service = spec_->name;
  o.discovery = &shared_.registry;
  o.balancer = "p2c";
  o.balancers = balancers();
  o.on_pick = [this](const std::string& target, const slipway::balance::Explanation& e) {
    host::BalancedTarget::Decision d;
    d.wall_ns = slipway::Clock::system().wall().time_since_epoch().count();
    d.why = e.why;
    for (const auto& c : e.candidates) {
      d.candidates.emplace_back(c.id, c.score);
      if (c.won) d.picked = c.id;
    }
    std::lock_guard lock(clients_mutex_);
    auto& kept = decisions_[target];
    kept.insert(kept.begin(), std::move(d));
    if (kept.size() > 20) kept.pop_back();
  };
  http_client_ = std::make_unique<slipway::http::Client>(shared_.workers, o);
  int number = 1;
  for (const auto& name : spec_->instance_names()) instances_.push_back(std::make_unique<InstanceRun>(*this, name, number++));
}

const slipway::balance::Strategies* ServiceRun::balancers() const { return spec_->extensions ? &spec_->extensions->balancers : nullptr; }

ServiceRun::~ServiceRun() {
  subscriptions_.clear();
  instances_.clear();
  grpc_clients_.clear();
  http_client_.reset();
}

Status ServiceRun::load(const workspace::WorkspacePtr& workspace, const std::shared_ptr<const workspace::Service>& spec) {
  auto routes = read_routes(*spec);
  if (!routes.ok()) return routes.error();
  auto protos = read_protos(*workspace, *spec);
  if (!protos.ok()) return protos.error();
  {
    std::lock_guard lock(loaded_mutex_);
    workspace_ = workspace;
    spec_ = spec;
    routes_ = std::make_shared<const std::vector<Route>>(std::move(*routes));
    protos_ = std::move(*protos);
    loaded_ = true;
  }
  bind_balancers();
  return {};
}

Result<bool> ServiceRun::take(workspace::WorkspacePtr workspace, std::shared_ptr<const workspace::Service> spec) {
  const auto shape = [](const workspace::Service& s) {
    std::string out = std::to_string(s.instances);
    if (s.http) out += "|http " + s.http->address + std::to_string(s.http->port);
    if (s.grpc) out += "|grpc " + s.grpc->address + std::to_string(s.grpc->port) + s.grpc->proto;
    if (s.database) out += "|db " + s.database->file + s.database->schema + s.database->durability;
    if (s.cache) out += "|cache " + std::to_string(s.cache->max_entries);
    return out;
  };
  // Options that are tunables come as config; what is structure (the rules of validate, say) needs the step made anew.
  const auto chain = [](const workspace::Service& s) {
    Value::List out;
    for (const auto& m : s.middleware) {
      out.emplace_back(m.name);
      out.emplace_back(m.section);
      const auto options = middleware::options_of(m.name, s.extensions ? &s.extensions->steps : nullptr);
      if (!options.ok() || !m.options.is_map()) continue;
      for (const auto& o : *options)
        if (o.type == "map") out.push_back(m.options[o.name]);
    }
    return Value(std::move(out));
  };
  const bool chain_differs = chain(*spec_) != chain(*spec);
  const bool fresh = !loaded_;
  if (!fresh && shape(*spec_) != shape(*spec)) {
    // What cannot be read must not end what runs.
    if (auto routes = read_routes(*spec); !routes.ok()) return routes.error();
    return false;
  }
  if (auto s = load(workspace, spec); !s.ok()) return s.error();
  if (!fresh)
    for (auto& i : instances_) {
      if (i->state() != host::ServiceState::Running) continue;
      if (auto s = i->renew(chain_differs); !s.ok()) return s.error();
    }
  return true;
}

// The balancer of each called service is a live key of the calling step.
void ServiceRun::bind_balancers() {
  subscriptions_.clear();
  auto& config = shared_.config;
  const auto routes = this->routes();
  for (const auto& r : *routes) {
    for (const auto& step : r.steps) {
      if (step->kind() != "call") continue;
      const std::string target = step->calls().front();
      const std::string key = name_ + "." + step->section + ".balancer";
      std::string written = "p2c";
      for (const auto& t : step->tunables())
        if (t.name.ends_with(".balancer")) written = t.value.to_text();
      auto apply = [this, target, key, written] {
        const std::string name = shared_.config.get_or<std::string>(key, written);
        if (auto s = http_client_->set_balancer(target, name); !s.ok()) throw std::runtime_error(s.error().message());
        std::lock_guard lock(clients_mutex_);
        if (auto it = grpc_clients_.find(target); it != grpc_clients_.end())
          if (auto s = it->second->set_balancer(name); !s.ok()) throw std::runtime_error(s.error().message());
      };
      edge(target);
      apply();
      subscriptions_.push_back(config.observe(key, name_ + " client of " + target, [apply](const slipway::config::Notice&) { apply(); }));
    }
  }
}

Result<slipway::grpc::Client*> ServiceRun::grpc_client(const std::string& target) {
  std::lock_guard lock(clients_mutex_);
  auto& c = grpc_clients_[target];
  if (!c) {
    const auto workspace = this->workspace();
    const auto* spec = workspace->find(target);
    if (!spec || !spec->grpc) return slipway::unavailable("the service " + target + " speaks no gRPC", "NO_NODES");
    auto protos = read_protos(*workspace, *spec);
    if (!protos.ok()) return protos.error();
    slipway::grpc::ClientOptions o;
    o.target = "discovery:///" + target;
    o.discovery = &shared_.registry;
    o.balancers = balancers();
    auto made = slipway::grpc::Client::create(*protos, o);
    if (!made.ok()) return made.error();
    c = std::move(*made);
  }
  return c.get();
}

EdgeCounter& ServiceRun::edge(const std::string& target) {
  std::lock_guard lock(clients_mutex_);
  auto& e = edges_[target];
  if (!e) e = std::make_unique<EdgeCounter>();
  return *e;
}

void ServiceRun::tick() {
  std::lock_guard lock(clients_mutex_);
  for (auto& [target, e] : edges_) {
    e->tick();
    std::vector<slipway::balance::NodePtr> nodes = http_client_->nodes(target);
    if (nodes.empty())
      if (auto it = grpc_clients_.find(target); it != grpc_clients_.end()) nodes = it->second->nodes();
    auto& s = shares_[target];
    std::uint64_t total = 0;
    std::map<std::string, std::uint64_t> delta;
    for (const auto& n : nodes) {
      const std::uint64_t picks = n->picks();
      delta[n->id] = picks - std::min(picks, s.last_picks[n->id]);
      s.last_picks[n->id] = picks;
      total += delta[n->id];
    }
    for (const auto& n : nodes) {
      const double share = total ? static_cast<double>(delta[n->id]) / static_cast<double>(total) : 0;
      s.share[n->id] = share;
      auto& h = s.history[n->id];
      h.push_back(static_cast<float>(share));
      if (h.size() > 60) h.erase(h.begin());
    }
  }
}

std::vector<host::Edge> ServiceRun::edges() const {
  std::lock_guard lock(clients_mutex_);
  std::vector<host::Edge> out;
  for (const auto& [target, e] : edges_) out.push_back({name_, target, e->calls_per_s, e->errors_per_s});
  return out;
}

std::vector<host::BalancedTarget> ServiceRun::balanced() const {
  std::vector<host::BalancedTarget> out;
  const auto routes = this->routes();
  std::lock_guard lock(clients_mutex_);
  for (const auto& [target, e] : edges_) {
    host::BalancedTarget t;
    t.client = name_;
    t.target = target;
    std::vector<slipway::balance::NodePtr> nodes = http_client_->nodes(target);
    if (auto it = grpc_clients_.find(target); nodes.empty() && it != grpc_clients_.end()) {
      nodes = it->second->nodes();
      t.balancer = it->second->balancer();
    } else {
      t.balancer = http_client_->balancer(target);
    }
    for (const auto& r : *routes)
      for (const auto& step : r.steps)
        if (step->kind() == "call" && step->calls().front() == target && t.balancer_key.empty()) t.balancer_key = name_ + "." + step->section + ".balancer";
    int weights = 0;
    for (const auto& n : nodes) weights += n->weight;
    const auto shares = shares_.find(target);
    for (const auto& n : nodes) {
      host::BalancedNode b;
      b.id = n->id;
      b.address = n->address;
      b.weight = n->weight;
      const std::string own = target + (n->id == target ? "" : "." + n->id) + ".instance";
      b.added_latency_ns = shared_.config.get_or<slipway::Duration>(own + ".added_latency", slipway::Duration::zero()).count();
      b.failure_percent = shared_.config.get_or<double>(own + ".failure_percent", 0);
      b.in_flight = n->in_flight();
      b.picks = n->picks();
      b.failures = n->failures.load(std::memory_order_relaxed);
      b.expected_share = weights ? static_cast<double>(n->weight) / weights : 0;
      if (shares != shares_.end()) {
        if (auto it = shares->second.share.find(n->id); it != shares->second.share.end()) b.share = it->second;
        if (auto it = shares->second.history.find(n->id); it != shares->second.history.end()) b.share_history = it->second;
      }
      t.nodes.push_back(std::move(b));
    }
    if (auto it = decisions_.find(target); it != decisions_.end()) t.decisions = it->second;
    out.push_back(std::move(t));
  }
  return out;
}

void ServiceRun::watch_decisions(bool on) {
  std::vector<std::string> targets;
  {
    std::lock_guard lock(clients_mutex_);
    if (explaining_ == on) return;
    explaining_ = on;
    for (const auto& [target, e] : edges_) targets.push_back(target);
  }
  for (const auto& t : targets) http_client_->explain(t, on);
}

host::ServiceDetail ServiceRun::detail() const {
  host::ServiceDetail d;
  const auto spec = this->spec();
  d.service = name_;
  d.file = spec->file;
  const auto routes = this->routes();
  for (std::size_t k = 0; k < spec->routes.size() && k < routes->size(); ++k) {
    const auto& written = spec->routes[k];
    host::RouteView v;
    v.method = written.method;
    v.path = written.path;
    v.yaml = workspace::route_text(written);
    v.file = spec->file;
    v.line = written.where.line;
    for (const auto& step : (*routes)[k].steps) v.behaviours.push_back(step->summary());
    d.routes.push_back(std::move(v));
  }
  if (!instances_.empty()) {
    d.middleware = instances_.front()->middleware();
    for (const auto& i : instances_)
      for (auto v : i->instances()) {
        if (instances_.size() > 1) v.name = i->name() + (v.name.empty() ? "" : "/" + v.name);
        d.instances.push_back(std::move(v));
      }
  }
  const auto snapshot = shared_.config.snapshot();
  for (const auto& e : snapshot->entries())
    if (e.key.starts_with(name_ + ".") && e.winner >= 0) d.config.emplace_back(e.key, e.text());
  return d;
}

}  // namespace workbench::prototype
