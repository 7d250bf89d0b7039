// The live backend of a Session: pulls the views of a Host, or of a run of it that is over. The only file of the panels that calls the
// host to look.
#include <QObject>
#include <mutex>

#include "panels/kit/session.h"
#include "workbench/host/host.h"
#include "workbench/host/past_run.h"

namespace panels::kit {
namespace {

using slipway::Result;
using workbench::host::PastRun;
using workbench::recorder::TracePtr;

class HostBackend final : public Backend {
 public:
  explicit HostBackend(std::unique_ptr<workbench::host::Host> host) : host_(std::move(host)) {
    started_ns_ = std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
  }
  ~HostBackend() override {
    if (listener_) host_->unlisten(listener_);
  }

  Views pull(const Interest& interest) override {
    Views v = interest.run.empty() ? live_views(interest) : past_views(interest);
    v.workspace = host_->name();
    v.folder = host_->folder();
    v.requests = host_->requests();
    v.variables = host_->variables();
    v.environments = host_->environments();
    v.environment = host_->environment();
    v.plugins = host_->plugins();
    v.runs = host_->runs().list();
    if (!interest.file.empty()) {
      auto text = host_->read_file(interest.file);
      if (text.ok())
        v.file_texts.emplace(interest.file, std::move(*text));
      else
        v.file_errors.emplace(interest.file, text.error().message());
    }
    return v;
  }
  void on_change(std::function<void()> wake) override { listener_ = host_->listen(std::move(wake)); }
  workbench::host::Host& host() override { return *host_; }
  Result<TracePtr> trace(const std::string& id) override {
    if (const auto past = past_run()) return past->trace(id);
    return host_->recorder().find(id, std::chrono::seconds(2));
  }
  slipway::Histogram span_statistics(const std::string& service, const std::string& name) override {
    return past_run() ? slipway::Histogram() : host_->recorder().span_statistics(service, name);
  }

 private:
  std::shared_ptr<const PastRun> past_run() const {
    std::lock_guard lock(mutex_);
    return past_;
  }
  void set_past_run(std::shared_ptr<const PastRun> run) {
    std::lock_guard lock(mutex_);
    past_ = std::move(run);
  }
  static void take_traces(Result<std::vector<TracePtr>> traces, Views& v) {
    if (traces.ok())
      v.traces = std::move(*traces);
    else
      v.trace_filter_error = traces.error().message();
  }

  // Nothing of a past run moves, so its file is read again only for another interest.
  Views past_views(const Interest& interest) {
    if (interest == past_interest_) return past_views_;
    Views v;
    v.run.id = interest.run;
    v.wall_ns = 1;  // something has come, be it an error
    if (interest.run != past_interest_.run || interest.reading != past_interest_.reading) {
      auto opened = PastRun::open(host_->folder(), interest.run);
      if (!opened.ok()) v.run.error = opened.error().to_string();
      set_past_run(opened.ok() ? std::move(*opened) : nullptr);
    } else {
      v.run.error = past_views_.run.error;
    }
    if (const auto run = past_run()) {
      v.run.info = run->info();
      v.wall_ns = v.run.info.ended_ns;
      v.run_started_ns = v.run.info.started_ns;
      v.services = run->services();
      v.config = run->config();
      v.history = run->history();
      v.exchanges = run->exchanges(interest.exchanges_of, 50);
      if (interest.trace_limit > 0) take_traces(run->traces(interest.trace_filter, interest.trace_limit), v);
      v.events = run->events(500);
      v.logs = run->logs();
      v.totals = run->totals();
      v.edges = run->edges();
    }
    past_interest_ = interest;
    return past_views_ = std::move(v);
  }

  Views live_views(const Interest& interest) {
    if (!past_interest_.run.empty()) {  // back from a past run: its file is let go
      set_past_run(nullptr);
      past_interest_ = {};
      past_views_ = {};
    }
    if (interest.balancer != watching_) host_->watch_decisions(watching_ = interest.balancer);
    Views v;
    v.wall_ns = std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
    v.run_started_ns = started_ns_;
    v.services = host_->services();
    for (const auto& row : v.services)
      if (!v.details.count(row.service))
        if (auto detail = host_->detail(row.service); detail.ok()) v.details.emplace(row.service, std::move(*detail));
    v.config = host_->config();
    v.history = host_->history();
    v.exchanges = host_->exchanges(interest.exchanges_of);
    if (interest.trace_limit > 0) take_traces(host_->recorder().list(interest.trace_filter, interest.trace_limit), v);
    v.events = host_->recorder().events();
    v.logs = host_->logs();
    v.totals = host_->totals();
    v.edges = host_->edges();
    v.balanced = host_->balanced();
    if (auto load = host_->load()) {
      v.load.options = load->options();
      v.load.progress = load->progress();
      v.load.running = !load->finished();
    }
    return v;
  }

  std::unique_ptr<workbench::host::Host> host_;
  std::uint64_t listener_ = 0;
  std::int64_t started_ns_ = 0;
  bool watching_ = false;
  Interest past_interest_;                       // what past_views_ were read for; a run of none while live
  Views past_views_;
  mutable std::mutex mutex_;
  std::shared_ptr<const PastRun> past_;          // workers look into it too
};

}  // namespace

std::unique_ptr<Session> Session::live(std::unique_ptr<workbench::host::Host> host, QObject* parent) {
  return std::make_unique<Session>(std::make_unique<HostBackend>(std::move(host)), parent);
}

}  // namespace panels::kit
