// Family: things made by name (balancers, steps, behaviours …) that plugins may add to, as an object that is passed to who makes
// them; built-in ones need none.
//
// What a plugin's factory makes holds the plugin: Uses counts it, with who uses it, until its last copy has died. So a plugin's
// code is there as long as anything runs in it, and "remove" can say who is in the way. Thread-safe.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "slipway/base/result.h"
#include "slipway/base/time.h"

namespace slipway {

// What one contributor has given out and is still alive, by who uses it. Held as shared_ptr: it outlives its plugin.
class Uses : public std::enable_shared_from_this<Uses> {
 public:
  explicit Uses(std::string name) : name_(std::move(name)) {}
  const std::string& name() const { return name_; }
  // A use that lasts as long as the returned pointer's copies. `user`: "orders.rate_limit".
  std::shared_ptr<void> hold(std::string user);
  // "orders.rate_limit", "gateway (3 times)"; empty = idle.
  std::vector<std::string> users() const;
  // True when idle within that time. Blocks.
  bool wait_idle(Duration at_most) const;

 private:
  const std::string name_;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::map<std::string, int> users_;
};

// `made`, kept together with a use of its maker, which ends after it has died. Without an owner it is `made` itself.
template <class T>
std::shared_ptr<T> held_by(const std::shared_ptr<Uses>& owner, std::string user, std::shared_ptr<T> made) {
  if (!owner || !made) return made;
  struct Both {
    std::shared_ptr<void> use;
    std::shared_ptr<T> made;  // dies first
  };
  T* object = made.get();
  return std::shared_ptr<T>(std::make_shared<Both>(Both{owner->hold(std::move(user)), std::move(made)}), object);
}

template <class T, class... Args>
class Family {
 public:
  using Product = T;
  using Make = std::function<Result<std::shared_ptr<T>>(Args...)>;

  // `what`: "balancer". `built_in`: names that are taken.
  explicit Family(std::string what, std::vector<std::string> built_in = {}) : what_(std::move(what)), built_in_(std::move(built_in)) {}

  // What its entries are: "balancer".
  const std::string& what() const { return what_; }
  // CONFLICT / NAME_TAKEN. With `owner`, what is made holds it.
  Status add(std::string name, Make make, std::shared_ptr<Uses> owner = {}) {
    std::lock_guard lock(mutex_);
    if (std::find(built_in_.begin(), built_in_.end(), name) != built_in_.end())
      return conflict(what_ + " \"" + name + "\" is built in (choose another name)", "NAME_TAKEN");
    if (auto it = added_.find(name); it != added_.end())
      return conflict(what_ + " \"" + name + "\" is there already" + (it->second->owner ? ", from " + it->second->owner->name() : "") +
                          " (choose another name)",
                      "NAME_TAKEN");
    added_.emplace(std::move(name), std::make_shared<const Entry>(Entry{std::move(owner), std::move(make)}));
    return {};
  }
  // Takes away what that owner added; what was made lives on.
  void remove(const Uses& owner) {
    std::vector<EntryPtr> gone;  // factories are destroyed outside the lock
    std::lock_guard lock(mutex_);
    for (auto it = added_.begin(); it != added_.end();) {
      if (it->second->owner.get() == &owner) {
        gone.push_back(std::move(it->second));
        it = added_.erase(it);
      } else {
        ++it;
      }
    }
  }

  bool has(std::string_view name) const { return find(name) != nullptr; }
  // Of those added; built-in ones are made by their own functions. NOT_FOUND with the names there are. `user` says for whom.
  Result<std::shared_ptr<T>> make(std::string_view name, std::string user, Args... args) const {
    std::shared_ptr<void> use;  // the factory runs in the plugin too; dies after `entry`
    const EntryPtr entry = find(name);
    if (!entry) return unknown(name);
    if (entry->owner) use = entry->owner->hold(user);
    auto made = entry->make(std::forward<Args>(args)...);
    if (!made) return made;
    if (!*made) return internal_error(what_ + " \"" + std::string(name) + "\": its factory gave nothing");
    return held_by(entry->owner, std::move(user), std::move(*made));
  }
  // Built-in ones first, then those added, by name.
  std::vector<std::string> names() const {
    std::vector<std::string> out = built_in_;
    std::lock_guard lock(mutex_);
    for (const auto& [name, entry] : added_) out.push_back(name);
    return out;
  }
  Error unknown(std::string_view name) const {
    std::string known;
    for (const auto& n : names()) known += (known.empty() ? "" : ", ") + n;
    return not_found(what_ + " \"" + std::string(name) + "\" is not known (use " + known + ")");
  }

 private:
  struct Entry {
    std::shared_ptr<Uses> owner;
    Make make;
  };
  using EntryPtr = std::shared_ptr<const Entry>;
  EntryPtr find(std::string_view name) const {
    std::lock_guard lock(mutex_);
    const auto it = added_.find(name);
    return it == added_.end() ? nullptr : it->second;
  }

  const std::string what_;
  const std::vector<std::string> built_in_;
  mutable std::mutex mutex_;
  std::map<std::string, EntryPtr, std::less<>> added_;
};

}  // namespace slipway
