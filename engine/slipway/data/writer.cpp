#include "slipway/data/writer.h"

#include <algorithm>
#include <iterator>

namespace slipway::data {
namespace {

constexpr std::size_t kLargestGroup = 512;

Status attempt(WriteJob& job, Connection& connection) {
  if (!job.turn->begin()) return client_closed("nobody waits for this any more");
  if (Status s = job.context.check(); !s) return s;
  try {
    return job.work(connection);
  } catch (const std::exception& e) {
    return internal_error("the transaction's body failed", "DB_BODY")
        .with_cause(Error(500, "EXCEPTION", e.what()));
  } catch (...) {
    return internal_error("the transaction's body failed", "DB_BODY");
  }
}

}  // namespace

Writer::Writer(std::unique_ptr<Connection> connection, std::size_t max_queue)
    : connection_(std::move(connection)), max_queue_(max_queue), thread_([this] { loop(); }) {}

Writer::~Writer() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

Status Writer::submit(WriteJob job) {
  if (std::this_thread::get_id() == thread_.get_id())
    return internal_error(
        "a blocking database call from inside a transaction would wait for itself: use the Transaction",
        "DB_REENTERED");
  {
    std::lock_guard lock(mutex_);
    if (stopping_) return unavailable("the database is closing", "DB_CLOSED");
    if (queue_.size() >= max_queue_) std::erase_if(queue_, [](const WriteJob& j) { return j.turn->left(); });
    if (queue_.size() >= max_queue_)
      return unavailable("the write queue of the database is full (" + std::to_string(max_queue_) + ")",
                         "DB_OVERLOADED");
    queue_.push_back(std::move(job));
  }
  wake_.notify_one();
  return {};
}

void Writer::add_to(Stats& stats) const {
  std::lock_guard lock(mutex_);
  stats.writes += stats_.writes;
  stats.commits += stats_.commits;
  stats.largest_group = std::max(stats.largest_group, stats_.largest_group);
  stats.queued += queue_.size();
}

void Writer::loop() {
  std::vector<WriteJob> batch;
  for (;;) {
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [&] { return stopping_ || !queue_.empty(); });
      if (queue_.empty()) return;
      const auto count = static_cast<std::ptrdiff_t>(std::min(queue_.size(), kLargestGroup));
      batch.assign(std::make_move_iterator(queue_.begin()), std::make_move_iterator(queue_.begin() + count));
      queue_.erase(queue_.begin(), queue_.begin() + count);
    }
    run_batch(batch);
    batch.clear();
  }
}

void Writer::run_batch(std::vector<WriteJob>& jobs) {
  for (std::size_t i = 0; i < jobs.size();) {
    std::size_t end = i;
    while (end < jobs.size() && !jobs[end].alone) ++end;
    if (end - i >= 2) {
      run_group(&jobs[i], end - i);
      i = end;
    } else {
      run_single(jobs[i++]);
    }
  }
}

void Writer::run_single(WriteJob& job) {
  Status status = attempt(job, *connection_);
  {
    std::lock_guard lock(mutex_);
    ++stats_.writes;
    ++stats_.commits;
    stats_.largest_group = std::max<std::uint64_t>(stats_.largest_group, 1);
  }
  job.turn->give(std::move(status));
}

void Writer::run_group(WriteJob* first, std::size_t count) {
  std::vector<Status> statuses(count);
  std::size_t ran = 0;
  bool lost = false;
  Status group = connection_->exec("BEGIN IMMEDIATE");
  if (group) {
    for (; ran < count && !lost; ++ran) {
      statuses[ran] = attempt(first[ran], *connection_);
      lost = !connection_->in_transaction();  // a failure that takes the whole transaction with it
    }
    if (!lost) {
      group = connection_->exec("COMMIT");
      if (!group && connection_->in_transaction()) (void)connection_->exec("ROLLBACK");
    }
  }
  if (lost) {
    // The culprit keeps its error; everybody else starts over, alone.
    for (std::size_t i = 0; i < count; ++i) {
      if (i + 1 == ran)
        first[i].turn->give(std::move(statuses[i]));
      else
        run_single(first[i]);
    }
    return;
  }
  {
    std::lock_guard lock(mutex_);
    stats_.writes += count;
    ++stats_.commits;
    stats_.largest_group = std::max<std::uint64_t>(stats_.largest_group, count);
  }
  for (std::size_t i = 0; i < count; ++i)
    first[i].turn->give(!group && statuses[i] ? group : std::move(statuses[i]));
}

}  // namespace slipway::data
