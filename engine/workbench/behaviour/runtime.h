// Runtime: the framework objects of one service instance, as its behaviours see them. prototype/ makes the real one.
// Used on the worker that runs the call; the tasks resume there.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "slipway/base/random.h"
#include "slipway/base/result.h"
#include "slipway/base/task.h"
#include "slipway/base/value.h"
#include "slipway/context/context.h"
#include "slipway/values/work_queue.h"

namespace workbench::behaviour {

struct OutgoingCall {
  std::string service;                 // registry name: "pricing"
  std::string method = "GET";          // HTTP method; empty for gRPC
  std::string path;                    // HTTP target, or "/inventory.v1.Inventory/Reserve"
  bool grpc = false;
  std::string body;                    // HTTP: bytes; empty = none
  slipway::Value message;              // gRPC
  slipway::Duration timeout{};         // 0 = the caller's deadline
};

struct IncomingReply {
  int status = 0;
  slipway::Value body;                 // decoded JSON; text when it is not JSON
  std::string raw;
  std::string instance;                // which one answered
};

class Runtime {
 public:
  virtual ~Runtime() = default;
  virtual const std::string& service() const = 0;
  virtual const std::string& instance() const = 0;

  // Effective value of `<service>.<instance>.<name>`, else `<service>.<name>`, else `otherwise`. Only tunables that the routes'
  // behaviours declare are known; reading one takes no lock (text: a brief one).
  virtual slipway::Duration duration(const std::string& name, slipway::Duration otherwise) const = 0;
  virtual double number(const std::string& name, double otherwise) const = 0;
  virtual std::string text(const std::string& name, std::string_view otherwise) const = 0;

  virtual slipway::Task<slipway::Result<IncomingReply>> call(const slipway::context::Context& context, OutgoingCall out) = 0;
  // Rows as a list of maps; for statements without rows one map {changes, last_id}.
  virtual slipway::Task<slipway::Result<slipway::Value>> sql(const slipway::context::Context& context, std::string statement,
                                                             std::vector<slipway::Value> parameters) = 0;
  virtual slipway::Result<slipway::Value> cache_get(const slipway::context::Context& context, const std::string& key) = 0;  // Null on a miss
  virtual slipway::Status cache_put(const slipway::context::Context& context, const std::string& key, slipway::Value value,
                                    slipway::Duration ttl) = 0;
  virtual slipway::Status cache_drop(const slipway::context::Context& context, const std::string& key) = 0;

  // The instance's own FIFO for a `work` step, and its stream of chance, seeded by `<section>.seed` (0 = from the system).
  virtual slipway::values::WorkQueue& queue(const std::string& section) = 0;
  virtual slipway::values::Chance& chance(const std::string& section) = 0;
};

}  // namespace workbench::behaviour
