// Host: the one process that runs a workspace. Every user action exists here once; panels and verbs are its two faces.
//
// open() takes `.slipway/lock` and serves the control socket `.slipway/control` (0600). A second host is refused with the
// pid of the first (CONFLICT / WORKSPACE_IN_USE). With `record` what happens is written down as a run that can be opened later
// (past_run.h); one in which nothing was asked for or changed leaves no file. All methods are thread-safe; those that say "blocks" must not be called
// in the GUI thread (use panels/kit/background.h).
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "slipway/base/result.h"
#include "slipway/plugin/plugins.h"
#include "workbench/host/views.h"
#include "workbench/recorder/recorder.h"
#include "workbench/recorder/run_archive.h"
#include "workbench/scaffold/new_service.h"
#include "workbench/traffic/exchange.h"
#include "workbench/traffic/load_run.h"
#include "workbench/traffic/run_store.h"

namespace workbench::host {

struct HostOptions {
  std::vector<std::string> only;                                  // services to start; empty = all
  std::vector<std::pair<std::string, std::string>> set;           // command-line layer
  bool start_services = true;
  bool keep_ports = true;       // false: every configured port becomes 0 (tests, shots); requests follow by discovery
  int workers = 0;              // 0 = number of cores
  bool allow_plugins = false;   // the user's consent to the plugins that workspace.yaml lists; recorded for the folder
  bool allow_network = false;   // the user's consent to the servers off loopback that workspace.yaml reads config from; recorded, too
  bool strict = false;          // files of config that do not fit are an error (BAD_CONFIG), not a problem that is listed; a server
                                // that does not answer never is one
  bool record = false;          // as a run in .slipway/recordings; when that cannot be, an event says so and the host runs without
  bool console_log = false;     // log lines go to stderr unless config says otherwise (log.console)
};

constexpr std::size_t kLogTail = 2'000;

class Host {
 public:
  static slipway::Result<std::unique_ptr<Host>> open(const std::string& folder, HostOptions options);  // blocks
  ~Host();                                                                                            // drains, blocks

  const std::string& folder() const;
  std::string name() const;

  // Services. start/stop/restart block until done; "" means all.
  std::vector<ServiceRow> services() const;
  slipway::Result<ServiceDetail> detail(const std::string& service) const;
  slipway::Status start(const std::string& instance);
  slipway::Status stop(const std::string& instance);
  slipway::Status restart(const std::string& instance);
  // Moves the server of a failed instance to that port (an override) and starts it.
  slipway::Status use_port(const std::string& instance, const std::string& kind, int port);
  // Order and switches of a service's chain, live; an override, so undo works.
  slipway::Status set_middleware(const std::string& service, const std::vector<std::pair<std::string, bool>>& steps);

  // A new service, live at once but not started; taken back while nobody edited it. Both block on files.
  slipway::Result<scaffold::Made> new_service(const scaffold::NewService& wanted);
  slipway::Status take_back(const scaffold::Made& made);
  // The route "POST /orders" of a service's file replaced by `yaml` ("- POST /orders:\n    - echo\n"), comments elsewhere kept; gives
  // the text it had. See workspace/edit.h for what is refused. Blocks on files.
  slipway::Result<std::string> set_route(const std::string& service, const std::string& route, const std::string& yaml);
  // The authored files as text: layers, overrides, service files. write_file refuses a text with problems and a file that is not
  // `before` any more. Both block on files.
  slipway::Result<std::string> read_file(const std::string& file) const;
  slipway::Status write_file(const std::string& file, const std::string& text, const std::string& before);

  // The plugins of the workspace, in order of installation, with what each adds.
  std::vector<slipway::plugin::Row> plugins() const;

  // Config. set/unset write the overrides layer (or `file` when given, in place, comments kept).
  ConfigTable config() const;
  slipway::Result<ConfigRow> explain(const std::string& key) const;   // unknown key: NOT_FOUND with the nearest names
  slipway::Result<ConfigChange> set(const std::string& key, const std::string& text, const std::string& who,
                                    const std::string& file = {});    // blocks until applied
  slipway::Result<ConfigChange> unset(const std::string& key, const std::string& who);
  // Writes the override of a key into a layer file as it is (templates and secrets too) and unsets it: two steps of undo, the
  // override's first. NOT_FOUND / NO_OVERRIDE when the key has none.
  slipway::Result<ConfigChange> move_to_file(const std::string& key, const std::string& file, const std::string& who);
  // Consent to the servers off loopback that workspace.yaml lists now, for this folder; they are read at once. Blocks.
  slipway::Status allow_network();
  // All of them or none, as one change and one step of undo. Gives the last.
  slipway::Result<ConfigChange> set_all(const std::vector<std::pair<std::string, std::string>>& edits, const std::string& who);
  slipway::Result<ConfigChange> undo(const std::string& who);         // the last change of the overrides
  slipway::Result<ConfigChange> redo(const std::string& who);
  // Puts the overrides back to what they were right after that version; one step of undo.
  slipway::Result<ConfigChange> revert_to(std::uint64_t version, const std::string& who);
  // Takes back what that version did to the overrides, or to one key of them, alone; one step of undo.
  slipway::Result<ConfigChange> revert(std::uint64_t version, const std::string& who, const std::string& key = {});
  std::vector<ConfigChange> history(std::size_t limit = 200) const;   // newest first
  std::uint64_t config_version() const;

  // Requests.
  std::vector<traffic::SavedRequest> requests() const;
  slipway::Status save(const traffic::SavedRequest& request);
  // Variables in effect: environment, and one per service: {{gateway}} = its URL.
  std::vector<std::pair<std::string, std::string>> variables() const;
  // The named sets of variables of workspace.yaml and the one in effect: the first until another is chosen.
  std::vector<std::string> environments() const;
  std::string environment() const;                                    // empty when there is none
  slipway::Status use_environment(const std::string& name);           // NOT_FOUND names what there is
  slipway::Result<traffic::SavedRequest> expand(const traffic::SavedRequest& request) const;
  traffic::Exchange send(const traffic::SavedRequest& request);       // blocks; trace forced to be kept
  // Newest first; an empty id means those of every request.
  std::vector<traffic::Exchange> exchanges(const std::string& request_id, std::size_t limit = 50) const;

  // Load. At most one run at a time; starting another is CONFLICT.
  slipway::Result<std::shared_ptr<traffic::LoadRun>> start_load(traffic::LoadOptions options);
  std::shared_ptr<traffic::LoadRun> load() const;                     // current or last; may be null

  // Runs that ended, newest first; each is kept when it ends (traffic/run_store.h).
  traffic::RunStore& runs();

  // Recorded runs of the workspace; the id of the one that this host records now, empty when it does not.
  recorder::RunFolder& recordings();
  std::string run_id() const;

  // Topology.
  std::vector<Edge> edges() const;
  std::vector<BalancedTarget> balanced() const;
  void watch_decisions(bool on);

  LogTail logs() const;                                               // at most kLogTail lines
  recorder::Recorder& recorder();
  Totals totals() const;
  // Called on a host thread after anything changed, at most 20 times a second; post to your own thread at once.
  using Listener = std::function<void()>;
  std::uint64_t listen(Listener listener);
  void unlisten(std::uint64_t id);

 private:
  Host();
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace workbench::host
