// retry: tries again what failed with 502, 503 or 504, within the call's deadline and a budget over all calls.
// On a worker it waits between tries; elsewhere (tests, tools) it tries again at once.
#include <algorithm>

#include "slipway/base/snapshot.h"
#include "slipway/context/handover.h"
#include "slipway/middleware/builtin_base.h"
#include "slipway/resilience/retry_budget.h"

namespace slipway::middleware::detail {
namespace {

class Retry final : public Builtin {
 public:
  explicit Retry(Wiring w) : Builtin("retry", std::move(w)) {}
  Shape shape() const override { return Shape::Around; }
  bool keeps_views() const override { return false; }
  Outcome around(Call& call, Next next) override {
    budget_.on_call();
    Outcome first = next();
    if (first.suspended()) return go_on(call, next, std::move(first));
    if (!wants_more(call, first.status(), 1)) return first;
    return go_on(call, next, std::move(first));
  }
  std::string describe() const override {
    return std::to_string(attempts_.load()) + " tries, from " + format_duration(Duration(backoff_ns_.load()));
  }
  Status set_option(std::string_view option, const Value& v) override {
    if (option == "attempts") return apply(to_whole(option, v, 1), [this](std::int64_t n) { attempts_ = static_cast<int>(std::min<std::int64_t>(n, 10)); });
    if (option == "backoff") return apply(to_duration(option, v), [this](Duration d) { backoff_ns_ = d.count(); });
    if (option == "budget") return apply(to_number(option, v, 0), [this](double share) { budget_.set(share, 10); });
    if (option == "methods")
      return apply(to_strings(option, v), [this](auto list) { methods_.publish(std::make_shared<const std::vector<std::string>>(std::move(list))); });
    return unknown(option);
  }

 private:
  bool wants_more(Call& call, const Status& status, int tried) {
    const int code = status.ok() ? call.reply.status : status.error().http_status();
    if (code != 502 && code != 503 && code != 504) return false;
    if (tried >= attempts_.load(std::memory_order_relaxed) || !call.context.check().ok()) return false;
    const auto methods = methods_.load();
    if (std::find(methods->begin(), methods->end(), call.request.method) == methods->end()) return false;
    return budget_.take();
  }
  Task<Status> go_on(Call& call, Next next, Outcome outcome) {
    static const telemetry::NameId kTries = telemetry::intern("tries");
    bool retried = !outcome.suspended();  // around() has already found that this one needs another try
    for (int tried = 1;; ++tried) {
      Status status;
      if (outcome.suspended()) {
        Task<Status> pending = std::move(outcome.task());  // GCC 12 would copy the task out of a returned reference
        status = co_await pending;
      } else {
        status = std::move(outcome.status());
      }
      const bool again = std::exchange(retried, false) || wants_more(call, status, tried);
      if (!again) {
        if (tried > 1 && call.trace.active()) note(call, kTries, std::to_string(tried));
        co_return status;
      }
      if (Executor::current()) {
        const double jitter = 0.5 + 0.5 * thread_random().uniform();
        const double wait = static_cast<double>(backoff_ns_.load(std::memory_order_relaxed)) * static_cast<double>(1 << (tried - 1)) * jitter;
        const Duration d = std::min(Duration(static_cast<std::int64_t>(wait)), call.context.remaining());
        if (d > Duration::zero()) {
          auto pause = context::sleep_for(call.context, d);
          if (const Status paused = co_await pause; !paused) co_return paused;
        }
      }
      call.reply.reset();
      outcome = next();
    }
  }
  std::atomic<int> attempts_{3};
  std::atomic<std::int64_t> backoff_ns_{10'000'000};
  resilience::RetryBudget budget_;
  Snapshot<std::vector<std::string>> methods_{
      std::make_shared<const std::vector<std::string>>(std::vector<std::string>{"GET", "HEAD", "PUT", "DELETE", "OPTIONS"})};
};

}  // namespace

MiddlewarePtr make_retry(Wiring w) { return std::make_shared<Retry>(std::move(w)); }

}  // namespace slipway::middleware::detail
