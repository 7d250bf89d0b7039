// Connection and Served: one client's socket, and one request of it while it is being answered. Private to http.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>

#include "slipway/http/chunked.h"
#include "slipway/http/head.h"
#include "slipway/http/readiness.h"
#include "slipway/http/router.h"

namespace slipway::http {

class Lane;
struct Connection;

// A request with all its memory, pooled per lane. While its handler runs in place, the views of the request lead into the
// lane's input buffer; before it may suspend they are moved to `owned`.
struct Served {
  middleware::Call call;
  Head head;
  std::array<middleware::PathParam, Router::kMaxParams> params;
  std::string text;   // decoded path and parameters
  std::string body;   // of a chunked request
  std::string owned;  // head and body of a request that may suspend
  std::string peer;   // with it
  std::shared_ptr<context::Cancellation> cancellation;  // of the next call too, when nobody made use of it
  bool is_owned = false;
  bool starting = false, done_while_starting = false;
  Router::Match match;
  Status status;
  Connection* connection = nullptr;       // null once the peer is gone
  std::shared_ptr<const Router> router;   // while suspended
  std::shared_ptr<Lane> lane;             // while suspended

  // Moves the request's bytes into `owned` and every view of them along.
  void own(std::string_view bytes);
  // One call after another takes the same, as long as nobody held or listened to it.
  std::shared_ptr<context::Cancellation> fresh_cancellation();
  void reset();
};

struct ChunkedBody {
  explicit ChunkedBody(std::size_t limit) : decoder(limit) {}
  ChunkedDecoder decoder;
  std::string body;
};

// What a connection waits for; each but Call has its own deadline, and a list in order of beginning.
enum class Wait : std::uint8_t { None, Idle, Head, Body, Call, Write, Linger };
constexpr std::size_t kWaits = 7;

struct Connection {
  Connection(Lane& lane, int fd);
  Lane* lane;
  int fd;
  Reactor::Registration registration = nullptr;
  ReadyOp readable, writable;

  Wait wait = Wait::None;
  bool closed = false;
  bool closing = false;    // close once `out` is sent
  bool linger = false;     // then wait for the peer to close, so that it can read the reply
  bool eof = false;
  bool yielded = false;    // will go on in a later turn
  bool writing = false;    // `out` is not empty
  bool continued = false;  // 100 Continue was sent for this request
  bool counted_peer = false;
  std::uint16_t pins = 0;  // outstanding ops and running functions; freed when closed and 0
  std::size_t need = 0;    // bytes of the request that is begun, when known
  std::size_t lingered = 0;
  std::int64_t since = 0;  // when `wait` began, lane time
  Connection *before = nullptr, *after = nullptr;

  std::string in;          // an incomplete request, and what came after one that is suspended
  std::string out;         // what the socket did not take
  std::size_t out_at = 0;
  std::unique_ptr<ChunkedBody> chunked;
  Served* served = nullptr;
  std::string peer, peer_address;
};

// Keeps a Connection alive through a function that may close it.
class Pin {
 public:
  explicit Pin(Connection& c) : c_(c) { ++c_.pins; }
  ~Pin() {
    if (--c_.pins == 0 && c_.closed) delete &c_;
  }
  Pin(const Pin&) = delete;

 private:
  Connection& c_;
};

// Connections in order of when their wait began.
class WaitList {
 public:
  bool empty() const { return !first_; }
  Connection* first() const { return first_; }
  void push(Connection& c);
  void remove(Connection& c);

 private:
  Connection *first_ = nullptr, *last_ = nullptr;
};

}  // namespace slipway::http
