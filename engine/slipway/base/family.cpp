#include "slipway/base/family.h"

namespace slipway {

std::shared_ptr<void> Uses::hold(std::string user) {
  {
    std::lock_guard lock(mutex_);
    ++users_[user];
  }
  return std::shared_ptr<void>(nullptr, [self = shared_from_this(), user = std::move(user)](void*) {
    std::lock_guard lock(self->mutex_);
    if (auto it = self->users_.find(user); --it->second == 0) self->users_.erase(it);
    self->changed_.notify_all();
  });
}

std::vector<std::string> Uses::users() const {
  std::lock_guard lock(mutex_);
  std::vector<std::string> out;
  for (const auto& [user, times] : users_) out.push_back(user + (times > 1 ? " (" + std::to_string(times) + " times)" : ""));
  return out;
}

bool Uses::wait_idle(Duration at_most) const {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, at_most, [&] { return users_.empty(); });
}

}  // namespace slipway
