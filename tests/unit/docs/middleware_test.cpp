// The C++ of docs/guide/middleware.md, compiled and run. Every block there stands here, line for line.
#include <gtest/gtest.h>

#include "slipway/context/handover.h"
#include "slipway/http/client.h"
#include "slipway/http/typed.h"
#include "slipway/middleware/builtin.h"
#include "tests/support/guide.h"

using namespace slipway;

namespace {

class NothingFound final : public middleware::Middleware {
 public:
  std::string_view name() const override { return "nothing_found"; }
  bool has_before() const override { return false; }   // then it costs nothing
  void after(middleware::Call& call, Status& status) override {
    if (status.ok() || status.error().http_status() != 404) return;
    call.reply.reset();
    status = call.set_body(Value::array({}));
  }
};

class Pace final : public middleware::Middleware {
 public:
  std::string_view name() const override { return "pace"; }
  Shape shape() const override { return Shape::Around; }
  middleware::Outcome around(middleware::Call& call, middleware::Next next) override { return later(call, next); }

 private:
  static Task<Status> later(middleware::Call& call, middleware::Next next) {
    auto pause = context::sleep_for(call.context, 1ms);
    Status status = co_await pause;
    if (!status) co_return status;            // the call gave up meanwhile
    middleware::Outcome rest = next();
    if (!rest.suspended()) co_return rest.status();
    Task<Status> pending = std::move(rest.task());
    status = co_await pending;
    co_return status;
  }
};

TEST(GuideToMiddleware, StepsByName) {
  ManualClock clock;
  auto limit = middleware::make_middleware("rate_limit", Value::object({{"rate", 2}, {"burst", 1}}), "orders.rate_limit", {.clock = &clock});
  if (!limit) FAIL() << limit.error().message();
  EXPECT_EQ((*limit)->describe(), "2/s, burst 1");
  const middleware::Chain chain({*limit}, [](middleware::Call& call) -> middleware::Outcome { return call.set_body(Value("served")); });

  middleware::Call first, second;
  EXPECT_TRUE(chain.run(first).status().ok());
  EXPECT_EQ(first.reply.body, "\"served\"");
  middleware::Outcome refused = chain.run(second);
  EXPECT_EQ(refused.status().error().reason(), "TOO_MANY_REQUESTS");
  EXPECT_EQ(second.reply.headers.get("retry-after"), "1");
  clock.advance(500ms);
  middleware::Call third;
  EXPECT_TRUE(chain.run(third).status().ok());

  ASSERT_TRUE((*limit)->set_option("burst", 5).ok());
  EXPECT_EQ((*limit)->set_option("rate", "many").error().message(), "rate: \"many\" is not a number from 0.001 up");
  EXPECT_EQ((*limit)->set_option("rat", 5).error().message(), "rate_limit has no option \"rat\" (it has rate, burst, key)");
  EXPECT_EQ(middleware::make_middleware("rate_limt").error().message(), "there is no middleware \"rate_limt\" (did you mean rate_limit?)");
  EXPECT_EQ((*limit)->describe(), "2/s, burst 5");
}

TEST(GuideToMiddleware, StepsOfOnesOwn) {
  transport::Workers workers({});
  http::Server server(workers, {.service = "orders"});
  server.use(std::make_shared<NothingFound>());
  server.use(std::make_shared<Pace>());
  auto added = server.get("/orders", [](middleware::Call&) -> Status { return not_found("there are none"); });
  ASSERT_TRUE(added.ok());
  added = server.get("/later", [](middleware::Call& call) -> Task<Status> {
    auto pause = context::sleep_for(call.context, 1ms);
    const Status paused = co_await pause;
    if (!paused) co_return paused;
    call.reply.body = "2";
    co_return Status();
  });
  ASSERT_TRUE(added.ok());
  added = server.get("/broken", [](middleware::Call&) -> Status { throw std::runtime_error("a secret"); });
  ASSERT_TRUE(added.ok() && server.start().ok());
  http::Client client(workers, {.service = "tests"});
  const std::string at = server.endpoint().url();
  EXPECT_EQ(client.send_blocking({}, {.url = at + "/orders"})->body, "[]");
  EXPECT_EQ(client.send_blocking({}, {.url = at + "/later"})->body, "2");
  EXPECT_EQ(client.send_blocking({}, {.url = at + "/broken"})->body,
            R"({"code":500,"reason":"INTERNAL","message":"the service failed to answer this call","metadata":{}})");
  server.use(*middleware::make_middleware("recovery"));
  EXPECT_EQ(client.send_blocking({}, {.url = at + "/broken"})->body,
            R"({"code":500,"reason":"PANIC","message":"the service failed to answer this call","metadata":{}})");
}

// A row for each step, with every option and its default.
TEST(GuideToMiddleware, ItsTableIsTheFamilys) {
  const std::string page = tests::text_of("docs/guide/middleware.md");
  for (const auto& name : middleware::middleware_names()) {
    const auto from = page.find("\n| `" + name + "` |");
    ASSERT_NE(from, std::string::npos) << name;
    const std::string row = page.substr(from, page.find('\n', from + 1) - from);
    const auto options = middleware::options_of(name);
    for (const auto& o : *options) {
      const bool none = o.fallback.is_null() || o.fallback == Value("");
      const std::string text = "`" + o.name + "`" + (none ? "" : " `" + o.fallback.to_text() + "`");
      EXPECT_NE(row.find(text), std::string::npos) << text << " in" << row;
    }
  }
}

TEST(GuideToMiddleware, EveryBlockOfItIsCompiledHere) { tests::expect_blocks_compiled("docs/guide/middleware.md", "tests/unit/docs/middleware_test.cpp", 5); }

}  // namespace
