#include "slipway/app/app.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

#include "slipway/app/advertise.h"
#include "slipway/app/signals.h"
#include "slipway/app/steps.h"
#include "slipway/base/random.h"

namespace slipway::app {
namespace {

constexpr Duration kAfterDrain = 2s;  // for a server to end what it had to cut
constexpr Duration kReadyInterval = 20ms;

// The root cause first; the others are listed in its message.
class Failures {
 public:
  void add(const Status& status) {
    if (!status) errors_.push_back(status.error());
  }
  void add_root(const Error& error) {
    if (errors_.empty() || !errors_.front().equals(error)) errors_.insert(errors_.begin(), error);
  }
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

struct App::Impl : std::enable_shared_from_this<Impl> {
  Options options;
  Steps steps;
  mutable std::mutex mutex;
  std::condition_variable changed;
  State state = State::New;
  bool stop_requested = false, hurry = false;
  std::optional<Error> root;  // what made it stop, when that was a failure
  Status result;              // valid in Stopped
  registry::ServiceInstance instance;
  // Of the thread that starts, then of the one that stops.
  bool to_deregister = false;  // also when the registration failed: it may have arrived
  bool announced = false;      // clients may know of it
  struct Served {
    std::shared_ptr<transport::Server> server;
    std::string name;  // "http server http://127.0.0.1:8080" once it listens
  };
  std::vector<Served> started;

  // Under the lock.
  void request(bool now) {
    if (!stop_requested && state == State::Starting) steps.end_at(ending());
    stop_requested = true;
    if (now) {
      hurry = true;
      steps.end_at(Clock::system().now() + std::min<Duration>(steps.left(), kAfterDrain));
    }
    changed.notify_all();
  }
  TimePoint ending() const {
    const TimePoint now = Clock::system().now();
    return options.stop_timeout >= TimePoint::max() - now ? TimePoint::max() : now + options.stop_timeout;
  }

  Status stopped_while_starting() const {
    std::lock_guard lock(mutex);
    if (!stop_requested) return {};
    return root ? *root : client_closed("the app was stopped while it started", "STOPPED");
  }

  Status run_start_hooks(std::string_view kind, const std::vector<Hook>& hooks) {
    for (std::size_t i = 0; i < hooks.size(); ++i) {
      if (Status s = stopped_while_starting(); !s) return s;
      if (Status s = steps.run({hook_name(kind, i, hooks.size()), hooks[i], {}}); !s) return s;
    }
    return {};
  }

