// ClientConnection: one socket of a client, on one worker, one exchange at a time. Private to http.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <string>

#include "slipway/base/task.h"
#include "slipway/http/client.h"
#include "slipway/http/head.h"

namespace slipway::http {

class ClientConnection : public std::enable_shared_from_this<ClientConnection> {
 public:
  enum class Cut : std::uint8_t { No, Deadline, Cancelled, ClientGone };
  ClientConnection(boost::asio::io_context& io, std::string address) : address_(std::move(address)), socket_(io), timer_(io) {}

  // Everything below happens on the worker. From arm() on, the exchange is cut at `deadline`.
  void arm(TimePoint deadline);
  void disarm();
  void cut(Cut why);  // closes the socket; what is under way ends with an error

  Task<Status> connect(boost::asio::ip::tcp::endpoint endpoint);
  // What became of a request.
  struct Outcome {
    Status status;
    ClientResponse response;
    bool any_byte = false;   // of the reply
    bool reusable = false;
  };
  Task<Outcome> exchange(std::string bytes, bool head_only, const ClientOptions& options);

  // Whether a pooled connection still is what it was: open, and silent.
  bool fresh();
  const std::string& address() const { return address_; }
  Cut was_cut() const { return cut_; }
  std::uint64_t exchanges() const { return exchanges_; }
  TimePoint idle_since{};

 private:
  struct Io {
    boost::system::error_code error;
    std::size_t bytes = 0;
  };
  auto write_all(const std::string& bytes);
  auto read_some();
  Task<Status> read_more();
  Task<Outcome> read_reply(bool head_only, const ClientOptions& options, std::unique_ptr<Head> head);
  Error failure(const char* what, const boost::system::error_code& error) const;

  const std::string address_;
  boost::asio::ip::tcp::socket socket_;
  boost::asio::steady_timer timer_;
  Cut cut_ = Cut::No;
  std::uint64_t exchanges_ = 0;
  std::uint64_t timer_turn_ = 0;
  std::string in_;
  bool at_end_ = false;
};

}  // namespace slipway::http
