// ClientPool: the connections of a client on one worker. Private to http. Used on that worker's thread only.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "slipway/http/client_connection.h"

namespace slipway::http {

class ClientPool : public std::enable_shared_from_this<ClientPool> {
 public:
  ClientPool(boost::asio::io_context& io, const ClientOptions& options);
  // An idle connection to that address that is still open, or null.
  std::shared_ptr<ClientConnection> idle(const std::string& address);
  std::shared_ptr<ClientConnection> make(const std::string& address);
  void begin(const std::shared_ptr<ClientConnection>& c) { busy_.insert(c); }
  // After an exchange: kept when `reusable`, else closed.
  void end(const std::shared_ptr<ClientConnection>& c, bool reusable);
  void close();  // everything; what is under way ends as CLIENT_CLOSED
  boost::asio::io_context& io() { return io_; }

 private:
  void sweep_later();
  boost::asio::io_context& io_;
  const std::size_t most_;
  const Duration keep_;
  bool closed_ = false, sweeping_ = false;
  std::map<std::string, std::vector<std::shared_ptr<ClientConnection>>, std::less<>> idle_;
  std::set<std::shared_ptr<ClientConnection>> busy_;
  boost::asio::steady_timer timer_;
};

}  // namespace slipway::http
