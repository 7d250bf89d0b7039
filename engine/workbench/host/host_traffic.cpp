// Host: saved requests, single sends and load runs.
#include <algorithm>

#include "slipway/grpc/proto_set.h"
#include "workbench/host/host_impl.h"
#include "workbench/traffic/expand.h"
#include "workbench/traffic/send.h"
#include "workbench/workspace/http_file.h"

namespace workbench::host {

using slipway::Error;
using slipway::Result;
using slipway::Status;

traffic::RunStore& Host::runs() { return *impl_->runs; }
std::shared_ptr<traffic::LoadRun> Host::load() const {
  std::lock_guard lock(impl_->mutex);
  return impl_->load;
}

// A run that ended is kept once; on the ticker's thread, so that nobody who asks for progress waits for the disk.
void Host::Impl::keep_run() {
  std::shared_ptr<traffic::LoadRun> ended;
  std::int64_t started = 0;
  {
    std::lock_guard lock(mutex);
    if (load_kept || !load || !load->finished()) return;
    ended = load;
    started = load_started_ns;
    load_kept = true;
  }
  if (auto id = runs->add(ended->options(), *ended->progress(), started); !id.ok()) say(recorder::Event::Level::Error, "load", ended->options().request.id, "the run was not kept: " + id.error().message());
  std::lock_guard lock(mutex);
  ++exchange_version;
}

std::vector<traffic::SavedRequest> Host::requests() const { return impl_->workspace->current()->requests(); }

Status Host::save(const traffic::SavedRequest& request) {
  auto saved = workspace::save_request(impl_->folder, request);
  if (!saved.ok()) return saved.error();
  impl_->workspace->refresh();
  return {};
}

std::vector<std::pair<std::string, std::string>> Host::variables() const {
  auto all = impl_->prototype->addresses();
  const auto ws = impl_->workspace->current();
  const std::string chosen = environment();
  for (const auto& e : ws->environments)
    if (e.name == chosen)
      for (const auto& v : e.variables) all.push_back(v);
  return all;
}

std::vector<std::string> Host::environments() const {
  std::vector<std::string> names;
  for (const auto& e : impl_->workspace->current()->environments) names.push_back(e.name);
  return names;
}

std::string Host::environment() const {
  const auto names = environments();
  std::lock_guard lock(impl_->mutex);
  // One that was taken out of the file since gives way to the first.
  return std::find(names.begin(), names.end(), impl_->environment) != names.end() ? impl_->environment : names.empty() ? std::string() : names.front();
}

Status Host::use_environment(const std::string& name) {
  const auto names = environments();
  if (std::find(names.begin(), names.end(), name) == names.end()) {
    std::string there;
    for (const auto& n : names) there += (there.empty() ? "" : ", ") + n;
    return slipway::not_found("workspace.yaml has no environment " + name + (there.empty() ? "; it has none" : "; it has " + there), "NO_ENVIRONMENT");
  }
  std::lock_guard lock(impl_->mutex);
  impl_->environment = name;
  ++impl_->exchange_version;
  return {};
}

Result<traffic::SavedRequest> Host::expand(const traffic::SavedRequest& request) const {
  auto all = variables();
  for (const auto& file : impl_->workspace->current()->request_files)
    if (file.file == request.file)
      for (const auto& v : file.variables) all.push_back(v);
  auto expanded = traffic::expand(request, all);
  // A service's address is a variable only while it runs.
  if (!expanded.ok())
    for (const auto& s : impl_->workspace->current()->services) {
      const bool runs = std::any_of(all.begin(), all.end(), [&](const auto& v) { return v.first == s.name; });
      if (!runs && request.url.find("{{" + s.name + "}}") != std::string::npos)
        return slipway::unavailable("the service " + s.name + " is not running; start it in the window (F5 starts all), or see why it failed", "SERVICE_STOPPED");
    }
  return expanded;
}

traffic::Exchange Host::send(const traffic::SavedRequest& request) {
  traffic::Exchange x;
  auto expanded = expand(request);
  if (!expanded.ok()) {
    x.request = request;
    x.url = request.url;
    x.error = expanded.error().to_string();
  } else {
    // For gRPC, the protos of the service that has the method.
    std::shared_ptr<const slipway::grpc::ProtoSet> protos;
    if (expanded->method == "GRPC") {
      const std::string& url = expanded->url;
      const auto scheme = url.find("://");
      const auto path = url.find('/', scheme == std::string::npos ? 0 : scheme + 3);
      const std::string method = path == std::string::npos ? "" : url.substr(path);
      for (const auto& s : impl_->workspace->current()->services)
        if (auto p = impl_->prototype->protos_of(s.name); p && (!protos || p->find(method))) protos = p;
    }
    traffic::SendOptions options;
    options.protos = std::move(protos);
    x = traffic::send(*expanded, options);
    x.request = request;
  }
  x.config_version = config_version();
  if (impl_->recording) impl_->recording->add(x);
  std::lock_guard lock(impl_->mutex);
  auto& kept = impl_->exchanges[request.id];
  kept.push_front(x);
  if (kept.size() > 50) kept.pop_back();
  ++impl_->exchange_version;
  return x;
}

std::vector<traffic::Exchange> Host::exchanges(const std::string& request_id, std::size_t limit) const {
  std::lock_guard lock(impl_->mutex);
  if (request_id.empty()) {
    std::vector<traffic::Exchange> merged;
    for (const auto& [id, kept] : impl_->exchanges) merged.insert(merged.end(), kept.begin(), kept.end());
    std::sort(merged.begin(), merged.end(), [](const auto& a, const auto& b) { return a.started_wall_ns > b.started_wall_ns; });
    if (merged.size() > limit) merged.resize(limit);
    return merged;
  }
  auto it = impl_->exchanges.find(request_id);
  if (it == impl_->exchanges.end()) return {};
  const auto& all = it->second;
  return {all.begin(), all.begin() + static_cast<std::ptrdiff_t>(std::min(limit, all.size()))};
}

Result<std::shared_ptr<traffic::LoadRun>> Host::start_load(traffic::LoadOptions options) {
  auto expanded = expand(options.request);
  if (!expanded.ok()) return expanded.error();
  options.request = std::move(*expanded);
  std::lock_guard lock(impl_->mutex);
  if (impl_->load && !impl_->load->finished()) return slipway::conflict("a load run is under way; cancel it first", "LOAD_RUNNING");
  auto run = traffic::LoadRun::start(std::move(options));
  if (!run.ok()) return run.error();
  impl_->load = std::move(*run);
  impl_->load_started_ns = slipway::Clock::system().wall().time_since_epoch().count();
  impl_->load_kept = false;
  return impl_->load;
}

}  // namespace workbench::host
