// Instances of a service restart one after the other; clients that find them through the registry lose nothing: every call is answered,
// and every POST was carried out exactly once.
#include <gtest/gtest.h>

#include <latch>
#include <thread>

#include "slipway/app/app.h"
#include "slipway/grpc/client.h"
#include "slipway/grpc/server.h"
#include "slipway/http/client.h"
#include "slipway/http/server.h"
#include "slipway/registry/memory.h"
#include "tests/support/sanitized.h"

namespace {

using namespace slipway;
using middleware::Call;
using middleware::Outcome;

constexpr int kInstances = 3;
constexpr int kTurns = tests::times(20, 4);  // how often each restarts
constexpr int kCallers = 3;

constexpr const char* kProto = R"(syntax = "proto3";
package shop.v1;
message Order { int64 id = 1; }
service Shop { rpc Place(Order) returns (Order); }
)";

class Rolling : public testing::Test {
 protected:
  std::shared_ptr<http::Server> http_server() {
    auto server = std::make_shared<http::Server>(workers, http::ServerOptions{.service = "shop"});
    EXPECT_TRUE(server->handle("GET", "/order", [](Call& call) -> Outcome {
      call.reply.body = "an order";
      return {};
    }));
    EXPECT_TRUE(server->handle("POST", "/order", [this](Call& call) -> Outcome {
      placed.fetch_add(1, std::memory_order_relaxed);
      call.reply.body = call.request.body;
      return {};
    }));
    return server;
  }
  std::shared_ptr<grpc::Server> grpc_server() {
    auto server = std::make_shared<grpc::Server>(workers, grpc::ServerOptions{.service = "shop"});
    auto chain = std::make_shared<const middleware::Chain>(std::vector<middleware::MiddlewarePtr>{}, [this](Call& call) -> Outcome {
      placed.fetch_add(1, std::memory_order_relaxed);
      auto body = call.body_value();
      if (!body) return body.error();
      return call.set_body(**body);
    });
    EXPECT_TRUE(server->set_routes(protos, {{"Shop/Place", chain}}));
    return server;
  }
  std::unique_ptr<app::App> start(int i, std::shared_ptr<transport::Server> server) {
    app::Options options;
    options.id = "shop-" + std::to_string(i);
    options.name = "shop";
    options.servers = {std::move(server)};
    options.registrar = registry;
    options.drain_delay = 50ms;  // clients of this registry hear of it at once, but one may be connecting
    options.stop_timeout = 20s;
    auto app = std::make_unique<app::App>(std::move(options));
    const Status started = app->start();
    EXPECT_TRUE(started) << started.error().message();
    return app;
  }
  // Restarts all in turn while `call` runs on several threads; each call counts itself.
  void roll(const std::function<std::shared_ptr<transport::Server>()>& make, const std::function<Status(int caller, int i)>& call) {
    std::vector<std::unique_ptr<app::App>> apps;
    for (int i = 0; i < kInstances; ++i) apps.push_back(start(i, make()));
    std::atomic<bool> enough{false};
    std::atomic<std::uint64_t> calls{0};
    std::latch warm(kCallers);
    std::vector<std::thread> callers;
    for (int t = 0; t < kCallers; ++t)
      callers.emplace_back([&, t] {
        for (int i = 0; !enough; ++i) {
          const Status status = call(t, i);
          EXPECT_TRUE(status) << status.error().to_string();
          ++calls;
          if (i == 10) warm.count_down();
        }
      });
    warm.wait();
    for (int turn = 0; turn < kTurns && !HasFailure(); ++turn)
      for (auto i = 0; i < kInstances; ++i) {
        auto& app = apps[static_cast<std::size_t>(i)];
        const Status stopped = app->stop();
        EXPECT_TRUE(stopped) << stopped.error().message();
        app = start(i, make());
      }
    enough = true;
    for (auto& t : callers) t.join();
    EXPECT_GE(calls, static_cast<std::uint64_t>(kCallers * 11));
  }

  std::shared_ptr<const grpc::ProtoSet> protos = *grpc::ProtoSet::parse({{"shop.proto", kProto}});
  transport::Workers workers{{.count = 2}};
  std::shared_ptr<registry::MemoryRegistry> registry = std::make_shared<registry::MemoryRegistry>();
  std::atomic<std::uint64_t> placed{0};
  std::atomic<std::uint64_t> ordered{0};
};

TEST_F(Rolling, AnHttpClientLosesNothing) {
  http::Client client(workers, {.service = "till", .timeout = 20s, .discovery = registry.get(), .balancer = "p2c"});
  roll([this] { return http_server(); },
       [&](int caller, int i) -> Status {
         const std::string body = "order " + std::to_string(caller) + "." + std::to_string(i);
         const bool post = i % 2 == 0;
         http::ClientRequest request{.method = post ? "POST" : "GET", .url = "discovery:///shop/order", .body = post ? body : ""};
         const auto reply = client.send_blocking({}, std::move(request));
         if (!reply) return reply.error();
         if (post) ++ordered;
         if (reply->status != 200 || reply->body != (post ? body : "an order"))
           return internal_error(std::to_string(reply->status) + " " + reply->body);
         return {};
       });
  EXPECT_EQ(placed, ordered);
}

TEST_F(Rolling, AGrpcClientLosesNothing) {
  auto client = grpc::Client::create(protos, {.target = "discovery:///shop", .discovery = registry.get(), .timeout = 20s});
  ASSERT_TRUE(client);
  roll([this] { return grpc_server(); },
       [&](int caller, int i) -> Status {
         const Value order = Value::object({{"id", Value(caller * 1'000'000 + i)}});
         const auto reply = (*client)->call_blocking({}, "Shop/Place", order);
         if (!reply) return reply.error();
         ++ordered;
         if (reply->body != order) return internal_error("another's order");
         return {};
       });
  EXPECT_EQ(placed, ordered);
}

}  // namespace
