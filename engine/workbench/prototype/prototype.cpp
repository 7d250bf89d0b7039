#include "workbench/prototype/prototype.h"

#include <algorithm>
#include <mutex>

#include "slipway/registry/memory.h"
#include "slipway/transport/server.h"
#include "workbench/prototype/service_run.h"

namespace workbench::prototype {

using slipway::Error;
using slipway::Status;

namespace {
constexpr slipway::Duration kDrainLimit = std::chrono::seconds(5);
}

struct Prototype::Impl {
  slipway::config::Config& config;
  recorder::Recorder& recorder;
  PrototypeOptions options;
  std::unique_ptr<slipway::transport::Workers> workers;
  slipway::registry::MemoryRegistry registry;
  mutable std::mutex mutex;
  std::vector<std::unique_ptr<ServiceRun>> services;  // in the workspace's order
  std::atomic<std::uint64_t> version{0};

  Impl(slipway::config::Config& c, recorder::Recorder& r, PrototypeOptions o) : config(c), recorder(r), options(std::move(o)) {
    slipway::transport::Workers::Options w;
    w.count = options.workers;
    workers = std::make_unique<slipway::transport::Workers>(w);
  }

  bool wanted(const std::string& service) const {
    return options.only.empty() || std::find(options.only.begin(), options.only.end(), service) != options.only.end();
  }

  std::vector<InstanceRun*> named(const std::string& name) const {
    std::vector<InstanceRun*> out;
    for (const auto& s : services)
      for (const auto& i : s->instances())
        if (name.empty() ? wanted(s->name()) : s->name() == name || i->name() == name) out.push_back(i.get());
    return out;
  }

  Status unknown(const std::string& name) const {
    if (name.empty()) return {};
    std::string known;
    for (const auto& s : services) known += (known.empty() ? "" : ", ") + s->name();
    return slipway::not_found("there is no service or instance '" + name + "' (" + known + ")", "INSTANCE_UNKNOWN");
  }

  std::vector<InstanceRun*> all() const {
    std::vector<InstanceRun*> out;
    for (const auto& s : services)
      for (const auto& i : s->instances()) out.push_back(i.get());
    return out;
  }

