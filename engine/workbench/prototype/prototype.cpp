#include "workbench/prototype/prototype.h"

#include <algorithm>
#include <mutex>

#include "slipway/data/database.h"
#include "slipway/registry/memory.h"
#include "slipway/transport/server.h"
#include "workbench/prototype/instance_run.h"
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
  using Services = std::vector<std::shared_ptr<ServiceRun>>;  // in the workspace's order
  std::mutex operations;       // one start, stop or apply at a time; they wait for servers
  mutable std::mutex mutex;    // of the list alone: readers take a copy and wait for nothing
  Services list;
  std::atomic<std::uint64_t> version{0};

  Impl(slipway::config::Config& c, recorder::Recorder& r, PrototypeOptions o) : config(c), recorder(r), options(std::move(o)) {
    slipway::transport::Workers::Options w;
    w.count = options.workers;
    workers = std::make_unique<slipway::transport::Workers>(w);
  }

  Services services() const {
    std::lock_guard lock(mutex);
    return list;
  }

  bool wanted(const std::string& service) const {
    return options.only.empty() || std::find(options.only.begin(), options.only.end(), service) != options.only.end();
  }

  std::vector<InstanceRun*> named(const std::string& name) const {
    std::vector<InstanceRun*> out;
    for (const auto& s : services())
      for (const auto& i : s->instances())
        if (name.empty() ? wanted(s->name()) : s->name() == name || i->name() == name) out.push_back(i.get());
    return out;
  }

  Status unknown(const std::string& name) const {
    if (name.empty()) return {};
    std::string known;
    for (const auto& s : services()) known += (known.empty() ? "" : ", ") + s->name();
    return slipway::not_found("there is no service or instance '" + name + "' (" + known + ")", "INSTANCE_UNKNOWN");
  }

  std::vector<InstanceRun*> all() const {
    std::vector<InstanceRun*> out;
    for (const auto& s : services())
      for (const auto& i : s->instances()) out.push_back(i.get());
    return out;
  }

  // Called services first, so that a client finds its nodes as soon as it runs.
  std::vector<InstanceRun*> in_start_order(const std::vector<InstanceRun*>& all) const {
    std::vector<InstanceRun*> out;
    std::vector<std::string> done;
    const Services services = this->services();
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
      for (const auto& s : services) {
        if (s->name() != service) continue;
        const auto routes = s->routes();
        for (const auto& r : *routes)
          for (const auto& step : r.steps)
            for (const auto& target : step->calls()) visit(target, depth + 1);
      }
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
  Impl::Services gone;
  std::lock_guard lock(impl_->mutex);
  gone.swap(impl_->list);
}

namespace {

// A script that fails on an empty database fails at the first call otherwise, or worse, half of it stands.
Status try_schema(const workspace::Workspace& workspace, const workspace::Service& service) {
  if (!service.database || service.database->schema.empty()) return {};
  slipway::data::Options options;
  options.readers = 1;
  auto db = slipway::data::Database::open(":memory:", options);
  if (!db.ok()) return db.error();
  auto s = (*db)->exec_file(workspace.path(service.database->schema));
  if (s.ok()) return s;
  slipway::Mark where = s.error().where();
  where.file = service.database->schema;
  return s.error().with_mark(where);
}

}  // namespace

std::vector<Error> Prototype::check(const workspace::Workspace& workspace) {
  std::vector<Error> errors;
  for (const auto& s : workspace.services) {
    if (auto r = ServiceRun::read_routes(s); !r.ok()) errors.push_back(r.error());
    if (auto p = ServiceRun::read_protos(workspace, s); !p.ok()) {
      errors.push_back(p.error());
    } else if (*p) {
      for (const auto& r : s.routes)
        if (r.grpc())
          if (auto m = (*p)->require(r.path); !m.ok()) errors.push_back(m.error().with_message(m.error().message() + " in " + s.grpc->proto).with_mark(r.where));
    }
    if (auto schema = try_schema(workspace, s); !schema.ok()) errors.push_back(schema.error());
    for (const auto& m : s.middleware)
      if (auto made = ServiceRun::read_middleware(s, m); !made.ok()) errors.push_back(made.error());
    for (const auto& target : s.calls())
      if (!workspace.find(target)) errors.push_back(slipway::bad_request(s.name + " calls the service '" + target + "', which this workspace does not have", "SERVICE_UNKNOWN").with_mark({s.file, 0, 0}));
  }
  return errors;
}

