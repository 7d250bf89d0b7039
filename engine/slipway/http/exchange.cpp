// Lane, second half: bytes in, requests served, bytes out.
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <boost/asio/post.hpp>
#include <cerrno>
#include <cstring>

#include "slipway/http/input.h"
#include "slipway/http/lane.h"
#include "slipway/middleware/recording.h"

namespace slipway::http {
namespace {

constexpr std::size_t kMostLingered = 4u << 20;
constexpr std::size_t kRoundsPerTurn = 16;
constexpr int kClientClosed = 499;

// One receive. `drained` = the kernel has nothing more, not even the end of the stream: without asking (TCP_INQ), an end that
// came together with the last bytes would never be seen on an edge-triggered reactor, or each request would cost one more call.
ssize_t receive(int fd, char* buffer, std::size_t size, bool& drained) {
  iovec part{buffer, size};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))];
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  const ssize_t n = recvmsg(fd, &message, MSG_DONTWAIT);
  drained = false;
  if (n > 0) {
    const cmsghdr* c = CMSG_FIRSTHDR(&message);
    if (c && c->cmsg_level == SOL_TCP && c->cmsg_type == TCP_CM_INQ) {
      int left = 0;
      std::memcpy(&left, CMSG_DATA(c), sizeof left);
      drained = left == 0;
    }
  }
  return n;
}

}  // namespace

Served* Lane::take() {
  if (pool_.empty()) return new Served();
  Served* s = pool_.back().release();
  pool_.pop_back();
  return s;
}

void Lane::give(Served* s) {
  if (s->call.held()) return leave_behind(s);
  s->reset();
  if (pool_.size() < 256) {
    pool_.emplace_back(s);
  } else {
    delete s;
  }
}

// The reply was given while a part of the chain still runs: the request stays until that has ended.
void Lane::leave_behind(Served* s) {
  s->connection = nullptr;
  LaneCounters::bump<std::int64_t>(counters.suspended, 1);
  s->call.when_released([lane = shared_from_this(), s] {
    LaneCounters::bump<std::int64_t>(lane->counters.suspended, -1);
    lane->give(s);
    lane->check_ended();
  });
}

// Reads until the socket is empty, the connection may not go on, or its turn is over.
void Lane::read(Connection& c) {
  Pin pin(c);
  for (std::size_t round = 0; round < kRoundsPerTurn; ++round) {
    if (c.closed || c.writing || c.yielded || c.readable.armed()) return;
    if (c.served && c.in.size() >= kReadAhead) return;  // go_on() reads again
    bool drained = false;
    const ssize_t n = receive(c.fd, input_.get(), kInputSize, drained);
    if (n < 0) {
      if (errno == EINTR) continue;
      if (errno == EAGAIN || errno == EWOULDBLOCK) return wait_to_read(c);
      return lost(c);
    }
    if (n == 0) {
      c.eof = true;
      if (!c.served) return close(c);
      // Half-closed, or gone: the handler is told, and what it still answers is sent.
      LaneCounters::bump(counters.disconnected);
      if (const auto cancellation = c.served->call.context.cancellation())
        cancellation->cancel(client_closed("the client closed the connection"));
      return;
    }
    const std::string_view fresh(input_.get(), static_cast<std::size_t>(n));
    if (c.wait == Wait::Linger) {
      c.lingered += fresh.size();
      if (c.lingered > kMostLingered) return close(c);
    } else if (c.served) {
      c.in.append(fresh);
    } else {
      process(c, fresh);
    }
    if (drained && !c.closed && !c.writing && !c.yielded) return wait_to_read(c);
  }
  yield(c);
}

void Lane::yield(Connection& c) {
  if (c.closed || c.yielded) return;
  c.yielded = true;
  ++c.pins;
  boost::asio::post(io_, [self = shared_from_this(), &c] {
    Pin pin(c);
    --c.pins;
    c.yielded = false;
    if (!c.closed) self->go_on(c);
  });
}

// After a pause: first what was read already, then the socket.
void Lane::go_on(Connection& c) {
  Pin pin(c);
  if (!c.in.empty() && !c.served && !c.chunked && !c.writing && c.wait != Wait::Linger) process(c, {});
  if (c.eof && !c.closed && !c.served && !c.writing && !c.yielded) return close(c);
  read(c);
}

