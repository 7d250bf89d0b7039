// recovery: the chain has turned the exception into an Error whose cause holds its text; this step writes that text to the log.
#include "slipway/middleware/builtin_base.h"

namespace slipway::middleware::detail {
namespace {

class Recovery final : public Builtin {
 public:
  explicit Recovery(Wiring w) : Builtin("recovery", std::move(w)) {}
  bool has_before() const override { return false; }
  void after(Call& call, Status& status) override {
    if (status.ok() || status.error().reason() != "PANIC") return;
    const Error* cause = status.error().cause();
    logger(call).error(call, "a handler threw an exception", "exception", cause ? std::string_view(cause->message()) : std::string_view());
  }
  std::string describe() const override { return "exceptions become 500"; }
  Status set_option(std::string_view option, const Value&) override { return unknown(option); }
};

}  // namespace

MiddlewarePtr make_recovery(Wiring w) { return std::make_shared<Recovery>(std::move(w)); }

}  // namespace slipway::middleware::detail