  Status start_servers() {
    for (const auto& server : options.servers) {
      if (Status s = stopped_while_starting(); !s) return s;
      started.push_back({server, server_name(*server)});  // also one that fails: stopping it is harmless
      auto& name = started.back().name;
      if (Status s = steps.run({name, [server] { return server->start(); }, [server] { server->stop(); }}); !s) return s;
      name += " " + server->endpoint().url();
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

  // Asks a check until it holds, the time is over, or the app is to stop.
  Status await_check(const Hook& check, TimePoint until) {
    for (;;) {
      Status status;
      try {
        status = check();
      } catch (const std::exception& e) {
        status = internal_error(std::string("threw: ") + e.what(), "HOOK_THREW");
      } catch (...) {
        status = internal_error("threw something that is no exception", "HOOK_THREW");
      }
      if (status) return status;
      if (Clock::system().now() >= until)
        return unavailable("not ready within " + format_duration(options.ready_timeout), "NOT_READY").with_cause(status.error());
      std::unique_lock lock(mutex);
      if (changed.wait_for(lock, kReadyInterval, [&] { return stop_requested; })) return {};
    }
  }

  Status await_ready() {
    const TimePoint began = Clock::system().now();
    const TimePoint until = options.ready_timeout >= TimePoint::max() - began ? TimePoint::max() : began + options.ready_timeout;
    for (std::size_t i = 0; i < options.ready.size(); ++i) {
      Step step;
      step.what = options.ready.size() > 1 ? "readiness check " + std::to_string(i + 1) : "readiness check";
      step.work = [self = shared_from_this(), i, until] { return self->await_check(self->options.ready[i], until); };
      // One that hangs has the time of all of them, too.
      if (until != TimePoint::max()) step.limit = std::max<Duration>(until - Clock::system().now(), Duration::zero()) + Steps::kLeast;
      if (Status s = steps.run(std::move(step)); !s) return s;
      if (Status s = stopped_while_starting(); !s) return s;
    }
    return {};
  }

  Status do_register() {
    if (!options.registrar) return {};
    if (Status s = stopped_while_starting(); !s) return s;
    to_deregister = true;
    const auto deregister = [registrar = options.registrar, id = instance.id] { (void)registrar->remove(id); };
    Status status = steps.run({"registration", [registrar = options.registrar, what = instance] { return registrar->add(what); }, deregister,
                               options.registrar_timeout});
    announced = status || status.error().reason() == "TIMEOUT";
    return status;
  }

  Status start_all() {
    if (Status s = run_start_hooks("before_start", options.before_start); !s) return s;
    if (Status s = start_servers(); !s) return s;
    if (Status s = await_ready(); !s) return s;
    if (Status s = do_register(); !s) return s;
    return run_start_hooks("after_start", options.after_start);
  }

  void run_stop_hooks(std::string_view kind, const std::vector<Hook>& hooks, Failures& failures) {
    for (std::size_t i = 0; i < hooks.size(); ++i) failures.add(steps.run({hook_name(kind, i, hooks.size()), hooks[i], {}}));
  }

  void deregister(Failures& failures) {
    if (!std::exchange(to_deregister, false)) return;
    failures.add(steps.run({"deregistration", [registrar = options.registrar, id = instance.id] { return registrar->remove(id); }, {},
                            options.registrar_timeout}));
  }

  // Those who know the app get time to notice that it leaves.
  void wait_for_clients() {
    if (!announced || options.drain_delay <= Duration::zero()) return;
    std::unique_lock lock(mutex);
    changed.wait_for(lock, std::min(options.drain_delay, steps.left()), [&] { return hurry; });
  }

  // Side by side: the slowest decides. A server keeps some of the time for what follows its drain.
  void end_servers(bool drained, Failures& failures) {
    const Duration left = std::min<Duration>(steps.left(), 24h);
    const Duration limit = left - std::min<Duration>(left / 4, kAfterDrain);
    std::vector<Step> ends;
    for (const auto& [server, name] : started)
      ends.push_back({name, [server = server, drained, limit] {
                        Status status = drained ? server->drain(limit) : Status();
                        server->stop();
                        return status;
                      }, {}});
    for (const Status& s : steps.run_all(std::move(ends))) failures.add(s);
    started.clear();
  }

  // Everything from the end of running, or of a start that failed, to Stopped.
  void stop_all(bool was_running, Failures failures) {
    {
      std::lock_guard lock(mutex);
      if (!hurry && (was_running || !stop_requested)) steps.end_at(ending());
    }
    if (was_running) run_stop_hooks("before_stop", options.before_stop, failures);
    deregister(failures);
    wait_for_clients();
    end_servers(was_running || announced, failures);
    run_stop_hooks("after_stop", options.after_stop, failures);
    std::lock_guard lock(mutex);
    if (root) failures.add_root(*root);
    result = failures.to_status();
    state = State::Stopped;
    changed.notify_all();
  }
};

App::App(Options options) : impl_(std::make_shared<Impl>()) {
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
  Status status;
  try {
    status = impl_->start_all();
  } catch (const std::exception& e) {  // of a server's endpoint(), or no thread to be had
    status = internal_error(std::string("the start threw: ") + e.what(), "START_THREW");
  }
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
  impl_->request(false);
}

void App::fail(const Error& why) {
  std::lock_guard lock(impl_->mutex);
  if (!impl_->root && !impl_->stop_requested) impl_->root = why;
  impl_->request(false);
}

Status App::stop() {
  {
    std::unique_lock lock(impl_->mutex);
    impl_->request(false);
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
    impl_->request(true);
  }
  Steps now;
  now.end_at(Clock::system().now() + kAfterDrain);
  std::vector<Step> cuts;
  for (const auto& server : impl_->options.servers)
    cuts.push_back({server_name(*server), [server] { return server->stop(), Status(); }, {}});
  (void)now.run_all(std::move(cuts));  // who stops reports what does not end
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