std::vector<Error> Prototype::apply(workspace::WorkspacePtr workspace) {
  std::lock_guard one(impl_->operations);
  std::vector<Error> errors;
  std::vector<std::string> restart;
  const Shared shared{impl_->config, impl_->recorder, *impl_->workers, impl_->registry, impl_->options.keep_ports, impl_->options.sources, impl_->options.on_call};
  const auto stop_all = [&](ServiceRun& service) {
    for (const auto& i : service.instances())
      if (auto s = i->stop(kDrainLimit); !s.ok()) errors.push_back(s.error());
  };
  Impl::Services next;
  for (const auto& s : workspace->services) {
    auto spec = std::shared_ptr<const workspace::Service>(workspace, &s);
    const auto before = impl_->services();
    const auto it = std::find_if(before.begin(), before.end(), [&](const auto& r) { return r->name() == s.name; });
    std::shared_ptr<ServiceRun> run = it != before.end() ? *it : std::make_shared<ServiceRun>(shared, workspace, spec);
    auto taken = run->take(workspace, spec);
    if (!taken.ok()) {
      errors.push_back(taken.error());
    } else if (!*taken) {
      const bool ran = std::any_of(run->instances().begin(), run->instances().end(), [](const auto& i) { return i->state() == host::ServiceState::Running; });
      stop_all(*run);
      run = std::make_shared<ServiceRun>(shared, workspace, spec);
      if (auto again = run->take(workspace, spec); !again.ok()) errors.push_back(again.error());
      if (ran) restart.push_back(s.name);
    }
    next.push_back(std::move(run));
  }
  for (const auto& s : impl_->services())
    if (!workspace->find(s->name())) stop_all(*s);
  {
    std::lock_guard lock(impl_->mutex);
    impl_->list.swap(next);
  }
  next.clear();   // those that went
  for (const auto& name : restart)
    if (auto s = start_named(name); !s.ok()) errors.push_back(s.error());
  ++impl_->version;
  return errors;
}

Status Prototype::start(const std::string& name) {
  std::lock_guard one(impl_->operations);
  return start_named(name);
}

Status Prototype::start_named(const std::string& name) {
  const auto all = impl_->in_start_order(impl_->named(name));
  if (all.empty()) return impl_->unknown(name);
  Status first;
  for (InstanceRun* i : all) {
    if (auto s = i->start(); !s.ok() && first.ok()) first = s.error().with_message(i->name() + ": " + s.error().message());
    ++impl_->version;
  }
  return first;
}

Status Prototype::stop(const std::string& name) {
  std::lock_guard one(impl_->operations);
  auto all = name.empty() ? impl_->all() : impl_->named(name);
  if (all.empty()) return impl_->unknown(name);
  // The outermost first: what it calls must still answer while it drains.
  all = impl_->in_start_order(all);
  std::reverse(all.begin(), all.end());
  Status first;
  for (InstanceRun* i : all) {
    ++impl_->version;   // it drains: seen at once
    if (auto s = i->stop(kDrainLimit); !s.ok() && first.ok()) first = s;
    ++impl_->version;
  }
  return first;
}

Status Prototype::restart(const std::string& name) {
  if (auto s = stop(name); !s.ok()) return s;
  return start(name);
}

std::vector<host::ServiceRow> Prototype::rows() const {
  std::vector<host::ServiceRow> out;
  for (const auto& s : impl_->services())
    for (const auto& i : s->instances())
      for (auto& r : i->rows()) out.push_back(std::move(r));
  return out;
}

slipway::Result<host::ServiceDetail> Prototype::detail(const std::string& service) const {
  for (const auto& s : impl_->services()) {
    if (s->name() == service) return s->detail();
    for (const auto& i : s->instances())
      if (i->name() == service) return s->detail();
  }
  return impl_->unknown(service).error();
}

std::vector<std::pair<std::string, std::string>> Prototype::addresses() const {
  std::vector<std::pair<std::string, std::string>> out;
  for (const auto& s : impl_->services()) {
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
  for (const auto& s : impl_->services())
    if (s->name() == service) return s->protos();
  return nullptr;
}

std::vector<host::Edge> Prototype::edges() const {
  std::vector<host::Edge> out;
  for (const auto& s : impl_->services())
    for (auto& e : s->edges()) out.push_back(std::move(e));
  return out;
}

std::vector<host::BalancedTarget> Prototype::balanced() const {
  std::vector<host::BalancedTarget> out;
  for (const auto& s : impl_->services())
    for (auto& t : s->balanced()) out.push_back(std::move(t));
  return out;
}

void Prototype::watch_decisions(bool on) {
  for (const auto& s : impl_->services()) s->watch_decisions(on);
}

std::uint64_t Prototype::version() const { return impl_->version; }

void Prototype::tick() {
  for (const auto& s : impl_->services()) s->tick();
}

}  // namespace workbench::prototype
