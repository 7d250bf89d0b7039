#include "slipway/http/target.h"

#include <algorithm>
#include <charconv>

namespace slipway::http {
namespace {

constexpr std::string_view kScheme = "http://";
constexpr int kDefaultWeight = 10;

int weight_of(const registry::ServiceInstance& instance) {
  const auto it = instance.metadata.find("weight");
  int weight = kDefaultWeight;
  if (it != instance.metadata.end()) std::from_chars(it->second.data(), it->second.data() + it->second.size(), weight);
  return weight;
}

std::string address_of(const registry::ServiceInstance& instance) {
  for (const auto& endpoint : instance.endpoints)
    if (endpoint.starts_with(kScheme)) return endpoint.substr(kScheme.size());
  return {};
}

}  // namespace

Result<std::shared_ptr<Target>> Target::open(registry::Discovery& discovery, const std::string& service, std::string_view balancer,
                                             const balance::Strategies* more, const std::string& user) {
  std::shared_ptr<Target> target(new Target(more, user + ": " + service));
  if (auto set = target->set_balancer(balancer); !set.ok()) return set.error();
  // The watcher ends before the target does, so the plain pointer holds.
  target->watcher_ = discovery.watch(service, [t = target.get()](const std::vector<registry::ServiceInstance>& i) { t->update(i); });
  return target;
}

std::shared_ptr<balance::Balancer> Target::balancer() const {
  std::lock_guard lock(mutex_);
  return balancer_;
}

Status Target::set_balancer(std::string_view name) {
  auto made = balance::make_balancer(name, more_, user_);
  if (!made.ok()) return made.error();
  std::shared_ptr<balance::Balancer> next = std::move(*made);
  std::lock_guard lock(mutex_);
  next->update(nodes_);
  balancer_ = std::move(next);
  return {};
}

std::vector<balance::NodePtr> Target::nodes() const {
  std::lock_guard lock(mutex_);
  return nodes_;
}

// Nodes of the same id and address keep their counters.
void Target::update(const std::vector<registry::ServiceInstance>& instances) {
  std::lock_guard lock(mutex_);
  std::vector<balance::NodePtr> next;
  for (const auto& instance : instances) {
    const std::string address = address_of(instance);
    if (address.empty()) continue;  // speaks something else
    const auto known = std::find_if(nodes_.begin(), nodes_.end(),
                                    [&](const auto& n) { return n->id == instance.id && n->address == address; });
    if (known != nodes_.end()) {
      (*known)->weight = weight_of(instance);
      next.push_back(*known);
    } else {
      next.push_back(std::make_shared<balance::Node>(instance.id, address, weight_of(instance), static_cast<std::uint32_t>(next.size())));
    }
  }
  nodes_ = std::move(next);
  balancer_->update(nodes_);
}

}  // namespace slipway::http
