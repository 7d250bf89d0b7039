#include "slipway/registry/memory.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace slipway::registry {

namespace {

using Instances = std::vector<ServiceInstance>;

// One watcher: delivers the newest list, one call at a time, skipping lists that were overtaken while it ran.
class Feed {
 public:
  Feed(std::string name, Discovery::OnChange on_change) : name_(std::move(name)), on_change_(std::move(on_change)) {}

  const std::string& name() const { return name_; }

  void offer(std::uint64_t version, const Instances& list) {
    std::unique_lock lock(mutex_);
    if (closed_ || version <= offered_) return;
    offered_ = version;
    pending_ = std::make_unique<Instances>(list);
    if (running_.active) return;  // whoever delivers now takes this one too
    running_ = {true, std::this_thread::get_id()};
    while (pending_ && !closed_) {
      const auto next = std::move(pending_);
      lock.unlock();
      on_change_(*next);
      lock.lock();
    }
    running_ = {};
    idle_.notify_all();
  }

  void close() {
    std::unique_lock lock(mutex_);
    closed_ = true;
    if (running_.thread == std::this_thread::get_id()) return;
    idle_.wait(lock, [&] { return !running_.active; });
  }

 private:
  struct Delivery {
    bool active = false;
    std::thread::id thread;
  };
  const std::string name_;
  const Discovery::OnChange on_change_;
  std::mutex mutex_;
  std::condition_variable idle_;
  std::unique_ptr<Instances> pending_;
  std::uint64_t offered_ = 0;
  bool closed_ = false;
  Delivery running_;
};

}  // namespace

struct MemoryRegistry::State {
  mutable std::mutex mutex;
  std::uint64_t version = 1;
  std::map<std::string, ServiceInstance> by_id;
  std::vector<std::shared_ptr<Feed>> feeds;

  Instances list(const std::string& name) const {
    Instances out;
    for (const auto& [id, instance] : by_id)
      if (instance.name == name) out.push_back(instance);
    return out;
  }

  // Applies `change` under the lock, then tells the watchers of `names` outside it.
  template <class Change>
  void change(Change change) {
    std::vector<std::pair<std::shared_ptr<Feed>, Instances>> due;
    std::uint64_t at;
    {
      std::lock_guard lock(mutex);
      const std::vector<std::string> names = change(by_id);
      at = ++version;
      for (const auto& name : names)
        for (const auto& feed : feeds)
          if (feed->name() == name) due.emplace_back(feed, list(name));
    }
    for (auto& [feed, instances] : due) feed->offer(at, instances);
  }
};

class MemoryRegistry::Subscription final : public Watcher {
 public:
  Subscription(std::shared_ptr<State> state, std::shared_ptr<Feed> feed)
      : state_(std::move(state)), feed_(std::move(feed)) {}
  ~Subscription() override {
    {
      std::lock_guard lock(state_->mutex);
      std::erase(state_->feeds, feed_);
    }
    feed_->close();
  }

 private:
  std::shared_ptr<State> state_;
  std::shared_ptr<Feed> feed_;
};

MemoryRegistry::MemoryRegistry() : state_(std::make_shared<State>()) {}
MemoryRegistry::~MemoryRegistry() = default;

Status MemoryRegistry::add(const ServiceInstance& instance) {
  if (instance.id.empty() || instance.name.empty())
    return bad_request("registering an instance: id and name must not be empty (id \"" + instance.id + "\", name \"" +
                       instance.name + "\")");
  state_->change([&](auto& by_id) {
    std::vector<std::string> names{instance.name};
    auto [it, added] = by_id.try_emplace(instance.id, instance);
    if (!added) {
      if (it->second == instance) return std::vector<std::string>{};
      if (it->second.name != instance.name) names.push_back(it->second.name);
      it->second = instance;
    }
    return names;
  });
  return {};
}

Status MemoryRegistry::remove(const std::string& id) {
  state_->change([&](auto& by_id) {
    std::vector<std::string> names;
    if (auto it = by_id.find(id); it != by_id.end()) {
      names.push_back(it->second.name);
      by_id.erase(it);
    }
    return names;
  });
  return {};
}

Result<std::vector<ServiceInstance>> MemoryRegistry::find(const std::string& name) {
  std::lock_guard lock(state_->mutex);
  return state_->list(name);
}

std::unique_ptr<Watcher> MemoryRegistry::watch(const std::string& name, OnChange on_change) {
  auto feed = std::make_shared<Feed>(name, std::move(on_change));
  Instances first;
  std::uint64_t at;
  {
    std::lock_guard lock(state_->mutex);
    state_->feeds.push_back(feed);
    first = state_->list(name);
    at = state_->version;
  }
  feed->offer(at, first);
  return std::make_unique<Subscription>(state_, std::move(feed));
}

std::vector<ServiceInstance> MemoryRegistry::all() const {
  std::lock_guard lock(state_->mutex);
  Instances out;
  for (const auto& [id, instance] : state_->by_id) out.push_back(instance);
  std::stable_sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return out;
}

}  // namespace slipway::registry
