// Parts: where the steps of one running instance get their database, cache and clients. Two designs of the same service:
//   singleton   named lazy instances of an InstanceScope, made by whichever call asks first (ScopeParts)
//   injected    a graph that is checked and made before the instance serves, and handed to the steps (GraphParts)
// Each instance has its own scope, which its calls carry in their Context. Thread-safe once made.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "slipway/base/result.h"
#include "slipway/cache/cache.h"
#include "slipway/context/context.h"
#include "slipway/data/database.h"
#include "slipway/grpc/client.h"
#include "slipway/http/client.h"
#include "slipway/instance/scope.h"
#include "workbench/behaviour/behaviour.h"
#include "workbench/host/views.h"

namespace workbench::prototype {

class ServiceRun;

class Parts {
 public:
  using Context = slipway::context::Context;
  Parts(std::string scope, behaviour::Needs needs) : scope_(std::move(scope)), needs_(std::move(needs)) {}
  virtual ~Parts() = default;
  virtual std::string_view design() const = 0;
  // May block on files, the first time. The error says why it cannot be made, with its config key; not for clients' eyes.
  virtual slipway::Result<slipway::data::Database*> database(const Context& context) = 0;
  virtual slipway::Result<slipway::cache::Cache*> cache(const Context& context) = 0;
  virtual slipway::Result<slipway::http::Client*> http(const Context& context) = 0;
  virtual slipway::Result<slipway::grpc::Client*> grpc(const Context& context, const std::string& target) = 0;
  // In order of making; those that nobody asked for yet come last.
  virtual std::vector<host::InstanceView> views() const = 0;

  // What the Context of the instance's calls carries.
  slipway::instance::InstanceScope& scope() { return scope_; }
  const behaviour::Needs& needs() const { return needs_; }   // what they were made for

 protected:
  slipway::instance::InstanceScope scope_;
  const behaviour::Needs needs_;
};

// By `design`: "singleton" or "injected". The graph's parts are made here; the error is of the first that cannot be. Blocks.
// `service` must outlive the parts.
slipway::Result<std::shared_ptr<Parts>> make_parts(ServiceRun& service, const std::string& instance, const std::string& design);

}  // namespace workbench::prototype
