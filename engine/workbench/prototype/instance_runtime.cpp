#include "workbench/prototype/instance_runtime.h"

#include <mutex>
#include <unordered_map>

#include "slipway/codec/codec.h"
#include "slipway/data/run_value.h"
#include "slipway/http/json_call.h"
#include "slipway/telemetry/log.h"

namespace workbench::prototype {
namespace {

using slipway::Duration;
using slipway::Result;
using slipway::Status;
using slipway::Task;
using slipway::Value;
namespace config = slipway::config;

class InstanceRuntime final : public behaviour::Runtime {
 public:
  InstanceRuntime(ServiceRun& service, std::string instance, std::shared_ptr<Parts> parts)
      : service_run_(service), service_(service.name()), instance_(std::move(instance)), parts_(std::move(parts)) {
    const auto routes = service.routes();
    for (const auto& route : *routes)
      for (const auto& step : route.steps) {
        bind(*step);
        for (const auto& target : step->calls()) edges_[target] = &service.edge(target);
      }
  }

  const std::string& service() const override { return service_; }
  const std::string& instance() const override { return instance_; }

  Duration duration(const std::string& name, Duration otherwise) const override {
    auto it = durations_.find(name);
    return it == durations_.end() ? otherwise : *it->second;
  }
  double number(const std::string& name, double otherwise) const override {
    auto it = numbers_.find(name);
    return it == numbers_.end() ? otherwise : *it->second;
  }
  std::string text(const std::string& name, std::string_view otherwise) const override {
    auto it = texts_.find(name);
    return it == texts_.end() ? std::string(otherwise) : *it->second.get();
  }

  Task<Result<behaviour::IncomingReply>> call(const slipway::context::Context& context, behaviour::OutgoingCall out) override {
    auto edge = edges_.find(out.service);
    if (edge != edges_.end()) edge->second->calls.fetch_add(1, std::memory_order_relaxed);
    const auto& on_call = service_run_.shared().on_call;
    behaviour::OutgoingCall asked;
    if (on_call) asked = out;
    slipway::context::Context inner = out.timeout > Duration::zero() ? context.with_timeout(out.timeout) : context;
    behaviour::IncomingReply reply;
    std::optional<slipway::Error> error;
    if (out.grpc) {
      auto client = parts_->grpc(context, out.service);
      if (!client.ok()) {
        error = missing("gRPC client of " + out.service, client.error());
      } else {
        auto r = co_await (*client)->call(inner, out.path, std::move(out.message));
        if (!r.ok()) {
          error = r.error();
        } else {
          reply.status = 200;
          reply.body = std::move(r->body);
          reply.raw = slipway::codec::to_json(reply.body);
          reply.instance = std::move(r->node);
        }
      }
    } else {
      slipway::http::ClientRequest request;
      request.method = std::move(out.method);
      request.url = "discovery:///" + out.service + out.path;
      request.body = std::move(out.body);
      auto client = parts_->http(context);
      if (!client.ok()) {
        error = missing("HTTP client", client.error());
      } else {
        auto r = co_await slipway::http::json_call(**client, inner, std::move(request));
        if (!r.ok()) {
          error = r.error();
        } else {
          reply.status = r->status;
          reply.instance = std::move(r->node);
          reply.raw = std::move(r->raw);
          reply.body = std::move(r->body);
        }
      }
    }
    if (edge != edges_.end() && (error || reply.status >= 500)) edge->second->errors.fetch_add(1, std::memory_order_relaxed);
    if (error) {
      if (on_call) on_call(service_, asked, *error);
      co_return *error;
    }
    if (on_call) on_call(service_, asked, reply);
    co_return reply;
  }

  Task<Result<Value>> sql(const slipway::context::Context& context, std::string statement, std::vector<Value> parameters) override {
    auto database = parts_->database(context);
    if (!database.ok()) {
      const slipway::Error none = missing("database", database.error());
      co_return none;
    }
    co_return co_await slipway::data::run_value(**database, context, std::move(statement), std::move(parameters));
  }

