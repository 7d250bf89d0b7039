// The live backend of a Session: pulls the views of a Host. The only file of the panels that calls the host to look.
#include <QObject>

#include "panels/kit/session.h"
#include "workbench/host/host.h"

namespace panels::kit {
namespace {

class HostBackend final : public Backend {
 public:
  explicit HostBackend(std::unique_ptr<workbench::host::Host> host) : host_(std::move(host)) {
    started_ns_ = std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
  }
  ~HostBackend() override {
    if (listener_) host_->unlisten(listener_);
  }

  Views pull(const Interest& interest) override {
    Views v;
    v.workspace = host_->name();
    v.folder = host_->folder();
    v.wall_ns = std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
    v.run_started_ns = started_ns_;
    v.run_number = 1;
    v.services = host_->services();
    for (const auto& row : v.services)
      if (!v.details.count(row.service))
        if (auto detail = host_->detail(row.service); detail.ok()) v.details.emplace(row.service, std::move(*detail));
    v.config = host_->config();
    v.history = host_->history();
    v.requests = host_->requests();
    v.variables = host_->variables();
    v.environments = host_->environments();
    v.environment = host_->environment();
    v.exchanges = host_->exchanges(interest.exchanges_of);
    if (interest.trace_limit > 0) {
      auto traces = host_->recorder().list(interest.trace_filter, interest.trace_limit);
      if (traces.ok())
        v.traces = std::move(*traces);
      else
        v.trace_filter_error = traces.error().message();
    }
    v.events = host_->recorder().events();
    v.logs = host_->logs();
    if (!interest.file.empty()) {
      auto text = host_->read_file(interest.file);
      if (text.ok())
        v.file_texts.emplace(interest.file, std::move(*text));
      else
        v.file_errors.emplace(interest.file, text.error().message());
    }
    v.totals = host_->totals();
    v.plugins = host_->plugins();
    if (interest.balancer != watching_) host_->watch_decisions(watching_ = interest.balancer);
    v.edges = host_->edges();
    v.balanced = host_->balanced();
    if (auto load = host_->load()) {
      v.load.options = load->options();
      v.load.progress = load->progress();
      v.load.running = !load->finished();
    }
    v.runs = host_->runs().list();
    return v;
  }
  void on_change(std::function<void()> wake) override { listener_ = host_->listen(std::move(wake)); }
  workbench::host::Host& host() override { return *host_; }

 private:
  std::unique_ptr<workbench::host::Host> host_;
  std::uint64_t listener_ = 0;
  std::int64_t started_ns_ = 0;
  bool watching_ = false;
};

}  // namespace

std::unique_ptr<Session> Session::live(std::unique_ptr<workbench::host::Host> host, QObject* parent) {
  return std::make_unique<Session>(std::make_unique<HostBackend>(std::move(host)), parent);
}

}  // namespace panels::kit