void Lane::process(Connection& c, std::string_view fresh) {
  Pin pin(c);
  busy_ = true;
  bool waiting = false;  // for the rest of what is in `c.in`
  if (c.chunked) {
    waiting = !feed_chunked(c, fresh);
  } else if (!c.in.empty()) {
    const bool new_line = fresh.empty() || fresh.find('\n') != std::string_view::npos;
    c.in.append(fresh);
    fresh = c.in;
    // Parsing again makes sense only once a line or the known length is complete.
    waiting = c.in.size() < c.need || (c.need == 0 && !new_line && c.in.size() < limits_.request_line);
  }
  if (!waiting) {
    std::size_t used = 0, served = 0;
    Step step = Step::Served;
    while (step == Step::Served && used < fresh.size() && !c.closing && !c.served) {
      if (served == limits_.pipelined || out_.size() > kOutputPerTurn) break;
      step = next_request(c, fresh.substr(used), used);
      ++served;
    }
    if (step == Step::Refused) used = fresh.size();
    if (!c.chunked) {
      if (fresh.data() == c.in.data()) {
        c.in.erase(0, used);
        if (c.in.empty()) std::string().swap(c.in);
      } else if (used < fresh.size()) {
        c.in.assign(fresh.substr(used));
      }
    }
    const bool more = step == Step::Served && !c.in.empty() && !c.chunked && !c.closing && !c.served;
    if (step == Step::Served && c.in.empty() && !c.chunked && !c.served && !c.closing) place(c, Wait::Idle);
    flush(c);
    if (more && !c.writing) yield(c);
  }
  busy_ = false;
}

// The rest of a chunked body. True when it is complete; `fresh` is then what follows, after the request was served.
bool Lane::feed_chunked(Connection& c, std::string_view& fresh) {
  std::size_t taken = 0;
  const auto state = c.chunked->decoder.feed(fresh, c.chunked->body, taken);
  fresh.remove_prefix(taken);
  if (state == ChunkedDecoder::State::More) return false;
  if (state != ChunkedDecoder::State::Done) {
    c.chunked.reset();
    refuse(c, state == ChunkedDecoder::State::TooLarge ? HeadError{413, "the body is too large"}
                                                       : HeadError{400, "the chunks of the body are malformed"});
    fresh = {};
    return true;
  }
  // The head waits in `in`; it was found complete before, so it is again.
  const std::string head = std::exchange(c.in, {});
  const std::unique_ptr<ChunkedBody> chunked = std::move(c.chunked);
  Served& s = *take();
  HeadError error;
  if (parse_head(head, limits_, s.head, error) != HeadState::Complete) {
    give(&s);
    refuse(c, error);
    fresh = {};
    return true;
  }
  s.body = std::move(chunked->body);
  s.call.request.body = s.body;
  serve(c, s, head);
  return true;
}

// Takes one request off the front of `rest` and serves it, if it is all there.
Lane::Step Lane::next_request(Connection& c, std::string_view rest, std::size_t& used) {
  Served& s = *take();
  HeadError error;
  const HeadState state = parse_head(rest, limits_, s.head, error);
  if (state == HeadState::Error) {
    give(&s);
    refuse(c, error);
    return Step::Refused;
  }
  if (state == HeadState::Incomplete) {
    give(&s);
    c.need = 0;
    if (c.wait != Wait::Head || used > 0) place(c, Wait::Head);
    return Step::More;
  }
  const Head& head = s.head;
  const auto ask_for_body = [&] {
    if (head.expect_continue && rest.size() == head.bytes && !c.continued) {
      out_ += "HTTP/1.1 100 Continue\r\n\r\n";
      c.continued = true;
    }
    if (c.wait != Wait::Body || used > 0) place(c, Wait::Body);
    return Step::More;
  };
  if (head.has_length && head.length > limits_.body) {
    give(&s);
    refuse(c, {413, "the body is too large"});
    return Step::Refused;
  }
  std::size_t size = head.bytes;
  if (head.chunked) {
    auto chunked = std::make_unique<ChunkedBody>(limits_.body);
    std::size_t taken = 0;
    const auto body = chunked->decoder.feed(rest.substr(head.bytes), chunked->body, taken);
    if (body == ChunkedDecoder::State::More) {
      const Step step = ask_for_body();
      std::string kept(rest.substr(0, head.bytes));
      give(&s);
      c.in = std::move(kept);
      c.chunked = std::move(chunked);
      return step;
    }
    if (body != ChunkedDecoder::State::Done) {
      give(&s);
      refuse(c, body == ChunkedDecoder::State::TooLarge ? HeadError{413, "the body is too large"}
                                                        : HeadError{400, "the chunks of the body are malformed"});
      return Step::Refused;
    }
    s.body = std::move(chunked->body);
    s.call.request.body = s.body;
    size += taken;
  } else if (head.has_length && head.length > 0) {
    size += static_cast<std::size_t>(head.length);
    if (rest.size() < size) {
      c.need = size;
      const Step step = ask_for_body();
      give(&s);
      return step;
    }
    s.call.request.body = rest.substr(head.bytes, static_cast<std::size_t>(head.length));
  }
  used += size;
  serve(c, s, rest.substr(0, size));
  return Step::Served;
}

