// wrr: smooth weighted round robin. The whole cycle is computed when the node set changes, so that a pick is one atomic
// increment and one load; beyond 65 536 picks a cycle, static stride.
#include "slipway/balance/smooth_cycle.h"
#include "slipway/balance/strategies.h"

namespace slipway::balance {

namespace {

class WeightedRoundRobin final : public CountingBalancer {
 public:
  std::string_view name() const override { return "wrr"; }

  Picked pick(Random&, std::int64_t now_ns, Explanation* explain) override {
    const NodeSet& set = set_.get();
    if (!set.cycle.empty()) [[likely]] {
      const auto at = set.mod(static_cast<std::uint32_t>(ticket_.fetch_add(1, std::memory_order_relaxed)));
      Node* node = set.cycle[at];
      if (explain) describe(explain, set, *node, "position " + std::to_string(at + 1) + " of a smooth cycle of " +
                                                     std::to_string(set.cycle.size()));
      return begin(node, now_ns);
    }
    if (set.nodes.empty()) return {};
    Node* node = stride(set);
    if (explain) describe(explain, set, *node, "static stride: the weights' cycle is longer than 65 536 picks");
    return begin(node, now_ns);
  }

 protected:
  void prepare(NodeSet& set) override {
    std::vector<int> weights;
    for (const Node* node : set.nodes) weights.push_back(node->weight.load(std::memory_order_relaxed));
    const auto reduced = reduced_weights(weights);
    const auto order = smooth_cycle(reduced);
    for (auto index : order) set.cycle.push_back(set.nodes[index]);
    if (order.empty()) set.stride = stride_weights(reduced);
    else set.mod = FastMod(static_cast<std::uint32_t>(order.size()));
  }

 private:
  // Ends: the heaviest node (65 535) is taken whenever its turn comes.
  Node* stride(const NodeSet& set) {
    const auto n = set.nodes.size();
    for (;;) {
      const auto ticket = ticket_.fetch_add(1, std::memory_order_relaxed);
      const auto node = ticket % n;
      if (stride_picks(set.stride[node], ticket / n, static_cast<std::uint32_t>(node))) return set.nodes[node];
    }
  }

  void describe(Explanation* explain, const NodeSet& set, const Node& won, std::string why) const {
    explain->policy = name();
    explain->candidates.clear();
    for (const Node* node : set.nodes)
      explain->candidates.push_back(
          {node->id, static_cast<double>(node->weight.load(std::memory_order_relaxed)), node->in_flight(), node == &won});
    explain->why = std::move(why) + "; score is the weight";
  }

  alignas(64) std::atomic<std::uint64_t> ticket_{0};
};

}  // namespace

std::unique_ptr<Balancer> make_weighted_round_robin() { return std::make_unique<WeightedRoundRobin>(); }

}  // namespace slipway::balance
