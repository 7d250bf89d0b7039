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

std::unique_ptr<Connection> Readers::lease() {
  std::unique_lock lock(mutex_);
  free_.wait(lock, [&] { return !idle_.empty(); });
  auto connection = std::move(idle_.back());
  idle_.pop_back();
  return connection;
}

void Readers::give_back(std::unique_ptr<Connection> connection) {
  {
    std::lock_guard lock(mutex_);
    idle_.push_back(std::move(connection));
  }
  free_.notify_one();
}

void Readers::run(const std::function<void(Connection&)>& work) {
  auto connection = lease();
  work(*connection);
  give_back(std::move(connection));
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
    run(job.work);
    job.finish();
  }
}

}  // namespace slipway::data
