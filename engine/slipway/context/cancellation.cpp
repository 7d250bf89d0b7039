#include "slipway/context/context.h"

namespace slipway::context {

void Cancellation::cancel(const Error& why) {
  std::unique_lock lock(mutex_);
  if (why_) return;
  why_ = std::make_unique<Error>(why);
  cancelled_.store(true, std::memory_order_release);
  // One at a time, without the lock: a callback may register, remove or cancel again.
  runner_ = std::this_thread::get_id();
  while (!callbacks_.empty()) {
    auto [id, callback] = std::move(callbacks_.front());
    callbacks_.erase(callbacks_.begin());
    running_ = id;
    lock.unlock();
    callback();
    callback = nullptr;
    lock.lock();
    running_ = 0;
    finished_.notify_all();
  }
}

Error Cancellation::why() const {
  std::lock_guard lock(mutex_);
  return why_ ? *why_ : client_closed("not cancelled");
}

std::uint64_t Cancellation::on_cancel(std::function<void()> callback) {
  listened_.store(true, std::memory_order_release);
  std::unique_lock lock(mutex_);
  const std::uint64_t id = next_++;
  if (!why_) {
    callbacks_.emplace_back(id, std::move(callback));
    return id;
  }
  lock.unlock();
  callback();
  return id;
}

void Cancellation::remove(std::uint64_t id) {
  std::unique_lock lock(mutex_);
  std::erase_if(callbacks_, [&](const auto& entry) { return entry.first == id; });
  if (runner_ == std::this_thread::get_id()) return;  // from inside a callback: waiting would never end
  finished_.wait(lock, [&] { return running_ != id || id == 0; });
}

}  // namespace slipway::context
