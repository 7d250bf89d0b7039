// The C++ of docs/guide/context.md, compiled and run. Every block there stands here, line for line.
#include <gtest/gtest.h>

#include <thread>

#include "slipway/context/handover.h"
#include "slipway/data/database.h"
#include "slipway/http/client.h"
#include "slipway/http/typed.h"
#include "slipway/registry/memory.h"
#include "tests/support/guide.h"

using namespace slipway;

namespace {

struct Tenant {
  std::string name;
};

TEST(GuideToContext, DerivedContexts) {
  context::Context context;
  context::Context hurried = context.with_timeout(200ms);       // the earlier of two deadlines holds
  context::Context deeper = hurried.with_timeout(1h).with_value(Tenant{"north"});
  EXPECT_EQ(deeper.deadline(), hurried.deadline());
  EXPECT_EQ(deeper.value<Tenant>()->name, "north");             // by type
  EXPECT_EQ(hurried.value<Tenant>(), nullptr);
}

TEST(GuideToContext, GoesAlongWithCalls) {
  transport::Workers workers({});
  http::Server pricing(workers, {.service = "pricing"});
  auto added = pricing.handle("GET", "/quote", [](middleware::Call& call) -> middleware::Outcome {
    call.reply.body = std::string(call.context.metadata("x-md-global-user")) + " pays in " + std::string(call.context.metadata("x-md-local-currency"));
    return {};
  });
  ASSERT_TRUE(added.ok() && pricing.start().ok());
  registry::MemoryRegistry registry;
  ASSERT_TRUE(registry.add({"pricing-1", "pricing", "", {}, {pricing.endpoint().url()}}).ok());
  http::Client client(workers, {.service = "orders", .discovery = &registry});
  http::Server orders(workers, {.service = "orders"});
  added = orders.get("/price", [&client](middleware::Call& call) -> Task<Status> {
    http::ClientRequest request{.url = "discovery:///pricing/quote"};
    if (auto set = request.headers.set("x-md-local-currency", "EUR"); !set) co_return set;
    auto sending = client.send(call.context, std::move(request));   // trace, x-md-global-*, deadline, cancellation
    auto reply = co_await sending;
    if (!reply) co_return reply.error();
    call.reply.body = reply->body;
    co_return Status();
  });
  ASSERT_TRUE(added.ok() && orders.start().ok());

  http::Client browser(workers, {.service = "tests"});
  http::ClientRequest request{.url = orders.endpoint().url() + "/price"};
  ASSERT_TRUE(request.headers.set("x-md-global-user", "ann").ok());
  EXPECT_EQ(browser.send_blocking({}, std::move(request))->body, "ann pays in EUR");
  orders.stop();
}

TEST(GuideToContext, WhenItGivesUp) {
  const std::string endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";
  context::Context context;
  auto db = data::Database::open(":memory:");
  const auto rows = (*db)->query(context.with_timeout(20ms), endless);
  EXPECT_EQ(rows.error().reason(), "DEADLINE_EXCEEDED");
  EXPECT_TRUE((*db)->query(context, "SELECT 1").ok());

  auto cancellation = std::make_shared<context::Cancellation>();
  context::Context cancellable = context.with_cancellation(cancellation);
  cancellation->cancel(client_closed("hung up"));
  EXPECT_EQ(cancellable.check().error().message(), "hung up");
}

TEST(GuideToContext, WaitingForSomethingOfOnesOwn) {
  context::Context context;
  auto turn = std::make_shared<context::Handover<Result<int>>>();
  std::thread worker([turn] {
    if (turn->begin()) turn->give(42);       // false: nobody waits any more
  });
  const Result<int> answer = turn->wait(context);   // in a handler: co_await of Handover::wait_async(turn, context)
  EXPECT_EQ(*answer, 42);
  worker.join();
}

TEST(GuideToContext, EveryBlockOfItIsCompiledHere) { tests::expect_blocks_compiled("docs/guide/context.md", "tests/unit/docs/context_guide_test.cpp", 5); }

}  // namespace
