// p2c_ewma: Kratos's selector: two distinct draws, the higher weight (success over latency times calls) wins; a tie keeps
// the first. A loser that was not picked for 3 s is taken instead, one such pick at a time, so that a node that was slow
// once is tried again. The registry's weight is ignored.
#include "slipway/balance/ewma.h"
#include "slipway/balance/strategies.h"

namespace slipway::balance {

namespace {

constexpr std::int64_t kForceAfterNs = 3'000'000'000;

class PowerOfTwoEwma final : public CountingBalancer {
 public:
  std::string_view name() const override { return "p2c_ewma"; }

  Picked pick(Random& random, std::int64_t now_ns, Explanation* explain) override {
    const auto& nodes = set_.get().nodes;
    if (nodes.size() < 2) {
      if (nodes.empty()) return {};
      if (explain) explain_one(explain, name(), *nodes[0], 0, "the only node");
      return begin_measured(nodes[0], now_ns);
    }
    const auto [i, j] = two_of(random, static_cast<std::uint32_t>(nodes.size()));
    Node *winner = nodes[i], *loser = nodes[j];
    auto high = winner->ewma->weight(now_ns, winner->in_flight());
    auto low = loser->ewma->weight(now_ns, loser->in_flight());
    if (low > high) {
      std::swap(winner, loser);
      std::swap(low, high);
    }
    bool forced = false;
    if (now_ns - loser->ewma->last_pick_ns() > kForceAfterNs && !forcing_.exchange(true, std::memory_order_acq_rel)) {
      forced = true;
      std::swap(winner, loser);
    }
    if (explain) {
      explain->policy = name();
      explain->candidates = {{winner->id, forced ? low : high, winner->in_flight(), true},
                             {loser->id, forced ? high : low, loser->in_flight(), false}};
      explain->why = forced ? "not picked for 3 s: tried again" : "higher weight of two drawn (higher wins)";
    }
    auto picked = begin_measured(winner, now_ns);
    if (forced) forcing_.store(false, std::memory_order_release);
    return picked;
  }

  void done(const Picked& picked, std::int64_t now_ns, const DoneInfo& info) override {
    picked.node->ewma->end(picked.slot, picked.started_ns, now_ns, info.failed);
    finish(picked, info);
  }

 protected:
  void prepare(NodeSet& set) override {
    for (Node* node : set.nodes)
      if (!node->ewma) node->ewma = std::make_unique<Ewma>();
  }

 private:
  static Picked begin_measured(Node* node, std::int64_t now_ns) {
    const auto ordinal = node->begin_call();
    return {node, now_ns, node->ewma->begin(ordinal, now_ns)};
  }

  std::atomic<bool> forcing_{false};
};

}  // namespace

std::unique_ptr<Balancer> make_p2c_ewma() { return std::make_unique<PowerOfTwoEwma>(); }

}  // namespace slipway::balance
