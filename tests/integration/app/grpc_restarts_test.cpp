// An App with a gRPC and an HTTP server, started and stopped again and again while calls come in at both and one is under way.
#include <gtest/gtest.h>

#include <latch>
#include <mutex>
#include <thread>

#include "slipway/app/app.h"
#include "slipway/context/handover.h"
#include "slipway/grpc/client.h"
#include "slipway/grpc/server.h"
#include "slipway/http/client.h"
#include "slipway/http/server.h"
#include "slipway/registry/memory.h"
#include "tests/support/footprint.h"
#include "tests/support/sanitized.h"

namespace {

using namespace slipway;
using middleware::Call;
using middleware::Outcome;
using tests::Footprint;

constexpr int kRounds = tests::times(300, 40);
constexpr int kWarmUp = tests::times(60, 10);

constexpr const char* kProto = R"(syntax = "proto3";
package shop.v1;
message Ask { string name = 1; }
message Answer { string text = 1; }
service Shop {
  rpc Quick(Ask) returns (Answer);
  rpc Stay(Ask) returns (Answer);
}
)";

class GrpcRestarts : public testing::Test {
 protected:
  using Turn = context::Handover<Status>;
  static std::shared_ptr<const middleware::Chain> chain(middleware::Handler handler) {
    return std::make_shared<const middleware::Chain>(std::vector<middleware::MiddlewarePtr>{}, std::move(handler));
  }
  static Task<Status> stay(Call& call, std::shared_ptr<Turn> turn, std::latch& inside) {
    inside.count_down();
    auto waiting = Turn::wait_async(turn, call.context);
    Status status = co_await waiting;
    if (status) status = call.set_body(Value::object({{"text", "stayed"}}));
    co_return status;
  }
  std::unique_ptr<grpc::Client> connect(const std::string& target) {
    auto made = grpc::Client::create(protos, {.target = target, .timeout = 20s});
    EXPECT_TRUE(made);
    return std::move(*made);
  }

  void round() {
    auto turn = std::make_shared<Turn>();
    std::latch inside(1), leaving(1);
    auto server = std::make_shared<grpc::Server>(workers, grpc::ServerOptions{.service = "shop"});
    ASSERT_TRUE(server->set_routes(protos, {{"Shop/Quick", chain([this](Call& call) -> Outcome {
                                               begun.fetch_add(1, std::memory_order_relaxed);
                                               return call.set_body(Value::object({{"text", "quick"}}));
                                             })},
                                            {"Shop/Stay", chain([&](Call& call) -> Outcome { return stay(call, turn, inside); })}}));
    auto web = std::make_shared<http::Server>(workers, http::ServerOptions{.service = "shop", .drain_grace = std::chrono::milliseconds(1)});
    ASSERT_TRUE(web->handle("GET", "/quick", [this](Call& call) -> Outcome {
      web_begun.fetch_add(1, std::memory_order_relaxed);
      call.reply.body = "quick";
      return {};
    }));
    app::Options options;
    options.name = "shop";
    options.servers = {server, web};
    options.registrar = registry;
    options.stop_timeout = 20s;
    options.before_stop = {[&]() -> Status {
      leaving.count_down();
      return {};
    }};
    app::App app(std::move(options));
    ASSERT_TRUE(app.start());
    const std::string at = server->endpoint().url(), web_at = web->endpoint().url() + "/quick";
    EXPECT_EQ(registry->all().at(0).endpoints.size(), 2u);

    Result<grpc::ClientReply> stayed = unavailable("not yet");
    std::thread guest([&] { stayed = connect(at)->call_blocking({}, "Shop/Stay", Value::Map{}); });
    inside.wait();
    // Asks until it is refused: what it got before were whole replies, and nothing that began came to nothing.
    std::latch warm(2);
    std::thread web_load([&] {
      http::Client client(workers, {.service = "till", .timeout = 20s});
      for (int i = 0;; ++i) {
        const auto reply = client.send_blocking({}, {.url = web_at});
        if (i == 5) warm.count_down();
        if (!reply) {
          EXPECT_GE(i, 5) << reply.error().to_string();
          if (i < 5) warm.count_down();
          return;
        }
        EXPECT_EQ(reply->body, "quick");
        ++web_whole;
      }
    });
    std::thread load([&] {
      const auto client = connect(at);
      for (int i = 0;; ++i) {
        const auto reply = client->call_blocking({}, "Shop/Quick", Value::Map{});
        if (i == 5) warm.count_down();
        if (!reply) {
          EXPECT_GE(i, 5) << reply.error().to_string();
          if (i < 5) warm.count_down();
          return;
        }
        EXPECT_EQ(reply->body["text"], Value("quick"));
        ++whole;
      }
    });
    warm.wait();
    Status stopped;
    std::thread stopper([&] { stopped = app.stop(); });
    leaving.wait();
    load.join();  // its channel was told to go
    web_load.join();
    turn->give(Status());
    guest.join();
    stopper.join();
    EXPECT_TRUE(stayed) << stayed.error().to_string();
    EXPECT_TRUE(stopped) << stopped.error().message();
    EXPECT_TRUE(registry->all().empty());
  }

  std::shared_ptr<const grpc::ProtoSet> protos = *grpc::ProtoSet::parse({{"shop.proto", kProto}});
  transport::Workers workers{{.count = 2}};
  std::shared_ptr<registry::MemoryRegistry> registry = std::make_shared<registry::MemoryRegistry>();
  std::atomic<std::uint64_t> begun{0};
  std::atomic<std::uint64_t> whole{0};
  std::atomic<std::uint64_t> web_begun{0};
  std::atomic<std::uint64_t> web_whole{0};
};

TEST_F(GrpcRestarts, UnderLoadLoseNoReplyAndLeaveNothing) {
  Footprint before;
  for (int i = 0; i < kRounds && !HasFailure(); ++i) {
    if (i == kWarmUp) before = Footprint::now();
    round();
  }
  ASSERT_FALSE(HasFailure());
  EXPECT_EQ(whole, begun);
  EXPECT_GE(whole, static_cast<std::uint64_t>(5 * kRounds));
  EXPECT_EQ(web_whole, web_begun);
  EXPECT_GE(web_whole, static_cast<std::uint64_t>(5 * kRounds));
  const Footprint after = Footprint::now();
  // gRPC keeps threads and descriptors of its own for a while: some, not one per round.
  EXPECT_LT(after.descriptors, before.descriptors + 20);
  EXPECT_LT(after.threads, before.threads + 20);
  if (!tests::kSanitized) {
    EXPECT_LT(after.resident_kib - before.resident_kib, 32 * 1024);
  }
}

}  // namespace
