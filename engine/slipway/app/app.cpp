#include "slipway/app/app.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

#include "slipway/app/advertise.h"
#include "slipway/app/bounded.h"
#include "slipway/app/signals.h"
#include "slipway/base/random.h"

namespace slipway::app {
namespace {

constexpr Duration kLeastForAStep = 200ms;  // a step of a stop that comes late still gets a chance
constexpr Duration kReadyInterval = 20ms;

// The root cause first; the others are listed in its message.
class Failures {
 public:
  void add(const Status& status) {
    if (!status) errors_.push_back(status.error());
  }
  void add_root(const Error& error) { errors_.insert(errors_.begin(), error); }
  bool empty() const { return errors_.empty(); }
  Status to_status() const {
    if (errors_.empty()) return {};
    if (errors_.size() == 1) return errors_.front();
    std::string message = errors_.front().message() + " (also: ";
    for (std::size_t i = 1; i < errors_.size(); ++i) {
      if (i > 1) message += "; ";
      message += errors_[i].to_string();
    }
    return errors_.front().with_message(message + ")");
  }

 private:
  std::vector<Error> errors_;
};

std::string hook_name(std::string_view kind, std::size_t index, std::size_t of) {
  std::string name(kind);
  name += " hook";
  return of > 1 ? name + " " + std::to_string(index + 1) : name;
}

std::string server_name(const transport::Server& server) {
  return std::string(server.kind()) + " server";
}

}  // namespace

std::string_view state_name(State state) {
  static constexpr std::string_view kNames[] = {"new", "starting", "running", "stopping", "stopped"};
  return kNames[static_cast<int>(state)];
}

struct App::Impl {
  Options options;
  mutable std::mutex mutex;
  std::condition_variable changed;
  State state = State::New;
  bool stop_requested = false;
  std::optional<Error> root;  // what made it stop, when that was a failure
  Status result;              // valid in Stopped
  registry::ServiceInstance instance;
  bool registered = false;
  std::size_t started_servers = 0;

  Status stopped_while_starting() const {
    std::lock_guard lock(mutex);
    if (!stop_requested) return {};
    return root ? *root : client_closed("the app was stopped while it started", "STOPPED");
  }

  Status run_start_hooks(std::string_view kind, const std::vector<Hook>& hooks) {
    for (std::size_t i = 0; i < hooks.size(); ++i) {
      if (Status s = stopped_while_starting(); !s) return s;
      if (Status s = run_guarded(hook_name(kind, i, hooks.size()), hooks[i]); !s) return s;
    }
    return {};
  }

  Status start_servers() {
    for (const auto& server : options.servers) {
      if (Status s = stopped_while_starting(); !s) return s;
      ++started_servers;  // also one that failed: stopping it is harmless
      if (Status s = server->start(); !s)
        return s.error().with_message(server_name(*server) + ": " + s.error().message());
    }
    return collect_endpoints();
  }

  Status collect_endpoints() {
    std::vector<std::string> endpoints = options.endpoints;
    if (endpoints.empty()) {
      const auto interfaces = system_interfaces();
      for (const auto& server : options.servers) {
        auto url = advertised_url(server->endpoint(), interfaces);
        if (url)
          endpoints.push_back(std::move(*url));
        else if (options.registrar)
          return url.error();
        else
          endpoints.push_back(server->endpoint().url());
      }
    }
    std::lock_guard lock(mutex);
    instance.endpoints = std::move(endpoints);
    return {};
  }

  Status await_ready() {
    const TimePoint until = Clock::system().now() + options.ready_timeout;
    for (std::size_t i = 0; i < options.ready.size(); ++i) {
      const std::string what =
          options.ready.size() > 1 ? "readiness check " + std::to_string(i + 1) : "readiness check";
      for (;;) {
        Status status = run_guarded(what, options.ready[i]);
        if (status) break;
        if (Clock::system().now() >= until)
          return unavailable("not ready within " + format_duration(options.ready_timeout), "NOT_READY")
              .with_cause(status.error());
        std::unique_lock lock(mutex);
        if (changed.wait_for(lock, kReadyInterval, [&] { return stop_requested; })) break;
      }
      if (Status s = stopped_while_starting(); !s) return s;
    }
    return {};
  }

  Status do_register() {
    if (!options.registrar) return {};
    if (Status s = stopped_while_starting(); !s) return s;
    registered = true;  // even when it fails or hangs: it may have arrived
    return run_bounded("registration", options.registrar_timeout,
                       [registrar = options.registrar, what = instance] { return registrar->add(what); });
  }

  Status start_all() {
    if (Status s = run_start_hooks("before_start", options.before_start); !s) return s;
    if (Status s = start_servers(); !s) return s;
    if (Status s = await_ready(); !s) return s;
    if (Status s = do_register(); !s) return s;
    return run_start_hooks("after_start", options.after_start);
  }

  static Duration left(TimePoint until) {
    return std::max<Duration>(until - Clock::system().now(), kLeastForAStep);
  }

  void run_stop_hooks(std::string_view kind, const std::vector<Hook>& hooks, TimePoint until,
                      Failures& failures) {
    for (std::size_t i = 0; i < hooks.size(); ++i)
      failures.add(run_bounded(hook_name(kind, i, hooks.size()), left(until), hooks[i]));
  }

