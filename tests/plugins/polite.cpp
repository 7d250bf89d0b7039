// A plugin with a middleware and a balancer, as docs/guide/plugins.md shows it.
#include <atomic>

#include "slipway/balance/family.h"
#include "slipway/balance/strategies.h"
#include "slipway/middleware/family.h"
#include "slipway/plugin/abi.h"

using namespace slipway;

namespace {

// Adds a header to every reply.
class Polite final : public middleware::Middleware {
 public:
  std::string_view name() const override { return "polite"; }
  bool has_before() const override { return false; }
  void after(middleware::Call& call, Status&) override { (void)call.reply.headers.add("x-polite", very_ ? "pretty please" : "please"); }
  std::vector<std::string> options() const override { return {"very"}; }
  Status set_option(std::string_view option, const Value& value) override {
    if (option != "very") return not_found("polite has no option \"" + std::string(option) + "\" (it has very)", "UNKNOWN_OPTION");
    if (!value.is_bool()) return bad_request("very: \"" + value.to_text() + "\" is neither true nor false", "BAD_OPTION");
    very_ = value.as_bool();
    return {};
  }

 private:
  std::atomic<bool> very_{false};
};

// Sends everything to the first node: what remains is there when it fails.
class First final : public balance::CountingBalancer {
 public:
  std::string_view name() const override { return "first"; }
  balance::Picked pick(Random&, std::int64_t now_ns, balance::Explanation* explain) override {
    const auto& nodes = set_.get().nodes;
    if (nodes.empty()) return {};
    balance::Node* const node = nodes.front();
    if (explain) *explain = {"first", {{node->id, 0, node->in_flight(), true}}, "the first there is"};
    return begin(node, now_ns);
  }
};

class PolitePlugin final : public plugin::Plugin {
 public:
  const plugin::Manifest& manifest() const override {
    static const plugin::Manifest manifest{.name = "polite", .version = "1.2.0", .about = "Says please, and goes to the first."};
    return manifest;
  }
  Status install(plugin::Offer& offer) override {
    const std::vector<middleware::OptionSpec> options{{"very", "bool", false, "", "Says it twice."}};
    auto added = offer.add<middleware::Steps>("polite", options, [](const middleware::StepSetup&) { return std::make_shared<Polite>(); });
    if (!added) return added;
    return offer.add<balance::Strategies>("first", [] { return std::make_shared<First>(); });
  }
};

}  // namespace

SLIPWAY_PLUGIN(PolitePlugin)
