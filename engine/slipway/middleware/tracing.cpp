// tracing: every call has a trace identity, recorded or not, so that client calls carry it on.
#include "slipway/middleware/builtin_base.h"

namespace slipway::middleware::detail {
namespace {

class Tracing final : public Builtin {
 public:
  explicit Tracing(Wiring w) : Builtin("tracing", std::move(w)) {}
  std::optional<Status> before(Call& call) override {
    if (!call.context.trace().valid()) {
      context::TraceIdentity identity;
      identity.trace = Ids::system().trace_id();
      identity.span = Ids::system().span_id();
      call.context.set_trace(identity);
    }
    return std::nullopt;
  }
  void after(Call& call, Status&) override {
    if (reply_header_.load(std::memory_order_relaxed)) (void)call.reply.headers.set("trace-id", call.context.trace().trace.hex());
  }
  std::string describe() const override { return reply_header_.load() ? "W3C trace context, trace-id in replies" : "W3C trace context"; }
  Status set_option(std::string_view option, const Value& v) override {
    if (option == "reply_header") return apply(to_bool(option, v), [this](bool on) { reply_header_ = on; });
    return unknown(option);
  }

 private:
  std::atomic<bool> reply_header_{false};
};

}  // namespace

MiddlewarePtr make_tracing(Wiring w) { return std::make_shared<Tracing>(std::move(w)); }

}  // namespace slipway::middleware::detail
