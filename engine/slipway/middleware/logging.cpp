// logging: failed calls as errors, slow ones as warnings, all of them when asked to.
#include "slipway/middleware/builtin_base.h"

namespace slipway::middleware::detail {
namespace {

class Logging final : public Builtin {
 public:
  explicit Logging(Wiring w) : Builtin("logging", std::move(w)) {}
  bool has_before() const override { return false; }
  void after(Call& call, Status& status) override {
    using telemetry::Level;
    const std::int64_t ns = Ticks::to_ns(Ticks::now() - call.received);
    const std::int64_t slow = slow_ns_.load(std::memory_order_relaxed);
    const int code = status.ok() ? call.reply.status : status.error().http_status();
    Level level = Level::Info;
    const char* text = "call";
    if (code >= 500) {
      level = Level::Error, text = "failed call";
    } else if (!status.ok() && status.error().cause()) {
      level = Level::Warning, text = "refused call";  // what the client is not told must be told somewhere
    } else if (slow > 0 && ns > slow && call.received != 0) {
      level = Level::Warning, text = "slow call";
    } else if (!every_.load(std::memory_order_relaxed)) {
      return;
    }
    telemetry::Logger& log = logger(call);
    if (!log.enabled(level)) return;
    const std::string error = status.ok() || level == Level::Info ? std::string() : status.error().to_string();
    log.log(level, call, text, "status", code, "duration", Duration(call.received != 0 ? ns / 1000 * 1000 : 0), "reason",
            status.ok() ? std::string_view() : std::string_view(status.error().reason()), "error", error);
  }
  std::string describe() const override {
    const Duration slow(slow_ns_.load());
    return every_.load() ? "every call" : slow > Duration::zero() ? "failed, and slower than " + format_duration(slow) : "failed";
  }
  Status set_option(std::string_view option, const Value& v) override {
    if (option == "slow") return apply(to_duration(option, v), [this](Duration d) { slow_ns_ = d.count(); });
    if (option == "every") return apply(to_bool(option, v), [this](bool on) { every_ = on; });
    return unknown(option);
  }

 private:
  std::atomic<std::int64_t> slow_ns_{500'000'000};
  std::atomic<bool> every_{false};
};

}  // namespace

MiddlewarePtr make_logging(Wiring w) { return std::make_shared<Logging>(std::move(w)); }

}  // namespace slipway::middleware::detail
