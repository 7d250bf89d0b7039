// body_limit: refuses bodies above a size that is smaller than the server's own.
#include "slipway/middleware/builtin_base.h"

namespace slipway::middleware::detail {
namespace {

class BodyLimit final : public Builtin {
 public:
  explicit BodyLimit(Wiring w) : Builtin("body_limit", std::move(w)) {}
  bool has_after() const override { return false; }
  std::optional<Status> before(Call& call) override {
    const auto max = static_cast<std::uint64_t>(max_.load(std::memory_order_relaxed));
    if (call.request.body.size() <= max) return std::nullopt;
    if (call.trace.active()) note_config(call);
    return Error(413, "BODY_TOO_LARGE", "the body has " + format_size(call.request.body.size()) + "; at most " + format_size(max) + " are taken");
  }
  std::string describe() const override { return format_size(static_cast<std::uint64_t>(max_.load())); }
  Status set_option(std::string_view option, const Value& v) override {
    if (option == "max") return apply(to_size(option, v), [this](std::int64_t n) { max_ = n; });
    return unknown(option);
  }

 private:
  std::atomic<std::int64_t> max_{1 << 20};
};

}  // namespace

MiddlewarePtr make_body_limit(Wiring w) { return std::make_shared<BodyLimit>(std::move(w)); }

}  // namespace slipway::middleware::detail
