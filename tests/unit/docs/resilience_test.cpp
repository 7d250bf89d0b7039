// The C++ of docs/guide/resilience.md, compiled and run. Every block there stands here, line for line.
#include <gtest/gtest.h>

#include "slipway/base/value.h"
#include "slipway/resilience/breaker.h"
#include "slipway/resilience/retry_budget.h"
#include "slipway/resilience/token_bucket.h"
#include "tests/support/guide.h"

using namespace slipway;

namespace {

TEST(GuideToResilience, ARateLimit) {
  ManualClock clock;
  resilience::TokenBucket bucket(10, 2);                       // 10 a second, 2 at once after a pause
  EXPECT_TRUE(bucket.take(clock.now()).admitted);
  EXPECT_EQ(bucket.take(clock.now()).remaining, 0);
  const resilience::TokenBucket::Verdict refused = bucket.take(clock.now());
  EXPECT_FALSE(refused.admitted);
  EXPECT_EQ(refused.retry_after, 100ms);
  clock.advance(refused.retry_after);
  EXPECT_TRUE(bucket.take(clock.now()).admitted);
  bucket.set(1000, 50);                                        // while others take
  EXPECT_EQ(bucket.burst(), 50);
  bucket.set(0, 0);
  EXPECT_DOUBLE_EQ(bucket.rate(), 0.000001);
  EXPECT_EQ(bucket.burst(), 1);
}

TEST(GuideToResilience, ABreaker) {
  ManualClock clock;
  Random random(7);
  const auto pricing_is_down = []() -> Status { return unavailable("pricing is down"); };
  resilience::Breaker breaker;
  const auto guarded = [&](auto send) -> Status {
    if (!breaker.allow(clock.now(), random)) return unavailable("pricing fails too often; this call was not sent", "BREAKER_OPEN");
    Status answer = send();
    breaker.mark(clock.now(), answer.ok());                    // only what was sent: a refusal is neither success nor failure
    return answer;
  };
  int refused = 0;
  for (int i = 0; i < 1000; ++i) refused += guarded(pricing_is_down).error().reason() == "BREAKER_OPEN";
  EXPECT_GT(refused, 900);
  EXPECT_TRUE(breaker.open(clock.now()));
  clock.advance(3s);
  EXPECT_FALSE(breaker.open(clock.now()));                     // forgotten
  for (int i = 0; i < 100; ++i) breaker.mark(clock.now(), i % 2 == 0);
  EXPECT_FALSE(breaker.open(clock.now()));
}

TEST(GuideToResilience, ABudgetForRetries) {
  resilience::RetryBudget budget(0.1, 1);                      // one retry for ten calls, and one to begin with
  EXPECT_TRUE(budget.take());
  EXPECT_FALSE(budget.take());                                 // do not try again now
  for (int i = 0; i < 10; ++i) budget.on_call();
  EXPECT_TRUE(budget.take());

  const auto taken = [](resilience::RetryBudget& from) {
    int count = 0;
    while (from.take()) ++count;
    return count;
  };
  resilience::RetryBudget usual;
  for (int i = 0; i < 100'000; ++i) usual.on_call();
  EXPECT_EQ(taken(usual), 110);
  usual.set(0.1, 10);
  EXPECT_EQ(taken(usual), 10);
}

TEST(GuideToResilience, ItsTableHoldsTheDefaults) {
  const std::string page = tests::text_of("docs/guide/resilience.md");
  const resilience::BreakerOptions o;
  EXPECT_NE(page.find("| `window` | `" + format_duration(o.window) + "` |"), std::string::npos);
  EXPECT_NE(page.find("| `success` | `" + Value(o.success).to_text() + "` |"), std::string::npos);
  EXPECT_NE(page.find("| `min_calls` | `" + std::to_string(o.min_calls) + "` |"), std::string::npos);
}

TEST(GuideToResilience, EveryBlockOfItIsCompiledHere) {
  tests::expect_blocks_compiled("docs/guide/resilience.md", "tests/unit/docs/resilience_test.cpp", 3);
}

}  // namespace
