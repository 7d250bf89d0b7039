#include "workbench/traffic/generator.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <deque>

#include "workbench/traffic/reply_parser.h"

namespace workbench::traffic {

std::int64_t steady_now_ns() {
  timespec t{};
  ::clock_gettime(CLOCK_MONOTONIC, &t);
  return static_cast<std::int64_t>(t.tv_sec) * 1'000'000'000 + t.tv_nsec;
}

namespace {

std::int64_t thread_cpu_ns() {
  rusage u{};
  ::getrusage(RUSAGE_THREAD, &u);
  return (u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1'000'000'000ll + (u.ru_utime.tv_usec + u.ru_stime.tv_usec) * 1000ll;
}

// One request that is due, or under way.
struct Due {
  std::int64_t intended = 0;
  bool retried = false;
};

struct Connection {
  enum class State : std::uint8_t { Closed, Waiting, Connecting, Idle, Busy };
  State state = State::Closed;
  int fd = -1;
  std::uint32_t index = 0, generation = 0;  // name it in epoll: a stale event of an earlier socket is told apart
  bool used = false;      // has carried a whole exchange
  bool sampled = false;
  bool writing = false;   // waits for room in the socket
  Due due;                // closed loop: also while connecting
  std::int64_t sent = 0;  // or, while connecting, when that began; while waiting, when to wake
  std::size_t out_at = 0;
  std::string out;        // the unsent rest of a request
  slipway::TraceId trace;
  ReplyParser parser;
};

constexpr std::int64_t kTickNs = 20'000'000;         // timeouts are looked for this often
constexpr std::int64_t kReconnectPauseNs = 10'000'000;
constexpr std::int64_t kSamplePauseNs = 25'000'000;  // one request in this time carries the sampled flag
constexpr std::size_t kQueueLimit = 4u << 20;

class Generator {
 public:
  Generator(LoadPlan& plan, LoadFeed& feed, int thread)
      : plan_(plan), feed_(feed), thread_(thread), open_loop_(plan.options.rate_per_s.has_value()),
        threads_(std::max(1, plan.options.threads)), duration_(plan.options.duration.count()),
        timeout_(plan.options.timeout.count()), request_(plan.request),
        schedule_(plan.options.arrivals, open_loop_ ? plan.rate.load() : 0, thread, threads_, plan.options.seed),
        ids_(thread_seed()), window_(feed.take()), buffer_(64u << 10) {
    const int total = open_loop_ ? plan.options.max_connections : plan.options.users;
    const int mine = total / threads_ + (thread < total % threads_ ? 1 : 0);
    connections_.resize(static_cast<std::size_t>(std::max(mine, open_loop_ ? 1 : 0)));
    idle_.reserve(connections_.size());
    for (std::size_t i = 0; i < connections_.size(); ++i) connections_[i].index = static_cast<std::uint32_t>(i);
    for (auto it = connections_.rbegin(); it != connections_.rend(); ++it) closed_.push_back(&*it);
    rate_seen_ = plan.rate_version.load();
  }

  ~Generator() {
    for (auto& c : connections_)
      if (c.fd >= 0) ::close(c.fd);
    if (epoll_ >= 0) ::close(epoll_);
  }

  void run() {
    ::prctl(PR_SET_TIMERSLACK, 1);
    epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
    now_ = since_start();
    next_tick_ = now_ + kTickNs;
    if (!open_loop_)
      for (auto& c : connections_) begin_user(c);
    std::array<epoll_event, 256> events;
    while (!over()) {
      const int n = wait(events.data(), static_cast<int>(events.size()));
      now_ = since_start();
      for (int i = 0; i < n; ++i) {
        const auto& e = events[static_cast<std::size_t>(i)];
        auto& c = connections_[static_cast<std::uint32_t>(e.data.u64)];
        if (c.generation == e.data.u64 >> 32) handle(c, e.events);
        if (open_loop_) arrive();
      }
    }
    drop_queue();
    abandon();
    flush(true);
  }

 private:
  static std::uint64_t name_of(const Connection& c) { return std::uint64_t{c.generation} << 32 | c.index; }
  static std::uint64_t thread_seed() { return slipway::Ids::system().trace_id().lo; }
  std::int64_t since_start() const { return steady_now_ns() - plan_.start_ns; }

  // One turn of everything that goes by the clock; true when the run has ended.
  bool over() {
    now_ = since_start();
    while (now_ >= (static_cast<std::int64_t>(window_->index) + 1) * LoadWindow::kLengthNs) flush(false);
    if (plan_.cancelled.load(std::memory_order_relaxed)) return true;
    if (open_loop_) {
      follow_rate();
      arrive();
    }
    if (now_ >= next_tick_) {
      next_tick_ = now_ + kTickNs;
      tick();
    }
    if (now_ < duration_) return false;
    if (!ended_) {
      ended_ = true;
      plan_.sending_over.store(true, std::memory_order_relaxed);
      drop_queue();
    }
    return in_flight_ == 0 || now_ >= duration_ + timeout_ + kTickNs;
  }

  int wait(epoll_event* events, int room) {
    std::int64_t until = std::min(next_tick_, (static_cast<std::int64_t>(window_->index) + 1) * LoadWindow::kLengthNs);
    if (open_loop_ && !ended_) until = std::min(until, schedule_.next());
    if (now_ < duration_) until = std::min(until, duration_);
    const std::int64_t left = std::max<std::int64_t>(0, until - since_start());
    const timespec limit{left / 1'000'000'000, left % 1'000'000'000};
    if (precise_) {
      const int n = ::epoll_pwait2(epoll_, events, room, &limit, nullptr);
      if (n >= 0 || errno != ENOSYS) return std::max(n, 0);
      precise_ = false;
    }
    return std::max(0, ::epoll_wait(epoll_, events, room, static_cast<int>(left / 1'000'000)));
  }

  // ---- what is due

  void follow_rate() {
    const auto version = plan_.rate_version.load(std::memory_order_acquire);
    if (version == rate_seen_) return;
    rate_seen_ = version;
    schedule_.set_rate(plan_.rate.load(), now_);
  }

  void arrive() {
    std::size_t fresh = 0;
    if (schedule_.next() <= now_ && !ended_) {
      while (schedule_.next() <= now_ && schedule_.next() < duration_) {
        const std::int64_t due = schedule_.next();
        schedule_.pop();
        ++window_->intended, ++fresh;
        window_->late.record(now_ - due);
        if (queue_.size() >= kQueueLimit)
          ++window_->dropped;
        else
          queue_.push_back({due, false});
      }
    }
    pump();
    // What has no connection to go out on, not even one that is being opened, waits for the service, not for this loop.
    if (fresh > 0 && closed_.empty() && idle_.empty() && queue_.size() > connecting_)
      window_->capped += static_cast<std::uint32_t>(std::min(fresh, queue_.size() - connecting_));
  }

  // Sends what waits over idle connections, opening more while some are allowed.
  void pump() {
    while (!queue_.empty() && !idle_.empty()) {
      Connection* c = idle_.back();
      idle_.pop_back();
      c->due = queue_.front();
      queue_.pop_front();
      send_request(*c);
    }
    while (queue_.size() > connecting_ && !closed_.empty()) {
      Connection* c = closed_.back();
      closed_.pop_back();
      connect(*c);
    }
  }

  void begin_user(Connection& c) {
    if (ended_ || now_ >= duration_) return;
    c.due = {since_start(), false};
    ++window_->intended;
    if (c.fd >= 0)
      send_request(c);
    else
      connect(c);
  }

  // ---- one connection

  void connect(Connection& c) {
    c.fd = ::socket(plan_.address.family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (c.fd < 0) return connect_failed(c, errno);
    const int one = 1;
    ::setsockopt(c.fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    c.used = c.writing = false;
    c.sent = now_;
    const int rc = ::connect(c.fd, reinterpret_cast<const sockaddr*>(plan_.address.bytes), plan_.address.size);
    if (rc != 0 && errno != EINPROGRESS) return connect_failed(c, errno);
    epoll_event e{};
    e.events = rc == 0 ? EPOLLIN : EPOLLIN | EPOLLOUT;
    ++c.generation;
    e.data.u64 = name_of(c);
    if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, c.fd, &e) != 0) return connect_failed(c, errno);
    c.state = Connection::State::Connecting;
    ++connecting_;
    if (!open_loop_) ++in_flight_;
    if (rc == 0) connected(c);
  }

  void connected(Connection& c) {
    --connecting_;
    if (!open_loop_) {
      --in_flight_;
      return send_request(c);
    }
    c.state = Connection::State::Idle;
    idle_.push_back(&c);
    pump();
  }

  // The request that asked for this connection has failed with it.
  void connect_failed(Connection& c, int why) {
    if (c.state == Connection::State::Connecting) {
      --connecting_;
      if (!open_loop_) --in_flight_;
    }
    plan_.last_connect_errno.store(why, std::memory_order_relaxed);
    close(c);
    if (open_loop_) {
      if (queue_.empty()) return;
      queue_.pop_front();
    }
    const bool timed_out = why == ETIMEDOUT;
    fail(timed_out ? kTimeoutError : kConnectError);
    if (!open_loop_) pause(c);
  }

  void pause(Connection& c) {
    c.state = Connection::State::Waiting;
    c.sent = now_ + kReconnectPauseNs;
    next_tick_ = std::min(next_tick_, c.sent);
  }

  void close(Connection& c) {
    if (c.fd >= 0) ::close(c.fd);  // leaves the epoll set by itself
    c.fd = -1;
    c.state = Connection::State::Closed;
    c.out.clear();
    if (open_loop_) closed_.push_back(&c);
  }

  void watch(Connection& c, bool for_room) {
    epoll_event e{};
    e.events = for_room ? EPOLLIN | EPOLLOUT : EPOLLIN;
    e.data.u64 = name_of(c);
    ::epoll_ctl(epoll_, EPOLL_CTL_MOD, c.fd, &e);
    c.writing = for_room;
  }

  void send_request(Connection& c) {
    const std::int64_t at = since_start();
    c.trace = {ids_.next(), ids_.next() | 1};
    c.sampled = at >= next_sample_;
    if (c.sampled) next_sample_ = at + kSamplePauseNs;
    request_.set_trace(c.trace, ids_.next() | 1, c.sampled);
    c.parser.begin(request_.head);
    c.sent = at;
    c.state = Connection::State::Busy;
    ++in_flight_;
    if (!c.due.retried) {
      ++window_->sent;
      window_->lag.record(at - c.due.intended);
    }
    const auto& bytes = request_.bytes;
    const ssize_t n = ::send(c.fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n == static_cast<ssize_t>(bytes.size())) return;
    if (n < 0 && errno != EAGAIN) return broken(c, kResetError);
    c.out = bytes.substr(static_cast<std::size_t>(std::max<ssize_t>(n, 0)));
    c.out_at = 0;
    watch(c, true);
  }

  void handle(Connection& c, std::uint32_t events) {
    if (c.state == Connection::State::Connecting) {
      int why = 0;
      socklen_t size = sizeof why;
      ::getsockopt(c.fd, SOL_SOCKET, SO_ERROR, &why, &size);
      if (why != 0 || (events & (EPOLLERR | EPOLLHUP))) return connect_failed(c, why ? why : ECONNREFUSED);
      watch(c, false);
      return connected(c);
    }
    if (c.writing && (events & EPOLLOUT)) {
      const ssize_t n = ::send(c.fd, c.out.data() + c.out_at, c.out.size() - c.out_at, MSG_NOSIGNAL);
      if (n < 0 && errno != EAGAIN) return broken(c, kResetError);
      c.out_at += static_cast<std::size_t>(std::max<ssize_t>(n, 0));
      if (c.out_at == c.out.size()) watch(c, false);
    }
    if (events & (EPOLLIN | EPOLLERR | EPOLLHUP)) read(c);
  }

  void read(Connection& c) {
    while (c.fd >= 0) {
      const ssize_t n = ::recv(c.fd, buffer_.data(), buffer_.size(), 0);
      if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
      if (c.state != Connection::State::Busy) return lost_idle(c);
      if (n <= 0) {
        if (n == 0 && c.parser.finish()) return finished(c, false);
        return broken(c, n == 0 ? kClosedError : kResetError);
      }
      const auto size = static_cast<std::size_t>(n);
      const std::size_t used = c.parser.feed(buffer_.data(), size);
      if (c.parser.failed() || (c.parser.done() && used < size)) return broken(c, kProtocolError);
      if (c.parser.done()) return finished(c, c.parser.keep_alive());
      if (size < buffer_.size()) return;
    }
  }

  // The peer closed, or spoke out of turn, on a connection that carried nothing: no request is harmed.
  void lost_idle(Connection& c) {
    std::erase(idle_, &c);
    close(c);
  }

  void finished(Connection& c, bool keep) {
    const std::int64_t at = since_start();
    const bool error = c.parser.status() >= 400;
    record(c, at, error ? 2 : 1);
    if (error) window_->count_error(c.parser.status());
    ++window_->done;
    window_->last_done_ns = at;
    --in_flight_;
    c.used = true;
    c.state = Connection::State::Idle;
    if (c.writing) keep = false;  // answered before it was all sent
    if (!keep) close(c);
    if (!open_loop_) {
      now_ = at;
      return begin_user(c);
    }
    if (keep) idle_.push_back(&c);
  }

  void record(const Connection& c, std::int64_t at, int rank) {
    const std::int64_t service = at - c.sent, response = at - c.due.intended;
    window_->service.record(service);
    window_->response.record(response);
    const auto band = static_cast<std::size_t>(LoadSlice::band_of(response));
    ++window_->cells[band];
    if (request_.trace_at != std::string::npos) window_->traces[band].offer(c.trace, c.sampled ? 3 : rank, service);
  }

  // The exchange under way cannot end.
  void broken(Connection& c, int kind) {
    const bool again = request_.retriable && c.used && !c.parser.started() && !c.due.retried && !ended_ &&
                       (kind == kResetError || kind == kClosedError);
    if (kind == kTimeoutError) record(c, now_, 2);  // it took at least this long
    --in_flight_;
    const Due due = c.due;
    close(c);
    if (again) {  // a kept connection that had just been closed
      if (open_loop_) {
        queue_.push_front({due.intended, true});
        return;
      }
      c.due = {due.intended, true};
      return connect(c);
    }
    fail(kind);
    if (!open_loop_) pause(c);
  }

  void fail(int kind) {
    window_->count_error(kind);
    ++window_->done;
  }

  // ---- now and then

  void tick() {
    for (auto& c : connections_) {
      switch (c.state) {
        case Connection::State::Busy:
          if (now_ - c.sent > timeout_) broken(c, kTimeoutError);
          break;
        case Connection::State::Connecting:
          if (now_ - c.sent > timeout_) connect_failed(c, ETIMEDOUT);
          break;
        case Connection::State::Waiting:
          if (now_ < c.sent) break;
          c.state = Connection::State::Closed;
          begin_user(c);
          break;
        default:
          break;
      }
    }
    // Somebody who waited this long to be served has given up.
    while (!queue_.empty() && now_ - queue_.front().intended > timeout_) {
      queue_.pop_front();
      ++window_->dropped;
    }
    if (open_loop_ && !ended_) pump();
  }

  void drop_queue() {
    window_->dropped += static_cast<std::uint32_t>(queue_.size());
    queue_.clear();
  }

  // Cancelled, or past every limit: what is still under way counts as a time-out unless the user ended it.
  void abandon() {
    const bool cancelled = plan_.cancelled.load();
    for (auto& c : connections_) {
      const bool open = c.state == Connection::State::Busy || (c.state == Connection::State::Connecting && !open_loop_);
      if (!open) continue;
      if (cancelled)
        ++window_->dropped;
      else
        fail(kTimeoutError);
    }
    in_flight_ = 0;
  }

  void flush(bool last) {
    const std::int64_t cpu = thread_cpu_ns();
    window_->cpu_ns = cpu - cpu_seen_;
    cpu_seen_ = cpu;
    window_->in_flight = static_cast<std::uint32_t>(in_flight_);
    const std::uint32_t next = window_->index + 1;
    feed_.put(thread_, std::move(window_), last);
    window_ = feed_.take();
    window_->index = next;
  }

  LoadPlan& plan_;
  LoadFeed& feed_;
  int thread_;
  bool open_loop_;
  int threads_;
  std::int64_t duration_, timeout_;
  RequestBytes request_;
  Schedule schedule_;
  slipway::Random ids_;
  std::unique_ptr<LoadWindow> window_;
  std::vector<char> buffer_;
  std::vector<Connection> connections_;  // never resized: pointers to its items are kept
  std::vector<Connection*> idle_, closed_;
  std::deque<Due> queue_;
  int epoll_ = -1;
  bool precise_ = true, ended_ = false;
  std::uint32_t rate_seen_ = 0;
  std::size_t connecting_ = 0;
  std::int64_t in_flight_ = 0, now_ = 0, next_tick_ = 0, next_sample_ = 0, cpu_seen_ = 0;
};

}  // namespace

void generate(LoadPlan& plan, LoadFeed& feed, int thread) { Generator(plan, feed, thread).run(); }

}  // namespace workbench::traffic
