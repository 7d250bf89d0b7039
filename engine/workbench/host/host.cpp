#include "workbench/host/host.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <thread>

#include "slipway/app/log_config.h"
#include "slipway/config/config.h"
#include "slipway/config/edit.h"
#include "slipway/grpc/proto_set.h"
#include "workbench/host/config_health.h"
#include "workbench/host/config_view.h"
#include "workbench/host/consent.h"
#include "workbench/host/control.h"
#include "workbench/host/folder_lock.h"
#include "workbench/host/operations.h"
#include "workbench/host/recording.h"
#include "workbench/host/workspace_plugins.h"
#include "workbench/openapi/document.h"
#include "workbench/prototype/prototype.h"
#include "workbench/traffic/expand.h"
#include "workbench/traffic/send.h"
#include "workbench/workspace/edit.h"
#include "workbench/workspace/http_file.h"
#include "workbench/workspace/live.h"
#include "workbench/workspace/load.h"

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

// The servers off loopback that a workspace reads config from.
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

recorder::Event event(recorder::Event::Level level, std::string kind, std::string subject, std::string text) {
  recorder::Event e;
  e.wall_ns = slipway::Clock::system().wall().time_since_epoch().count();
  e.level = level;
  e.kind = std::move(kind);
  e.subject = std::move(subject);
  e.text = std::move(text);
  return e;
}

}  // namespace

struct Host::Impl {
  std::string folder;
  HostOptions options;
  std::unique_ptr<FolderLock> lock;
  std::unique_ptr<WorkspacePlugins> plugins;  // before what uses them
  std::unique_ptr<recorder::Recorder> recorder;
  std::unique_ptr<slipway::config::Config> config;
  ConfigTables tables;
  std::unique_ptr<prototype::Prototype> prototype;
  std::unique_ptr<workspace::LiveWorkspace> workspace;
  slipway::config::Subscription config_events;
  std::unique_ptr<slipway::app::LogConfig> log_config;
  std::unique_ptr<ConfigHealth> health;  // the ticker's
  std::unique_ptr<ControlServer> control;
  std::unique_ptr<traffic::RunStore> runs;
  std::unique_ptr<recorder::RunFolder> recordings;
  std::unique_ptr<Recording> recording;  // null: nothing is written down

  mutable std::mutex mutex;  // what follows
  std::map<std::string, std::deque<traffic::Exchange>> exchanges;  // by request id, newest first
  std::string environment;  // chosen; empty: the first
  std::shared_ptr<traffic::LoadRun> load;
  std::int64_t load_started_ns = 0;  // Unix time
  bool load_kept = true;             // the last run is in `runs`
  std::uint64_t exchange_version = 0;
  std::map<std::uint64_t, Listener> listeners;
  std::uint64_t next_listener = 1;
  std::vector<Error> build_problems;
  struct Document {
    workspace::WorkspacePtr of;     // it was made from; held, so that its address stays its own
    std::shared_ptr<const std::string> text;
  };
  std::map<std::string, Document> documents;                      // OpenAPI by service
  LogTail log_tail;

  std::shared_ptr<slipway::telemetry::LogRing> logs = std::make_shared<slipway::telemetry::LogRing>(kLogTail);

  std::thread ticker;
  std::condition_variable wake;
  bool stopping = false;

  void tick_loop(Host& host);
  void keep_run();
  workspace::Servers servers(const workspace::Workspace& ws) const {
    return Consent(folder, "network").covers(far_servers(ws)) ? workspace::Servers::All : workspace::Servers::Loopback;
  }
  Status open_config(const workspace::Workspace& ws);
  void apply_workspace(const workspace::Changed& changed);
  std::uint64_t state_version() const;
  void say(recorder::Event::Level level, std::string kind, std::string subject, std::string text) {
    recorder->add_event(event(level, std::move(kind), std::move(subject), std::move(text)));
  }
};

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

const std::string& Host::folder() const { return impl_->folder; }
std::string Host::name() const { return impl_->workspace->current()->name; }

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

