// Registry: how services find each other. Registrar writes, Discovery reads, Watcher follows.
// A strategy family: memory.h, within one process.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "slipway/base/result.h"

namespace slipway::registry {

struct ServiceInstance {
  std::string id;       // unique: "pricing-3"
  std::string name;     // what clients ask for: "pricing"
  std::string version;
  std::map<std::string, std::string> metadata;  // "weight": "10"
  std::vector<std::string> endpoints;           // "http://127.0.0.1:8103", "grpc://127.0.0.1:9082"
  friend bool operator==(const ServiceInstance&, const ServiceInstance&) = default;
};

class Registrar {
 public:
  virtual ~Registrar() = default;
  virtual Status add(const ServiceInstance& instance) = 0;  // replaces one of the same id
  virtual Status remove(const std::string& id) = 0;         // removing what is not there is fine
};

class Watcher {
 public:
  virtual ~Watcher() = default;  // stops watching; no callback runs after it returned
};

class Discovery {
 public:
  virtual ~Discovery() = default;
  virtual Result<std::vector<ServiceInstance>> find(const std::string& name) = 0;  // sorted by id
  using OnChange = std::function<void(const std::vector<ServiceInstance>&)>;
  // Calls back at once with what is known, then on every change, never under a lock of the registry.
  virtual std::unique_ptr<Watcher> watch(const std::string& name, OnChange on_change) = 0;
};

}  // namespace slipway::registry
