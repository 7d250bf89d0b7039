#include <pthread.h>
#include <sched.h>

#include <algorithm>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "slipway/transport/workers_asio.h"

namespace slipway::transport {
namespace asio = boost::asio;
namespace {

thread_local Workers* current_owner = nullptr;
thread_local std::size_t current_index = 0;

void pin_this_thread(int cpu) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(cpu, &set);
  pthread_setaffinity_np(pthread_self(), sizeof set, &set);  // a refusal only costs locality
}

// One thread with one event loop. io_context(1): no lock between a handler and the next.
class Worker final : public Executor {
 public:
  Worker() : io(1), guard(io.get_executor()) {}
  void post(std::function<void()> work) override { asio::post(io, std::move(work)); }
  void post_after(Duration delay, std::function<void()> work) override {
    // A timer may only be touched from its own loop's thread once the loop may run it.
    if (!is_current()) {
      const TimePoint at = Clock::system().now() + delay;
      return post([this, at, work = std::move(work)]() mutable { wait_until(at, std::move(work)); });
    }
    wait_until(Clock::system().now() + delay, std::move(work));
  }
  bool is_current() const override { return Executor::current() == this; }

  asio::io_context io;
  asio::executor_work_guard<asio::io_context::executor_type> guard;
  std::thread thread;

 private:
  void wait_until(TimePoint at, std::function<void()> work) {
    auto timer = std::make_unique<asio::steady_timer>(io);
    timer->expires_at(std::chrono::time_point_cast<std::chrono::steady_clock::duration>(at));
    auto& waiting = *timer;
    waiting.async_wait([timer = std::move(timer), work = std::move(work)](const boost::system::error_code& ec) {
      if (!ec) work();
    });
  }
};

// Threads for work that blocks, made when first needed.
class BlockingPool {
 public:
  explicit BlockingPool(std::size_t threads) : most_(std::max<std::size_t>(threads, 1)) {}
  ~BlockingPool() { stop(); }

  Status run(std::function<void()> work) {
    std::lock_guard lock(mutex_);
    if (stopped_) return unavailable("the workers are stopping", "WORKERS_STOPPED");
    if (queue_.size() >= kQueue)
      return unavailable("the queue of the blocking pool is full (1024); use more blocking_threads", "BLOCKING_POOL_FULL");
    queue_.push_back(std::move(work));
    if (idle_ < queue_.size() && threads_.size() < most_) threads_.emplace_back([this] { loop(); });
    wake_.notify_one();
    return {};
  }
  void stop() {
    {
      std::lock_guard lock(mutex_);
      stopped_ = true;
      queue_.clear();
    }
    wake_.notify_all();
    for (auto& t : threads_)
      if (t.joinable()) t.join();
  }

 private:
  static constexpr std::size_t kQueue = 1024;
  void loop() {
    std::unique_lock lock(mutex_);
    for (;;) {
      ++idle_;
      wake_.wait(lock, [&] { return stopped_ || !queue_.empty(); });
      --idle_;
      if (stopped_) return;
      auto work = std::move(queue_.front());
      queue_.pop_front();
      lock.unlock();
      work();
      work = nullptr;
      lock.lock();
    }
  }
  const std::size_t most_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> queue_;
  std::vector<std::thread> threads_;
  std::size_t idle_ = 0;
  bool stopped_ = false;
};

}  // namespace

struct Workers::Impl {
  explicit Impl(const Options& options) : pool(static_cast<std::size_t>(std::max(options.blocking_threads, 1))) {}
  std::vector<std::unique_ptr<Worker>> workers;
  BlockingPool pool;
  std::atomic<bool> stopping{false};
  std::mutex stop_mutex;
};

Workers::Workers(Options options) : impl_(std::make_unique<Impl>(options)) {
  const int cores = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  const int count = options.count > 0 ? options.count : cores;
  for (int i = 0; i < count; ++i) impl_->workers.push_back(std::make_unique<Worker>());
  for (int i = 0; i < count; ++i) {
    Worker* worker = impl_->workers[i].get();
    const int cpu = i < static_cast<int>(options.pin_to.size()) ? options.pin_to[i] : -1;
    worker->thread = std::thread([this, worker, i, cpu] {
      if (cpu >= 0) pin_this_thread(cpu);
      Executor::set_current(worker);
      current_owner = this;
      current_index = static_cast<std::size_t>(i);
      pthread_setname_np(pthread_self(), ("worker-" + std::to_string(i)).c_str());
      worker->io.run();
      Executor::set_current(nullptr);
    });
  }
}

Workers::~Workers() { stop(); }

std::size_t Workers::count() const { return impl_->workers.size(); }
Executor& Workers::executor(std::size_t worker) { return *impl_->workers.at(worker); }
Status Workers::run_blocking(std::function<void()> work) { return impl_->pool.run(std::move(work)); }

void Workers::stop() {
  std::lock_guard lock(impl_->stop_mutex);
  impl_->stopping = true;
  impl_->pool.stop();
  for (auto& w : impl_->workers) {
    w->guard.reset();
    w->io.stop();
  }
  for (auto& w : impl_->workers)
    if (w->thread.joinable()) w->thread.join();
}

boost::asio::io_context& io_context_of(Workers& workers, std::size_t worker) { return workers.impl().workers.at(worker)->io; }

Workers* current_workers(std::size_t* index) {
  if (index) *index = current_index;
  return current_owner;
}

bool stopping(const Workers& workers) { return const_cast<Workers&>(workers).impl().stopping; }

}  // namespace slipway::transport