  Result<Value> cache_get(const slipway::context::Context& context, const std::string& key) override {
    auto cache = parts_->cache(context);
    if (!cache.ok()) return missing("cache", cache.error());
    auto hit = (*cache)->get(context, key);
    if (!hit.ok()) return hit.error();
    return hit->hit() ? std::move(hit->value) : Value();
  }
  Status cache_put(const slipway::context::Context& context, const std::string& key, Value value, Duration ttl) override {
    auto cache = parts_->cache(context);
    if (!cache.ok()) return missing("cache", cache.error());
    return (*cache)->set(context, key, std::move(value), ttl);
  }
  Status cache_drop(const slipway::context::Context& context, const std::string& key) override {
    auto cache = parts_->cache(context);
    if (!cache.ok()) return missing("cache", cache.error());
    auto gone = (*cache)->remove(context, key);
    return gone.ok() ? Status() : Status(gone.error());
  }

  slipway::values::WorkQueue& queue(const std::string& section) override {
    std::lock_guard lock(mutex_);
    return queues_[section];
  }

  slipway::values::Chance& chance(const std::string& section) override {
    std::lock_guard lock(mutex_);
    auto& stream = streams_[section];
    if (!stream) {
      std::uint64_t seed = static_cast<std::uint64_t>(number(section + ".seed", 0));
      if (seed != 0)
        for (char c : instance_) seed = seed * 1099511628211ull + static_cast<unsigned char>(c);
      stream = std::make_unique<slipway::values::Chance>(seed);
    }
    return *stream;
  }

 private:
  // Why a part cannot be made is for the log; a client learns that this instance cannot do its work.
  slipway::Error missing(const std::string& what, const slipway::Error& why) const {
    slipway::telemetry::Log::system().logger(instance_).error("the " + what + " of " + instance_ + " cannot be made: " + why.to_string());
    return slipway::unavailable("the " + what + " of " + service_ + " is not available", "INSTANCE_FAILED").with_cause(why);
  }

  void bind(const behaviour::Behaviour& step) {
    auto& c = service_run_.shared().config;
    for (const auto& t : step.tunables()) {
      std::vector<std::string> keys;
      if (instance_ != service_) keys.push_back(service_ + "." + instance_ + "." + t.name);
      keys.push_back(service_ + "." + t.name);
      const std::string reader = instance_ + " " + std::string(step.kind());
      if (t.type == "duration") {
        auto written = slipway::parse_duration(t.value.to_text());
        durations_[t.name] = c.bind_any<Duration>(keys, written.ok() ? *written : Duration::zero(), reader);
      } else if (t.type == "int" || t.type == "float") {
        numbers_[t.name] = c.bind_any<double>(keys, t.value.is_number() ? t.value.as_double() : 0, reader);
      } else {
        texts_[t.name] = c.bind_any<std::string>(keys, t.value.to_text(), reader);
      }
    }
  }

  ServiceRun& service_run_;
  std::string service_, instance_;
  std::shared_ptr<Parts> parts_;   // live until the last call on them has ended
  std::unordered_map<std::string, config::Bound<Duration>> durations_;
  std::unordered_map<std::string, config::Bound<double>> numbers_;
  std::unordered_map<std::string, config::Bound<std::string>> texts_;
  std::unordered_map<std::string, EdgeCounter*> edges_;
  std::mutex mutex_;
  std::unordered_map<std::string, slipway::values::WorkQueue> queues_;
  std::unordered_map<std::string, std::unique_ptr<slipway::values::Chance>> streams_;
};

}  // namespace

std::shared_ptr<behaviour::Runtime> make_runtime(ServiceRun& service, std::string instance, std::shared_ptr<Parts> parts) {
  return std::make_shared<InstanceRuntime>(service, std::move(instance), std::move(parts));
}

}  // namespace workbench::prototype
