// Strategies that a program adds to the built-in balancers, by plugins for example.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "slipway/balance/balancer.h"
#include "slipway/base/family.h"

namespace slipway::balance {

class Strategies final : public Family<Balancer> {
 public:
  Strategies();
};

// The built-in one of that name or, with `more`, one of those. `user` is who holds it: "gateway: pricing". NOT_FOUND with the known
// names.
Result<std::shared_ptr<Balancer>> make_balancer(std::string_view name, const Strategies* more, std::string user);

}  // namespace slipway::balance
