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

Outcome Next::operator()() const { return chain_->run_from(*call_, from_); }

Chain::Chain(std::vector<MiddlewarePtr> steps, Handler handler)
    : steps_(std::move(steps)), handler_(std::move(handler)), handler_name_(telemetry::intern("handler")) {
  for (const auto& step : steps_) {
    const bool around = step->shape() == Middleware::Shape::Around;
    plan_.push_back({step.get(), telemetry::intern(step->name()), around, !around && step->has_before(), !around && step->has_after()});
    recovers_ = recovers_ || step->name() == "recovery";
  }
}

Outcome Chain::run(Call& call) const { return run_from(call, 0); }

// What a thrown exception becomes. Its text stays inside the process, as the cause.
Error Chain::caught() const {
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

Outcome Chain::run_from(Call& call, std::uint32_t from) const {
  CallTrace& trace = call.trace;
  const auto count = static_cast<std::uint32_t>(plan_.size());
  if (from > 0 && trace.active()) {
    auto& outer = trace.span(trace.find_open(plan_[from - 1].name, SpanKind::Step));
    if (outer.enter_end == 0) outer.enter_end = Ticks::now();
  }
  std::uint32_t at = from;
  Status status;
  for (; at < count; ++at) {
    const Step& step = plan_[at];
    const std::uint32_t span = trace.active() ? trace.open(step.name, SpanKind::Step) : CallTrace::kNone;
    if (step.around) {
      Outcome outcome = enter_around(call, at);
      if (outcome.suspended()) {
        // Below another around step, with nothing to do afterwards: its task is ours, without a frame of our own.
        if (from > 0 && at == from && !trace.active()) return outcome;
        return finish(call, from, at, std::move(outcome.task()));
      }
      status = std::move(outcome.status());
      settle(call, from, at, status);
      return status;
    }
    if (span == CallTrace::kNone && !step.before) continue;
    bool threw = false;
    std::optional<Status> stop = step.before ? enter(step, call, threw) : std::nullopt;
    if (span != CallTrace::kNone) trace.span(span).enter_end = Ticks::now();
    if (!stop) continue;
    status = std::move(*stop);
    if (trace.active()) {
      mark_not_reached(call, at + 1);
      trace.close(span, threw ? SpanStatus::Error : SpanStatus::Stopped);
    }
    unwind(call, from, at, status);  // the step that stopped was not entered: from the one before it
    return status;
  }
  if (trace.active()) trace.open(handler_name_, SpanKind::Handler);
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

std::optional<Status> Chain::enter(const Step& step, Call& call, bool& threw) const {
  try {
    return step.middleware->before(call);
  } catch (...) {
    threw = true;
    return Status(caught());
  }
}

Outcome Chain::enter_around(Call& call, std::uint32_t at) const {
  try {
    return plan_[at].middleware->around(call, Next(this, at + 1, &call));
  } catch (...) {
    return caught();
  }
}

Task<Status> Chain::finish(Call& call, std::uint32_t from, std::uint32_t at, Task<Status> pending) const {
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
void Chain::settle(Call& call, std::uint32_t from, std::uint32_t at, Status& status) const {
  CallTrace& trace = call.trace;
  const bool traced = trace.active();
  if (traced) {
    if (at == plan_.size())
      trace.close(trace.find_open(handler_name_, SpanKind::Handler), status.ok() && call.reply.status < 500 ? SpanStatus::Ok : SpanStatus::Error);
    else
      leave_around(call, at);
  }
  unwind(call, from, at, status);
}

void Chain::unwind(Call& call, std::uint32_t from, std::uint32_t at, Status& status) const {
  CallTrace& trace = call.trace;
  const bool traced = trace.active();
  for (std::uint32_t k = at; k > from; --k) {
    const Step& step = plan_[k - 1];
    if (!traced && !step.after) continue;
    const std::uint32_t span = traced ? trace.find_open(step.name, SpanKind::Step) : CallTrace::kNone;
    if (traced) trace.span(span).exit_start = Ticks::now();
    if (step.after) {
      try {
        step.middleware->after(call, status);
      } catch (...) {
        status = caught();
      }
    }
    if (traced) trace.close(span);
  }
  if (from > 0 && traced) trace.span(trace.find_open(plan_[from - 1].name, SpanKind::Step)).exit_start = Ticks::now();
}

void Chain::leave_around(Call& call, std::uint32_t at) const {
  CallTrace& trace = call.trace;
  const std::uint32_t span = trace.find_open(plan_[at].name, SpanKind::Step);
  if (span == CallTrace::kNone) return;
  if (trace.span(span).enter_end != 0) {
    trace.close(span);
    return;
  }
  // It answered without calling next().
  mark_not_reached(call, at + 1);
  trace.close(span, SpanStatus::Stopped);
  trace.span(span).enter_end = trace.span(span).exit_start = trace.span(span).end;
}

void Chain::mark_not_reached(Call& call, std::uint32_t from) const {
  for (std::size_t i = from; i < plan_.size(); ++i) call.trace.mark(plan_[i].name, SpanKind::Step, SpanStatus::NotReached);
  call.trace.mark(handler_name_, SpanKind::Handler, SpanStatus::NotReached);
}

}  // namespace slipway::middleware
