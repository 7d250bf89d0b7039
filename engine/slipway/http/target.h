// Target: one service as a client sees it: the nodes that discovery knows and the balancer that picks among them. Private to http.
// Thread-safe.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "slipway/balance/family.h"
#include "slipway/registry/registry.h"

namespace slipway::http {

class Target {
 public:
  // NOT_FOUND for an unknown balancer.
  static Result<std::shared_ptr<Target>> open(registry::Discovery& discovery, const std::string& service, std::string_view balancer,
                                              const balance::Strategies* more, const std::string& user);
  // The balancer stays alive with the call that picked from it.
  std::shared_ptr<balance::Balancer> balancer() const;
  Status set_balancer(std::string_view name);
  std::vector<balance::NodePtr> nodes() const;
  std::atomic<bool> explaining{false};

 private:
  Target(const balance::Strategies* more, std::string user) : more_(more), user_(std::move(user)) {}
  void update(const std::vector<registry::ServiceInstance>& instances);
  const balance::Strategies* more_;
  const std::string user_;
  mutable std::mutex mutex_;
  std::vector<balance::NodePtr> nodes_;
  std::shared_ptr<balance::Balancer> balancer_;
  std::unique_ptr<registry::Watcher> watcher_;  // last: stops before the rest goes
};

}  // namespace slipway::http
