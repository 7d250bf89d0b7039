// MemoryRegistry: services of one process find each other. Registrar, Discovery and Watchers in one.
//
// Thread-safe. Watchers are called on a thread that changes the registry, newest list last (a list that was overtaken while
// a callback ran is skipped), under no lock that
// add, remove, find or watch take: a callback may call any of them. A callback never runs after its Watcher was
// destroyed; destroying one waits for its callback to return, unless done from within that callback.
#pragma once

#include <memory>

#include "slipway/registry/registry.h"

namespace slipway::registry {

class MemoryRegistry final : public Registrar, public Discovery {
 public:
  MemoryRegistry();
  ~MemoryRegistry() override;
  // BAD_REQUEST when id or name is empty.
  Status add(const ServiceInstance& instance) override;
  Status remove(const std::string& id) override;
  // An unknown name gives an empty list.
  Result<std::vector<ServiceInstance>> find(const std::string& name) override;
  std::unique_ptr<Watcher> watch(const std::string& name, OnChange on_change) override;
  // Everything, sorted by name and id.
  std::vector<ServiceInstance> all() const;

 private:
  struct State;
  class Subscription;
  std::shared_ptr<State> state_;
};

}  // namespace slipway::registry
