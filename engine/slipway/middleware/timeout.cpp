// timeout: gives the call a deadline. What waits below for client calls, SQL or delays ends by itself when it passes; a handler that is
// still suspended some milliseconds later is told by its cancellation and left behind: the call is answered 504, the handler ends in
// its own time, and its result is dropped. A handler that computes is not interrupted, and its answer is sent even when it comes late.
#include <memory>

#include "slipway/middleware/builtin_base.h"
#include "slipway/base/deadline_wheel.h"

namespace slipway::middleware::detail {
namespace {

// Between the rest of the chain and the deadline: whichever comes first answers.
class Race final : public DeadlineWheel::Entry, public std::enable_shared_from_this<Race> {
 public:
  explicit Race(Call& call) : call_(call) {}

  void begin(Task<Status> rest) {
    start(
        std::move(rest), [self = shared_from_this()](Status s) { self->ended(std::move(s)); },
        [self = shared_from_this()](std::exception_ptr e) { self->threw(e); });
  }
  bool over() const { return over_; }
  void wait(Resume<bool> resume) {
    resume_.emplace(resume);
    DeadlineWheel::here().add(*this, call_.context.deadline());
  }
  // What the rest of the chain gave, or the deadline's error.
  Status result() {
    if (failure_) std::rethrow_exception(failure_);
    return std::move(status_);
  }

 private:
  void ended(Status status) {
    if (left_behind_) return call_.release();
    status_ = std::move(status);
    finish();
  }
  void threw(std::exception_ptr failure) {
    if (left_behind_) return call_.release();
    failure_ = failure;
    finish();
  }
  void on_deadline() override {
    const auto self = shared_from_this();
    // Those that listen end now, often with an error that says more.
    if (const auto cancellation = call_.context.cancellation()) cancellation->cancel(passed());
    if (over_) return;
    left_behind_ = true;
    call_.hold();
    status_ = passed();
    finish();
  }
  void finish() {
    over_ = true;
    take_out();
    if (!resume_) return;  // it did not suspend after all
    const auto resume = *std::exchange(resume_, std::nullopt);
    resume(true);
  }
  static Error passed() { return deadline_exceeded("the call was not answered by its deadline"); }

  Call& call_;
  std::optional<Resume<bool>> resume_;
  Status status_;
  std::exception_ptr failure_;
  bool over_ = false, left_behind_ = false;
};

Task<Status> answer_in_time(Call& call, Task<Status> rest) {
  const auto race = std::make_shared<Race>(call);
  race->begin(std::move(rest));
  if (!race->over()) {
    auto first = suspend_with<bool>([&race](Resume<bool> resume) { race->wait(resume); });
    co_await first;
  }
  Status status = race->result();
  co_return status;
}

class Timeout final : public Builtin {
 public:
  explicit Timeout(Wiring w) : Builtin("timeout", std::move(w)) {}
  Shape shape() const override { return Shape::Around; }
  bool keeps_views() const override { return false; }
  Outcome around(Call& call, Next next) override {
    const Duration after(after_ns_.load(std::memory_order_relaxed));
    if (after > Duration::zero()) {
      const TimePoint now(Duration(Ticks::steady_ns(Ticks::now())));
      if (after < TimePoint::max() - now) call.context = call.context.with_deadline(now + after);
    }
    if (call.trace.active() && call.trace.detailed()) note_config(call);
    Outcome outcome = next();
    if (!outcome.suspended() || !call.context.has_deadline() || !Executor::current()) return outcome;
    return answer_in_time(call, std::move(outcome.task()));
  }
  std::string describe() const override {
    const Duration after(after_ns_.load());
    return after > Duration::zero() ? format_duration(after) : "off";
  }
  Status set_option(std::string_view option, const Value& v) override {
    if (option == "after") return apply(to_duration(option, v), [this](Duration d) { after_ns_ = d.count(); });
    return unknown(option);
  }

 private:
  std::atomic<std::int64_t> after_ns_{2'000'000'000};
};

}  // namespace

MiddlewarePtr make_timeout(Wiring w) { return std::make_shared<Timeout>(std::move(w)); }

}  // namespace slipway::middleware::detail