void Lane::serve(Connection& c, Served& s, std::string_view bytes) {
  LaneCounters::bump(counters.requests);
  c.need = 0;
  c.continued = false;
  s.connection = &c;
  auto& call = s.call;
  call.received = Ticks::now();
  call.request.method = s.head.method;
  call.request.target = s.head.target;
  call.request.headers = s.head.headers();
  call.request.peer = c.peer;
  if (!route(c, s)) return give(&s);
  call.operation = &s.match.route->operation;
  if (options_.scope) call.context.set_scope(options_.scope);
  if (options_.timeout > Duration::zero()) call.context = call.context.with_timeout(options_.timeout);
  if (s.match.route->owns_request) s.own(bytes);
  if (s.match.route->may_suspend) call.context = call.context.with_cancellation(s.fresh_cancellation());
  middleware::begin_recording(options_.telemetry, call);
  middleware::Outcome outcome = s.match.route->chain.run(call);
  if (outcome.suspended()) {
    if (!s.is_owned) s.own(bytes);  // the task of a handler that was not announced has not begun: the views may still be moved
    if (!call.context.cancellation()) call.context = call.context.with_cancellation(s.fresh_cancellation());
    return suspend(c, s, std::move(outcome));
  }
  s.status = std::move(outcome.status());
  finish(c, s);
}

// Finds the route and fills path, query and parameters. False: the request was refused.
bool Lane::route(Connection& c, Served& s) {
  auto& request = s.call.request;
  std::string_view target = request.target;
  if (request.method == "CONNECT" || request.method == "TRACE") {
    refuse(c, {501, "CONNECT and TRACE are not spoken here"});
    return false;
  }
  if (target.starts_with("http://") || target.starts_with("HTTP://")) {  // absolute form: the path is ours
    const auto slash = target.find('/', 7);
    target = slash == std::string_view::npos ? std::string_view("/") : target.substr(slash);
  }
  const auto question = target.find('?');
  const std::string_view path = target.substr(0, question);
  request.query = question == std::string_view::npos ? std::string_view() : target.substr(question + 1);
  if (path.empty() || (path[0] != '/' && !(path == "*" && request.method == "OPTIONS"))) {
    refuse(c, {400, "the target is not a path"});
    return false;
  }
  s.text.clear();
  bool good = true;
  const auto decoded = [&](std::string_view raw) -> std::string_view {
    if (raw.find('%') == std::string_view::npos) return raw;
    s.text.reserve(2 * path.size());  // path and parameters fit: views into it stay valid
    const std::size_t at = s.text.size();
    good = good && percent_decode(raw, s.text);
    return std::string_view(s.text).substr(at);
  };
  request.path = decoded(path);
  routing_ = &router_.shared();
  (*routing_)->match(request.method, path, s.match);
  const auto& names = s.match.route->params;
  for (std::size_t i = 0; i < s.match.param_count && i < names.size(); ++i) s.params[i] = {names[i], decoded(s.match.values[i])};
  request.params = {s.params.data(), std::min(s.match.param_count, names.size())};
  if (!good) {
    refuse(c, {400, "the target has a broken percent-escape"});
    return false;
  }
  return true;
}

void Lane::suspend(Connection& c, Served& s, middleware::Outcome outcome) {
  c.served = &s;
  s.lane = shared_from_this();
  s.router = *routing_;  // not the newest one, which may have come since
  place(c, Wait::Call);
  LaneCounters::bump<std::int64_t>(counters.suspended, 1);
  s.starting = true;
  start(
      std::move(outcome.task()),
      [&s](Status status) {
        s.status = std::move(status);
        s.lane->completed(s);
      },
      [&s](std::exception_ptr) {
        s.status = internal_error("the handler failed");
        s.lane->completed(s);
      });
  s.starting = false;
  if (!s.done_while_starting) return;
  LaneCounters::bump<std::int64_t>(counters.suspended, -1);
  const auto keep = std::exchange(s.lane, nullptr);
  c.served = nullptr;
  finish(c, s);
}

void Lane::completed(Served& s) {
  if (s.starting) {
    s.done_while_starting = true;
  } else if (busy_) {
    boost::asio::post(io_, [this, &s] { finish_suspended(s); });  // s.lane keeps the lane
  } else {
    finish_suspended(s);
  }
}

