// timeout: gives the call a deadline. What waits below (client calls, SQL, delays) ends when it passes; a handler that computes is
// not interrupted, and its answer is sent even when it comes late.
#include "slipway/middleware/builtin_base.h"

namespace slipway::middleware::detail {
namespace {

class Timeout final : public Builtin {
 public:
  explicit Timeout(Wiring w) : Builtin("timeout", std::move(w)) {}
  bool has_after() const override { return false; }
  std::optional<Status> before(Call& call) override {
    const Duration after(after_ns_.load(std::memory_order_relaxed));
    if (after > Duration::zero()) call.context = call.context.with_timeout(after);
    if (call.trace.active() && call.trace.detailed()) note_config(call);
    return std::nullopt;
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
