#include "slipway/balance/balancer.h"

#include <array>

#include "slipway/balance/strategies.h"

namespace slipway::balance {

namespace {

struct Entry {
  std::string_view name;
  std::unique_ptr<Balancer> (*make)();
};

constexpr std::array kStrategies = {
    Entry{"random", make_random},   Entry{"round_robin", make_round_robin},
    Entry{"wrr", make_weighted_round_robin}, Entry{"p2c", make_p2c},
    Entry{"p2c_ewma", make_p2c_ewma},
};

constexpr auto kNames = [] {
  std::array<std::string_view, kStrategies.size()> names{};
  for (std::size_t i = 0; i < names.size(); ++i) names[i] = kStrategies[i].name;
  return names;
}();

}  // namespace

Result<std::unique_ptr<Balancer>> make_balancer(std::string_view name) {
  for (const auto& entry : kStrategies)
    if (entry.name == name) return entry.make();
  std::string known;
  for (auto n : kNames) known += (known.empty() ? "" : ", ") + std::string(n);
  return not_found("balancer \"" + std::string(name) + "\" is not known (use " + known + ")", "UNKNOWN_BALANCER");
}

std::span<const std::string_view> balancer_names() { return kNames; }

void explain_one(Explanation* explain, std::string_view policy, const Node& won, double score, std::string why) {
  explain->policy = policy;
  explain->candidates = {{won.id, score, won.in_flight(), true}};
  explain->why = std::move(why);
}

}  // namespace slipway::balance
