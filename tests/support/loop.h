// Loop: a real executor for tests: one thread, a queue and timers. Joins in its destructor, after what is
// due has run; later timers are dropped.
#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>

#include "slipway/base/executor.h"
#include "slipway/base/task.h"

namespace tests {

class Loop final : public slipway::Executor {
 public:
  Loop() : thread_([this] { run(); }) {}
  ~Loop() override {
    {
      std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    wake_.notify_all();
    thread_.join();
  }
  void post(std::function<void()> work) override { post_after({}, std::move(work)); }
  void post_after(slipway::Duration delay, std::function<void()> work) override {
    std::lock_guard lock(mutex_);
    queue_.emplace(slipway::Clock::system().now() + delay, std::move(work));
    wake_.notify_all();  // under the lock: the work may end the test, and this object with it
  }
  bool is_current() const override { return std::this_thread::get_id() == thread_.get_id(); }

  // Runs a task on the loop and blocks until it ended; rethrows what it threw.
  template <class T>
  T await(slipway::Task<T> task) {
    std::mutex mutex;
    std::condition_variable ended;
    std::optional<T> value;
    std::exception_ptr failure;
    bool done = false;
    auto held = std::make_shared<slipway::Task<T>>(std::move(task));
    const auto finish = [&] {
      std::lock_guard lock(mutex);
      done = true;
      ended.notify_all();
    };
    post([&, held] {
      slipway::start(
          std::move(*held),
          [&](T v) {
            value.emplace(std::move(v));
            finish();
          },
          [&](std::exception_ptr e) {
            failure = e;
            finish();
          });
    });
    std::unique_lock lock(mutex);
    ended.wait(lock, [&] { return done; });
    if (failure) std::rethrow_exception(failure);
    return std::move(*value);
  }

 private:
  void run() {
    slipway::Executor::set_current(this);
    std::unique_lock lock(mutex_);
    for (;;) {
      if (queue_.empty()) {
        if (stopping_) break;
        wake_.wait(lock);
        continue;
      }
      const auto first = queue_.begin();
      if (first->first > slipway::Clock::system().now()) {
        if (stopping_) break;
        wake_.wait_until(lock, first->first);
        continue;
      }
      auto work = std::move(first->second);
      queue_.erase(first);
      lock.unlock();
      work();
      work = nullptr;
      lock.lock();
    }
    slipway::Executor::set_current(nullptr);
  }
  std::mutex mutex_;
  std::condition_variable wake_;
  std::multimap<slipway::TimePoint, std::function<void()>> queue_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace tests
