#include "slipway/http/lane.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <cerrno>

#include "slipway/http/input.h"

namespace slipway::http {
namespace {

constexpr int kAcceptsPerTurn = 64;
constexpr Duration kLinger = std::chrono::seconds(1);
constexpr std::string_view kFull =
    "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\nContent-Length: 98\r\nConnection: close\r\nRetry-After: 1\r\n\r\n"
    "{\"code\":503,\"reason\":\"TOO_MANY_CONNECTIONS\",\"message\":\"the server is at its limit\",\"metadata\":{}}\n";

Duration tick_of(const Limits& limits) {
  const Duration least = std::min({limits.header_deadline, limits.body_deadline, limits.idle});
  return std::clamp<Duration>(least / 4, std::chrono::milliseconds(5), std::chrono::milliseconds(250));
}

std::string text_of(const sockaddr_storage& address, bool with_port) {
  char text[INET6_ADDRSTRLEN] = "";
  if (address.ss_family == AF_INET6) {
    const auto& v6 = reinterpret_cast<const sockaddr_in6&>(address);
    inet_ntop(AF_INET6, &v6.sin6_addr, text, sizeof text);
    return with_port ? "[" + std::string(text) + "]:" + std::to_string(ntohs(v6.sin6_port)) : text;
  }
  const auto& v4 = reinterpret_cast<const sockaddr_in&>(address);
  inet_ntop(AF_INET, &v4.sin_addr, text, sizeof text);
  return with_port ? std::string(text) + ":" + std::to_string(ntohs(v4.sin_port)) : text;
}

bool is_loopback(const sockaddr_storage& address) {
  if (address.ss_family == AF_INET) return (ntohl(reinterpret_cast<const sockaddr_in&>(address).sin_addr.s_addr) >> 24) == 127;
  const auto& v6 = reinterpret_cast<const sockaddr_in6&>(address).sin6_addr;
  return IN6_IS_ADDR_LOOPBACK(&v6) || (IN6_IS_ADDR_V4MAPPED(&v6) && v6.s6_addr[12] == 127);
}

}  // namespace

// The listening socket's wait. It outlives its lane by the one completion that says it was released.
struct Lane::Door {
  explicit Door(Lane& owner) : lane(&owner), op(this, &Door::ready) {}
  static void ready(void* self, ReadyOp::Why why) {
    auto* door = static_cast<Door*>(self);
    if (!door->lane) {
      delete door;
    } else if (why == ReadyOp::Why::Ready) {
      door->lane->accept_some();
    }
  }
  Lane* lane;
  Reactor::Registration registration = nullptr;
  ReadyOp op;
};

Connection::Connection(Lane& owner, int socket)
    : lane(&owner), fd(socket), readable(this, &Lane::on_readable), writable(this, &Lane::on_writable) {}

void WaitList::push(Connection& c) {
  c.before = last_;
  c.after = nullptr;
  (last_ ? last_->after : first_) = &c;
  last_ = &c;
}

void WaitList::remove(Connection& c) {
  (c.before ? c.before->after : first_) = c.after;
  (c.after ? c.after->before : last_) = c.before;
}

Lane::Lane(boost::asio::io_context& io, std::shared_ptr<ServerShared> shared, int listening)
    : io_(io),
      shared_(std::move(shared)),
      options_(shared_->options),
      limits_(options_.limits),
      reactor_(io),
      router_(shared_->router),
      listening_(listening),
      tick_every_(tick_of(limits_)),
      timer_(io),
      input_(new char[kInputSize]) {}

Lane::~Lane() { shut(); }

void Lane::begin() {
  if (shut_ || door_) return;
  door_ = new Door(*this);
  reactor_.add(listening_, door_->registration);
  reactor_.wait_readable(listening_, door_->registration, door_->op);
}

void Lane::accept_some() {
  accept_paused_ = false;
  for (int i = 0; i < kAcceptsPerTurn || draining_; ++i) {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    const int fd = accept4(listening_, reinterpret_cast<sockaddr*>(&address), &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0) {
      adopt(fd, address);
      continue;
    }
    if (errno == ECONNABORTED || errno == EINTR || errno == EPROTO) continue;
    if (errno == EAGAIN || errno == EWOULDBLOCK) {
      if (!draining_) reactor_.wait_readable(listening_, door_->registration, door_->op);
      return;
    }
    accept_paused_ = true;  // no descriptors or memory left: the next tick tries again
    ensure_ticking();
    return;
  }
  auto self = shared_from_this();
  boost::asio::post(io_, [self] {
    if (self->door_) self->accept_some();
  });
}

void Lane::adopt(int fd, const sockaddr_storage& address) {
  ensure_ticking();
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_INQ, &on, sizeof on);
  auto* c = new Connection(*this, fd);
  Pin pin(*c);
  const auto open = shared_->connections.fetch_add(1, std::memory_order_relaxed) + 1;
  LaneCounters::bump(counters.connections);
  c->peer = text_of(address, true);
  const bool full = open > static_cast<std::int64_t>(limits_.connections) || peer_is_over_limit(*c, address);
  if (full) {
    LaneCounters::bump(counters.rejected);
    [[maybe_unused]] const auto n = send(fd, kFull.data(), kFull.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  }
  if (full || !reactor_.add(fd, c->registration)) return close(*c);
  LaneCounters::bump(counters.accepted);
  place(*c, Wait::Idle);
  wait_to_read(*c);
}

bool Lane::peer_is_over_limit(Connection& c, const sockaddr_storage& address) {
  if (is_loopback(address) && !limits_.limit_loopback) return false;
  c.peer_address = text_of(address, false);
  c.counted_peer = true;
  std::lock_guard lock(shared_->peers_mutex);
  return ++shared_->peers[c.peer_address] > limits_.connections_per_peer;
}

void Lane::close_door() {
  if (!door_) {
    if (listening_ >= 0) ::close(listening_);
    listening_ = -1;
    return;
  }
  Door* door = std::exchange(door_, nullptr);
  door->lane = nullptr;
  const bool armed = door->op.armed();
  reactor_.release(listening_, door->registration);
  ::close(listening_);
  listening_ = -1;
  if (!armed) delete door;
}

void Lane::place(Connection& c, Wait wait) {
  if (c.wait == wait && c.since == now_) return;
  if (c.wait != Wait::None) waits_[static_cast<std::size_t>(c.wait)].remove(c);
  c.wait = wait;
  c.since = now_;
  if (wait != Wait::None) waits_[static_cast<std::size_t>(wait)].push(c);
}

void Lane::close(Connection& c) {
  if (c.closed) return;
  Pin pin(c);
  c.closed = true;
  place(c, Wait::None);
  reactor_.release(c.fd, c.registration);
  ::close(c.fd);
  shared_->connections.fetch_sub(1, std::memory_order_relaxed);
  LaneCounters::bump<std::int64_t>(counters.connections, -1);
  if (c.counted_peer) {
    std::lock_guard lock(shared_->peers_mutex);
    const auto it = shared_->peers.find(c.peer_address);
    if (it != shared_->peers.end() && --it->second == 0) shared_->peers.erase(it);
  }
  if (Served* s = std::exchange(c.served, nullptr)) {
    s->connection = nullptr;
    // Held here: what waits for it may end the call, and with it the context.
    if (const auto cancellation = s->call.context.cancellation())
      cancellation->cancel(client_closed("the client closed the connection"));
  }
}

void Lane::lost(Connection& c) {
  if (c.served) LaneCounters::bump(counters.disconnected);
  close(c);
}

void Lane::wait_to_read(Connection& c) {
  if (c.closed || c.readable.armed()) return;
  ++c.pins;
  reactor_.wait_readable(c.fd, c.registration, c.readable);
}

void Lane::on_readable(void* connection, ReadyOp::Why why) {
  auto& c = *static_cast<Connection*>(connection);
  Pin pin(c);
  --c.pins;
  if (why == ReadyOp::Why::Ready && !c.closed) c.lane->read(c);
}

void Lane::on_writable(void* connection, ReadyOp::Why why) {
  auto& c = *static_cast<Connection*>(connection);
  Pin pin(c);
  --c.pins;
  if (why == ReadyOp::Why::Ready && !c.closed) c.lane->sent(c);
}

std::int64_t Lane::steady_now() const { return Clock::system().now().time_since_epoch().count(); }

void Lane::ensure_ticking() {
  if (ticking_ || shut_) return;
  ticking_ = true;
  now_ = steady_now();
  date_.update(Clock::system().wall().time_since_epoch() / std::chrono::seconds(1));
  timer_.expires_after(std::chrono::duration_cast<std::chrono::steady_clock::duration>(tick_every_));
  timer_.async_wait([self = shared_from_this()](const boost::system::error_code& ec) {
    self->ticking_ = false;
    if (!ec) self->tick();
  });
}

void Lane::tick() {
  now_ = steady_now();
  expire(Wait::Head, limits_.header_deadline);
  expire(Wait::Body, limits_.body_deadline);
  expire(Wait::Idle, limits_.idle);
  expire(Wait::Write, limits_.idle);
  expire(Wait::Linger, kLinger);
  if (draining_ && now_ - drain_began_ >= options_.drain_grace.count()) {
    close_idle();
    expire(Wait::Head, options_.drain_grace);  // what is half a head is no call yet
  }
  if (accept_paused_ && door_) accept_some();
  check_drained();
  if (counters.connections.load(std::memory_order_relaxed) > 0 || accept_paused_ || (draining_ && !drained_)) ensure_ticking();
}

// But for those whose next request has just come: their turn is near.
void Lane::close_idle() {
  for (Connection* c = waits_[static_cast<std::size_t>(Wait::Idle)].first(); c;) {
    Connection* const next = c->after;
    char byte;
    if (recv(c->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) <= 0) close(*c);
    c = next;
  }
}

void Lane::expire(Wait wait, Duration limit) {
  auto& list = waits_[static_cast<std::size_t>(wait)];
  while (Connection* c = list.first()) {
    if (now_ - c->since < limit.count()) return;
    Pin pin(*c);
    if (wait != Wait::Linger) LaneCounters::bump(counters.timed_out);
    if (wait == Wait::Head || wait == Wait::Body) {
      busy_ = true;
      refuse(*c, {408, wait == Wait::Head ? "the head did not arrive in time" : "the body did not arrive in time"});
      flush(*c);
      busy_ = false;
      if (!c->closed && !c->writing) read(*c);
      if (!c->closed && c->wait == wait) close(*c);
    } else {
      close(*c);
    }
  }
}

void Lane::begin_drain() {
  if (draining_ || shut_) return;
  draining_ = true;
  ensure_ticking();
  drain_began_ = steady_now();
  if (door_) accept_some();  // until the backlog is empty
  close_door();
  tick_every_ = std::chrono::milliseconds(5);
  timer_.cancel();
  boost::asio::post(io_, [self = shared_from_this()] {
    self->check_drained();
    if (!self->drained_) self->ensure_ticking();
  });
}

void Lane::check_drained() {
  if (!draining_ || drained_) return;
  if (counters.connections.load(std::memory_order_relaxed) > 0 || counters.suspended.load(std::memory_order_relaxed) > 0) return;
  drained_ = true;
  std::lock_guard lock(shared_->drain_mutex);
  ++shared_->lanes_drained;
  shared_->drain_changed.notify_all();
}

// A suspended call has ended: a drain or a stop may wait for it.
void Lane::check_ended() {
  if (!draining_ && !shut_) return;
  check_drained();
  std::lock_guard lock(shared_->drain_mutex);
  shared_->drain_changed.notify_all();
}

void Lane::shut() {
  if (shut_) return;
  shut_ = true;
  close_door();
  std::int64_t cut = 0;
  for (auto& list : waits_)
    while (Connection* c = list.first()) {
      if (c->wait != Wait::Idle && c->wait != Wait::Linger) ++cut;
      close(*c);
    }
  timer_.cancel();
  if (!draining_) return;
  // A drain waits for this lane; calls that are still suspended are waited for by the stop.
  std::lock_guard lock(shared_->drain_mutex);
  shared_->cut += cut;
  if (!std::exchange(drained_, true)) ++shared_->lanes_drained;
  shared_->drain_changed.notify_all();
}

}  // namespace slipway::http
