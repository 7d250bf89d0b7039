// App: one process's service: its servers, its entry in the registry, and the order in which they come and
// go.
//
//   start  before_start hooks, servers bind, readiness checks, registration, after_start hooks
//   stop   before_stop hooks, deregistration, drain delay, servers drain side by side, servers stop,
//   after_stop hooks
//
// Nobody is registered before it can answer, and everybody is deregistered before it stops answering. A start
// that fails undoes what it did, after_stop hooks included; when it was registered already, it drains as a stop does.
// A stop always ends: within stop_timeout (a part whose turn comes late still gets 200 ms), in which every part gets
// what is left. A hook, server or registrar that hangs is left behind and named; so is one that hangs while the app
// starts, once a stop was asked for. The Status names the root cause first and lists the other failures after it
// ("also: ...").
//
// Threads: all functions are thread-safe. Hooks, checks, servers and the registrar are called one after the other, each
// on a thread of the app's, so what they use must live as long as they run. A hook or handler that wants to end the app
// calls request_stop(), which does not wait; stop() in a hook would wait for itself, until stop_timeout.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "slipway/base/result.h"
#include "slipway/base/time.h"
#include "slipway/registry/registry.h"
#include "slipway/transport/server.h"

namespace slipway::app {

using Hook = std::function<Status()>;

struct Options {
  std::string id;  // empty: a new UUID
  std::string name, version;
  std::map<std::string, std::string> metadata;
  std::vector<std::shared_ptr<transport::Server>> servers;
  // What is registered. Empty: the servers' endpoints, with an address that other hosts can reach in place of
  // 0.0.0.0.
  std::vector<std::string> endpoints;

  std::shared_ptr<registry::Registrar> registrar;  // null: not registered
  Duration registrar_timeout = 10s;
  // Asked again until all hold or ready_timeout passes; registration waits for them.
  std::vector<Hook> ready;
  Duration ready_timeout = 10s;

  Duration drain_delay{};       // between deregistration and the end of accepting: time for clients to notice
  Duration stop_timeout = 30s;  // for the whole stop, the delay included
  bool handle_signals = false;  // in run(): SIGTERM and SIGINT stop it; a second one stops it at once

  std::vector<Hook> before_start, after_start, before_stop, after_stop;
};

enum class State { New, Starting, Running, Stopping, Stopped };
std::string_view state_name(State state);

class App {
 public:
  explicit App(Options options);
  ~App();  // stops
  App(const App&) = delete;

  // start, wait, stop. Ok when it was stopped and everything went well.
  Status run();
  // Returns when it runs. Once per App.
  Status start();
  // Asks for the end, with the reason when something failed; the first reason is the root cause. Does not
  // wait.
  void request_stop();
  void fail(const Error& why);
  // Stops and waits. Again or from another thread: the same result.
  Status stop();
  // Cuts what is going on: a drain, a delay, hooks. Waits at most two seconds for servers to end.
  void stop_now();

  State state() const;
  // What is, or would be, registered. Endpoints are known once it runs.
  registry::ServiceInstance instance() const;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace slipway::app
