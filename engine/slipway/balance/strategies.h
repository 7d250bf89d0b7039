// The strategies behind make_balancer, one file each, and what most of them share.
#pragma once

#include <memory>
#include <string>

#include "slipway/balance/node_set.h"

namespace slipway::balance {

std::unique_ptr<Balancer> make_random();
std::unique_ptr<Balancer> make_round_robin();
std::unique_ptr<Balancer> make_weighted_round_robin();
std::unique_ptr<Balancer> make_p2c();
std::unique_ptr<Balancer> make_p2c_ewma();

// A strategy whose whole knowledge of a node is its counters.
class CountingBalancer : public Balancer {
 public:
  void update(std::vector<NodePtr> nodes) override {
    set_.publish(std::move(nodes), [this](NodeSet& set) { prepare(set); });
  }
  void done(const Picked& picked, std::int64_t, const DoneInfo& info) override { finish(picked, info); }

 protected:
  virtual void prepare(NodeSet&) {}
  static Picked begin(Node* node, std::int64_t now_ns) {
    node->begin_call();
    return {node, now_ns, 0};
  }
  static void finish(const Picked& picked, const DoneInfo& info) {
    if (info.failed) picked.node->failures.fetch_add(1, std::memory_order_relaxed);
    picked.node->end_call();  // last: the node may go once nothing is in flight
  }
  NodeSetCell set_;
};

// Two distinct indices below n >= 2, uniform over ordered pairs.
inline std::pair<std::uint32_t, std::uint32_t> two_of(Random& random, std::uint32_t n) {
  const auto a = static_cast<std::uint32_t>(random.below(n));
  auto b = static_cast<std::uint32_t>(random.below(n - 1));
  if (b >= a) ++b;
  return {a, b};
}

void explain_one(Explanation* explain, std::string_view policy, const Node& won, double score, std::string why);

}  // namespace slipway::balance
