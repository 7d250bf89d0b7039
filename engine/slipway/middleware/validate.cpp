// validate: the body must hold to rules (validate/rules.h), or the call ends with 422 and every violation. `body` holds the rules
// of every call, `operations` those of single ones by name: { "POST /orders": { sku: { required: true } } }.
#include <map>

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
    const auto own = operations_.load();
    const validate::Rules* of_operation = nullptr;
    if (call.operation)
      if (auto it = own->find(call.operation->name); it != own->end()) of_operation = &it->second;
    if (rules->empty() && !of_operation) return std::nullopt;
    auto body = call.body_value();
    if (!body) return body.error();
    auto violations = rules->check(**body);
    if (of_operation)
      for (auto& v : of_operation->check(**body)) violations.push_back(std::move(v));
    if (call.trace.active() && (call.trace.detailed() || !violations.empty())) {
      note_config(call);
      note(call, kViolations, std::to_string(violations.size()));
    }
    if (violations.empty()) return std::nullopt;
    return validate::to_error(violations);
  }
  std::string describe() const override {
    std::string out = rules_.load()->empty() ? "" : "every body";
    for (const auto& [name, rules] : *operations_.load()) out += (out.empty() ? "" : ", ") + name;
    return out.empty() ? "no rules" : out;
  }
  Status set_option(std::string_view option, const Value& v) override {
    if (option == "operations") {
      auto all = std::make_shared<Operations>();
      if (!v.is_map()) return bad_request("operations is a map of operation names to rules", "BAD_OPTION");
      for (const auto& [name, written] : v.as_map()) {
        auto rules = validate::Rules::compile(written);
        if (!rules) return rules.error();
        all->emplace(name, std::move(*rules));
      }
      operations_.publish(std::move(all));
      return {};
    }
    if (option != "body") return unknown(option);
    auto rules = validate::Rules::compile(v);
    if (!rules) return rules.error();
    rules_.publish(std::make_shared<const validate::Rules>(std::move(*rules)));
    return {};
  }

 private:
  using Operations = std::map<std::string, validate::Rules, std::less<>>;
  Snapshot<Operations> operations_{std::make_shared<const Operations>()};
  Snapshot<validate::Rules> rules_{std::make_shared<const validate::Rules>()};
};

}  // namespace

MiddlewarePtr make_validate(Wiring w) { return std::make_shared<Validate>(std::move(w)); }

}  // namespace slipway::middleware::detail
