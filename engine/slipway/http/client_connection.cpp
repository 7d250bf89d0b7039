#include "slipway/http/client_connection.h"

#include <sys/socket.h>

#include <boost/asio/write.hpp>

#include "slipway/http/chunked.h"

namespace slipway::http {
namespace asio = boost::asio;
namespace {

constexpr std::size_t kReadSize = 16 * 1024;

Error invalid_reply(const std::string& address, std::string_view why) {
  return Error(502, "REPLY_INVALID", address + " sent a reply that is not HTTP/1.1: " + std::string(why));
}

Error too_large(const std::string& address, std::size_t limit) {
  return Error(502, "REPLY_TOO_LARGE", "the reply of " + address + " is larger than " + format_size(limit));
}

}  // namespace

void ClientConnection::arm(TimePoint deadline) {
  const auto turn = ++timer_turn_;
  if (deadline == TimePoint::max()) return;
  timer_.expires_at(std::chrono::time_point_cast<std::chrono::steady_clock::duration>(deadline));
  timer_.async_wait([weak = weak_from_this(), turn](const boost::system::error_code& ec) {
    const auto self = weak.lock();
    if (!ec && self && self->timer_turn_ == turn) self->cut(Cut::Deadline);
  });
}

void ClientConnection::disarm() {
  ++timer_turn_;
  timer_.cancel();
}

void ClientConnection::cut(Cut why) {
  if (cut_ != Cut::No) return;
  cut_ = why;
  boost::system::error_code ignored;
  socket_.close(ignored);
}

Error ClientConnection::failure(const char* what, const boost::system::error_code& error) const {
  switch (cut_) {
    case Cut::Deadline: return deadline_exceeded(std::string(what) + " " + address_ + ": the deadline passed");
    case Cut::Cancelled: return client_closed(std::string(what) + " " + address_ + ": the call was cancelled");
    case Cut::ClientGone: return client_closed(std::string(what) + " " + address_ + ": the client was closed");
    case Cut::No: break;
  }
  return unavailable(std::string(what) + " " + address_ + ": " + error.message(), "CONNECTION_RESET");
}

Task<Status> ClientConnection::connect(asio::ip::tcp::endpoint endpoint) {
  const auto self = shared_from_this();
  if (cut_ == Cut::No) {
    auto wait = suspend_with<boost::system::error_code>([this, endpoint](Resume<boost::system::error_code> resume) {
      socket_.async_connect(endpoint, [self = shared_from_this(), resume](const boost::system::error_code& ec) { resume(ec); });
    });
    const boost::system::error_code ec = co_await wait;
    if (cut_ == Cut::No && !ec) {
      boost::system::error_code ignored;
      socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
      co_return Status();
    }
    if (cut_ == Cut::No) {
      const Error refused = unavailable("cannot connect to " + address_ + ": " + ec.message(), "CONNECT_FAILED").with_metadata("address", address_);
      co_return refused;
    }
  }
  co_return failure("connecting to", asio::error::operation_aborted);
}

bool ClientConnection::fresh() {
  if (!socket_.is_open() || cut_ != Cut::No) return false;
  char byte;
  return recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

auto ClientConnection::write_all(const std::string& bytes) {
  return suspend_with<Io>([this, &bytes](Resume<Io> resume) {
    asio::async_write(socket_, asio::buffer(bytes), [self = shared_from_this(), resume](const boost::system::error_code& ec, std::size_t n) {
      resume({ec, n});
    });
  });
}

auto ClientConnection::read_some() {
  return suspend_with<Io>([this](Resume<Io> resume) {
    const std::size_t have = in_.size();
    in_.resize(have + kReadSize);
    socket_.async_read_some(asio::buffer(in_.data() + have, kReadSize),
                            [self = shared_from_this(), have, resume](const boost::system::error_code& ec, std::size_t n) {
                              self->in_.resize(have + n);
                              resume({ec, n});
                            });
  });
}

// More bytes at the end of `in_`; at the end of the stream sets at_end_ and is ok.
Task<Status> ClientConnection::read_more() {
  if (cut_ != Cut::No) co_return failure("reading from", asio::error::operation_aborted);
  auto wait = read_some();
  const Io io = co_await wait;
  if (cut_ != Cut::No) co_return failure("reading from", io.error);
  if (io.error == asio::error::eof) {
    at_end_ = true;
    co_return Status();
  }
  if (io.error) co_return failure("reading from", io.error);
  co_return Status();
}

Task<ClientConnection::Outcome> ClientConnection::exchange(std::string bytes, bool head_only, const ClientOptions& options) {
  const auto self = shared_from_this();
  ++exchanges_;
  in_.clear();
  at_end_ = false;
  if (cut_ == Cut::No) {
    auto wait = write_all(bytes);
    const Io io = co_await wait;
    // A server may answer and close before it has read everything: its reply is worth more than our error.
    if (cut_ != Cut::No || (io.error && io.error != asio::error::broken_pipe && io.error != asio::error::connection_reset)) {
      Outcome out;
      out.status = failure("sending to", io.error);
      co_return out;
    }
  }
  auto reading = read_reply(head_only, options, std::make_unique<Head>());
  co_return co_await reading;
}

Task<ClientConnection::Outcome> ClientConnection::read_reply(bool head_only, const ClientOptions& options, std::unique_ptr<Head> head) {
  Outcome out;
  Limits limits;
  limits.header_block = options.header_block;
  limits.fields = kMaxFields;
  HeadError error;
  for (;;) {
    out.any_byte = out.any_byte || !in_.empty();
    const HeadState state = in_.empty() ? HeadState::Incomplete : parse_reply_head(in_, limits, *head, error);
    if (state == HeadState::Error) {
      out.status = invalid_reply(address_, error.what);
      co_return out;
    }
    if (state == HeadState::Complete) {
      if (head->status >= 200 || head->status == 101) break;
      in_.erase(0, head->bytes);  // 100 Continue and the like
      continue;
    }
    auto more = read_more();
    Status read = co_await more;
    if (read.ok() && at_end_) read = unavailable(address_ + " closed the connection before its reply was complete", "CONNECTION_RESET");
    if (!read.ok()) {
      out.any_byte = out.any_byte || !in_.empty();
      out.status = std::move(read);
      co_return out;
    }
  }
  out.response.status = head->status;
  for (const auto& field : head->headers()) {
    // The tokenizer let no CR, LF or NUL through, so this cannot fail.
    if (auto added = out.response.headers.add(field.name, field.value); !added.ok()) continue;
  }
  const bool keep_alive = head->keep_alive, chunked = head->chunked, has_length = head->has_length;
  const std::uint64_t length = head->length;
  const int status = head->status;
  in_.erase(0, head->bytes);
  head.reset();
  std::string& body = out.response.body;
  const bool bodiless = head_only || status == 204 || status == 304 || status == 101;
  if (!bodiless && has_length && length > options.body) {
    out.status = too_large(address_, options.body);
    co_return out;
  }
  ChunkedDecoder decoder(options.body);
  bool complete = bodiless;
  while (!complete) {
    if (chunked) {
      std::size_t taken = 0;
      const auto state = decoder.feed(in_, body, taken);
      in_.erase(0, taken);
      if (state == ChunkedDecoder::State::Malformed) out.status = invalid_reply(address_, "its chunks are malformed");
      if (state == ChunkedDecoder::State::TooLarge) out.status = too_large(address_, options.body);
      if (!out.status.ok()) co_return out;
      complete = state == ChunkedDecoder::State::Done;
    } else if (has_length) {
      const std::size_t missing = static_cast<std::size_t>(length) - body.size();
      const std::size_t n = std::min(missing, in_.size());
      body.append(in_, 0, n);
      in_.erase(0, n);
      complete = body.size() == length;
    } else {
      body += in_;
      in_.clear();
      if (body.size() > options.body) {
        out.status = too_large(address_, options.body);
        co_return out;
      }
      complete = at_end_;
    }
    if (complete) break;
    if (at_end_) {
      out.status = unavailable(address_ + " closed the connection in the middle of its reply", "CONNECTION_RESET");
      co_return out;
    }
    auto more = read_more();
    Status read = co_await more;
    if (!read.ok()) {
      out.status = std::move(read);
      co_return out;
    }
  }
  out.reusable = keep_alive && !at_end_ && in_.empty() && (bodiless || chunked || has_length) && status != 101;
  co_return out;
}

}  // namespace slipway::http
