// validate: the body must hold to rules (validate/rules.h), or the call ends with 422 and every violation.
#include "slipway/base/snapshot.h"
#include "slipway/middleware/builtin_base.h"
#include "slipway/validate/rules.h"

namespace slipway::middleware::detail {
namespace {

class Validate final : public Builtin {
 public:
  explicit Validate(Wiring w) : Builtin("validate", std::move(w)) {}
  bool has_after() const override { return false; }
  std::optional<Status> before(Call& call) override {
    static const telemetry::NameId kViolations = telemetry::intern("violations");
    const auto rules = rules_.load();
    if (rules->empty()) return std::nullopt;
    auto body = call.body_value();
    if (!body) return body.error();
    const auto violations = rules->check(**body);
    if (call.trace.active() && (call.trace.detailed() || !violations.empty())) {
      note_config(call);
      note(call, kViolations, std::to_string(violations.size()));
    }
    if (violations.empty()) return std::nullopt;
    return validate::to_error(violations);
  }
  std::string describe() const override { return rules_.load()->empty() ? "no rules" : "rules of the body"; }
  Status set_option(std::string_view option, const Value& v) override {
    if (option != "body") return unknown(option);
    auto rules = validate::Rules::compile(v);
    if (!rules) return rules.error();
    rules_.publish(std::make_shared<const validate::Rules>(std::move(*rules)));
    return {};
  }

 private:
  Snapshot<validate::Rules> rules_{std::make_shared<const validate::Rules>()};
};

}  // namespace

MiddlewarePtr make_validate(Wiring w) { return std::make_shared<Validate>(std::move(w)); }

}  // namespace slipway::middleware::detail
