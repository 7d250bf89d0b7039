#include <gtest/gtest.h>

#include "tests/support/loop.h"
#include "tests/unit/middleware/calls.h"
#include "slipway/telemetry/log.h"
#include "slipway/telemetry/metrics.h"

namespace slipway::middleware::test {
namespace {

Handler ok() {
  return [](Call&) -> Outcome { return {}; };
}

MiddlewarePtr made(std::string_view name, Value options = {}, const std::string& prefix = {}, const Surroundings& surroundings = {}) {
  auto m = make_middleware(name, options, prefix, surroundings);
  EXPECT_TRUE(m.ok()) << (m.ok() ? "" : m.error().to_string());
  return *m;
}

std::string attribute(const Fixture& f, std::string_view key) {
  for (const auto& a : f.kept.calls.back().attributes)
    if (telemetry::name_of(a.key) == key) return a.value;
  return "";
}

TEST(Builtins, EveryNameInTheTableCanBeMadeAndTakesItsDefaults) {
  for (const auto& name : middleware_names()) {
    auto m = make_middleware(name);
    ASSERT_TRUE(m.ok()) << name;
    EXPECT_EQ((*m)->name(), name);
    const auto specs = options_of(name);
    ASSERT_TRUE(specs.ok()) << name;
    ASSERT_EQ((*m)->options().size(), specs->size());
    for (const auto& o : *specs)
      if (!o.fallback.is_null()) {
        const Status s = (*m)->set_option(o.name, o.fallback);
        EXPECT_TRUE(s.ok()) << name << "." << o.name << ": " << s.error().to_string();
      }
    EXPECT_EQ((*m)->set_option("no_such_option", 1).error().reason(), "UNKNOWN_OPTION");
  }
}

TEST(Builtins, AnUnknownNameHintsAtTheNearest) {
  const auto m = make_middleware("rate_limt");
  ASSERT_FALSE(m.ok());
  EXPECT_NE(m.error().message().find("did you mean rate_limit?"), std::string::npos) << m.error().message();
}

TEST(Builtins, AnOptionsErrorNamesTheOptionTheFixAndThePlace) {
  Value after("soon");
  after.line = 7;
  after.column = 12;
  const auto m = make_middleware("timeout", Value::object({{"after", after}}));
  ASSERT_FALSE(m.ok());
  EXPECT_EQ(m.error().message(), "timeout: after: \"soon\" is not a duration (use 250ms, 2s, 1m)");
  EXPECT_EQ(m.error().where().line, 7);
}

TEST(RateLimit, RefusesBeyondTheBurstWithRetryAfterAndSaysWhichKeysShapedIt) {
  Fixture f;
  Chain chain({made("rate_limit", Value::object({{"rate", 0.5}, {"burst", 2}}), "gateway.rate_limit")}, ok());
  f.fresh();
  EXPECT_TRUE(f.run(chain).ok());
  EXPECT_EQ(attribute(f, "tokens.remaining"), "1");
  EXPECT_NE(attribute(f, "config.key").find("gateway.rate_limit.rate"), std::string::npos);
  f.fresh();
  EXPECT_TRUE(f.run(chain).ok());
  f.fresh();
  const Status refused = f.run(chain);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code(), 429);
  EXPECT_EQ(refused.error().reason(), "TOO_MANY_REQUESTS");
  EXPECT_EQ(f.call.reply.headers.get("retry-after"), "2");
  EXPECT_EQ(f.span("rate_limit")->status, telemetry::SpanStatus::Stopped);
  EXPECT_EQ(chain.steps()[0]->describe(), "0.5/s, burst 2");
}

TEST(RateLimit, GoesByTheClockItIsGiven) {
  Fixture f;
  ManualClock clock;
  Surroundings with;
  with.clock = &clock;
  Chain chain({made("rate_limit", Value::object({{"rate", 0.001}, {"burst", 1}}), "", with)}, ok());
  EXPECT_TRUE(chain.run(f.fresh()).status().ok());
  for (int i = 0; i < 3; ++i) {
    EXPECT_FALSE(chain.run(f.fresh()).status().ok());
    EXPECT_EQ(f.call.reply.headers.get("retry-after"), "1000") << "to the second, however long the test takes";
  }
  clock.advance(std::chrono::milliseconds(999'999));
  EXPECT_FALSE(chain.run(f.fresh()).status().ok());
  EXPECT_EQ(f.call.reply.headers.get("retry-after"), "1");
  clock.advance(std::chrono::milliseconds(1));
  EXPECT_TRUE(chain.run(f.fresh()).status().ok());
}

TEST(RateLimit, TakesANewRateWhileItRuns) {
  Fixture f;
  auto limit = made("rate_limit", Value::object({{"rate", 0.001}, {"burst", 1}}));
  Chain chain({limit}, ok());
  EXPECT_TRUE(chain.run(f.fresh()).status().ok());
  EXPECT_FALSE(chain.run(f.fresh()).status().ok());
  ASSERT_TRUE(limit->set_option("rate", 1e9).ok());
  ASSERT_TRUE(limit->set_option("burst", 1'000'000).ok());
  EXPECT_TRUE(chain.run(f.fresh()).status().ok());
  EXPECT_EQ(limit->set_option("rate", -1).error().reason(), "BAD_OPTION");
}

TEST(RateLimit, LimitsEachKeyByItself) {
  Fixture f;
  Chain chain({made("rate_limit", Value::object({{"rate", 0.01}, {"burst", 1}, {"key", "x-api-key"}}))}, ok());
  EXPECT_TRUE(chain.run(f.fresh({{"X-Api-Key", "ann"}})).status().ok());
  EXPECT_TRUE(chain.run(f.fresh({{"X-Api-Key", "bob"}})).status().ok());
  EXPECT_FALSE(chain.run(f.fresh({{"X-Api-Key", "ann"}})).status().ok());
}

TEST(Timeout, GivesTheCallADeadlineAndKeepsAnEarlierOne) {
  Fixture f;
  Duration left{};
  Chain chain({made("timeout", Value::object({{"after", "2s"}}))}, [&](Call& call) -> Outcome {
    left = call.context.remaining();
    return {};
  });
  (void)chain.run(f.fresh());
  EXPECT_GT(left, std::chrono::seconds(1));
  EXPECT_LE(left, std::chrono::seconds(2));
  Call& call = f.fresh();
  call.context = call.context.with_timeout(std::chrono::milliseconds(100));
  (void)chain.run(call);
  EXPECT_LE(left, std::chrono::milliseconds(100));
}

TEST(Tracing, MakesAnIdentityThatTravelsOnWhenTheCallBroughtNone) {
  Fixture f;
  context::TraceIdentity seen;
  Chain chain({made("tracing", Value::object({{"reply_header", true}}))}, [&](Call& call) -> Outcome {
    seen = call.context.trace();
    return {};
  });
  begin_recording(nullptr, f.fresh());
  (void)chain.run(f.call);
  EXPECT_TRUE(seen.valid());
  EXPECT_EQ(f.call.reply.headers.get("trace-id"), seen.trace.hex());

  begin_recording(nullptr, f.fresh({{"traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}}));
  (void)chain.run(f.call);
  EXPECT_EQ(seen.trace.hex(), "0af7651916cd43dd8448eb211c80319c");
  EXPECT_NE(span_hex(seen.span), "b7ad6b7169203331");
}

TEST(Metadata, KeepsOnlyHeadersWithThePrefix) {
  Fixture f;
  Chain chain({made("metadata")}, ok());
  (void)chain.run(f.fresh({{"X-Md-Global-User", "ann"}, {"x-other", "no"}, {"accept", "*/*"}}));
  EXPECT_EQ(f.call.context.metadata("x-md-global-user"), "ann");
  EXPECT_EQ(f.call.context.metadata("x-other"), "");
}

TEST(Auth, LetsKnownKeysInAndNamesTheHeaderOtherwise) {
  Fixture f;
  Chain chain({made("auth", Value::object({{"keys", Value::array({"k1", "k2"})}}))}, ok());
  EXPECT_TRUE(chain.run(f.fresh({{"x-api-key", "k2"}})).status().ok());
  EXPECT_EQ(chain.run(f.fresh({{"x-api-key", "k"}})).status().error().code(), 401);
  Outcome without = chain.run(f.fresh());
  EXPECT_EQ(without.status().error().message(), "the call brings no key in x-api-key");
  EXPECT_FALSE(made("auth")->describe().empty());
  EXPECT_FALSE(Chain({made("auth")}, ok()).run(f.fresh({{"x-api-key", ""}})).status().ok());
}

TEST(BodyLimit, RefusesWhatIsLargerThanTheSize) {
  Fixture f;
  Chain chain({made("body_limit", Value::object({{"max", "4B"}}))}, ok());
  f.fresh().request.body = "1234";
  EXPECT_TRUE(chain.run(f.call).status().ok());
  f.fresh().request.body = "12345";
  EXPECT_EQ(chain.run(f.call).status().error().code(), 413);
}

TEST(ValidateStep, ReportsEveryViolationAs422) {
  Fixture f;
  Chain chain({made("validate", Value::object({{"body", Value::object({{"sku", Value::object({{"required", true}})}, {"qty", Value::object({{"min", 1}})}})}}))}, ok());
  f.fresh().request.body = R"({"qty":0})";
  Outcome o = chain.run(f.call);
  ASSERT_FALSE(o.status().ok());
  EXPECT_EQ(o.status().error().code(), 422);
  EXPECT_EQ(o.status().error().message(), "sku is required; qty must be at least 1 (is 0)");
  f.fresh().request.body = R"({"sku":"a","qty":1})";
  EXPECT_TRUE(chain.run(f.call).status().ok());
}

TEST(Cors, AnswersPreflightsOfAllowedOriginsOnly) {
  Fixture f;
  Chain chain({made("cors", Value::object({{"origins", "https://a.example"}, {"credentials", true}}))}, [](Call&) -> Outcome { return internal_error("reached"); });
  f.fresh({{"origin", "https://a.example"}, {"access-control-request-method", "POST"}}).request.method = "OPTIONS";
  EXPECT_TRUE(chain.run(f.call).status().ok());
  EXPECT_EQ(f.call.reply.status, 204);
  EXPECT_EQ(f.call.reply.headers.get("access-control-allow-origin"), "https://a.example");
  EXPECT_EQ(f.call.reply.headers.get("access-control-allow-credentials"), "true");
  f.fresh({{"origin", "https://evil.example"}, {"access-control-request-method", "POST"}}).request.method = "OPTIONS";
  EXPECT_TRUE(chain.run(f.call).status().ok());
  EXPECT_EQ(f.call.reply.headers.get("access-control-allow-origin"), "");
}

TEST(Cors, NeverGivesCredentialsToEveryOrigin) {
  Fixture f;
  Chain chain({made("cors", Value::object({{"credentials", true}}))}, ok());
  (void)chain.run(f.fresh({{"origin", "https://x.example"}}));
  EXPECT_EQ(f.call.reply.headers.get("access-control-allow-origin"), "*");
  EXPECT_EQ(f.call.reply.headers.get("access-control-allow-credentials"), "");
}

TEST(Retry, TriesIdempotentCallsAgainWithinItsAttempts) {
  Fixture f;
  int tries = 0;
  Chain chain({made("retry", Value::object({{"attempts", 3}}))}, [&](Call&) -> Outcome {
    ++tries;
    return unavailable("down");
  });
  f.fresh().request.method = "GET";
  Outcome o = chain.run(f.call);
  ASSERT_TRUE(o.suspended());
  std::optional<Status> s;
  start(std::move(o.task()), [&](Status done) { s = std::move(done); });
  ASSERT_TRUE(s);
  EXPECT_EQ(s->error().code(), 503);
  EXPECT_EQ(tries, 3);
}

TEST(Retry, APauseEndsWhenTheCallGivesUp) {
  tests::Loop loop;
  Fixture f;
  const auto cancellation = std::make_shared<context::Cancellation>();
  int tries = 0;
  Chain chain({made("retry", Value::object({{"backoff", "1h"}}))}, [&](Call&) -> Outcome {
    ++tries;
    loop.post([&] { cancellation->cancel(client_closed("hung up")); });  // runs once the retry has suspended
    return unavailable("down");
  });
  const auto run = [](const Chain& steps, Call& call) -> Task<Status> {
    Outcome outcome = steps.run(call);
    Task<Status> pending = std::move(outcome.task());
    Status status = co_await pending;
    co_return status;
  };
  Call& call = f.fresh();
  call.request.method = "GET";
  call.context = call.context.with_cancellation(cancellation);
  EXPECT_EQ(loop.await(run(chain, call)).error().message(), "hung up");
  EXPECT_EQ(tries, 1);

  Call& late = f.fresh();
  late.request.method = "GET";
  late.context = late.context.with_timeout(std::chrono::milliseconds(200));
  EXPECT_EQ(loop.await(run(chain, late)).error().reason(), "DEADLINE_EXCEEDED");
  EXPECT_EQ(tries, 2);
}

TEST(Retry, LeavesPostAndOtherErrorsAlone) {
  Fixture f;
  int tries = 0;
  Chain chain({made("retry")}, [&](Call&) -> Outcome {
    ++tries;
    return unavailable("down");
  });
  EXPECT_FALSE(chain.run(f.fresh()).suspended());
  EXPECT_EQ(tries, 1);
}

struct Lines final : telemetry::LogSink {
  std::vector<telemetry::LogLine> lines;
  void write(const telemetry::LogLine& line) override { lines.push_back(line); }
};

TEST(Logging, FailedCallsAreErrorsAndOthersAreQuiet) {
  telemetry::Log log;
  auto lines = std::make_shared<Lines>();
  log.add_sink(lines);
  Fixture f;
  int code = 200;
  auto step = made("logging", Value::object({{"slow", "10m"}}), "", {&log, nullptr});
  Chain chain({step}, [&](Call&) -> Outcome { return code == 200 ? Outcome() : Outcome(unavailable("down")); });
  (void)chain.run(f.fresh());
  EXPECT_TRUE(lines->lines.empty());
  code = 503;
  (void)chain.run(f.fresh());
  ASSERT_EQ(lines->lines.size(), 1u);
  EXPECT_EQ(lines->lines[0].level, telemetry::Level::Error);
  EXPECT_EQ(lines->lines[0].logger, "orders");
  code = 200;
  ASSERT_TRUE(step->set_option("slow", "1ns").ok());
  (void)chain.run(f.fresh());
  ASSERT_EQ(lines->lines.size(), 2u);
  EXPECT_EQ(lines->lines[1].text, "slow call");
}

TEST(Logging, WhatTheClientIsNotToldIsInTheLine) {
  telemetry::Log log;
  auto lines = std::make_shared<Lines>();
  log.add_sink(lines);
  Fixture f;
  Chain chain({made("logging", {}, "", {&log, nullptr})}, [](Call&) -> Outcome { return Outcome(conflict("there is such a row already").with_cause(internal_error("UNIQUE constraint failed: orders.sku"))); });
  Outcome o = chain.run(f.fresh());
  EXPECT_EQ(o.status().error().to_json().find("sku"), std::string::npos);
  ASSERT_EQ(lines->lines.size(), 1u);
  EXPECT_EQ(lines->lines[0].level, telemetry::Level::Warning);
  EXPECT_NE(lines->lines[0].to_text().find("orders.sku"), std::string::npos) << lines->lines[0].to_text();
}

TEST(Recovery, WritesTheExceptionToTheLogOnly) {
  telemetry::Log log;
  auto lines = std::make_shared<Lines>();
  log.add_sink(lines);
  Fixture f;
  Chain chain({made("recovery", {}, "", {&log, nullptr})}, [](Call&) -> Outcome { throw std::runtime_error("index 9 of 3"); });
  Outcome o = chain.run(f.fresh());
  EXPECT_EQ(o.status().error().to_json().find("index"), std::string::npos);
  ASSERT_EQ(lines->lines.size(), 1u);
  EXPECT_NE(lines->lines[0].to_text().find("index 9 of 3"), std::string::npos);
}

TEST(MetricsStep, CountsByOperationAndCode) {
  telemetry::Metrics metrics;
  Fixture f;
  int calls = 0;
  Chain chain({made("metrics", {}, "", {nullptr, &metrics})}, [&](Call&) -> Outcome { return ++calls > 2 ? Outcome(not_found("no")) : Outcome(); });
  for (int i = 0; i < 3; ++i) (void)chain.run(f.fresh());
  const std::string text = metrics.expose();
  EXPECT_NE(text.find(R"(slipway_requests_total{service="orders",operation="POST /orders",code="200"} 2)"), std::string::npos) << text;
  EXPECT_NE(text.find(R"(slipway_requests_total{service="orders",operation="POST /orders",code="404"} 1)"), std::string::npos) << text;
  EXPECT_NE(text.find(R"(slipway_request_duration_seconds_count{service="orders",operation="POST /orders"} 3)"), std::string::npos) << text;
}

}  // namespace
}  // namespace slipway::middleware::test
