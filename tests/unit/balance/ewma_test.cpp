#include "slipway/balance/ewma.h"

#include <gtest/gtest.h>

#include <cmath>

namespace slipway::balance {
namespace {

constexpr std::int64_t kMs = 1'000'000;
constexpr std::int64_t kStart = 1'000'000'000'000;

// With its calls numbered, as a node numbers them.
struct Numbered : Ewma {
  std::uint32_t begin(std::int64_t at) { return Ewma::begin(calls++, at); }
  std::uint64_t calls = 0;
};

// One call of that length; gives the time it ended.
std::int64_t one_call(Numbered& ewma, std::int64_t at, std::int64_t length, bool failed = false) {
  const auto slot = ewma.begin(at);
  ewma.end(slot, at, at + length, failed);
  return at + length;
}

TEST(Ewma, AFreshNodeWeighsExactlyAHundred) {
  Numbered ewma;
  EXPECT_EQ(ewma.weight(kStart, 0), 100);
}

TEST(Ewma, AFreshNodeHalvesWithOneCallInFlight) {
  Numbered ewma;
  EXPECT_EQ(ewma.weight(kStart, 1), 50);
}

class IdleWeight : public ::testing::TestWithParam<std::pair<int, int>> {};
TEST_P(IdleWeight, FollowsTheSquareRootOfTheLag) {
  const auto [lag_ms, weight] = GetParam();
  Numbered ewma;
  const auto end = one_call(ewma, kStart, lag_ms * kMs);
  EXPECT_EQ(ewma.lag_ns(), lag_ms * kMs);
  EXPECT_EQ(std::lround(ewma.weight(end, 0)), weight);
}
INSTANTIATE_TEST_SUITE_P(Vectors, IdleWeight,
                         ::testing::Values(std::pair{1, 4083}, std::pair{5, 3163}, std::pair{10, 2583}, std::pair{20, 2000},
                                           std::pair{50, 1348}, std::pair{100, 976}));

TEST(Ewma, OneSuccessAndFourDeadlinesAtTwentyMillisecondsWeigh1748) {
  Numbered ewma;
  auto now = one_call(ewma, kStart, 20 * kMs);
  for (int i = 0; i < 4; ++i) now = one_call(ewma, now, 20 * kMs, true);
  EXPECT_EQ(ewma.success(), 874u);  // 1000 -> 967 -> 935 -> 904 -> 874, truncated each time
  EXPECT_EQ(ewma.weight(now, 0), 874e4 / 5000);
}

TEST(Ewma, DecaysTheLagOverSixHundredMilliseconds) {
  Numbered ewma;
  auto now = one_call(ewma, kStart, 100 * kMs);
  now = one_call(ewma, now + 590 * kMs, 10 * kMs);  // 600 ms after the first ended
  EXPECT_EQ(ewma.lag_ns(), static_cast<std::int64_t>(100e6 * std::exp(-1.0) + 10e6 * (1 - std::exp(-1.0))));
}

TEST(Ewma, TheFirstFailureTakesSuccessToZero) {
  Numbered ewma;
  one_call(ewma, kStart, kMs, true);
  EXPECT_EQ(ewma.success(), 0u);
}

TEST(Ewma, PredictsTheAgeOfCallsThatHangWhenMostDo) {
  Numbered ewma;
  const auto now = one_call(ewma, kStart, kMs);
  ewma.begin(now);
  ewma.begin(now);
  // Two of two have been out for 20 ms against an average of 1 ms: sqrt(20 ms + 5 ms) = 5000.
  EXPECT_EQ(ewma.load(now + 20 * kMs, 2), 5000u * 3);
}

TEST(Ewma, DoesNotPredictFromAMinority) {
  Numbered ewma;
  const auto now = one_call(ewma, kStart, kMs);
  ewma.begin(now);
  ewma.begin(now + 20 * kMs);
  EXPECT_EQ(ewma.load(now + 20 * kMs, 2), 2449u * 3);  // one of two: below the half + 1
}

TEST(Ewma, AnswersFromTheCacheForFiveMilliseconds) {
  Numbered ewma;
  EXPECT_EQ(ewma.weight(kStart, 0), 100);
  EXPECT_EQ(ewma.weight(kStart + 5 * kMs, 9), 100);
  EXPECT_EQ(ewma.weight(kStart + 5 * kMs + 1, 9), 10);
}

TEST(Ewma, FreesTheSlotOfAFinishedCall) {
  Numbered ewma;
  auto now = kStart;
  for (int i = 0; i < 1000; ++i) now = one_call(ewma, now, kMs);
  EXPECT_EQ(ewma.load(now + 1000 * kMs, 1), 2449u * 2) << "a stale slot would read as a call of a second";
}

TEST(Ewma, ACallWithoutASlotStillCounts) {
  Numbered ewma;
  std::vector<std::uint32_t> slots;
  for (std::uint32_t i = 0; i < Ewma::kSlots; ++i) slots.push_back(ewma.begin(kStart));
  const auto extra = ewma.begin(kStart);
  EXPECT_EQ(extra, Ewma::kNoSlot);
  ewma.end(extra, kStart, kStart + 7 * kMs, false);
  EXPECT_EQ(ewma.lag_ns(), 7 * kMs);
}

}  // namespace
}  // namespace slipway::balance
