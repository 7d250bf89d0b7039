// Steps: the parts of a start or a stop, each on a thread of its own, so that one that never returns holds up nothing: when the time is
// over it is left behind and named. What a step uses it must therefore own.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "slipway/base/result.h"
#include "slipway/base/time.h"

namespace slipway::app {

struct Step {
  std::string what;  // "before_stop hook 2": failures begin with it
  std::function<Status()> work;
  // Runs after `work` when that came to its end only after it was left behind: undoes what nobody expects any more.
  std::function<void()> late;
  Duration limit = Duration::max();  // of this step alone
};

// On this thread, without a limit. A failure says what failed; an exception becomes INTERNAL / HOOK_THREW.
Status run_guarded(const std::string& what, const std::function<Status()>& work);

// Thread-safe.
class Steps {
 public:
  // What a step gets that begins when the time is nearly over.
  static constexpr Duration kLeast = std::chrono::milliseconds(200);

  // Waits for the end of the step, at most until its limit or end_at() (but kLeast): DEADLINE_EXCEEDED / TIMEOUT.
  Status run(Step step) { return std::move(run_all({std::move(step)}).front()); }
  // Side by side: the slowest decides.
  std::vector<Status> run_all(std::vector<Step> steps);
  // When all that runs and will run must have ended. Wakes what waits.
  void end_at(TimePoint at);
  // Until end_at(), at least kLeast.
  Duration left() const;

 private:
  struct Shared {
    std::mutex mutex;
    std::condition_variable changed;
    TimePoint end = TimePoint::max();
  };
  struct Running;
  const std::shared_ptr<Shared> shared_ = std::make_shared<Shared>();
};

}  // namespace slipway::app
