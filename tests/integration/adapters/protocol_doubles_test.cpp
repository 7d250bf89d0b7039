// Consul and Apollo: no server of either is packaged for Debian 12, so these run against doubles of their documented HTTP
// protocols, real servers on loopback that hold real state. What only a real server would show is not shown here.
#include <gtest/gtest.h>

#include <map>

#include "slipway/adapters/apollo_source.h"
#include "slipway/adapters/consul_source.h"
#include "slipway/adapters/http_exchange.h"
#include "slipway/base/base64.h"
#include "slipway/codec/codec.h"
#include "slipway/config/config.h"
#include "slipway/context/handover.h"
#include "slipway/http/server.h"
#include "tests/support/eventually.h"

namespace {

using namespace slipway;
using namespace slipway::adapters;
using middleware::Call;
using middleware::Outcome;

void expect_becomes(config::Config& config, const std::string& key, const std::string& text) {
  EXPECT_TRUE(tests::eventually([&] { return config.get_or<std::string>(key, "-") == text; })) << key << " is " << config.get_or<std::string>(key, "-");
}

std::string parameter(const Call& call, const std::string& name) {
  const std::string target(call.request.target);
  const std::size_t at = target.find(name + "=");
  return at == std::string::npos ? "" : codec::percent_decode(target.substr(at + name.size() + 1, target.find('&', at) - at - name.size() - 1), true);
}

// A server whose handlers may hold a request until `version` passes what the client knows.
struct Double {
  std::mutex mutex;
  std::map<std::string, std::pair<std::string, std::int64_t>> entries;  // text and the version it was written at
  std::int64_t version = 1;
  std::vector<std::string> tokens, signatures, stamps, targets;
  using Wake = context::Handover<Status>;
  std::vector<std::shared_ptr<Wake>> polls;  // requests that are held
  // Last, so that no handler outlives what it uses.
  transport::Workers workers{{.count = 1}};
  http::Server server{workers, {.service = "double"}};

