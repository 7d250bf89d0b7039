#include "workbench/prototype/instance_run.h"

#include <algorithm>

#include "slipway/telemetry/log.h"
#include "slipway/transport/listener.h"
#include "slipway/values/sources_step.h"
#include "workbench/prototype/impair.h"
#include "workbench/prototype/instance_runtime.h"
#include "workbench/prototype/service_run.h"

namespace workbench::prototype {

using slipway::Error;
using slipway::Status;
using slipway::Value;
namespace middleware = slipway::middleware;

InstanceRun::InstanceRun(ServiceRun& service, std::string name, int number) : service_(service), name_(std::move(name)), number_(number) {}

InstanceRun::~InstanceRun() {
  if (auto s = stop(std::chrono::seconds(2)); !s.ok()) fail(s.error());
}

Error InstanceRun::fail(const Error& error, std::string kind) {
  std::lock_guard lock(shown_mutex_);
  shown_ = {};
  shown_.error = error.message();
  shown_.failed_kind = std::move(kind);
  const auto& m = error.metadata();
  if (auto it = m.find("pid"); it != m.end()) shown_.holder_pid = std::atoi(it->second.c_str());
  if (auto it = m.find("process"); it != m.end()) shown_.holder_name = it->second;
  if (auto it = m.find("next_free_port"); it != m.end()) shown_.next_free_port = std::atoi(it->second.c_str());
  state_ = host::ServiceState::Failed;
  return error;
}

InstanceRun::Shown InstanceRun::shown() const {
  std::lock_guard lock(shown_mutex_);
  return shown_;
}

std::string InstanceRun::design() const { return service_.shared().config.get_or<std::string>(service_.name() + ".design", service_.spec()->design); }

std::string InstanceRun::own_section() const { return service_.name() + (name_ == service_.name() ? "" : "." + name_) + ".instance"; }

int InstanceRun::port_of(std::string_view section, int written) const {
  if (!service_.shared().keep_ports) return 0;
  const auto& config = service_.shared().config;
  const std::string base = service_.name();
  if (name_ != base) {
    const int own = config.get_or<int>(base + "." + name_ + "." + std::string(section) + ".port", -1);
    if (own >= 0) return own;
  }
  const int port = config.get_or<int>(base + "." + std::string(section) + ".port", written);
  return port == 0 ? 0 : port + number_ - 1;
}

Status InstanceRun::rebuild() {
  std::lock_guard one(rebuild_mutex_);
  const std::string wanted = design();
  std::shared_ptr<Parts> now;
  {
    std::lock_guard lock(publish_mutex_);
    now = parts_;
  }
  if (!now || now->design() != wanted || !(now->needs() == service_.needs())) {
    auto made = make_parts(service_, name_, wanted);
    if (!made.ok()) return made.error();
    now = std::move(*made);
  }
  auto runtime = make_runtime(service_, name_, now);
  {
    std::lock_guard lock(publish_mutex_);
    parts_ = now;
    runtime_ = std::move(runtime);
  }
  std::lock_guard lock(shown_mutex_);
  shown_.parts = std::move(now);
  return {};
}

Status InstanceRun::build_middleware() {
  subscriptions_.clear();
  const auto spec = service_.spec();
  std::vector<Step> steps;
  auto& config = service_.shared().config;
  for (const auto& written : spec->middleware) {
    Step step;
    step.name = written.name;
    step.section = written.section;
    const std::string prefix = spec->name + "." + written.section;
    auto made = ServiceRun::read_middleware(*spec, written, service_.shared().sources.clock);
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
  subscriptions_.push_back(config.observe(spec->name + ".design", name_ + " instances", [this](const slipway::config::Notice&) {
    if (auto s = rebuild(); !s.ok()) throw std::runtime_error(s.error().to_string());
    if (auto s = publish_routes(); !s.ok()) throw std::runtime_error(s.error().message());
  }));
  subscriptions_.push_back(config.observe(spec->name + ".middleware", name_ + " chain", [this](const slipway::config::Notice&) {
    if (auto s = publish_routes(); !s.ok()) throw std::runtime_error(s.error().message());
  }));
  auto set_level = [this, key = spec->name + ".log.level"] {
    auto level = slipway::telemetry::parse_level(service_.shared().config.get_or<std::string>(key, "info"));
    if (level.ok()) slipway::telemetry::Log::system().logger(name_).set_level(*level);
  };
  set_level();
  subscriptions_.push_back(config.observe({spec->name + ".log", "log"}, name_ + " log", [set_level](const slipway::config::Notice&) { set_level(); }));
  const std::string own = own_section();
  subscriptions_.push_back(config.observe(own, name_, [this, own](const slipway::config::Notice& n) {
    for (const auto& c : n.changes)
      if (c.key == own + ".weight") announce();
    if (auto s = publish_routes(); !s.ok()) throw std::runtime_error(s.error().message());
  }));
  return {};
}

std::vector<middleware::MiddlewarePtr> InstanceRun::chain_steps() const {
  const auto& config = service_.shared().config;
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
  const auto& sources = service_.shared().sources;
  if (sources.clock || sources.ids) out.push_back(slipway::values::make_sources_step(sources));
  for (const Step* s : chosen)
    if (std::find(off.begin(), off.end(), s->section) == off.end()) out.push_back(s->middleware);
  const std::string own = own_section();
  const auto added = config.get_or<slipway::Duration>(own + ".added_latency", slipway::Duration::zero());
  const double failing = config.get_or<double>(own + ".failure_percent", 0);
  if (added > slipway::Duration::zero() || failing > 0) out.push_back(make_impair(added, failing, own));
  return out;
}

Status InstanceRun::renew(bool chain) {
  if (auto s = rebuild(); !s.ok()) return s;
  if (chain)
    if (auto s = build_middleware(); !s.ok()) return s;
  return publish_routes();
}

Status InstanceRun::publish_routes() {
  std::lock_guard lock(publish_mutex_);
  if (!runtime_) return {};
  const auto steps = chain_steps();
  const auto service_routes = service_.routes();
  // The call carries the scope of the parts it runs on: they are replaced while calls on the old ones go on.
  const auto handler = [this](const std::vector<behaviour::BehaviourPtr>& route) -> middleware::Handler {
    return [parts = parts_, steps = behaviour::make_handler(route, runtime_)](middleware::Call& call) -> middleware::Outcome {
      call.context.set_scope(&parts->scope());
      return steps(call);
    };
  };
  if (http_) {
    slipway::http::Router::Builder builder(name_);
    for (const auto& r : *service_routes) {
      if (r.method == "gRPC") continue;
      slipway::http::Route route;
      route.method = r.method;
      route.pattern = r.path;
      route.steps = steps;
      route.handler = handler(r.steps);
      route.may_suspend = behaviour::may_suspend(r.steps);
      if (auto s = builder.add(std::move(route)); !s.ok()) return s;
    }
    http_->publish(builder.build());
  }
  if (grpc_) {
    std::vector<slipway::grpc::Route> routes;
    for (const auto& r : *service_routes)
      if (r.method == "gRPC") routes.push_back({r.path, std::make_shared<middleware::Chain>(steps, handler(r.steps))});
    if (auto s = grpc_->set_routes(service_.protos(), std::move(routes)); !s.ok()) return s;
  }
  return {};
}

Status InstanceRun::start() {
  if (state_ == host::ServiceState::Running) return {};
  {
    std::lock_guard lock(shown_mutex_);
    shown_ = {};
    state_ = host::ServiceState::Starting;
  }
  if (!service_.loaded()) return fail(slipway::bad_request("the service " + service_.name() + " could not be read; see the problems of the workspace", "BAD_WORKSPACE"));
  auto failed = [this](const Error& e) {
    subscriptions_.clear();
    release();
    return fail(e);
  };
  if (auto s = rebuild(); !s.ok()) return failed(s.error());
  const auto spec = service_.spec();
  auto& config = service_.shared().config;
  auto& telemetry = service_.shared().recorder.telemetry();
  service_.shared().recorder.name_instance(name_, spec->name);
  if (spec->http) {
    slipway::http::ServerOptions o;
    o.host = config.get_or<std::string>(spec->name + ".http.address", spec->http->address);
    o.port = port_of("http", spec->http->port);
    o.service = name_;
    o.telemetry = &telemetry;
    http_ = std::make_unique<slipway::http::Server>(service_.shared().workers, o);
  }
  if (spec->grpc) {
    slipway::grpc::ServerOptions o;
    o.host = config.get_or<std::string>(spec->name + ".grpc.address", spec->grpc->address);
    o.port = port_of("grpc", spec->grpc->port);
    o.service = name_;
    o.telemetry = &telemetry;
    grpc_ = std::make_unique<slipway::grpc::Server>(service_.shared().workers, o);
  }
  if (auto s = build_middleware(); !s.ok()) return failed(s.error());
  if (auto s = publish_routes(); !s.ok()) return failed(s.error());
  return start_servers();
}

Status InstanceRun::start_servers() {
  const auto spec = service_.spec();
  for (slipway::transport::Server* server : {static_cast<slipway::transport::Server*>(http_.get()), static_cast<slipway::transport::Server*>(grpc_.get())}) {
    if (!server) continue;
    if (auto s = server->start(); !s.ok()) {
      Error e = s.error();
      const bool http = server == http_.get();
      const int port = http ? port_of("http", spec->http->port) : port_of("grpc", spec->grpc->port);
      if (auto next = slipway::transport::next_free_port(port + 1); next.ok()) e = e.with_metadata("next_free_port", std::to_string(*next));
      subscriptions_.clear();
      release();
      return fail(e, http ? "HTTP" : "gRPC");
    }
  }
  {
    std::lock_guard lock(shown_mutex_);
    shown_.started = slipway::Clock::system().now();
    if (http_) shown_.http = http_->endpoint();
    if (grpc_) shown_.grpc = grpc_->endpoint();
    state_ = host::ServiceState::Running;
  }
  announce();
  return {};
}

void InstanceRun::announce() {
  if (state_ != host::ServiceState::Running) return;
  const auto shown = this->shown();
  slipway::registry::ServiceInstance i;
  i.id = name_;
  i.name = service_.name();
  i.version = "prototype";
  i.metadata["weight"] = std::to_string(service_.shared().config.get_or<int>(own_section() + ".weight", 10));
  if (shown.http) i.endpoints.push_back(shown.http->url());
  if (shown.grpc) i.endpoints.push_back(shown.grpc->url());
  if (auto s = service_.shared().registry.add(i); !s.ok()) {
    std::lock_guard lock(shown_mutex_);
    shown_.error = s.error().message();
  }
}

Status InstanceRun::stop(slipway::Duration limit) {
  if (state_ != host::ServiceState::Running && !http_ && !grpc_) {
    state_ = host::ServiceState::Stopped;
    return {};
  }
  state_ = host::ServiceState::Draining;
  Status first = service_.shared().registry.remove(name_);
  subscriptions_.clear();
  for (slipway::transport::Server* server : {static_cast<slipway::transport::Server*>(http_.get()), static_cast<slipway::transport::Server*>(grpc_.get())}) {
    if (!server) continue;
    if (auto s = server->drain(limit); !s.ok() && first.ok()) first = s;
    server->stop();
  }
  release();
  std::lock_guard lock(shown_mutex_);
  shown_ = {};
  state_ = host::ServiceState::Stopped;
  return first;
}

void InstanceRun::release() {
  {
    std::lock_guard lock(shown_mutex_);
    shown_.parts.reset();
  }
  // Ended outside the lock, the parts last.
  std::shared_ptr<Parts> parts;
  std::shared_ptr<behaviour::Runtime> runtime;
  std::unique_ptr<slipway::http::Server> http;
  std::unique_ptr<slipway::grpc::Server> grpc;
  std::lock_guard lock(publish_mutex_);
  http = std::move(http_);
  grpc = std::move(grpc_);
  runtime = std::move(runtime_);
  parts = std::move(parts_);
  steps_.clear();
}

std::string InstanceRun::url(std::string_view scheme) const {
  if (state_ != host::ServiceState::Running) return {};
  const auto now = shown();
  const auto& endpoint = scheme == "http" ? now.http : now.grpc;
  return endpoint ? endpoint->url() : "";
}

std::vector<host::MiddlewareView> InstanceRun::middleware() const {
  std::vector<host::MiddlewareView> out;
  std::lock_guard lock(publish_mutex_);
  if (state_ != host::ServiceState::Running || steps_.empty()) {
    const auto spec = service_.spec();
    for (const auto& m : spec->middleware) {
      host::MiddlewareView v;
      v.name = m.name;
      out.push_back(std::move(v));
    }
    return out;
  }
  const auto active = chain_steps();
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
  const auto spec = service_.spec();
  const auto now = shown();
  const auto state = state_.load();
  std::vector<host::ServiceRow> out;
  const auto chain = middleware();
  auto row = [&](const char* kind, const std::string& address, int written, const std::optional<slipway::transport::Endpoint>& endpoint, std::string_view section) {
    host::ServiceRow r;
    r.service = spec->name;
    r.instance = name_;
    r.state = state;
    r.kind = kind;
    r.design = design();
    r.middleware = chain;
    if (endpoint && (state == host::ServiceState::Running || state == host::ServiceState::Draining)) {
      r.address = endpoint->host + ":" + std::to_string(endpoint->port);
      r.url = endpoint->url();
      r.uptime = slipway::Clock::system().now() - now.started;
    } else {
      r.address = address + ":" + std::to_string(port_of(section, written));
    }
    if (state == host::ServiceState::Failed && (now.failed_kind.empty() || now.failed_kind == kind)) {
      r.error = now.error;
      r.holder_pid = now.holder_pid;
      r.holder_name = now.holder_name;
      r.next_free_port = now.next_free_port;
    }
    r.slow = spec->overrides.is_map() && spec->overrides.as_map().contains(name_);
    if (service_.shared().config.get_or<slipway::Duration>(own_section() + ".added_latency", slipway::Duration::zero()) > slipway::Duration::zero()) r.slow = true;
    out.push_back(std::move(r));
  };
  if (spec->http) row("HTTP", spec->http->address, spec->http->port, now.http, "http");
  if (spec->grpc) row("gRPC", spec->grpc->address, spec->grpc->port, now.grpc, "grpc");
  return out;
}

std::vector<host::InstanceView> InstanceRun::instances() const {
  const auto now = shown();
  return now.parts ? now.parts->views() : std::vector<host::InstanceView>();
}

}  // namespace workbench::prototype
