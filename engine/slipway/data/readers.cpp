#include "slipway/data/readers.h"

namespace slipway::data {

Readers::Readers(std::vector<std::unique_ptr<Connection>> connections) : idle_(std::move(connections)) {
  const std::size_t count = idle_.size();
  for (std::size_t i = 0; i < count; ++i) threads_.emplace_back([this] { loop(); });
}

Readers::~Readers() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  for (std::thread& t : threads_) t.join();
}

std::unique_ptr<Connection> Readers::take() {
  if (idle_.empty()) return nullptr;
  auto connection = std::move(idle_.back());
  idle_.pop_back();
  return connection;
}

Result<std::unique_ptr<Connection>> Readers::lease(const context::Context& context) {
  {
    std::lock_guard lock(mutex_);
    if (auto connection = take()) return connection;
  }
  // A cancelled context wakes the wait; the lock makes sure that the wake-up is not lost.
  const auto& cancellation = context.cancellation();
  std::uint64_t registration = 0;
  if (cancellation)
    registration = cancellation->on_cancel([this] {
      std::lock_guard lock(mutex_);
      free_.notify_all();
    });
  std::unique_ptr<Connection> connection;
  Status live;
  {
    std::unique_lock lock(mutex_);
    while (!(connection = take()) && (live = context.check())) {
      if (context.has_deadline())
        free_.wait_until(lock, context.deadline());
      else
        free_.wait(lock);
    }
  }
  if (cancellation) cancellation->remove(registration);
  if (!connection) return live.error();
  return connection;
}

void Readers::give_back(std::unique_ptr<Connection> connection) {
  {
    std::lock_guard lock(mutex_);
    idle_.push_back(std::move(connection));
  }
  free_.notify_all();  // one that is woken may leave at that very moment
}

Status Readers::run(const context::Context& context, const std::function<void(Connection&)>& work) {
  auto connection = lease(context);
  if (!connection) return connection.error();
  work(**connection);
  give_back(std::move(*connection));
  return {};
}

bool Readers::post(ReadJob job) {
  {
    std::lock_guard lock(mutex_);
    if (stopping_) return false;
    queue_.push_back(std::move(job));
  }
  wake_.notify_one();
  return true;
}

std::size_t Readers::queued() const {
  std::lock_guard lock(mutex_);
  return queue_.size();
}

void Readers::loop() {
  for (;;) {
    ReadJob job;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [&] { return stopping_ || !queue_.empty(); });
      if (queue_.empty()) return;
      job = std::move(queue_.front());
      queue_.pop_front();
    }
    (void)run({}, job.work);
    job.finish();
  }
}

}  // namespace slipway::data
