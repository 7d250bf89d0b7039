// p2c: two distinct draws, the one with fewer calls in flight wins; a tie keeps the first. Weights ignored.
// It does not see a slow node that does not queue: p2c_ewma does.
#include "slipway/balance/strategies.h"

namespace slipway::balance {

namespace {

class PowerOfTwoChoices final : public CountingBalancer {
 public:
  std::string_view name() const override { return "p2c"; }
  Picked pick(Random& random, std::int64_t now_ns, Explanation* explain) override {
    const auto& nodes = set_.get().nodes;
    if (nodes.size() < 2) {
      if (nodes.empty()) return {};
      if (explain) explain_one(explain, name(), *nodes[0], static_cast<double>(nodes[0]->in_flight()), "the only node");
      return begin(nodes[0], now_ns);
    }
    const auto [i, j] = two_of(random, static_cast<std::uint32_t>(nodes.size()));
    Node *first = nodes[i], *second = nodes[j];
    const auto a = first->in_flight(), b = second->in_flight();
    if (explain) {
      explain->policy = name();
      explain->candidates = {{first->id, static_cast<double>(a), a, a <= b}, {second->id, static_cast<double>(b), b, b < a}};
      explain->why = a == b ? "equal in flight: the first drawn" : "fewer in flight of two drawn";
    }
    return begin(b < a ? second : first, now_ns);
  }
};

}  // namespace

std::unique_ptr<Balancer> make_p2c() { return std::make_unique<PowerOfTwoChoices>(); }

}  // namespace slipway::balance
