// Lane: one server's part on one worker: its listening socket, its connections, its buffers and its clock. Private to http.
// Everything here runs on the worker's thread, except the counters, which anybody may read.
#pragma once

#include <array>
#include <atomic>
#include <boost/asio/steady_timer.hpp>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "slipway/base/snapshot.h"
#include "slipway/http/connection.h"
#include "slipway/http/reply_writer.h"
#include "slipway/http/server.h"

namespace slipway::http {

// What the lanes of a server have in common.
struct ServerShared {
  ServerShared(ServerOptions o, std::shared_ptr<const Router> first) : options(std::move(o)), router(std::move(first)) {}
  const ServerOptions options;
  Snapshot<Router> router;
  std::atomic<std::int64_t> connections{0};
  std::mutex peers_mutex;
  std::map<std::string, std::size_t> peers;  // addresses that count against connections_per_peer

  std::mutex drain_mutex;
  std::condition_variable drain_changed;
  std::size_t lanes_drained = 0;
  std::int64_t cut = 0;  // connections that a stop ended during a drain
};

// One writer, many readers.
struct LaneCounters {
  std::atomic<std::int64_t> connections{0}, suspended{0};
  std::atomic<std::uint64_t> accepted{0}, rejected{0}, requests{0}, malformed{0}, timed_out{0}, disconnected{0};
  std::array<std::atomic<std::uint64_t>, 6> replies{};
  template <class T>
  static void bump(std::atomic<T>& counter, T by = 1) {
    counter.store(counter.load(std::memory_order_relaxed) + by, std::memory_order_relaxed);
  }
};

class Lane : public std::enable_shared_from_this<Lane> {
 public:
  Lane(boost::asio::io_context& io, std::shared_ptr<ServerShared> shared, int listening);
  ~Lane();
  void begin();
  void begin_drain();
  void shut();  // closes everything now; suspended calls are cancelled and end on their own
  LaneCounters counters;

 private:
  friend struct Connection;
  struct Door;
  static void on_readable(void* connection, ReadyOp::Why why);
  static void on_writable(void* connection, ReadyOp::Why why);

  // lane.cpp: life of connections
  void accept_some();
  void adopt(int fd, const struct sockaddr_storage& address);
  bool peer_is_over_limit(Connection& c, const struct sockaddr_storage& address);
  void close_door();
  void place(Connection& c, Wait wait);
  void close(Connection& c);
  void lost(Connection& c);
  void wait_to_read(Connection& c);
  void ensure_ticking();
  void tick();
  void expire(Wait wait, Duration limit);
  void close_idle();
  void check_drained();
  void check_ended();
  std::int64_t steady_now() const;

  // exchange.cpp: bytes in, requests served, bytes out
  void read(Connection& c);
  void process(Connection& c, std::string_view fresh);
  bool feed_chunked(Connection& c, std::string_view& fresh);
  enum class Step { Served, More, Refused };
  Step next_request(Connection& c, std::string_view rest, std::size_t& used);
  void serve(Connection& c, Served& s, std::string_view bytes);
  bool route(Connection& c, Served& s);
  void suspend(Connection& c, Served& s, middleware::Outcome outcome);
  void completed(Served& s);
  void finish_suspended(Served& s);
  void finish(Connection& c, Served& s);
  void refuse(Connection& c, const HeadError& error);
  void flush(Connection& c);
  void sent(Connection& c);
  void go_on(Connection& c);
  void yield(Connection& c);
  Served* take();
  void give(Served* s);
  void leave_behind(Served* s);

  boost::asio::io_context& io_;
  std::shared_ptr<ServerShared> shared_;
  const ServerOptions& options_;
  const Limits& limits_;
  Reactor reactor_;
  Snapshot<Router>::Reader router_;
  const std::shared_ptr<const Router>* routing_ = nullptr;  // the Router of the request being served
  Door* door_ = nullptr;
  int listening_;
  bool accept_paused_ = false;
  bool draining_ = false, drained_ = false, shut_ = false;
  bool busy_ = false;  // `out_` belongs to the connection that is being processed
  std::int64_t now_ = 0, drain_began_ = 0;
  bool ticking_ = false;
  Duration tick_every_;
  boost::asio::steady_timer timer_;
  DateHead date_;
  std::array<WaitList, kWaits> waits_;
  std::vector<std::unique_ptr<Served>> pool_;
  std::string out_;
  std::unique_ptr<char[]> input_;
};

}  // namespace slipway::http
