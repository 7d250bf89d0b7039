#include "slipway/middleware/middleware.h"

#include <exception>

namespace slipway::middleware {

using telemetry::CallTrace;
using telemetry::SpanKind;
using telemetry::SpanStatus;

std::optional<Status> Middleware::before(Call&) { return std::nullopt; }
void Middleware::after(Call&, Status&) {}
Outcome Middleware::around(Call&, Next next) { return next(); }
Status Middleware::set_option(std::string_view option, const Value&) {
  return not_found(std::string(name()) + " has no option \"" + std::string(option) + "\" that can be changed", "UNKNOWN_OPTION");
}

// What happens between an around step and the next one, or the handler; the first begins the chain.
struct Next::Rest {
  const Chain::Plan* plan = nullptr;
  std::uint32_t from = 0;                  // in the plan's steps
  std::uint32_t end = 0;                   // the around step, or the number of steps for the handler
  std::uint32_t enter = 0, enter_end = 0;  // in Plan::enter_
  std::uint32_t leave = 0, leave_end = 0;  // in Plan::leave_
  bool around_alone = false;               // one around step right below another, and nothing else
};

// Compiled: what a call needs, side by side. It stays where it is, so that Rests can point to it.
struct Chain::Plan {
  using Rest = Next::Rest;
  struct Step {
    Middleware* middleware;
    telemetry::NameId name;
    bool around, before, after;
  };
  struct Entered {
    Middleware* middleware;
    std::uint32_t at;
  };
  Plan(std::vector<MiddlewarePtr> steps, Handler handler);
  Plan(const Plan&) = delete;

  Outcome run(Call& call, const Rest& rest) const {
    return call.trace.active() ? run_traced(call, rest.from) : run_untraced(call, rest);
  }
  Outcome run_untraced(Call& call, const Rest& rest) const;
  Outcome run_traced(Call& call, std::uint32_t from) const;
  std::optional<Status> enter(const Step& step, Call& call, bool& threw) const;
  Outcome enter_around(Call& call, std::uint32_t at) const;
  Task<Status> finish(Call& call, std::uint32_t from, std::uint32_t at, Task<Status> pending) const;
  void settle(Call& call, std::uint32_t from, std::uint32_t at, Status& status) const;
  void unwind(Call& call, std::uint32_t from, std::uint32_t at, Status& status, std::uint64_t now) const;
  void leave(Call& call, const Rest& rest, Status& status) const;
  void leave_around(Call& call, std::uint32_t at, std::uint64_t now) const;
  void mark_not_reached(Call& call, std::uint32_t from, std::uint64_t now) const;
  Error caught() const;

