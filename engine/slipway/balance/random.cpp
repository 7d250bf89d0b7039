// random: uniform, weights ignored.
#include "slipway/balance/strategies.h"

namespace slipway::balance {

namespace {

class RandomBalancer final : public CountingBalancer {
 public:
  std::string_view name() const override { return "random"; }
  Picked pick(Random& random, std::int64_t now_ns, Explanation* explain) override {
    const auto& nodes = set_.get().nodes;
    if (nodes.empty()) return {};
    Node* node = nodes[random.below(nodes.size())];
    if (explain) explain_one(explain, name(), *node, 0, "one of " + std::to_string(nodes.size()) + ", uniform");
    return begin(node, now_ns);
  }
};

}  // namespace

std::unique_ptr<Balancer> make_random() { return std::make_unique<RandomBalancer>(); }

}  // namespace slipway::balance
