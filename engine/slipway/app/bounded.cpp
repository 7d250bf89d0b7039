#include "slipway/app/bounded.h"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

namespace slipway::app {

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

Status run_bounded(const std::string& what, Duration limit, std::function<Status()> work) {
  struct Shared {
    std::mutex mutex;
    std::condition_variable done;
    std::optional<Status> status;
  };
  auto shared = std::make_shared<Shared>();
  std::thread thread([shared, what, work = std::move(work)]() mutable {
    Status status = run_guarded(what, work);
    work = nullptr;  // what it holds goes before anybody learns that it is done
    std::lock_guard lock(shared->mutex);
    shared->status.emplace(std::move(status));
    shared->done.notify_all();
  });
  {
    std::unique_lock lock(shared->mutex);
    shared->done.wait_for(lock, limit, [&] { return shared->status.has_value(); });
    if (!shared->status) {
      thread.detach();
      return deadline_exceeded(what + ": did not end within " + format_duration(limit), "TIMEOUT");
    }
  }
  thread.join();
  return *shared->status;
}

}  // namespace slipway::app
