#include "app/verbs/serve.h"

#include <algorithm>
#include <csignal>

#include "app/verbs/verb.h"
#include "workbench/host/host.h"
#include "workbench/host/operations.h"
#include "workbench/workspace/load.h"
#include "workbench/workspace/start_plan.h"

namespace app {
namespace {

struct ServeOptions {
  std::string workspace;
  std::vector<std::string> only, set;
  bool any_port = false, dry_run = false, json = false, allow_plugins = false, allow_network = false;
};

// What starting would do, without doing it.
int plan(const ServeOptions& o) {
  const auto loaded = workbench::workspace::load(o.workspace);
  if (!loaded.ok()) return fail(loaded.error());
  Table t({"service", "what starting does"});
  for (const auto& s : workbench::workspace::start_plan(*loaded.workspace))
    if (o.only.empty() || std::find(o.only.begin(), o.only.end(), s.service) != o.only.end()) t.row({s.service, s.what});
  t.print();
  return kDone;
}

int serve(const ServeOptions& o) {
  Signals signals;
  workbench::host::HostOptions options;
  options.only = o.only;
  options.keep_ports = !o.any_port;
  options.strict = true;
  options.record = true;
  options.allow_plugins = o.allow_plugins;
  options.allow_network = o.allow_network;
  options.console_log = true;  // what goes wrong and what is slow goes to stderr; log.* and <service>.log.level are live keys
  for (const auto& pair : o.set) {
    const auto eq = pair.find('=');
    if (eq == std::string::npos || eq == 0) {
      std::fprintf(stderr, "slipway: --set %s: give key=value\n", pair.c_str());
      return kUsage;
    }
    options.set.emplace_back(pair.substr(0, eq), pair.substr(eq + 1));
  }
  auto host = workbench::host::Host::open(o.workspace, options);
  if (!host.ok()) return fail(host.error());
  for (const auto& name : o.only) {
    const auto rows = (*host)->services();
    if (std::any_of(rows.begin(), rows.end(), [&](const auto& row) { return row.service == name || row.instance == name; })) continue;
    std::string known;
    for (const auto& row : rows)
      if (known.find(row.service) == std::string::npos) known += (known.empty() ? "" : ", ") + row.service;
    std::fprintf(stderr, "slipway: --only %s: there is no such service (there are %s)\n", name.c_str(), known.c_str());
    return kUsage;
  }
  int failed = 0;
  slipway::Value::List list;
  for (const auto& row : (*host)->services()) {
    list.push_back(workbench::host::to_value(row));
    if (row.state == workbench::host::ServiceState::Running && !o.json) {
      std::printf("%-12s %-5s %s\n", row.instance.c_str(), row.kind.c_str(), row.url.c_str());
    } else if (row.state == workbench::host::ServiceState::Failed) {
      ++failed;
      std::fprintf(stderr, "slipway: %s: %s\n", row.instance.c_str(), row.error.c_str());
    }
  }
  if (o.json) print_json(slipway::Value(std::move(list)));
  std::fflush(stdout);
  if (failed) return kUnavailable;
  std::fprintf(stderr, "serving %s; Ctrl+C or SIGTERM drains and stops\n", (*host)->name().c_str());
  const int signal = signals.wait();
  std::fprintf(stderr, "draining\n");
  host->reset();
  return signal == SIGINT ? kInterrupted : kDone;
}

}  // namespace

void add_serve(CLI::App& root, int& exit_code) {
  auto o = std::make_shared<ServeOptions>();
  auto* verb = root.add_subcommand("serve", "Run a workspace's services without a window");
  verb->add_option("workspace", o->workspace, "Folder of the workspace")->required();
  verb->add_option("--only", o->only, "Start only this service (may be given again)");
  verb->add_option("--set", o->set, "key=value of the command-line layer (may be given again)");
  verb->add_flag("--any-port", o->any_port, "Take free ports instead of the configured ones");
  verb->add_flag("--dry-run", o->dry_run, "Only say what starting would do");
  verb->add_flag("--json", o->json, "Print the servers as JSON");
  verb->add_flag("--allow-plugins", o->allow_plugins, "Load the plugins that workspace.yaml lists; remembered for this folder");
  verb->add_flag("--allow-network", o->allow_network, "Read config from the servers off loopback that workspace.yaml lists; remembered for this folder");
  verb->callback([o, &exit_code] { exit_code = o->dry_run ? plan(*o) : serve(*o); });
}

}  // namespace app
