#include "slipway/resilience/token_bucket.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "slipway/resilience/breaker.h"
#include "slipway/resilience/retry_budget.h"

namespace slipway::resilience {
namespace {

TimePoint at(double seconds) { return TimePoint(Duration(static_cast<std::int64_t>((1000 + seconds) * 1e9))); }

TEST(TokenBucket, AdmitsTheBurstThenTheRate) {
  TokenBucket bucket(10, 3);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(bucket.take(at(0)).admitted) << i;
  const auto refused = bucket.take(at(0));
  EXPECT_FALSE(refused.admitted);
  EXPECT_EQ(refused.retry_after, std::chrono::milliseconds(100));
  EXPECT_FALSE(bucket.take(at(0.099)).admitted);
  EXPECT_TRUE(bucket.take(at(0.1)).admitted);
  EXPECT_FALSE(bucket.take(at(0.1)).admitted);
}

TEST(TokenBucket, APauseFillsItToTheBurstAndNotBeyond) {
  TokenBucket bucket(10, 3);
  for (int i = 0; i < 3; ++i) (void)bucket.take(at(0));
  int admitted = 0;
  for (int i = 0; i < 10; ++i) admitted += bucket.take(at(60)).admitted;
  EXPECT_EQ(admitted, 3);
}

TEST(TokenBucket, ARaisedRateOwesNothingToTheOldOne) {
  TokenBucket bucket(0.01, 1);
  EXPECT_TRUE(bucket.take(at(0)).admitted);
  bucket.set(1000, 1);
  EXPECT_TRUE(bucket.take(at(0.002)).admitted);
}

TEST(TokenBucket, IsExactOverThreads) {
  TokenBucket bucket(1e-3, 1000);
  std::atomic<int> admitted{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 1000; ++i) admitted += bucket.take(at(0)).admitted;
    });
  for (auto& t : threads) t.join();
  EXPECT_EQ(admitted.load(), 1000);
}

TEST(RetryBudget, AllowsAShareOfTheCallsBeyondItsReserve) {
  RetryBudget budget(0.1, 2);
  EXPECT_TRUE(budget.take());
  EXPECT_TRUE(budget.take());
  EXPECT_FALSE(budget.take());
  for (int i = 0; i < 20; ++i) budget.on_call();
  EXPECT_TRUE(budget.take());
  EXPECT_TRUE(budget.take());
  EXPECT_FALSE(budget.take());
}

TEST(Breaker, RefusesInProportionToWhatFailsAndForgetsAfterItsWindow) {
  Breaker breaker;
  Random random(1);
  for (int i = 0; i < 19; ++i) breaker.mark(at(0), false);
  EXPECT_TRUE(breaker.allow(at(0), random)) << "too few calls to judge";
  for (int i = 0; i < 181; ++i) breaker.mark(at(0), false);
  int allowed = 0;
  for (int i = 0; i < 1000; ++i) allowed += breaker.allow(at(0), random);
  EXPECT_LT(allowed, 30);  // refused with 200/201
  EXPECT_TRUE(breaker.open(at(0)));
  EXPECT_FALSE(breaker.open(at(3.1)));
  EXPECT_TRUE(breaker.allow(at(3.1), random));
}

TEST(Breaker, StaysClosedWhileHalfOfTheCallsSucceed) {
  Breaker breaker;
  for (int i = 0; i < 100; ++i) breaker.mark(at(0), i % 2 == 0);
  EXPECT_FALSE(breaker.open(at(0)));
}

}  // namespace
}  // namespace slipway::resilience
