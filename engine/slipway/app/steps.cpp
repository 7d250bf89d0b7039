#include "slipway/app/steps.h"

#include <algorithm>
#include <optional>
#include <system_error>
#include <thread>

namespace slipway::app {
namespace {

TimePoint after(TimePoint from, Duration d) { return d >= TimePoint::max() - from ? TimePoint::max() : from + d; }

}  // namespace

Status run_guarded(const std::string& what, const std::function<Status()>& work) {
  Status status;
  try {
    status = work();
  } catch (const std::exception& e) {
    status = internal_error(std::string("threw: ") + e.what(), "HOOK_THREW");
  } catch (...) {
    status = internal_error("threw something that is no exception", "HOOK_THREW");
  }
  if (status) return status;
  return status.error().with_message(what + ": " + status.error().message());
}

// Guarded by Shared's mutex, but for the step, which is its thread's.
struct Steps::Running {
  std::optional<Status> status;
  bool left_behind = false;
};

std::vector<Status> Steps::run_all(std::vector<Step> steps) {
  const TimePoint began = Clock::system().now();
  std::vector<std::shared_ptr<Running>> running;
  std::vector<std::thread> threads;
  for (const Step& step : steps) {
    running.push_back(std::make_shared<Running>());
    auto body = [shared = shared_, mine = running.back(), step = Step(step)]() mutable {
      Status status = run_guarded(step.what, step.work);
      step.work = nullptr;  // what it holds goes before anybody learns that it is done
      bool late = false;
      {
        std::lock_guard lock(shared->mutex);
        late = mine->left_behind;
        mine->status.emplace(std::move(status));
        shared->changed.notify_all();
      }
      if (late && step.late) (void)run_guarded(step.what, [&] { return step.late(), Status(); });
    };
    try {
      threads.emplace_back(body);
    } catch (const std::system_error&) {  // no thread to be had: then without a limit, rather than not at all
      threads.emplace_back();
      body();
    }
  }
  std::vector<Status> statuses;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    std::unique_lock lock(shared_->mutex);
    for (;;) {
      if (running[i]->status) break;
      const TimePoint until = std::max(began + kLeast, shared_->end);
      const TimePoint limit = std::min(until, after(began, steps[i].limit));
      if (Clock::system().now() >= limit) break;
      if (limit == TimePoint::max())
        shared_->changed.wait(lock);
      else
        shared_->changed.wait_until(lock, limit);
    }
    if (running[i]->status) {
      statuses.push_back(std::move(*running[i]->status));
      lock.unlock();
      if (threads[i].joinable()) threads[i].join();
      continue;
    }
    running[i]->left_behind = true;
    lock.unlock();
    threads[i].detach();
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::system().now() - began);
    statuses.push_back(deadline_exceeded(steps[i].what + ": did not end within " + format_duration(took), "TIMEOUT"));
  }
  return statuses;
}

void Steps::end_at(TimePoint at) {
  std::lock_guard lock(shared_->mutex);
  shared_->end = at;
  shared_->changed.notify_all();
}

Duration Steps::left() const {
  std::lock_guard lock(shared_->mutex);
  if (shared_->end == TimePoint::max()) return Duration::max();
  return std::max<Duration>(shared_->end - Clock::system().now(), kLeast);
}

}  // namespace slipway::app
