// Config's delivery side: one thread that tells observers what changed and reads dirty sources again.
#include "slipway/config/config_impl.h"

namespace slipway::config {

void Config::Impl::run() {
  std::unique_lock lock(state);
  for (;;) {
    busy = false;
    if (queue.empty() && dirty.empty()) done.notify_all();
    work.wait(lock, [&] { return stopping || !queue.empty() || !dirty.empty(); });
    if (stopping) return;
    busy = true;
    if (!queue.empty()) {
      Delivery delivery = std::move(queue.front());
      queue.pop_front();
      lock.unlock();
      deliver(std::move(delivery));
      lock.lock();
      continue;
    }
    const auto names = std::exchange(dirty, {});
    lock.unlock();
    {
      std::lock_guard writing(write);
      std::vector<Layer*> on_disk, elsewhere;
      for (const auto& name : names)
        if (Layer* layer = find(name)) (layer->source->rank() == Rank::Remote ? elsewhere : on_disk).push_back(layer);
      static_cast<void>(reload(on_disk, "file"));
      static_cast<void>(reload(elsewhere, "remote"));
    }
    lock.lock();
  }
}

namespace {

// Lives as long as somebody still works on a notice; its end is the acknowledgement.
struct Hold {
  std::function<void(const std::string&)> end;
  std::mutex mutex;
  std::string error;
  ~Hold() { end(error); }
};

}  // namespace

void Config::Impl::deliver(Delivery delivery) {
  for (auto& [observer, changes] : delivery.to) {
    auto hold = std::make_shared<Hold>();
    hold->end = [weak = weak_from_this(), item = delivery.item, reader = observer->reader](const std::string& error) {
      if (auto self = weak.lock()) self->acknowledge(item, reader, error);
    };
    {
      std::lock_guard lock(state);
      if (!observers.contains(observer->id)) {
        hold->error = "ended";
        continue;
      }
      running = observer->id;
    }
    try {
      observer->call({delivery.item->record.version, delivery.snapshot, std::move(changes), delivery.item->record.source, hold});
    } catch (const std::exception& e) {
      std::lock_guard lock(hold->mutex);
      hold->error = e.what();
    } catch (...) {
      std::lock_guard lock(hold->mutex);
      hold->error = "threw something that is no std::exception";
    }
    {
      std::lock_guard lock(state);
      running = 0;
    }
    done.notify_all();
  }
}

void Config::Impl::acknowledge(const HistoryItemPtr& item, const std::string& reader, const std::string& error) {
  std::lock_guard lock(state);
  if (item->record.waiting > 0) --item->record.waiting;
  if (!reader.empty() && error != "ended")
    item->record.applied.push_back({reader, (Clock::system().now() - item->published).count(), error});
  done.notify_all();
}

ChangeRecord Config::Impl::wait(const HistoryItemPtr& item) {
  std::unique_lock lock(state);
  if (std::this_thread::get_id() != thread.get_id())
    done.wait_for(lock, options.apply_limit, [&] { return item->record.waiting == 0 || stopping; });
  return item->record;
}

void Config::Impl::touch(const std::vector<std::string>& sources) {
  std::lock_guard lock(state);
  dirty.insert(sources.begin(), sources.end());
  work.notify_one();
}

std::uint64_t Config::Impl::add_observer(std::vector<std::string> paths, std::string reader, Observer observer) {
  auto record = std::make_shared<ObserverRecord>();
  record->paths = std::move(paths);
  record->reader = std::move(reader);
  record->call = std::move(observer);
  std::lock_guard lock(state);
  record->id = next_observer++;
  observers[record->id] = record;
  return record->id;
}

void Config::Impl::end_observer(std::uint64_t observer) {
  std::shared_ptr<ObserverRecord> gone;  // destroyed outside the lock
  std::unique_lock lock(state);
  if (const auto it = observers.find(observer); it != observers.end()) {
    gone = std::move(it->second);
    observers.erase(it);
  }
  if (std::this_thread::get_id() != thread.get_id()) done.wait(lock, [&] { return running != observer; });
  lock.unlock();
}

}  // namespace slipway::config
