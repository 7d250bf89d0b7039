#include "workbench/host/host.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "workbench/host/host_impl.h"
#include "workbench/host/operations.h"

namespace workbench::host {

namespace fs = std::filesystem;
using slipway::Error;
using slipway::Result;
using slipway::Status;

namespace {

std::uint64_t resident_bytes() {
  std::ifstream in("/proc/self/statm");
  std::uint64_t all = 0, resident = 0;
  in >> all >> resident;
  return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

}  // namespace

std::vector<std::string> far_servers(const workspace::Workspace& ws) {
  std::vector<std::string> out;
  for (const auto& l : ws.layers)
    if (l.off_loopback) out.push_back(l.address);
  return out;
}

std::vector<std::string> remote_layers(const workspace::Workspace& ws) {
  std::vector<std::string> out;
  for (const auto& l : ws.layers)
    if (l.remote) out.push_back(l.name);
  return out;
}

void Host::Impl::say(recorder::Event::Level level, std::string kind, std::string subject, std::string text) {
  recorder::Event e;
  e.wall_ns = slipway::Clock::system().wall().time_since_epoch().count();
  e.level = level;
  e.kind = std::move(kind);
  e.subject = std::move(subject);
  e.text = std::move(text);
  recorder->add_event(std::move(e));
}

Host::Host() : impl_(std::make_unique<Impl>()) {}

Result<std::unique_ptr<Host>> Host::open(const std::string& folder, HostOptions options) {
  std::unique_ptr<Host> host(new Host());
  Impl& i = *host->impl_;
  std::error_code ec;
  i.folder = fs::canonical(folder, ec).string();
  if (ec || !fs::exists(i.folder + "/workspace.yaml"))
    return slipway::bad_request(folder + " is no workspace: there is no workspace.yaml in it", "BAD_WORKSPACE");
  i.options = options;
  if (auto s = no_links(i.folder); !s.ok()) return s.error();
  if (auto s = workspace::prepare_folder(i.folder); !s.ok()) return s.error();
  auto lock = FolderLock::take(i.folder);
  if (!lock.ok()) return lock.error();
  i.lock = std::move(*lock);

  i.runs = std::make_unique<traffic::RunStore>(i.folder);
  i.recordings = std::make_unique<recorder::RunFolder>(i.folder);

  auto plugins = WorkspacePlugins::open(i.folder, options.allow_plugins);
  if (!plugins.ok()) return plugins.error();
  i.plugins = std::move(*plugins);
  auto loaded = workspace::load(i.folder, i.plugins->extensions());
  if (!loaded.ok()) return loaded.error();
  if (auto errors = prototype::Prototype::check(*loaded.workspace); !errors.empty()) {
    std::string all;
    for (const Error& e : errors) all += (all.empty() ? "" : "\n") + e.to_string();
    return slipway::bad_request(all, "BAD_WORKSPACE");
  }
  i.recorder = std::make_unique<recorder::Recorder>(recorder::Recorder::Options{});
  if (options.record) {
    auto recording = Recording::begin(*i.recordings, *i.recorder, [&i](const std::string& error) { i.say(recorder::Event::Level::Error, "recording", "", error); });
    if (recording.ok())
      i.recording = std::move(*recording);
    else
      i.say(recorder::Event::Level::Error, "recording", "", recording.error().message());
  }
  slipway::telemetry::Log::system().add_sink(i.logs);
  if (auto s = i.open_config(*loaded.workspace); !s.ok()) return s.error();
  prototype::PrototypeOptions p;
  p.keep_ports = options.keep_ports;
  p.workers = options.workers;
  p.only = options.only;
  i.prototype = std::make_unique<prototype::Prototype>(*i.config, *i.recorder, p);
  i.build_problems = i.prototype->apply(loaded.workspace);
  auto live = workspace::LiveWorkspace::open(i.folder, [&i](const workspace::Changed& changed) { i.apply_workspace(changed); }, i.plugins->extensions());
  if (!live.ok()) return live.error();
  i.workspace = std::move(*live);
  i.config_events = i.config->observe("", "", [&i](const slipway::config::Notice& notice) {
    for (const auto& c : notice.changes) {
      const std::string after = c.after ? (c.secret ? "***" : c.after->to_text()) : "not set";
      i.say(recorder::Event::Level::Info, "config", c.key, c.key + " is now " + after + " (" + c.source + ")");
    }
  });
  auto control = ControlServer::listen(i.folder, [h = host.get()](std::string_view op, const slipway::Value& arguments) { return run_operation(*h, op, arguments); });
  if (!control.ok()) return control.error();
  i.control = std::move(*control);
  if (i.recording) i.recording->look(*host);
  i.ticker = std::thread([&i, h = host.get()] { i.tick_loop(*h); });
  // A service that cannot start keeps its error in its row; the others run.
  if (options.start_services)
    if (auto s = i.prototype->start(""); !s.ok()) i.say(recorder::Event::Level::Error, "service", "", s.error().message());
  return host;
}

// What does not fit is listed as a problem and not in effect; the rest runs.
Status Host::Impl::open_config(const workspace::Workspace& ws) {
  if (options.allow_network)
    if (auto s = Consent(folder, "network").give(far_servers(ws)); !s.ok()) return s;
  config = std::make_unique<slipway::config::Config>();
  if (auto s = workspace::add_layers(*config, ws, options.set, servers(ws)); !s.ok()) return s;
  const slipway::app::LogConfig::Place place{options.console_log, folder};
  if (auto s = slipway::app::LogConfig::declare(*config, "log", place); !s.ok()) return s;
  static_cast<void>(config->start());
  const auto remote = remote_layers(ws);
  std::string wrong;
  for (const auto& p : config->problems())
    if (std::find(remote.begin(), remote.end(), p.source) == remote.end()) wrong += (wrong.empty() ? "" : "\n") + p.text();
  if (!wrong.empty() && options.strict) return slipway::bad_request(wrong, "BAD_CONFIG");
  auto made = slipway::app::LogConfig::start(*config, slipway::telemetry::Log::system(), "log", place);
  if (!made.ok() && options.strict) return made.error();
  if (made.ok())
    log_config = std::move(*made);
  else
    say(recorder::Event::Level::Error, "config", "log", made.error().to_string());
  health = std::make_unique<ConfigHealth>([this](bool bad, const std::string& layer, const std::string& text) {
    say(bad ? recorder::Event::Level::Error : recorder::Event::Level::Info, "config", layer, text);
    auto& log = slipway::telemetry::Log::system().logger("config");
    bad ? log.warning(text) : log.info(text);
  });
  health->look(config->problems());
  return {};
}

Host::~Host() {
  Impl& i = *impl_;
  i.control.reset();
  i.config_events = {};
  if (i.recording && i.ticker.joinable()) i.recording->last_look(*this);
  i.workspace.reset();
  {
    std::lock_guard lock(i.mutex);
    i.stopping = true;
    i.listeners.clear();
    i.wake.notify_all();
  }
  if (i.ticker.joinable()) i.ticker.join();
  if (auto run = load()) run->cancel();
  i.prototype.reset();
  i.recording.reset();
  i.log_config.reset();
  slipway::telemetry::Log::system().remove_sink(i.logs.get());
}

void Host::Impl::apply_workspace(const workspace::Changed& changed) {
  if (changed.before == changed.after) {
    for (const auto& p : workspace->problems()) say(recorder::Event::Level::Error, "workspace", "", p.text());
    return;
  }
  if (auto errors = prototype::Prototype::check(*changed.after); !errors.empty()) {
    std::lock_guard lock(mutex);
    build_problems = errors;
    for (const Error& e : errors) say(recorder::Event::Level::Error, "workspace", "", e.to_string() + " (the last good workspace stays)");
    return;
  }
  if (changed.layers) {
    auto s = workspace::set_layers(*config, *changed.after, changed.before->layers, servers(*changed.after));
    std::string all;
    for (const auto& l : changed.after->layers) all += (all.empty() ? "" : ", ") + l.name;
    say(s.ok() ? recorder::Event::Level::Info : recorder::Event::Level::Error, "config", "layers", s.ok() ? "the config layers are now " + (all.empty() ? "none" : all) : s.error().message());
  }
  if (!changed.services.empty()) {
    if (auto s = config->define_all(workspace::declarations(*changed.after)); !s.ok()) say(recorder::Event::Level::Error, "config", "", s.error().message());
    auto errors = prototype->apply(changed.after);
    std::lock_guard lock(mutex);
    build_problems = std::move(errors);
  }
  for (const auto& service : changed.services) say(recorder::Event::Level::Info, "workspace", service, service + " was read again");
}

std::uint64_t Host::Impl::state_version() const {
  std::lock_guard lock(mutex);
  return logs->version() + recorder->version() + prototype->version() + config->version() + exchange_version + (load && !load->finished() ? static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count()) : 0);
}

void Host::Impl::tick_loop(Host& host) {
  std::uint64_t seen = 0;
  auto second = std::chrono::steady_clock::now();
  std::unique_lock lock(mutex);
  while (!stopping) {
    wake.wait_for(lock, std::chrono::milliseconds(50));
    if (stopping) return;
    lock.unlock();
    const auto now = std::chrono::steady_clock::now();
    const bool new_second = now - second >= std::chrono::seconds(1);
    if (new_second) {
      second = now;
      prototype->tick();
      health->look(config->problems());
      if (recording) recording->look(host);
    }
    keep_run();
    const std::uint64_t version = state_version();
    lock.lock();
    if (version == seen && !new_second) continue;
    seen = version;
    std::vector<Listener> call;
    for (const auto& [id, l] : listeners) call.push_back(l);
    lock.unlock();
    for (const auto& l : call) l();
    lock.lock();
  }
}

const std::string& Host::folder() const { return impl_->folder; }
std::string Host::name() const { return impl_->workspace->current()->name; }

LogTail Host::logs() const {
  std::lock_guard lock(impl_->mutex);
  LogTail& tail = impl_->log_tail;
  if (const auto total = impl_->logs->version(); total != tail.total) {
    tail.lines = std::make_shared<const std::vector<slipway::telemetry::LogLine>>(impl_->logs->lines(kLogTail));
    tail.total = std::max<std::uint64_t>(total, tail.lines->size());
  }
  return tail;
}

std::vector<slipway::plugin::Row> Host::plugins() const { return impl_->plugins->rows(); }

recorder::RunFolder& Host::recordings() { return *impl_->recordings; }
std::string Host::run_id() const { return impl_->recording ? impl_->recording->id() : std::string(); }

std::vector<Edge> Host::edges() const { return impl_->prototype->edges(); }

std::vector<BalancedTarget> Host::balanced() const {
  auto all = impl_->prototype->balanced();
  const auto rates = impl_->recorder->rates();
  for (auto& target : all)
    for (auto& node : target.nodes)
      for (const auto& r : rates)
        if (r.instance == node.id) node.p99_ns = r.p99_ns;
  return all;
}

void Host::watch_decisions(bool on) { impl_->prototype->watch_decisions(on); }
recorder::Recorder& Host::recorder() { return *impl_->recorder; }

Totals Host::totals() const {
  Totals t;
  const auto ws = impl_->workspace->current();
  t.entry_service = ws->entry;
  std::map<std::string, bool> instances;  // one may have two servers; it runs when both do
  for (const auto& row : services()) {
    const bool runs = row.state == ServiceState::Running;
    if (auto [it, fresh] = instances.emplace(row.instance, runs); !fresh) it->second = it->second && runs;
    if (row.service == ws->entry) {
      t.requests_per_s += row.rate.requests_per_s;
      t.errors_per_s += row.rate.errors_per_s;
      t.p99_ns = std::max(t.p99_ns, row.rate.p99_ns);
    }
  }
  t.services = static_cast<int>(instances.size());
  t.running = static_cast<int>(std::count_if(instances.begin(), instances.end(), [](const auto& i) { return i.second; }));
  t.recorder = impl_->recorder->counts();
  t.rss_bytes = resident_bytes();
  return t;
}

std::uint64_t Host::listen(Listener listener) {
  std::lock_guard lock(impl_->mutex);
  const std::uint64_t id = impl_->next_listener++;
  impl_->listeners[id] = std::move(listener);
  return id;
}
void Host::unlisten(std::uint64_t id) {
  std::lock_guard lock(impl_->mutex);
  impl_->listeners.erase(id);
}

}  // namespace workbench::host