  std::string url() const { return "http://127.0.0.1:" + std::to_string(server.endpoint().port); }
  void put(const std::string& key, const std::string& text) {
    {
      std::lock_guard lock(mutex);
      entries[key] = {text, ++version};
    }
    wake();
  }
  // Not under the lock: those who wait may go on at once.
  void wake() {
    std::unique_lock lock(mutex);
    const auto held = std::exchange(polls, {});
    lock.unlock();
    for (const auto& poll : held) poll->give(Status());
  }
  // As the real ones: holds the request for at most a second, less when something changes or the client hangs up.
  Task<Status> hold(context::Context context, std::int64_t known) {
    auto poll = std::make_shared<Wake>();
    {
      std::lock_guard lock(mutex);
      if (version > known) co_return Status();
      polls.push_back(poll);
    }
    auto changed = Wake::wait_async(poll, context.with_timeout(std::chrono::seconds(1)));
    Status status = co_await changed;
    co_return status;
  }
};

struct Consul : Double {
  Consul() {
    EXPECT_TRUE(server.handle("GET", "/v1/kv/{path...}", [this](Call& call) -> Outcome { return list(call); }, true));
    EXPECT_TRUE(server.handle("PUT", "/v1/txn", [this](Call& call) -> Outcome { return transact(call); }));
    EXPECT_TRUE(server.start());
  }
  Task<Status> list(Call& call) {
    const std::int64_t known = std::atoll(parameter(call, "index").c_str());
    const std::string prefix = std::string(call.request.target).substr(7, call.request.target.find('?') - 7);
    const std::string token(call.request.header("X-Consul-Token"));
    if (known > 0) {
      auto held = hold(call.context, known);
      const Status changed = co_await held;
      if (!changed && changed.error().code() == 499) co_return changed.error();
    }
    std::lock_guard lock(mutex);
    tokens.push_back(token);
    Value::List out;
    for (const auto& [key, entry] : entries)
      if (key.starts_with(prefix)) out.push_back(Value::object({{"Key", key}, {"Value", base64(entry.first)}, {"ModifyIndex", entry.second}, {"Flags", 0}}));
    EXPECT_TRUE(call.reply.headers.set("X-Consul-Index", std::to_string(version)));
    call.reply.status = out.empty() ? 404 : 200;
    call.reply.body = out.empty() ? "" : codec::to_json(Value(out));
    co_return Status();
  }
  Outcome transact(Call& call) {
    const auto operations = codec::parse_json(call.request.body);
    std::unique_lock lock(mutex);
    for (const Value& o : operations->as_list()) {
      const auto it = entries.find(o.at_path("KV.Key")->as_string());
      if (o.at_path("KV.Index")->as_int() != (it == entries.end() ? 0 : it->second.second)) {
        call.reply.status = 409;
        return {};
      }
    }
    ++version;
    for (const Value& o : operations->as_list()) {
      const std::string key = o.at_path("KV.Key")->as_string();
      if (o.at_path("KV.Verb")->as_string() == "delete-cas")
        entries.erase(key);
      else
        entries[key] = {*from_base64(o.at_path("KV.Value")->as_string()), version};
    }
    lock.unlock();
    wake();
    return {};
  }
};

TEST(ConsulSource, ReadsItsPrefixAndFollowsChanges) {
  Consul consul;
  consul.put("config/orders.yaml", "orders:\n  port: 1\n  name: a\n");
  consul.put("config/orders/port", "2");
  consul.put("other/x", "no");
  config::Config config;
  ASSERT_TRUE(config.add_source(make_consul_source({.url = consul.url(), .token = "t0k", .wait = std::chrono::seconds(1)})));
  ASSERT_TRUE(config.start());
  EXPECT_EQ(config.get_or<std::string>("orders.port", ""), "2");
  EXPECT_EQ(config.get_or<std::string>("orders.name", ""), "a");
  EXPECT_FALSE(config.snapshot()->find("x"));
  consul.put("config/orders/port", "3");
  expect_becomes(config, "orders.port", "3");
  std::lock_guard lock(consul.mutex);
  EXPECT_EQ(consul.tokens.front(), "t0k");
}

TEST(ConsulSource, WritesInOneTransactionThatSomebodyElseMayBreak) {
  Consul consul;
  consul.put("config/k", "1");
  auto source = make_consul_source({.url = consul.url(), .wait = std::chrono::seconds(1)});
  ASSERT_TRUE(source->write({{"k", false, "2"}, {"a.b", false, 3}}));
  EXPECT_EQ(consul.entries["config/k"].first, "2");
  EXPECT_EQ(consul.entries["config/a/b"].first, "3");
  ASSERT_TRUE(source->write({{"k", true, {}}}));
  EXPECT_FALSE(consul.entries.contains("config/k"));
}

TEST(ConsulSource, AnEmptyPrefixIsAnEmptyDocument) {
  Consul consul;
  auto source = make_consul_source({.url = consul.url()});
  auto document = source->load();
  ASSERT_TRUE(document) << document.error().to_string();
  EXPECT_TRUE(document->root.as_map().empty());
}

struct Apollo : Double {
  Apollo() {
    EXPECT_TRUE(server.handle("GET", "/configs/{app}/{cluster}/{space}", [this](Call& call) -> Outcome { return read(call); }));
    EXPECT_TRUE(server.handle("GET", "/notifications/v2", [this](Call& call) -> Outcome { return wait(call); }, true));
    EXPECT_TRUE(server.start());
  }
  Outcome read(Call& call) {
    std::lock_guard lock(mutex);
    signatures.emplace_back(call.request.header("Authorization"));
    stamps.emplace_back(call.request.header("Timestamp"));
    targets.emplace_back(call.request.target);
    const std::string target(call.request.target);
    const auto it = entries.find(target.substr(target.rfind('/') + 1));
    if (it == entries.end()) {
      call.reply.status = 404;
      return {};
    }
    call.reply.body = R"({"appId":"a","cluster":"default","namespaceName":"n","releaseKey":"r","configurations":)" + it->second.first + "}";
    return {};
  }
  Task<Status> wait(Call& call) {
    const auto asked = codec::parse_json(parameter(call, "notifications"));
    std::int64_t known = 0;
    for (const Value& n : asked->as_list()) known = std::max(known, n["notificationId"].as_int());
    auto held = hold(call.context, known);
    const Status changed = co_await held;
    if (!changed && changed.error().code() == 499) co_return changed.error();
    std::lock_guard lock(mutex);
    if (version <= known) {
      call.reply.status = 304;
      co_return Status();
    }
    Value::List out;
    for (const Value& n : asked->as_list()) out.push_back(Value::object({{"namespaceName", n["namespaceName"]}, {"notificationId", version}}));
    call.reply.body = codec::to_json(Value(out));
    co_return Status();
  }
};

TEST(ApolloSource, LaysNamespacesOverEachOtherAndFollowsReleases) {
  Apollo apollo;
  apollo.put("application", R"({"orders.port":"1","orders.name":"a"})");
  apollo.put("orders.yaml", R"({"content":"orders:\n  port: 2\n"})");
  config::Config config;
  ASSERT_TRUE(config.add_source(make_apollo_source({.url = apollo.url(), .app_id = "shop", .namespaces = {"application", "orders.yaml"}, .secret = "s3cret"})));
  ASSERT_TRUE(config.start());
  EXPECT_EQ(config.get_or<int>("orders.port", 0), 2);
  EXPECT_EQ(config.get_or<std::string>("orders.name", ""), "a");
  apollo.put("orders.yaml", R"({"content":"orders:\n  port: 3\n"})");
  expect_becomes(config, "orders.port", "3");
  EXPECT_FALSE(config.set("orders.port", "4", "test", "apollo"));
  std::lock_guard lock(apollo.mutex);
  EXPECT_EQ(apollo.signatures.front(), apollo_signature("shop", "s3cret", apollo.stamps.front(), apollo.targets.front()));
}

TEST(ApolloSource, AMissingNamespaceIsNamed) {
  Apollo apollo;
  auto document = make_apollo_source({.url = apollo.url(), .app_id = "shop"})->load();
  ASSERT_FALSE(document);
  EXPECT_NE(document.error().message().find("no namespace application of app shop"), std::string::npos) << document.error().message();
}

// Computed with: printf '1576478257344\n/configs/100004458/default/application?ip=10.0.0.1' | openssl dgst -sha1 -hmac df23df3f59884980844ff3dada30fa97 -binary | base64
TEST(ApolloSource, SignsAsDocumented) {
  EXPECT_EQ(apollo_signature("100004458", "df23df3f59884980844ff3dada30fa97", "1576478257344", "/configs/100004458/default/application?ip=10.0.0.1"),
            "Apollo 100004458:EoKyziXvKqzHgwx+ijDJwgVTDgE=");
}

}  // namespace
