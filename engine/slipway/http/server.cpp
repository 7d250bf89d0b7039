#include "slipway/http/server.h"

#include <boost/asio/post.hpp>
#include <condition_variable>
#include <mutex>

#include "slipway/http/lane.h"
#include "slipway/transport/listener.h"
#include "slipway/transport/workers_asio.h"

namespace slipway::http {
namespace {
constexpr Duration kStopLimit = std::chrono::seconds(2);
}

struct Server::Impl {
  Impl(transport::Workers& w, ServerOptions options)
      : workers(w), builder(options.service), shared(std::make_shared<ServerShared>(std::move(options), builder.build())) {}

  // Runs `work(lane)` on every lane's own thread and waits; inline when the workers have stopped.
  template <class Work>
  void on_lanes(Work work) {
    std::size_t left = lanes.size();
    std::mutex mutex;
    std::condition_variable done;
    for (std::size_t i = 0; i < lanes.size(); ++i) {
      if (transport::stopping(workers) || workers.executor(i).is_current()) {
        work(*lanes[i]);
        std::lock_guard lock(mutex);
        --left;
        continue;
      }
      boost::asio::post(transport::io_context_of(workers, i), [&, lane = lanes[i]] {
        work(*lane);
        std::lock_guard lock(mutex);
        --left;
        done.notify_all();
      });
    }
    std::unique_lock lock(mutex);
    done.wait(lock, [&] { return left == 0; });
  }
  std::int64_t suspended() const {
    std::int64_t n = 0;
    for (const auto& lane : lanes) n += lane->counters.suspended.load(std::memory_order_relaxed);
    return n;
  }

  transport::Workers& workers;
  std::mutex life;  // of start, drain and stop; handlers may ask the server things meanwhile
  mutable std::mutex mutex;  // what follows, which only a holder of `life` changes, and the builder
  Router::Builder builder;
  std::shared_ptr<ServerShared> shared;
  std::vector<std::shared_ptr<Lane>> lanes;
  transport::Endpoint endpoint{"http", "", 0};
  bool running = false;  // under `life`
};

Server::Server(transport::Workers& workers, ServerOptions options) : impl_(std::make_unique<Impl>(workers, std::move(options))) {
  impl_->endpoint.host = impl_->shared->options.host;
  impl_->endpoint.port = impl_->shared->options.port;
}

Server::~Server() { stop(); }

Status Server::add(Route route) {
  std::lock_guard lock(impl_->mutex);
  if (auto added = impl_->builder.add(std::move(route)); !added.ok()) return added;
  impl_->shared->router.publish(impl_->builder.build());
  return {};
}

Status Server::handle(std::string method, std::string pattern, middleware::Handler handler, bool may_suspend) {
  Route route;
  route.method = std::move(method);
  route.pattern = std::move(pattern);
  route.handler = std::move(handler);
  route.may_suspend = may_suspend;
  return add(std::move(route));
}

void Server::use(middleware::MiddlewarePtr step) {
  std::lock_guard lock(impl_->mutex);
  impl_->builder.use(std::move(step));
  impl_->shared->router.publish(impl_->builder.build());
}

void Server::publish(std::shared_ptr<const Router> router) { impl_->shared->router.publish(std::move(router)); }
std::shared_ptr<const Router> Server::router() const { return impl_->shared->router.load(); }

Status Server::start() {
  std::lock_guard life(impl_->life);
  if (impl_->running) return {};
  const auto& options = impl_->shared->options;
  std::size_t count = impl_->workers.count();
  if (options.workers > 0) count = std::min(count, options.workers);
  auto listener = transport::listen_on(options.host, options.port, count);
  if (!listener.ok()) return listener.error();
  {
    std::lock_guard drain_lock(impl_->shared->drain_mutex);
    impl_->shared->lanes_drained = 0;
    impl_->shared->cut = 0;
  }
  std::vector<std::shared_ptr<Lane>> lanes;
  for (std::size_t i = 0; i < count; ++i)
    lanes.push_back(std::make_shared<Lane>(transport::io_context_of(impl_->workers, i), impl_->shared, listener->sockets[i]));
  {
    std::lock_guard lock(impl_->mutex);
    impl_->lanes.swap(lanes);
    impl_->endpoint.host = listener->host;
    impl_->endpoint.port = listener->port;
  }
  impl_->running = true;
  for (std::size_t i = 0; i < count; ++i)
    boost::asio::post(transport::io_context_of(impl_->workers, i), [lane = impl_->lanes[i]] { lane->begin(); });
  return {};
}

transport::Endpoint Server::endpoint() const {
  std::lock_guard lock(impl_->mutex);
  return impl_->endpoint;
}

Status Server::drain(Duration limit) {
  std::string at;
  std::size_t lanes = 0;
  {
    std::lock_guard life(impl_->life);
    if (!impl_->running) return {};
    lanes = impl_->lanes.size();
    at = impl_->endpoint.url();
    impl_->on_lanes([](Lane& lane) { lane.begin_drain(); });
  }
  {
    std::unique_lock lock(impl_->shared->drain_mutex);
    impl_->shared->drain_changed.wait_for(lock, limit, [&] { return impl_->shared->lanes_drained >= lanes; });
  }
  stop();  // cuts what is left
  const auto running = in_flight();
  std::lock_guard lock(impl_->shared->drain_mutex);
  const auto cut = impl_->shared->cut;
  if (cut == 0 && running == 0) return {};
  return deadline_exceeded("the drain of " + at + " did not end within " + format_duration(limit) + " or was stopped; " +
                               std::to_string(cut) + " connections were cut" +
                               (running ? ", " + std::to_string(running) + " handlers still run" : ""),
                           "DRAIN_CUT");
}

void Server::stop() {
  std::lock_guard life(impl_->life);
  if (!impl_->running) return;
  impl_->on_lanes([](Lane& lane) { lane.shut(); });
  // Suspended calls were cancelled; give them the time to notice, since their frames hold what handlers refer to.
  if (!transport::stopping(impl_->workers) && !Executor::current()) {
    std::unique_lock waiting(impl_->shared->drain_mutex);
    impl_->shared->drain_changed.wait_for(waiting, kStopLimit, [&] { return impl_->suspended() == 0; });
  }
  impl_->running = false;
}

std::int64_t Server::in_flight() const {
  std::lock_guard lock(impl_->mutex);
  return impl_->suspended();
}

ServerCounters Server::counters() const {
  ServerCounters sum;
  std::lock_guard lock(impl_->mutex);
  for (const auto& lane : impl_->lanes) {
    const auto& c = lane->counters;
    const auto get = [](const auto& counter) { return counter.load(std::memory_order_relaxed); };
    sum.connections += get(c.connections);
    sum.accepted += get(c.accepted);
    sum.rejected += get(c.rejected);
    sum.requests += get(c.requests);
    for (std::size_t i = 0; i < c.replies.size(); ++i) sum.replies[i] += get(c.replies[i]);
    sum.malformed += get(c.malformed);
    sum.timed_out += get(c.timed_out);
    sum.disconnected += get(c.disconnected);
  }
  return sum;
}

}  // namespace slipway::http
