#include "slipway/http/client_pool.h"

#include <algorithm>

namespace slipway::http {

ClientPool::ClientPool(boost::asio::io_context& io, const ClientOptions& options)
    : io_(io), most_(options.pool_per_address), keep_(options.idle), timer_(io) {}

std::shared_ptr<ClientConnection> ClientPool::idle(const std::string& address) {
  const auto it = idle_.find(address);
  if (it == idle_.end()) return nullptr;
  const TimePoint oldest = Clock::system().now() - keep_;
  while (!it->second.empty()) {  // the last used first: the others may grow old and go
    auto c = std::move(it->second.back());
    it->second.pop_back();
    if (c->idle_since >= oldest && c->fresh()) return c;
    c->cut(ClientConnection::Cut::ClientGone);
  }
  return nullptr;
}

std::shared_ptr<ClientConnection> ClientPool::make(const std::string& address) {
  auto c = std::make_shared<ClientConnection>(io_, address);
  if (closed_) c->cut(ClientConnection::Cut::ClientGone);
  return c;
}

void ClientPool::end(const std::shared_ptr<ClientConnection>& c, bool reusable) {
  busy_.erase(c);
  auto& idle = idle_[c->address()];
  if (!reusable || closed_ || c->was_cut() != ClientConnection::Cut::No || idle.size() >= most_) {
    c->cut(ClientConnection::Cut::ClientGone);
    return;
  }
  c->idle_since = Clock::system().now();
  idle.push_back(c);
  sweep_later();
}

void ClientPool::sweep_later() {
  if (sweeping_ || closed_) return;
  sweeping_ = true;
  timer_.expires_after(std::chrono::duration_cast<std::chrono::steady_clock::duration>(keep_));
  timer_.async_wait([weak = weak_from_this()](const boost::system::error_code& ec) {
    const auto self = weak.lock();
    if (ec || !self) return;
    self->sweeping_ = false;
    const TimePoint oldest = Clock::system().now() - self->keep_;
    bool left = false;
    for (auto it = self->idle_.begin(); it != self->idle_.end();) {
      auto& list = it->second;
      list.erase(list.begin(), std::find_if(list.begin(), list.end(), [&](const auto& c) { return c->idle_since >= oldest; }));
      left = left || !list.empty();
      it = list.empty() ? self->idle_.erase(it) : std::next(it);
    }
    if (left) self->sweep_later();
  });
}

void ClientPool::close() {
  closed_ = true;
  timer_.cancel();
  idle_.clear();
  for (const auto& c : std::set(busy_)) c->cut(ClientConnection::Cut::ClientGone);
}

}  // namespace slipway::http
