// InstanceRun: one instance of a service: its servers, chain and parts.
//
// start, stop and renew are called by one thread at a time (Prototype sees to it) and block. What reads (rows, middleware, url,
// instances) is thread-safe and waits for none of them, so a window sees an instance drain. Config's observers publish chains
// and rebuild the parts on the config's thread.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "slipway/config/config.h"
#include "slipway/grpc/server.h"
#include "slipway/http/server.h"
#include "slipway/middleware/middleware.h"
#include "workbench/behaviour/runtime.h"
#include "workbench/host/views.h"
#include "workbench/prototype/parts.h"

namespace workbench::prototype {

class ServiceRun;

class InstanceRun {
 public:
  InstanceRun(ServiceRun& service, std::string name, int number);
  ~InstanceRun();

  slipway::Status start();
  slipway::Status stop(slipway::Duration limit);
  // Takes the service's present routes and steps over while it runs; `chain` when its middleware is written differently.
  slipway::Status renew(bool chain);

  const std::string& name() const { return name_; }
  host::ServiceState state() const { return state_; }
  std::vector<host::ServiceRow> rows() const;
  std::string url(std::string_view scheme) const;   // empty when it does not run
  std::vector<host::InstanceView> instances() const;
  std::vector<host::MiddlewareView> middleware() const;

 private:
  struct Step {
    std::string name, section;
    slipway::middleware::MiddlewarePtr middleware;
    std::vector<std::string> keys;
  };
  // What others read of it.
  struct Shown {
    slipway::TimePoint started{};
    std::optional<slipway::transport::Endpoint> http, grpc;
    std::shared_ptr<Parts> parts;
    std::string error, failed_kind;   // failed_kind: "HTTP" or "gRPC" when that server could not start
    int holder_pid = 0, next_free_port = 0;
    std::string holder_name;
  };

  std::string design() const;   // in effect
  std::string own_section() const;   // "pricing.pricing-5.instance"
  // Parts anew when the design or what the routes need has changed; the old ones live until their last call has ended.
  slipway::Status rebuild();
  slipway::Status build_middleware();
  slipway::Status publish_routes();
  std::vector<slipway::middleware::MiddlewarePtr> chain_steps() const;   // publish_mutex_ is held
  slipway::Status start_servers();
  void announce();   // puts its weight and endpoints into the registry
  int port_of(std::string_view section, int written) const;
  slipway::Error fail(const slipway::Error& error, std::string kind = {});
  void release();    // servers, parts, chain
  Shown shown() const;

  ServiceRun& service_;
  const std::string name_;
  const int number_;
  std::atomic<host::ServiceState> state_{host::ServiceState::Stopped};
  mutable std::mutex shown_mutex_;
  Shown shown_;
  std::unique_ptr<slipway::http::Server> http_;
  std::unique_ptr<slipway::grpc::Server> grpc_;
  mutable std::mutex publish_mutex_;   // of what follows and of publishing
  std::vector<Step> steps_;
  std::shared_ptr<Parts> parts_;
  std::shared_ptr<behaviour::Runtime> runtime_;
  std::mutex rebuild_mutex_;           // one rebuild at a time
  std::vector<slipway::config::Subscription> subscriptions_;
};

}  // namespace workbench::prototype
