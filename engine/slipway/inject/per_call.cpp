#include "slipway/inject/per_call.h"

#include <utility>

namespace slipway::inject {

namespace {

using middleware::Call;
using middleware::Outcome;

struct Current {
  Request* request;
};

// A call's request and, when it goes, the context as it was before.
class Opened {
 public:
  Opened(Graph& graph, bool takes_call, Call& call) : call_(call), before_(call.context), request_(graph) {
    if (takes_call) request_.put<Call>(call);
    call.context = call.context.with_value(Current{&request_});
  }
  ~Opened() { call_.context = std::move(before_); }
  Opened(const Opened&) = delete;
  Opened& operator=(const Opened&) = delete;

 private:
  Call& call_;
  context::Context before_;
  Request request_;
};

Task<Status> finish(std::unique_ptr<Opened> opened, Task<Status> pending) {
  Status status = co_await std::move(pending);
  opened.reset();
  co_return status;
}

class PerCall final : public middleware::Middleware {
 public:
  explicit PerCall(Graph& graph) : graph_(graph), takes_call_(graph.has_input<Call>()) {}
  std::string_view name() const override { return "per_call"; }
  Shape shape() const override { return Shape::Around; }
  Outcome around(Call& call, middleware::Next next) override {
    auto opened = std::make_unique<Opened>(graph_, takes_call_, call);
    Outcome outcome = next();
    if (!outcome.suspended()) return outcome;
    return Outcome(finish(std::move(opened), std::move(outcome.task())));
  }

 private:
  Graph& graph_;
  bool takes_call_;
};

}  // namespace

middleware::MiddlewarePtr per_call(Graph& graph) { return std::make_shared<PerCall>(graph); }

Request& request_of(const context::Context& context) {
  const auto* current = context.value<Current>();
  if (!current) throw InjectError(conflict("this call has no inject::Request: use inject::per_call(graph) before its handler", "OUTSIDE_REQUEST"));
  return *current->request;
}

}  // namespace slipway::inject
