// Writer: the one thread that writes. Whatever is queued when a commit ends is committed together next: with
// many callers the price of a commit is shared, with one caller nothing waits.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "slipway/context/handover.h"
#include "slipway/data/connection.h"

namespace slipway::data {

struct WriteJob {
  context::Context context;
  // Whoever waits for it may leave until it begins; then it does not run.
  std::shared_ptr<context::Handover<Status>> turn;
  // May run a second time, when a neighbour's failure rolled the group back: it overwrites its result.
  std::function<Status(Connection&)> work;
  bool alone =
      false;  // outside the group's transaction: its own transaction, or a statement that allows none
};

class Writer {
 public:
  Writer(std::unique_ptr<Connection> connection, std::size_t max_queue);
  ~Writer();  // finishes what is queued
  // Refused with DB_OVERLOADED when full, INTERNAL on the writer's own thread (it would wait for itself). Jobs that were left take no
  // room.
  Status submit(WriteJob job);
  void add_to(Stats& stats) const;

 private:
  void loop();
  void run_batch(std::vector<WriteJob>& jobs);
  void run_single(WriteJob& job);
  void run_group(WriteJob* first, std::size_t count);

  std::unique_ptr<Connection> connection_;
  const std::size_t max_queue_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<WriteJob> queue_;
  bool stopping_ = false;
  Stats stats_;
  std::thread thread_;
};

}  // namespace slipway::data
