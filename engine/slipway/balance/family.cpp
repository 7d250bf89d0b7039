#include "slipway/balance/family.h"

namespace slipway::balance {

Strategies::Strategies() : Family("balancer", {balancer_names().begin(), balancer_names().end()}) {}

Result<std::shared_ptr<Balancer>> make_balancer(std::string_view name, const Strategies* more, std::string user) {
  if (more && more->has(name)) return more->make(name, std::move(user));
  auto made = make_balancer(name);
  if (made) return std::shared_ptr<Balancer>(std::move(*made));
  return more ? Error(made.error().code(), made.error().reason(), more->unknown(name).message()) : made.error();
}

}  // namespace slipway::balance