LogTail Host::logs() const {
  std::lock_guard lock(impl_->mutex);
  LogTail& tail = impl_->log_tail;
  if (const auto total = impl_->logs->version(); total != tail.total) {
    tail.lines = std::make_shared<const std::vector<slipway::telemetry::LogLine>>(impl_->logs->lines(kLogTail));
    tail.total = std::max<std::uint64_t>(total, tail.lines->size());
  }
  return tail;
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

std::vector<slipway::plugin::Row> Host::plugins() const { return impl_->plugins->rows(); }

ConfigTable Host::config() const {
  ConfigTable table = impl_->tables.make(*impl_->config, remote_layers(*impl_->workspace->current()));
  for (const auto& p : impl_->workspace->problems()) table.problems.push_back(p.text());
  std::lock_guard lock(impl_->mutex);
  for (const auto& e : impl_->build_problems) table.problems.push_back(e.to_string());
  return table;
}

Result<ConfigRow> Host::explain(const std::string& key) const { return config_row(*impl_->config, key, remote_layers(*impl_->workspace->current())); }

Result<ConfigChange> Host::set(const std::string& key, const std::string& text, const std::string& who, const std::string& file) {
  auto r = impl_->config->set(key, text, who, file);
  if (!r.ok()) return r.error();
  return config_change(*r, key);
}
Status Host::allow_network() {
  const auto ws = impl_->workspace->current();
  if (auto s = Consent(impl_->folder, "network").give(far_servers(*ws)); !s.ok()) return s;
  // Made anew: those that were refused under their names.
  std::vector<workspace::Layer> before = ws->layers;
  for (auto& l : before)
    if (l.off_loopback) l.kind.clear();
  auto s = workspace::set_layers(*impl_->config, *ws, before, workspace::Servers::All);
  impl_->say(s.ok() ? recorder::Event::Level::Info : recorder::Event::Level::Error, "config", "layers", s.ok() ? "config may be read from other machines" : s.error().message());
  return s;
}
Result<ConfigChange> Host::unset(const std::string& key, const std::string& who) {
  auto r = impl_->config->unset(key, who);
  if (!r.ok()) return r.error();
  return config_change(*r, key);
}
Result<ConfigChange> Host::set_all(const std::vector<std::pair<std::string, std::string>>& edits, const std::string& who) {
  if (edits.empty()) return slipway::bad_request("there is nothing to apply", "NO_EDITS");
  std::vector<slipway::config::Edit> all;
  const auto now = impl_->config->snapshot();
  for (const auto& [key, text] : edits) all.push_back({key, false, slipway::config::value_of_text(now->schema().find(key), text)});
  auto r = impl_->config->edit(std::move(all), who);
  if (!r.ok()) return r.error();
  return config_change(*r, edits.back().first);
}
Result<ConfigChange> Host::undo(const std::string& who) {
  auto r = impl_->config->undo(who);
  if (!r.ok()) return r.error();
  return config_change(*r, "");
}
Result<ConfigChange> Host::redo(const std::string& who) {
  auto r = impl_->config->redo(who);
  if (!r.ok()) return r.error();
  return config_change(*r, "");
}
Result<ConfigChange> Host::revert(std::uint64_t version, const std::string& who) {
  auto r = impl_->config->revert_to(version, who);
  if (!r.ok()) return r.error();
  return config_change(*r, "");
}
std::vector<ConfigChange> Host::history(std::size_t limit) const {
  std::vector<ConfigChange> out;
  for (const auto& record : impl_->config->history(limit)) {
    if (record.changes.empty()) continue;
    for (const auto& c : record.changes) {
      if (out.size() >= limit) return out;
      out.push_back(config_change(record, c.key));
    }
  }
  return out;
}
std::uint64_t Host::config_version() const { return impl_->config->version(); }

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

traffic::RunStore& Host::runs() { return *impl_->runs; }
recorder::RunFolder& Host::recordings() { return *impl_->recordings; }
std::string Host::run_id() const { return impl_->recording ? impl_->recording->id() : std::string(); }

std::shared_ptr<traffic::LoadRun> Host::load() const {
  std::lock_guard lock(impl_->mutex);
  return impl_->load;
}

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