  void deregister(TimePoint until, Failures& failures) {
    if (!registered) return;
    registered = false;
    failures.add(
        run_bounded("deregistration", std::min(options.registrar_timeout, left(until)),
                    [registrar = options.registrar, id = instance.id] { return registrar->remove(id); }));
  }

  // Side by side: the slowest decides.
  void drain_servers(TimePoint until, Failures& failures) {
    std::vector<Status> statuses(started_servers);
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < started_servers; ++i)
      threads.emplace_back([&, i] {
        auto& server = *options.servers[i];
        statuses[i] = run_guarded(server_name(server), [&] { return server.drain(left(until)); });
        server.stop();
      });
    for (auto& t : threads) t.join();
    for (const auto& s : statuses) failures.add(s);
  }

  // Everything from the end of running to Stopped.
  void stop_all(bool was_running, Failures failures) {
    const TimePoint until = Clock::system().now() + options.stop_timeout;
    if (was_running) run_stop_hooks("before_stop", options.before_stop, until, failures);
    const bool was_registered = registered;
    deregister(until, failures);
    if (was_running && was_registered && options.drain_delay > Duration::zero()) {
      std::unique_lock lock(mutex);
      changed.wait_for(lock, std::min(options.drain_delay, left(until)), [&] { return hurry; });
    }
    if (was_running) {
      drain_servers(until, failures);
    } else {
      for (std::size_t i = 0; i < started_servers; ++i) options.servers[i]->stop();
    }
    run_stop_hooks("after_stop", options.after_stop, until, failures);
    std::lock_guard lock(mutex);
    if (root && was_running) failures.add_root(*root);
    result = failures.to_status();
    state = State::Stopped;
    changed.notify_all();
  }

  bool hurry = false;
};

App::App(Options options) : impl_(std::make_unique<Impl>()) {
  impl_->options = std::move(options);
  Options& o = impl_->options;
  impl_->instance.id = o.id.empty() ? Ids::system().uuid() : o.id;
  impl_->instance.name = o.name;
  impl_->instance.version = o.version;
  impl_->instance.metadata = o.metadata;
  impl_->instance.endpoints = o.endpoints;
}

App::~App() {
  (void)stop();
}

Status App::start() {
  {
    std::lock_guard lock(impl_->mutex);
    if (impl_->state != State::New)
      return conflict(
          "the app cannot start: it is " + std::string(state_name(impl_->state)) + "; make a new App",
          "NOT_NEW");
    impl_->state = State::Starting;
  }
  Status status = impl_->start_all();
  Failures failures;
  {
    std::unique_lock lock(impl_->mutex);
    if (status && !impl_->stop_requested) {
      impl_->state = State::Running;
      impl_->changed.notify_all();
      return {};
    }
    if (status)
      status = impl_->root ? *impl_->root : client_closed("the app was stopped while it started", "STOPPED");
    impl_->state = State::Stopping;
  }
  failures.add(status);
  impl_->stop_all(false, failures);
  return impl_->result;
}

void App::request_stop() {
  std::lock_guard lock(impl_->mutex);
  impl_->stop_requested = true;
  impl_->changed.notify_all();
}

void App::fail(const Error& why) {
  std::lock_guard lock(impl_->mutex);
  if (!impl_->root && !impl_->stop_requested) impl_->root = why;
  impl_->stop_requested = true;
  impl_->changed.notify_all();
}

Status App::stop() {
  {
    std::unique_lock lock(impl_->mutex);
    impl_->stop_requested = true;
    impl_->changed.notify_all();
    if (impl_->state == State::New) {
      impl_->state = State::Stopped;
      return {};
    }
    if (impl_->state != State::Running) {
      impl_->changed.wait(lock,
                          [&] { return impl_->state == State::Stopped || impl_->state == State::Running; });
      if (impl_->state == State::Stopped) return impl_->result;
    }
    impl_->state = State::Stopping;
  }
  impl_->stop_all(true, {});
  std::lock_guard lock(impl_->mutex);
  return impl_->result;
}

void App::stop_now() {
  {
    std::lock_guard lock(impl_->mutex);
    impl_->hurry = true;
    impl_->stop_requested = true;
    impl_->changed.notify_all();
  }
  for (const auto& server : impl_->options.servers) server->stop();
}

Status App::run() {
  std::unique_ptr<SignalWatch> watch;
  if (impl_->options.handle_signals) {
    auto begun = SignalWatch::begin([this, first = true](int) mutable {
      if (first)
        request_stop();
      else
        stop_now();
      first = false;
    });
    if (!begun) return begun.error();
    watch = std::move(*begun);
  }
  if (Status s = start(); !s) return s;
  {
    std::unique_lock lock(impl_->mutex);
    impl_->changed.wait(lock, [&] { return impl_->stop_requested; });
  }
  return stop();
}

State App::state() const {
  std::lock_guard lock(impl_->mutex);
  return impl_->state;
}

registry::ServiceInstance App::instance() const {
  std::lock_guard lock(impl_->mutex);
  return impl_->instance;
}

}  // namespace slipway::app
