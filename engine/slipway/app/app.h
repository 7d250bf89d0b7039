// App: one process's service: its servers, its entry in the registry, and the order in which they come and
// go.
//
//   start  before_start hooks, servers bind, readiness checks, registration, after_start hooks
//   stop   before_stop hooks, deregistration, drain delay, servers drain side by side, servers stop,
//   after_stop hooks
//
// Nobody is registered before it can answer, and everybody is deregistered before it stops answering. A start
// that fails undoes what it did, after_stop hooks included. A stop always ends: within stop_timeout, in which
// every part gets what is left; a hook or registrar that hangs is left behind and named. The Status names the
// root cause first and lists the other failures after it ("also: ...").
//
// Threads: all functions are thread-safe. Start hooks run on the thread that starts, stop hooks on one of
// their own. A hook or handler that wants to end the app calls request_stop(), which does not wait.
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
  // Cuts a drain that is going on.
  void stop_now();

  State state() const;
  // What is, or would be, registered. Endpoints are known once it runs.
  registry::ServiceInstance instance() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace slipway::app
