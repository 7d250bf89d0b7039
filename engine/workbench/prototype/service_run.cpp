#include "workbench/prototype/service_run.h"

#include <algorithm>
#include <filesystem>

#include "slipway/telemetry/log.h"
#include "slipway/telemetry/telemetry.h"
#include "slipway/transport/listener.h"
#include "slipway/values/sources_step.h"
#include "workbench/prototype/impair.h"
#include "workbench/prototype/instance_runtime.h"
#include "workbench/workspace/edit.h"

namespace workbench::prototype {

using slipway::Error;
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

// ---- one instance

InstanceRun::InstanceRun(ServiceRun& service, std::string name, int number) : service_(service), name_(std::move(name)), number_(number) {}

InstanceRun::~InstanceRun() {
  if (auto s = stop(std::chrono::seconds(2)); !s.ok()) fail(s.error());
}

void InstanceRun::fail(const Error& error) {
  state_ = host::ServiceState::Failed;
  error_ = error.message();
  holder_pid_ = 0;
  holder_name_.clear();
  next_free_port_ = 0;
  const auto& m = error.metadata();
  if (auto it = m.find("pid"); it != m.end()) holder_pid_ = std::atoi(it->second.c_str());
  if (auto it = m.find("process"); it != m.end()) holder_name_ = it->second;
  if (auto it = m.find("next_free_port"); it != m.end()) next_free_port_ = std::atoi(it->second.c_str());
}

int InstanceRun::port_of(std::string_view section, int written) const {
  if (!service_.shared_.keep_ports) return 0;
  const auto& config = service_.shared_.config;
  const std::string base = service_.name();
  if (name_ != base) {
    const int own = config.get_or<int>(base + "." + name_ + "." + std::string(section) + ".port", -1);
    if (own >= 0) return own;
  }
  const int port = config.get_or<int>(base + "." + std::string(section) + ".port", written);
  return port == 0 ? 0 : port + number_ - 1;
}

Status InstanceRun::open_resources() {
  const auto& spec = service_.spec();
  const auto made = [this](std::string type, slipway::TimePoint begin) {
    host::InstanceView v;
    v.type = std::move(type);
    v.name = "default";
    v.scope = service_.spec().design;
    v.created = true;
    v.created_wall_ns = slipway::Clock::system().wall().time_since_epoch().count();
    v.creation_ns = (slipway::Clock::system().now() - begin).count();
    v.order = static_cast<int>(created_.size()) + 1;
    created_.push_back(std::move(v));
  };
  created_.clear();
  if (spec.database) {
    const auto begin = slipway::Clock::system().now();
    const std::string file = service_.workspace().path(".slipway/data/" + spec.database->file);
    std::filesystem::create_directories(std::filesystem::path(file).parent_path());
    auto db = slipway::data::Database::open(file, {});
    if (!db.ok()) return db.error();
    database_ = std::move(*db);
    if (!spec.database->schema.empty()) {
      if (auto s = database_->exec_file(service_.workspace().path(spec.database->schema)); !s.ok()) return s.error();
    }
    made("db", begin);
  }
  if (spec.cache) {
    const auto begin = slipway::Clock::system().now();
    slipway::cache::MemoryOptions o;
    o.max_entries = static_cast<std::size_t>(service_.shared_.config.get_or<std::int64_t>(spec.name + ".cache.max_entries", spec.cache->max_entries));
    if (auto ttl = slipway::parse_duration(spec.cache->ttl); ttl.ok()) o.ttl = *ttl;
    cache_ = slipway::cache::make_memory_cache(o);
    made("cache", begin);
  }
  const auto begin = slipway::Clock::system().now();
  runtime_ = make_runtime(service_, name_, database_.get(), cache_.get());
  made("clients", begin);
  return {};
}

Status InstanceRun::build_middleware() {
  subscriptions_.clear();
  const auto& spec = service_.spec();
  std::vector<Step> steps;
  auto& config = service_.shared_.config;
  for (const auto& written : spec.middleware) {
    Step step;
    step.name = written.name;
    step.section = written.section;
    const std::string prefix = spec.name + "." + written.section;
    auto made = ServiceRun::read_middleware(spec, written, service_.shared_.sources.clock);
    if (!made.ok()) return made.error();
    step.middleware = std::move(*made);
    if (written.options.is_map())
      for (const auto& option : step.middleware->options())
        if (written.options.as_map().contains(option)) step.keys.push_back(prefix + "." + option);
    // What the layers above the service file say, now and whenever it changes.
    auto apply = [m = step.middleware, prefix](const slipway::config::ConfigSnapshot& s) {
      for (const auto& option : m->options()) {
        const auto* e = s.find(prefix + "." + option);
        if (e && e->winner >= 0)
          if (auto r = m->set_option(option, e->value); !r.ok()) throw std::runtime_error(r.error().message());
      }
    };
    apply(*config.snapshot());
    subscriptions_.push_back(config.observe(prefix, name_ + " " + written.name, [apply](const slipway::config::Notice& n) { apply(*n.snapshot); }));
    steps.push_back(std::move(step));
  }
  {
    std::lock_guard lock(publish_mutex_);
    steps_ = std::move(steps);
  }
  subscriptions_.push_back(config.observe(spec.name + ".middleware", name_ + " chain", [this](const slipway::config::Notice&) {
    if (auto s = publish_routes(); !s.ok()) throw std::runtime_error(s.error().message());
  }));
  auto set_level = [this, key = spec.name + ".log.level"] {
    auto level = slipway::telemetry::parse_level(service_.shared_.config.get_or<std::string>(key, "info"));
    if (level.ok()) slipway::telemetry::Log::system().logger(name_).set_level(*level);
  };
  set_level();
  subscriptions_.push_back(config.observe(spec.name + ".log", name_ + " log", [set_level](const slipway::config::Notice&) { set_level(); }));
  const std::string own = spec.name + (name_ == spec.name ? "" : "." + name_) + ".instance";
  subscriptions_.push_back(config.observe(own, name_, [this, own](const slipway::config::Notice& n) {
    for (const auto& c : n.changes)
      if (c.key == own + ".weight") announce();
    if (auto s = publish_routes(); !s.ok()) throw std::runtime_error(s.error().message());
  }));
  return {};
}

std::vector<middleware::MiddlewarePtr> InstanceRun::chain_steps() const {
  const auto& config = service_.shared_.config;
  const auto list = [&](const std::string& key) {
    std::vector<std::string> out;
    const auto snapshot = config.snapshot();
    if (const auto* e = snapshot->find(key); e && e->winner >= 0 && e->value.is_list())
      for (const Value& v : e->value.as_list()) out.push_back(v.to_text());
    return out;
  };
  const auto order = list(service_.name() + ".middleware.order");
  const auto off = list(service_.name() + ".middleware.off");
  std::vector<const Step*> chosen;
  for (const auto& name : order)
    for (const auto& s : steps_)
      if (s.section == name) chosen.push_back(&s);
  for (const auto& s : steps_)
    if (std::find(chosen.begin(), chosen.end(), &s) == chosen.end()) chosen.push_back(&s);
  std::vector<middleware::MiddlewarePtr> out;
  const auto& sources = service_.shared_.sources;
  if (sources.clock || sources.ids) out.push_back(slipway::values::make_sources_step(sources));
  for (const Step* s : chosen)
    if (std::find(off.begin(), off.end(), s->section) == off.end()) out.push_back(s->middleware);
  const std::string own = service_.name() + (name_ == service_.name() ? "" : "." + name_) + ".instance";
  const auto added = config.get_or<slipway::Duration>(own + ".added_latency", slipway::Duration::zero());
  const double failing = config.get_or<double>(own + ".failure_percent", 0);
  if (added > slipway::Duration::zero() || failing > 0) out.push_back(make_impair(added, failing, own));
  return out;
}

Status InstanceRun::renew(bool chain) {
  {
    std::lock_guard lock(publish_mutex_);
    runtime_ = make_runtime(service_, name_, database_.get(), cache_.get());
  }
  if (chain)
    if (auto s = build_middleware(); !s.ok()) return s;
  return publish_routes();
}

Status InstanceRun::publish_routes() {
  std::lock_guard lock(publish_mutex_);
  const auto steps = chain_steps();
  const auto service_routes = service_.routes();
  if (http_) {
    slipway::http::Router::Builder builder(name_);
    for (const auto& r : *service_routes) {
      if (r.method == "gRPC") continue;
      slipway::http::Route route;
      route.method = r.method;
      route.pattern = r.path;
      route.steps = steps;
      route.handler = behaviour::make_handler(r.steps, runtime_);
      route.may_suspend = behaviour::may_suspend(r.steps);
      if (auto s = builder.add(std::move(route)); !s.ok()) return s;
    }
    http_->publish(builder.build());
  }
  if (grpc_) {
    std::vector<slipway::grpc::Route> routes;
    for (const auto& r : *service_routes) {
      if (r.method != "gRPC") continue;
      routes.push_back({r.path, std::make_shared<middleware::Chain>(steps, behaviour::make_handler(r.steps, runtime_))});
    }
    if (auto s = grpc_->set_routes(service_.protos(), std::move(routes)); !s.ok()) return s;
  }
  return {};
}

Status InstanceRun::start() {
  if (state_ == host::ServiceState::Running) return {};
  state_ = host::ServiceState::Starting;
  error_.clear();
  failed_kind_.clear();
  const auto& spec = service_.spec();
  auto failed = [this](const Error& e) {
    subscriptions_.clear();
    http_.reset();
    grpc_.reset();
    runtime_.reset();
    database_.reset();
    cache_.reset();
    steps_.clear();
    fail(e);
    return e;
  };
  if (auto s = open_resources(); !s.ok()) return failed(s.error());
  auto& telemetry = service_.shared_.recorder.telemetry();
  service_.shared_.recorder.name_instance(name_, spec.name);
  if (spec.http) {
    slipway::http::ServerOptions o;
    o.host = service_.shared_.config.get_or<std::string>(spec.name + ".http.address", spec.http->address);
    o.port = port_of("http", spec.http->port);
    o.service = name_;
    o.telemetry = &telemetry;
    http_ = std::make_unique<slipway::http::Server>(service_.shared_.workers, o);
  }
  if (spec.grpc) {
    slipway::grpc::ServerOptions o;
    o.host = service_.shared_.config.get_or<std::string>(spec.name + ".grpc.address", spec.grpc->address);
    o.port = port_of("grpc", spec.grpc->port);
    o.service = name_;
    o.telemetry = &telemetry;
    grpc_ = std::make_unique<slipway::grpc::Server>(service_.shared_.workers, o);
  }
  if (auto s = build_middleware(); !s.ok()) return failed(s.error());
  if (auto s = publish_routes(); !s.ok()) return failed(s.error());
  for (slipway::transport::Server* server : {static_cast<slipway::transport::Server*>(http_.get()), static_cast<slipway::transport::Server*>(grpc_.get())}) {
    if (!server) continue;
    if (auto s = server->start(); !s.ok()) {
      Error e = s.error();
      const bool http = server == http_.get();
      const int port = http ? port_of("http", spec.http->port) : port_of("grpc", spec.grpc->port);
      if (auto next = slipway::transport::next_free_port(port + 1); next.ok()) e = e.with_metadata("next_free_port", std::to_string(*next));
      failed(e);
      failed_kind_ = http ? "HTTP" : "gRPC";
      return e;
    }
  }
  started_ = slipway::Clock::system().now();
  state_ = host::ServiceState::Running;
  announce();
  return {};
}

void InstanceRun::announce() {
  if (state_ != host::ServiceState::Running) return;
  slipway::registry::ServiceInstance i;
  i.id = name_;
  i.name = service_.name();
  i.version = "prototype";
  const std::string own = service_.name() + (name_ == service_.name() ? "" : "." + name_) + ".instance";
  i.metadata["weight"] = std::to_string(service_.shared_.config.get_or<int>(own + ".weight", 10));
  if (http_) i.endpoints.push_back(http_->endpoint().url());
  if (grpc_) i.endpoints.push_back(grpc_->endpoint().url());
  if (auto s = service_.shared_.registry.add(i); !s.ok()) error_ = s.error().message();
}

Status InstanceRun::stop(slipway::Duration limit) {
  if (state_ != host::ServiceState::Running && !http_ && !grpc_) {
    state_ = host::ServiceState::Stopped;
    return {};
  }
  state_ = host::ServiceState::Draining;
  Status first = service_.shared_.registry.remove(name_);
  subscriptions_.clear();
  for (slipway::transport::Server* server : {static_cast<slipway::transport::Server*>(http_.get()), static_cast<slipway::transport::Server*>(grpc_.get())}) {
    if (!server) continue;
    if (auto s = server->drain(limit); !s.ok() && first.ok()) first = s;
    server->stop();
  }
  http_.reset();
  grpc_.reset();
  runtime_.reset();
  database_.reset();
  cache_.reset();
  created_.clear();
  steps_.clear();
  state_ = host::ServiceState::Stopped;
  return first;
}

std::string InstanceRun::url(std::string_view scheme) const {
  if (state_ != host::ServiceState::Running) return {};
  if (scheme == "http" && http_) return http_->endpoint().url();
  if (scheme == "grpc" && grpc_) return grpc_->endpoint().url();
  return {};
}

std::vector<host::MiddlewareView> InstanceRun::middleware() const {
  std::vector<host::MiddlewareView> out;
  const auto active = state_ == host::ServiceState::Running ? chain_steps() : std::vector<middleware::MiddlewarePtr>{};
  if (state_ != host::ServiceState::Running) {
    for (const auto& m : service_.spec().middleware) {
      host::MiddlewareView v;
      v.name = m.name;
      out.push_back(std::move(v));
    }
    return out;
  }
  auto view = [](const Step& s, bool on) {
    host::MiddlewareView v;
    v.name = s.section;
    v.describe = s.middleware->describe();
    v.on = on;
    v.config_keys = s.keys;
    return v;
  };
  for (const auto& m : active)
    for (const auto& s : steps_)
      if (s.middleware == m) out.push_back(view(s, true));
  for (std::size_t k = 0; k < steps_.size(); ++k) {
    const bool on = std::find(active.begin(), active.end(), steps_[k].middleware) != active.end();
    if (!on) out.insert(out.begin() + static_cast<std::ptrdiff_t>(std::min(k, out.size())), view(steps_[k], false));
  }
  return out;
}

std::vector<host::ServiceRow> InstanceRun::rows() const {
  const auto& spec = service_.spec();
  std::vector<host::ServiceRow> out;
  const auto chain = middleware();
  auto row = [&](const char* kind, const std::string& address, int written, const slipway::transport::Server* server, std::string_view section) {
    host::ServiceRow r;
    r.service = spec.name;
    r.instance = name_;
    r.state = state_;
    r.kind = kind;
    r.design = spec.design;
    r.middleware = chain;
    if (server && state_ == host::ServiceState::Running) {
      const auto e = server->endpoint();
      r.address = e.host + ":" + std::to_string(e.port);
      r.url = e.url();
      r.uptime = slipway::Clock::system().now() - started_;
    } else {
      r.address = address + ":" + std::to_string(port_of(section, written));
    }
    if (state_ == host::ServiceState::Failed && (failed_kind_.empty() || failed_kind_ == kind)) {
      r.error = error_;
      r.holder_pid = holder_pid_;
      r.holder_name = holder_name_;
      r.next_free_port = next_free_port_;
    }
    r.slow = spec.overrides.is_map() && spec.overrides.as_map().contains(name_);
    const std::string own = spec.name + (name_ == spec.name ? "" : "." + name_) + ".instance";
    if (service_.shared_.config.get_or<slipway::Duration>(own + ".added_latency", slipway::Duration::zero()) > slipway::Duration::zero()) r.slow = true;
    out.push_back(std::move(r));
  };
  if (spec.http) row("HTTP", spec.http->address, spec.http->port, http_.get(), "http");
  if (spec.grpc) row("gRPC", spec.grpc->address, spec.grpc->port, grpc_.get(), "grpc");
  return out;
}

std::vector<host::InstanceView> InstanceRun::instances() const { return created_; }

// ---- a service

Result<std::vector<ServiceRun::Route>> ServiceRun::read_routes(const workspace::Service& service) {
  std::vector<Route> out;
  for (const auto& r : service.routes) {
    behaviour::ReadContext context;
    context.service = service.name;
    context.route = r.method + " " + r.path;
    context.grpc = r.grpc();
    context.names.where = r.where;
    for (std::size_t at = 0; (at = r.path.find('{', at)) != std::string::npos;) {
      const auto end = r.path.find('}', at);
      if (end == std::string::npos) break;
      std::string name = r.path.substr(at + 1, end - at - 1);
      if (name.ends_with("...")) name.resize(name.size() - 3);
      context.names.path_params.insert(name);
      at = end;
    }
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
  auto made = middleware::make_middleware(written.name, written.options, service.name + "." + written.section, {.clock = clock});
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
}

ServiceRun::~ServiceRun() {
  subscriptions_.clear();
  instances_.clear();
  grpc_clients_.clear();
  http_client_.reset();
}

Status ServiceRun::load() {
  auto routes = read_routes(*spec_);
  if (!routes.ok()) return routes.error();
  auto protos = read_protos(*workspace_, *spec_);
  if (!protos.ok()) return protos.error();
  {
    std::lock_guard lock(loaded_mutex_);
    routes_ = std::make_shared<const std::vector<Route>>(std::move(*routes));
    protos_ = std::move(*protos);
  }
  bind_balancers();
  return {};
}

Result<bool> ServiceRun::take(workspace::WorkspacePtr workspace, std::shared_ptr<const workspace::Service> spec) {
  const auto shape = [](const workspace::Service& s) {
    std::string out = std::to_string(s.instances) + "|" + s.design;
    if (s.http) out += "|http " + s.http->address + std::to_string(s.http->port);
    if (s.grpc) out += "|grpc " + s.grpc->address + std::to_string(s.grpc->port) + s.grpc->proto;
    if (s.database) out += "|db " + s.database->file + s.database->schema;
    if (s.cache) out += "|cache " + std::to_string(s.cache->max_entries);
    return out;
  };
  // Options that are tunables come as config; what is structure (the rules of validate, say) needs the step made anew.
  const auto chain = [](const workspace::Service& s) {
    Value::List out;
    for (const auto& m : s.middleware) {
      out.emplace_back(m.name);
      out.emplace_back(m.section);
      const auto options = middleware::options_of(m.name);
      if (!options.ok() || !m.options.is_map()) continue;
      for (const auto& o : *options)
        if (o.type == "map") out.push_back(m.options[o.name]);
    }
    return Value(std::move(out));
  };
  const bool chain_differs = chain(*spec_) != chain(*spec);
  const bool live = instances_.empty() || shape(*spec_) == shape(*spec);
  auto routes = read_routes(*spec);
  if (!routes.ok()) return routes.error();
  if (!live) return false;
  workspace_ = std::move(workspace);
  spec_ = std::move(spec);
  if (auto s = load(); !s.ok()) return s.error();
  if (instances_.empty()) {
    int number = 1;
    for (const auto& name : spec_->instance_names()) instances_.push_back(std::make_unique<InstanceRun>(*this, name, number++));
  } else {
    for (auto& i : instances_) {
      if (i->state() != host::ServiceState::Running) continue;
      if (auto s = i->renew(chain_differs); !s.ok()) return s.error();
    }
  }
  return true;
}

// The balancer of each called service is a live key of the calling step.
void ServiceRun::bind_balancers() {
  subscriptions_.clear();
  auto& config = shared_.config;
  for (const auto& r : *routes()) {
    for (const auto& step : r.steps) {
      if (step->kind() != "call") continue;
      const std::string target = step->calls().front();
      const std::string key = spec_->name + "." + step->section + ".balancer";
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
      subscriptions_.push_back(config.observe(key, spec_->name + " client of " + target, [apply](const slipway::config::Notice&) { apply(); }));
    }
  }
}

Result<slipway::grpc::Client*> ServiceRun::grpc_client(const std::string& target) {
  std::lock_guard lock(clients_mutex_);
  auto& c = grpc_clients_[target];
  if (!c) {
    const auto* spec = workspace_->find(target);
    if (!spec || !spec->grpc) return slipway::unavailable("the service " + target + " speaks no gRPC", "NO_NODES");
    auto protos = read_protos(*workspace_, *spec);
    if (!protos.ok()) return protos.error();
    slipway::grpc::ClientOptions o;
    o.target = "discovery:///" + target;
    o.discovery = &shared_.registry;
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
  for (const auto& [target, e] : edges_) out.push_back({spec_->name, target, e->calls_per_s, e->errors_per_s});
  return out;
}

std::vector<host::BalancedTarget> ServiceRun::balanced() const {
  std::vector<host::BalancedTarget> out;
  std::lock_guard lock(clients_mutex_);
  for (const auto& [target, e] : edges_) {
    host::BalancedTarget t;
    t.client = spec_->name;
    t.target = target;
    std::vector<slipway::balance::NodePtr> nodes = http_client_->nodes(target);
    if (auto it = grpc_clients_.find(target); nodes.empty() && it != grpc_clients_.end()) {
      nodes = it->second->nodes();
      t.balancer = it->second->balancer();
    } else {
      t.balancer = http_client_->balancer(target);
    }
    for (const auto& r : *routes())
      for (const auto& step : r.steps)
        if (step->kind() == "call" && step->calls().front() == target && t.balancer_key.empty()) t.balancer_key = spec_->name + "." + step->section + ".balancer";
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
  d.service = spec_->name;
  d.file = spec_->file;
  const auto routes = this->routes();
  for (std::size_t k = 0; k < spec_->routes.size() && k < routes->size(); ++k) {
    const auto& written = spec_->routes[k];
    host::RouteView v;
    v.method = written.method;
    v.path = written.path;
    v.yaml = workspace::route_text(written);
    v.file = spec_->file;
    v.line = written.where.line;
    for (const auto& step : (*routes)[k].steps) v.behaviours.push_back(step->summary());
    d.routes.push_back(std::move(v));
  }
  if (!instances_.empty()) {
    d.middleware = instances_.front()->middleware();
    for (const auto& i : instances_)
      for (auto v : i->instances()) {
        if (instances_.size() > 1) v.name = i->name();
        d.instances.push_back(std::move(v));
      }
  }
  const auto snapshot = shared_.config.snapshot();
  for (const auto& e : snapshot->entries())
    if (e.key.starts_with(spec_->name + ".") && e.winner >= 0) d.config.emplace_back(e.key, e.text());
  return d;
}

}  // namespace workbench::prototype
