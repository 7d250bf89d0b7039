// round_robin: one after the other, weights ignored. One atomic increment decides.
#include "slipway/balance/strategies.h"

namespace slipway::balance {

namespace {

class RoundRobin final : public CountingBalancer {
 public:
  std::string_view name() const override { return "round_robin"; }
  Picked pick(Random&, std::int64_t now_ns, Explanation* explain) override {
    const NodeSet& set = set_.get();
    if (set.nodes.empty()) return {};
    const auto at = set.mod(ticket_.fetch_add(1, std::memory_order_relaxed));
    Node* node = set.nodes[at];
    if (explain)
      explain_one(explain, name(), *node, at, std::to_string(at + 1) + " of " + std::to_string(set.nodes.size()));
    return begin(node, now_ns);
  }

 private:
  alignas(64) std::atomic<std::uint32_t> ticket_{0};
};

}  // namespace

std::unique_ptr<Balancer> make_round_robin() { return std::make_unique<RoundRobin>(); }

}  // namespace slipway::balance