  // Called services first, so that a client finds its nodes as soon as it runs.
  std::vector<InstanceRun*> in_start_order(const std::vector<InstanceRun*>& all) const {
    std::vector<InstanceRun*> out;
    std::vector<std::string> done;
    const auto add = [&](const std::string& service) {
      for (const auto& s : services) {
        if (s->name() != service) continue;
        for (const auto& i : s->instances())
          if (std::find(all.begin(), all.end(), i.get()) != all.end() && std::find(out.begin(), out.end(), i.get()) == out.end()) out.push_back(i.get());
      }
    };
    std::function<void(const std::string&, int)> visit = [&](const std::string& service, int depth) {
      if (depth > 32 || std::find(done.begin(), done.end(), service) != done.end()) return;
      done.push_back(service);
      for (const auto& s : services)
        if (s->name() == service)
          for (const auto& r : *s->routes())
            for (const auto& step : r.steps)
              for (const auto& target : step->calls()) visit(target, depth + 1);
      add(service);
    };
    for (const auto& s : services) visit(s->name(), 0);
    return out;
  }
};

Prototype::Prototype(slipway::config::Config& config, recorder::Recorder& recorder, PrototypeOptions options)
    : impl_(std::make_unique<Impl>(config, recorder, std::move(options))) {}

Prototype::~Prototype() {
  if (auto s = stop(""); !s.ok()) impl_->version++;
  std::lock_guard lock(impl_->mutex);
  impl_->services.clear();
}

std::vector<Error> Prototype::check(const workspace::Workspace& workspace) {
  std::vector<Error> errors;
  for (const auto& s : workspace.services) {
    if (auto r = ServiceRun::read_routes(s); !r.ok()) errors.push_back(r.error());
    if (auto p = ServiceRun::read_protos(workspace, s); !p.ok()) errors.push_back(p.error());
    for (const auto& m : s.middleware)
      if (auto made = ServiceRun::read_middleware(s, m); !made.ok()) errors.push_back(made.error());
    for (const auto& target : s.calls())
      if (!workspace.find(target)) errors.push_back(slipway::bad_request(s.name + " calls the service '" + target + "', which this workspace does not have", "SERVICE_UNKNOWN").with_mark({s.file, 0, 0}));
  }
  return errors;
}

std::vector<Error> Prototype::apply(workspace::WorkspacePtr workspace) {
  std::vector<Error> errors;
  std::vector<std::string> restart;
  {
    std::lock_guard lock(impl_->mutex);
    std::erase_if(impl_->services, [&](const auto& s) { return workspace->find(s->name()) == nullptr; });
    Shared shared{impl_->config, impl_->recorder, *impl_->workers, impl_->registry, impl_->options.keep_ports, impl_->options.sources, impl_->options.on_call};
    for (const auto& s : workspace->services) {
      auto spec = std::shared_ptr<const workspace::Service>(workspace, &s);
      auto it = std::find_if(impl_->services.begin(), impl_->services.end(), [&](const auto& r) { return r->name() == s.name; });
      const bool fresh = it == impl_->services.end();
      if (fresh) {
        impl_->services.push_back(std::make_unique<ServiceRun>(shared, workspace, spec));
        it = impl_->services.end() - 1;
      }
      auto taken = (*it)->take(workspace, spec);
      if (!taken.ok()) {
        errors.push_back(taken.error());
      } else if (!*taken) {
        const bool ran = std::any_of((*it)->instances().begin(), (*it)->instances().end(), [](const auto& i) { return i->state() == host::ServiceState::Running; });
        it->reset();
        *it = std::make_unique<ServiceRun>(shared, workspace, spec);
        if (auto again = (*it)->take(workspace, spec); !again.ok()) errors.push_back(again.error());
        if (ran) restart.push_back(s.name);
      }
    }
  }
  for (const auto& name : restart)
    if (auto s = start(name); !s.ok()) errors.push_back(s.error());
  ++impl_->version;
  return errors;
}

Status Prototype::start(const std::string& name) {
  std::lock_guard lock(impl_->mutex);
  const auto all = impl_->in_start_order(impl_->named(name));
  if (all.empty()) return impl_->unknown(name);
  Status first;
  for (InstanceRun* i : all)
    if (auto s = i->start(); !s.ok() && first.ok()) first = s.error().with_message(i->name() + ": " + s.error().message());
  ++impl_->version;
  return first;
}

Status Prototype::stop(const std::string& name) {
  std::lock_guard lock(impl_->mutex);
  auto all = name.empty() ? impl_->all() : impl_->named(name);
  if (all.empty()) return impl_->unknown(name);
  // The outermost first: what it calls must still answer while it drains.
  all = impl_->in_start_order(all);
  std::reverse(all.begin(), all.end());
  Status first;
  for (InstanceRun* i : all)
    if (auto s = i->stop(kDrainLimit); !s.ok() && first.ok()) first = s;
  ++impl_->version;
  return first;
}

Status Prototype::restart(const std::string& name) {
  if (auto s = stop(name); !s.ok()) return s;
  return start(name);
}

std::vector<host::ServiceRow> Prototype::rows() const {
  std::lock_guard lock(impl_->mutex);
  std::vector<host::ServiceRow> out;
  for (const auto& s : impl_->services)
    for (const auto& i : s->instances())
      for (auto& r : i->rows()) out.push_back(std::move(r));
  return out;
}

slipway::Result<host::ServiceDetail> Prototype::detail(const std::string& service) const {
  std::lock_guard lock(impl_->mutex);
  for (const auto& s : impl_->services) {
    if (s->name() == service) return s->detail();
    for (const auto& i : s->instances())
      if (i->name() == service) return s->detail();
  }
  return impl_->unknown(service).error();
}

std::vector<std::pair<std::string, std::string>> Prototype::addresses() const {
  std::lock_guard lock(impl_->mutex);
  std::vector<std::pair<std::string, std::string>> out;
  for (const auto& s : impl_->services) {
    for (const auto& i : s->instances()) {
      std::string url = i->url("http");
      if (url.empty()) url = i->url("grpc");
      if (url.empty()) continue;
      out.emplace_back(s->name(), url);
      break;
    }
  }
  return out;
}

std::shared_ptr<const slipway::grpc::ProtoSet> Prototype::protos_of(const std::string& service) const {
  std::lock_guard lock(impl_->mutex);
  for (const auto& s : impl_->services)
    if (s->name() == service) return s->protos();
  return nullptr;
}

std::vector<host::Edge> Prototype::edges() const {
  std::lock_guard lock(impl_->mutex);
  std::vector<host::Edge> out;
  for (const auto& s : impl_->services)
    for (auto& e : s->edges()) out.push_back(std::move(e));
  return out;
}

std::vector<host::BalancedTarget> Prototype::balanced() const {
  std::lock_guard lock(impl_->mutex);
  std::vector<host::BalancedTarget> out;
  for (const auto& s : impl_->services)
    for (auto& t : s->balanced()) out.push_back(std::move(t));
  return out;
}

void Prototype::watch_decisions(bool on) {
  std::lock_guard lock(impl_->mutex);
  for (const auto& s : impl_->services) s->watch_decisions(on);
}

std::uint64_t Prototype::version() const { return impl_->version; }

void Prototype::tick() {
  std::unique_lock lock(impl_->mutex, std::try_to_lock);
  if (!lock) return;  // somebody starts or stops services; the next second counts for two
  for (const auto& s : impl_->services) s->tick();
}

}  // namespace workbench::prototype
