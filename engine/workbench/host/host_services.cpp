// Host: services, their routes and the authored files.
#include <algorithm>

#include "slipway/config/edit.h"
#include "workbench/host/host_impl.h"
#include "workbench/openapi/document.h"
#include "workbench/workspace/edit.h"

namespace workbench::host {

using slipway::Error;
using slipway::Result;
using slipway::Status;

std::vector<ServiceRow> Host::services() const {
  auto rows = impl_->prototype->rows();
  const auto rates = impl_->recorder->rates();
  for (auto& row : rows) {
    // A service that speaks both protocols has one set of figures per instance; it is shown on each of its rows.
    for (const auto& r : rates)
      if (r.instance == row.instance) row.rate = r;
  }
  return rows;
}

Result<ServiceDetail> Host::detail(const std::string& service) const {
  if (service.empty()) return slipway::not_found("no service was named", "SERVICE_UNKNOWN");
  auto d = impl_->prototype->detail(service);
  if (!d.ok()) return d;
  d->costs = impl_->recorder->step_costs(service);
  for (const auto& e : impl_->recorder->events(200))
    if (e.level == recorder::Event::Level::Error && e.subject.starts_with(service)) d->last_errors.push_back(e);
  const auto ws = impl_->workspace->current();
  if (const auto* s = ws->find(service); s && s->http) {
    std::lock_guard lock(impl_->mutex);
    auto& document = impl_->documents[service];
    if (document.of != ws) document = {ws, std::make_shared<const std::string>(openapi::document_yaml(*s, ws.get()))};
    d->openapi = document.text;
  }
  return d;
}

Status Host::start(const std::string& instance) {
  auto s = impl_->prototype->start(instance);
  impl_->say(s.ok() ? recorder::Event::Level::Info : recorder::Event::Level::Error, "service", instance, s.ok() ? (instance.empty() ? "all services" : instance) + " started" : s.error().to_string());
  return s;
}
Status Host::stop(const std::string& instance) {
  auto s = impl_->prototype->stop(instance);
  impl_->say(s.ok() ? recorder::Event::Level::Info : recorder::Event::Level::Error, "service", instance, s.ok() ? (instance.empty() ? "all services" : instance) + " drained and stopped" : s.error().to_string());
  return s;
}
Status Host::restart(const std::string& instance) {
  auto s = impl_->prototype->restart(instance);
  impl_->say(s.ok() ? recorder::Event::Level::Info : recorder::Event::Level::Error, "service", instance, s.ok() ? (instance.empty() ? "all services" : instance) + " restarted" : s.error().to_string());
  return s;
}

Status Host::use_port(const std::string& instance, const std::string& kind, int port) {
  for (const auto& row : impl_->prototype->rows()) {
    if (row.instance != instance || row.kind != kind) continue;
    const std::string section = kind == "gRPC" ? "grpc" : "http";
    const std::string key = row.service + (row.instance == row.service ? "" : "." + row.instance) + "." + section + ".port";
    if (auto c = set(key, std::to_string(port), "window"); !c.ok()) return c.error();
    return start(instance);
  }
  return slipway::not_found("there is no instance " + instance + " that speaks " + kind, "INSTANCE_UNKNOWN");
}

Status Host::set_middleware(const std::string& service, const std::vector<std::pair<std::string, bool>>& steps) {
  slipway::Value::List order, off;
  for (const auto& [name, on] : steps) {
    order.emplace_back(name);
    if (!on) off.emplace_back(name);
  }
  std::vector<slipway::config::Edit> edits;
  edits.push_back({service + ".middleware.order", false, slipway::Value(std::move(order))});
  edits.push_back({service + ".middleware.off", false, slipway::Value(std::move(off))});
  auto c = impl_->config->edit(std::move(edits), "window");
  return c.ok() ? Status() : Status(c.error());
}

Result<scaffold::Made> Host::new_service(const scaffold::NewService& wanted) {
  auto made = scaffold::new_service(impl_->folder, wanted);
  if (!made.ok()) return made;
  impl_->workspace->refresh();
  impl_->say(recorder::Event::Level::Info, "workspace", made->service, "made from " + wanted.from + ", on port " + std::to_string(made->port));
  return made;
}
Status Host::take_back(const scaffold::Made& made) {
  if (auto s = scaffold::take_back(impl_->folder, made); !s.ok()) return s;
  impl_->workspace->refresh();
  impl_->say(recorder::Event::Level::Info, "workspace", made.service, "taken back");
  return {};
}

Result<std::string> Host::set_route(const std::string& service, const std::string& route, const std::string& yaml) {
  const auto ws = impl_->workspace->current();
  const auto* s = ws->find(service);
  if (!s) return slipway::not_found("there is no service " + service, "SERVICE_UNKNOWN");
  std::string before;
  for (const auto& r : s->routes)
    if (r.method + " " + r.path == route) before = workspace::route_text(r);
  auto text = workspace::read_text(impl_->folder, s->file);
  if (!text.ok()) return text;
  auto edited = workspace::replace_route(*text, s->file, route, yaml, impl_->plugins->extensions());
  if (!edited.ok()) return edited;
  if (auto w = write_file(s->file, *edited, *text); !w.ok()) return w.error();
  return before;
}

Result<std::string> Host::read_file(const std::string& file) const { return workspace::read_text(impl_->folder, file); }

Status Host::write_file(const std::string& file, const std::string& text, const std::string& before) {
  if (auto s = workspace::write_text(impl_->folder, file, text, before, impl_->plugins->extensions()); !s.ok()) return s;
  impl_->workspace->refresh();  // layers are followed by the config itself
  impl_->say(recorder::Event::Level::Info, "workspace", file, "written in the window");
  return {};
}

}  // namespace workbench::host
