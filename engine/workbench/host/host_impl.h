// What a Host holds; shared by the files that its methods stand in: host.cpp (opening, ticking, closing, looking), host_services.cpp,
// host_config.cpp, host_traffic.cpp. Nobody else includes it.
#pragma once

#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "slipway/app/log_config.h"
#include "slipway/config/config.h"
#include "workbench/host/config_health.h"
#include "workbench/host/config_view.h"
#include "workbench/host/consent.h"
#include "workbench/host/control.h"
#include "workbench/host/folder_lock.h"
#include "workbench/host/host.h"
#include "workbench/host/recording.h"
#include "workbench/host/workspace_plugins.h"
#include "workbench/prototype/prototype.h"
#include "workbench/workspace/live.h"
#include "workbench/workspace/load.h"

namespace workbench::host {

// The servers off loopback that a workspace reads config from.
std::vector<std::string> far_servers(const workspace::Workspace& ws);
std::vector<std::string> remote_layers(const workspace::Workspace& ws);

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
  std::vector<slipway::Error> build_problems;
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
  slipway::Status open_config(const workspace::Workspace& ws);
  void apply_workspace(const workspace::Changed& changed);
  std::uint64_t state_version() const;
  void say(recorder::Event::Level level, std::string kind, std::string subject, std::string text);
};

}  // namespace workbench::host