void Lane::finish_suspended(Served& s) {
  const auto keep = std::exchange(s.lane, nullptr);
  LaneCounters::bump<std::int64_t>(counters.suspended, -1);
  if (!s.connection) {
    middleware::end_recording(options_.telemetry, s.call, kClientClosed);
    if (options_.on_done) options_.on_done(s.call, s.status);
    give(&s);
    return check_ended();
  }
  Connection& c = *s.connection;
  Pin pin(c);
  c.served = nullptr;
  busy_ = true;
  finish(c, s);
  if (!c.closing) place(c, Wait::Idle);
  flush(c);
  busy_ = false;
  if (!c.closed && !c.writing) go_on(c);
  check_ended();
}

// The call has its result: appends the reply.
void Lane::finish(Connection& c, Served& s) {
  auto& reply = s.call.reply;
  if (!s.status.ok()) set_error(reply, s.status.error());
  bool keep_alive = s.head.keep_alive && !draining_ && !shut_;
  if (keep_alive && reply.headers.size() > 0 && context::same_name(reply.headers.get("connection"), "close")) keep_alive = false;
  ReplyFrame frame;
  frame.close = !keep_alive;
  frame.keep_alive = s.head.minor == 0;
  frame.head_only = s.head.method == "HEAD";
  frame.allow = s.match.allow;
  append_reply(out_, reply, date_, frame);
  const int hundreds = reply.status / 100;
  LaneCounters::bump(counters.replies[hundreds >= 2 && hundreds <= 5 ? static_cast<std::size_t>(hundreds) : 5]);
  if (!keep_alive) c.closing = true;
  middleware::end_recording(options_.telemetry, s.call, reply.status);
  if (options_.on_done) options_.on_done(s.call, s.status);
  give(&s);
}

// Answers what cannot be served, and closes: after a framing error nothing on this connection can be trusted.
void Lane::refuse(Connection& c, const HeadError& error) {
  LaneCounters::bump(counters.malformed);
  const int hundreds = error.status / 100;
  LaneCounters::bump(counters.replies[static_cast<std::size_t>(hundreds)]);
  std::string_view reason = "MALFORMED_REQUEST";
  switch (error.status) {
    case 408: reason = "REQUEST_TIMEOUT"; break;
    case 413: reason = "BODY_TOO_LARGE"; break;
    case 414: reason = "TARGET_TOO_LONG"; break;
    case 417: reason = "EXPECTATION_FAILED"; break;
    case 431: reason = "HEADERS_TOO_LARGE"; break;
    case 501: reason = "NOT_IMPLEMENTED"; break;
    case 505: reason = "VERSION_NOT_SUPPORTED"; break;
    default: break;
  }
  middleware::Reply reply;
  set_error(reply, Error(error.status, std::string(reason), std::string(error.what)));
  append_reply(out_, reply, date_, {.close = true});
  c.closing = c.linger = true;
}

// Sends what was gathered in `out_` for this connection: at once if the socket takes it.
void Lane::flush(Connection& c) {
  if (c.closed) return out_.clear();
  std::size_t at = 0;
  while (at < out_.size()) {
    const ssize_t n = send(c.fd, out_.data() + at, out_.size() - at, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (n >= 0) {
      at += static_cast<std::size_t>(n);
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      c.out.assign(out_, at);
      c.out_at = 0;
      c.writing = true;
      place(c, Wait::Write);
      ++c.pins;
      reactor_.wait_writable(c.fd, c.registration, c.writable);
      break;
    } else if (errno != EINTR) {
      trim(out_, 4 * kOutputPerTurn);
      return close(c);
    }
  }
  trim(out_, 4 * kOutputPerTurn);
  if (c.writing || !c.closing) return;
  if (!c.linger && c.in.empty() && !draining_) return close(c);
  // A close with unread bytes would reset the connection and could take the reply with it.
  shutdown(c.fd, SHUT_WR);
  std::string().swap(c.in);
  c.chunked.reset();
  place(c, Wait::Linger);
}

// The socket takes more of `c.out`.
void Lane::sent(Connection& c) {
  while (c.out_at < c.out.size()) {
    const ssize_t n = send(c.fd, c.out.data() + c.out_at, c.out.size() - c.out_at, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (n >= 0) {
      c.out_at += static_cast<std::size_t>(n);
      place(c, Wait::Write);
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      ++c.pins;
      return reactor_.wait_writable(c.fd, c.registration, c.writable);
    } else if (errno != EINTR) {
      return lost(c);
    }
  }
  c.writing = false;
  std::string().swap(c.out);
  if (!c.closing) place(c, Wait::Idle);
  flush(c);  // nothing to send: closes or lingers when that was the last reply
  if (!c.closed) go_on(c);
}

}  // namespace slipway::http