  std::vector<MiddlewarePtr> steps_;
  std::vector<Step> plan_;
  std::vector<Rest> rests_;         // by where they begin: 0, and after each around step
  std::vector<Entered> enter_;      // steps with a before(), outermost first
  std::vector<Middleware*> leave_;  // steps with an after(), innermost first within a Rest
  Handler handler_;
  telemetry::NameId handler_name_;
  bool recovers_ = false;
};

Chain::Plan::Plan(std::vector<MiddlewarePtr> steps, Handler handler)
    : steps_(std::move(steps)), handler_(std::move(handler)), handler_name_(telemetry::intern("handler")) {
  for (const auto& step : steps_) {
    const bool around = step->shape() == Middleware::Shape::Around;
    plan_.push_back({step.get(), telemetry::intern(step->name()), around, !around && step->has_before(), !around && step->has_after()});
    recovers_ = recovers_ || step->name() == "recovery";
  }
  const auto count = static_cast<std::uint32_t>(plan_.size());
  const auto size = [](const auto& v) { return static_cast<std::uint32_t>(v.size()); };
  rests_.resize(count + 1);
  for (std::uint32_t from = 0; from <= count;) {
    Rest& r = rests_[from];
    r.plan = this;
    r.from = r.end = from;
    while (r.end < count && !plan_[r.end].around) ++r.end;
    r.enter = size(enter_);
    for (std::uint32_t at = from; at < r.end; ++at)
      if (plan_[at].before) enter_.push_back({plan_[at].middleware, at});
    r.enter_end = size(enter_);
    r.leave = size(leave_);
    for (std::uint32_t at = r.end; at > from; --at)
      if (plan_[at - 1].after) leave_.push_back(plan_[at - 1].middleware);
    r.leave_end = size(leave_);
    r.around_alone = from > 0 && r.end < count && r.enter == r.enter_end && r.leave == r.leave_end;
    from = r.end + 1;
  }
}

Outcome Next::operator()() const { return rest_->plan->run(*call_, *rest_); }

Chain::Chain(std::vector<MiddlewarePtr> steps, Handler handler) : plan_(std::make_shared<const Plan>(std::move(steps), std::move(handler))) {}
Outcome Chain::run(Call& call) const { return plan_->run(call, plan_->rests_.front()); }
const std::vector<MiddlewarePtr>& Chain::steps() const { return plan_->steps_; }

// What a thrown exception becomes. Its text stays inside the process, as the cause.
Error Chain::Plan::caught() const {
  std::string text = "an exception that is no std::exception";
  try {
    throw;
  } catch (const std::exception& e) {
    text = e.what();
  } catch (...) {
  }
  return internal_error("the service failed to answer this call", recovers_ ? "PANIC" : "INTERNAL")
      .with_cause(internal_error(text, "EXCEPTION"));
}

// The usual way under load: nothing but the calls.
Outcome Chain::Plan::run_untraced(Call& call, const Rest& s) const {
  if (s.around_alone) return enter_around(call, s.end);  // its outcome is ours, without a frame of our own
  std::uint32_t at = s.enter;
  Status status;
  try {
    for (; at != s.enter_end; ++at) {
      std::optional<Status> stop = enter_[at].middleware->before(call);
      if (!stop) [[likely]]
        continue;
      status = std::move(*stop);
      unwind(call, s.from, enter_[at].at, status, 0);  // the step that stopped was not entered: from the one before it
      return status;
    }
    if (s.end == plan_.size()) {
      Outcome outcome = handler_(call);
      if (outcome.suspended()) return finish(call, s.from, s.end, std::move(outcome.task()));
      status = std::move(outcome.status());
    } else {
      Outcome outcome = plan_[s.end].middleware->around(call, Next(&rests_[s.end + 1], &call));
      if (outcome.suspended()) return finish(call, s.from, s.end, std::move(outcome.task()));
      status = std::move(outcome.status());
    }
  } catch (...) {
    status = caught();
    if (at != s.enter_end) {
      unwind(call, s.from, enter_[at].at, status, 0);
      return status;
    }
  }
  leave(call, s, status);
  return status;
}

Outcome Chain::Plan::run_traced(Call& call, std::uint32_t from) const {
  CallTrace& trace = call.trace;
  const auto count = static_cast<std::uint32_t>(plan_.size());
  std::uint64_t now = Ticks::now();
  if (from > 0) {
    auto& outer = trace.span(trace.find_open(plan_[from - 1].name, SpanKind::Step));
    if (outer.enter_end == 0) outer.enter_end = now;
  }
  std::uint32_t at = from;
  Status status;
  for (; at < count; ++at) {
    const Step& step = plan_[at];
    const std::uint32_t span = trace.open(step.name, SpanKind::Step, now);
    if (step.around) {
      Outcome outcome = enter_around(call, at);
      if (outcome.suspended()) return finish(call, from, at, std::move(outcome.task()));
      status = std::move(outcome.status());
      settle(call, from, at, status);
      return status;
    }
    bool threw = false;
    std::optional<Status> stop;
    if (step.before) {
      stop = enter(step, call, threw);
      now = Ticks::now();
    }
    trace.span(span).enter_end = now;
    if (!stop) continue;
    status = std::move(*stop);
    mark_not_reached(call, at + 1, now);
    trace.close(span, threw ? SpanStatus::Error : SpanStatus::Stopped, now);
    unwind(call, from, at, status, now);
    return status;
  }
  trace.open(handler_name_, SpanKind::Handler, now);
  try {
    Outcome outcome = handler_(call);
    if (outcome.suspended()) return finish(call, from, count, std::move(outcome.task()));
    status = std::move(outcome.status());
  } catch (...) {
    status = caught();
  }
  settle(call, from, count, status);
  return status;
}

std::optional<Status> Chain::Plan::enter(const Step& step, Call& call, bool& threw) const {
  try {
    return step.middleware->before(call);
  } catch (...) {
    threw = true;
    return Status(caught());
  }
}

Outcome Chain::Plan::enter_around(Call& call, std::uint32_t at) const {
  try {
    return plan_[at].middleware->around(call, Next(&rests_[at + 1], &call));
  } catch (...) {
    return caught();
  }
}

Task<Status> Chain::Plan::finish(Call& call, std::uint32_t from, std::uint32_t at, Task<Status> pending) const {
  Status status;
  try {
    status = co_await pending;
  } catch (...) {
    status = caught();
  }
  settle(call, from, at, status);
  co_return status;
}

// What stands at `at` (an around step, or the handler) has ended: its span, then the steps before it, outwards down to `from`.
void Chain::Plan::settle(Call& call, std::uint32_t from, std::uint32_t at, Status& status) const {
  CallTrace& trace = call.trace;
  if (!trace.active()) return leave(call, rests_[from], status);
  const std::uint64_t now = Ticks::now();
  if (at == plan_.size())
    trace.close(trace.find_open(handler_name_, SpanKind::Handler), status.ok() && call.reply.status < 500 ? SpanStatus::Ok : SpanStatus::Error,
                now);
  else
    leave_around(call, at, now);
  unwind(call, from, at, status, now);
}

// after() of all its steps.
void Chain::Plan::leave(Call& call, const Rest& rest, Status& status) const {
  for (std::uint32_t k = rest.leave; k != rest.leave_end;) {
    try {
      for (; k != rest.leave_end; ++k) leave_[k]->after(call, status);
    } catch (...) {
      status = caught();
      ++k;
    }
  }
}

// after() of the steps from `from` up to, not including, `at`. `now` is when what they wrap ended.
void Chain::Plan::unwind(Call& call, std::uint32_t from, std::uint32_t at, Status& status, std::uint64_t now) const {
  CallTrace& trace = call.trace;
  const bool traced = trace.active();
  for (std::uint32_t k = at; k > from; --k) {
    const Step& step = plan_[k - 1];
    if (!traced && !step.after) continue;
    const std::uint32_t span = traced ? trace.find_open(step.name, SpanKind::Step) : CallTrace::kNone;
    if (traced) trace.span(span).exit_start = now;
    if (step.after) {
      try {
        step.middleware->after(call, status);
      } catch (...) {
        status = caught();
      }
      if (traced) now = Ticks::now();
    }
    if (traced) trace.close(span, SpanStatus::Ok, now);
  }
  if (from > 0 && traced) trace.span(trace.find_open(plan_[from - 1].name, SpanKind::Step)).exit_start = now;
}

void Chain::Plan::leave_around(Call& call, std::uint32_t at, std::uint64_t now) const {
  CallTrace& trace = call.trace;
  const std::uint32_t span = trace.find_open(plan_[at].name, SpanKind::Step);
  if (span == CallTrace::kNone) return;
  if (trace.span(span).enter_end != 0) {
    trace.close(span, SpanStatus::Ok, now);
    return;
  }
  // It answered without calling next().
  mark_not_reached(call, at + 1, now);
  trace.close(span, SpanStatus::Stopped, now);
  trace.span(span).enter_end = trace.span(span).exit_start = trace.span(span).end;
}

void Chain::Plan::mark_not_reached(Call& call, std::uint32_t from, std::uint64_t now) const {
  for (std::size_t i = from; i < plan_.size(); ++i) call.trace.mark(plan_[i].name, SpanKind::Step, SpanStatus::NotReached, now);
  call.trace.mark(handler_name_, SpanKind::Handler, SpanStatus::NotReached, now);
}

}  // namespace slipway::middleware
