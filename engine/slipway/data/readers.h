// Readers: connections that only read, leased to blocking callers, and threads that serve suspended ones.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "slipway/data/connection.h"

namespace slipway::data {

struct ReadJob {
  std::function<void(Connection&)> work;
  std::function<void()> finish;  // after the connection was given back: it may run anything
};

class Readers {
 public:
  explicit Readers(std::vector<std::unique_ptr<Connection>> connections);
  ~Readers();  // finishes what is queued
  // Waits for a free connection, as long as the context allows, and runs `work` on this thread. An error is the context's: `work` did
  // not run then.
  Status run(const context::Context& context, const std::function<void(Connection&)>& work);
  // Runs `job` on one of the threads. False when closing.
  bool post(ReadJob job);
  std::size_t queued() const;

 private:
  void loop();
  std::unique_ptr<Connection> take();  // under the lock; null when none is free
  Result<std::unique_ptr<Connection>> lease(const context::Context& context);
  void give_back(std::unique_ptr<Connection> connection);

  mutable std::mutex mutex_;
  std::condition_variable free_, wake_;
  std::vector<std::unique_ptr<Connection>> idle_;  // the last used first: its page cache is warm
  std::deque<ReadJob> queue_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace slipway::data
