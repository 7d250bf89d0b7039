// Middleware and Chain: what happens around every handler, the same for HTTP and gRPC.
//
// A middleware is one of two shapes:
//   segments  before(call) and after(call, status): synchronous, flat, compiled once per operation; costs nanoseconds.
//   around    around(call, next): owns the rest of the chain and may call next() zero to n times (retry, hedging, caching,
//             timeout). next() gives an Outcome that may be suspended.
// before() that returns a result stops the chain (short circuit): after() of the steps already entered still runs, in
// reverse, and the trace marks the stop and the steps not reached. `recovery` catches at segment boundaries.
// A middleware object is shared by all workers: its state must be thread-safe.
// An exception of a step or of the handler ends that step as an Error (500 INTERNAL; PANIC below a `recovery`), whose text is in the
// cause only; after() of the steps around it runs as for any other error.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "slipway/middleware/call.h"

namespace slipway::middleware {

using Handler = std::function<Outcome(Call&)>;

class Chain;

// The rest of a chain, for `around`. Two words, passed in registers; valid while the call runs.
class Next {
 public:
  struct Rest;  // chain.cpp
  Next(const Rest* rest, Call* call) : rest_(rest), call_(call) {}
  Outcome operator()() const;

 private:
  const Rest* rest_;
  Call* call_;
};

class Middleware {
 public:
  enum class Shape { Segments, Around };
  virtual ~Middleware() = default;
  virtual std::string_view name() const = 0;
  virtual Shape shape() const { return Shape::Segments; }
  // Segments that do nothing are left out when a chain is compiled: say so for those not overridden.
  virtual bool has_before() const { return true; }
  virtual bool has_after() const { return true; }
  // Segments. nullopt = go on; a Status = stop here with it (ok: call.reply is the answer). Views into call.request are good until the
  // call suspends: what is needed later is taken from the Call again.
  virtual std::optional<Status> before(Call& call);
  virtual void after(Call& call, Status& status);
  // Around.
  virtual Outcome around(Call& call, Next next);
  // Around: false when a call that is still to go on (a Task, begun or not, when around() returns) is reached through the Call alone,
  // not through views into its request taken before. Servers then copy the request's bytes only when a call does suspend.
  virtual bool keeps_views() const { return true; }
  // One line for people: "2 000/s, burst 50, per x-api-key".
  virtual std::string describe() const { return {}; }
  // Names of the options that can be changed while calls run.
  virtual std::vector<std::string> options() const { return {}; }
  // Thread-safe, takes effect at once. NOT_FOUND for an unknown option; BAD_REQUEST, with the fix, for a value that does not fit.
  virtual Status set_option(std::string_view name, const Value& value);
};

using MiddlewarePtr = std::shared_ptr<Middleware>;

// An immutable, compiled sequence of steps and the handler at its heart; copies share it. Thread-safe. One of them must outlive its
// calls, suspended ones too. While a call is recorded each step is a Step span (an `around` that calls next() twice holds two of those inside), and
// the handler a Handler span; else nothing is measured. A synchronous call allocates nothing here.
class Chain {
 public:
  Chain(std::vector<MiddlewarePtr> steps, Handler handler);
  // Runs the call. The Outcome is final: exceptions of the handler have become Errors where `recovery` is in the chain,
  // and otherwise are turned into INTERNAL here, without their text reaching the client.
  Outcome run(Call& call) const;
  const std::vector<MiddlewarePtr>& steps() const;

 private:
  friend class Next;
  struct Plan;
  std::shared_ptr<const Plan> plan_;
};

}  // namespace slipway::middleware
