#include "slipway/base/time.h"

#include <gtest/gtest.h>

#include <thread>

#include "tests/support/vectors.h"

using namespace slipway;

TEST(Duration, ReadsAndWritesTheVectors) {
  const Value vectors = tests::read_vectors("durations");
  for (const Value& v : vectors["read"].as_list()) {
    const auto d = parse_duration(v["from"].to_text());
    ASSERT_TRUE(d) << v.to_text() << d.error().to_string();
    EXPECT_EQ(d->count(), v["ns"].as_int()) << v.to_text();
    const Value& text = v["text"].is_null() ? v["from"] : v["text"];
    EXPECT_EQ(format_duration(*d), text.to_text());
  }
}

TEST(Duration, RefusesWhatIsNoneAndSaysWhatIs) {
  const Value vectors = tests::read_vectors("durations");
  for (const Value& v : vectors["refuse"].as_list())
    EXPECT_FALSE(parse_duration(v.as_string())) << v.as_string();
  EXPECT_EQ(parse_duration("2x").error().message(), "\"2x\" is not a duration (use 250ms, 2s, 1m30s)");
}

TEST(Duration, EveryFormattedDurationReadsBack) {
  std::uint64_t n = 1;
  for (int i = 0; i < 2000; ++i) {
    n = n * 6364136223846793005ull + 1442695040888963407ull;
    const Duration d(static_cast<std::int64_t>(n >> (1 + i % 62)));
    ASSERT_EQ(*parse_duration(format_duration(d)), d) << format_duration(d);
  }
}

TEST(Size, ReadsAndWritesTheVectors) {
  const Value vectors = tests::read_vectors("sizes");
  for (const Value& v : vectors["read"].as_list()) {
    const auto size = parse_size(v["from"].to_text());
    ASSERT_TRUE(size) << v.to_text();
    EXPECT_EQ(*size, static_cast<std::uint64_t>(v["bytes"].as_int()));
    const Value& text = v["text"].is_null() ? v["from"] : v["text"];
    EXPECT_EQ(format_size(*size), text.to_text());
  }
  for (const Value& v : vectors["refuse"].as_list()) EXPECT_FALSE(parse_size(v.as_string())) << v.as_string();
}

TEST(WallTime, IsWrittenAsRfc3339WithMilliseconds) {
  EXPECT_EQ(format_rfc3339(WallTime(Duration(1'795'442'952'318'999'999))), "2026-11-23T14:09:12.318Z");
  EXPECT_EQ(format_rfc3339(WallTime(Duration(-1))), "1969-12-31T23:59:59.999Z");
}

TEST(ManualClock, MovesOnlyByHand) {
  ManualClock clock;
  const auto start = clock.now();
  const auto wall = clock.wall();
  clock.advance(3s);
  EXPECT_EQ(clock.now() - start, 3s);
  EXPECT_EQ(clock.wall() - wall, 3s);
  clock.set(1s);
  EXPECT_EQ(clock.now() - start, 1s);
}

TEST(Ticks, AgreeWithTheSteadyAndTheWallClock) {
  const std::int64_t steady_before = Clock::system().now().time_since_epoch().count();
  const std::int64_t wall_before = Clock::system().wall().time_since_epoch().count();
  const std::uint64_t ticks = Ticks::now();
  const std::int64_t steady_after = Clock::system().now().time_since_epoch().count();
  const std::int64_t wall_after = Clock::system().wall().time_since_epoch().count();
  constexpr std::int64_t kSlack = 5'000'000;  // calibration, and a thread that was put aside in between
  EXPECT_GE(Ticks::steady_ns(ticks), steady_before - kSlack);
  EXPECT_LE(Ticks::steady_ns(ticks), steady_after + kSlack);
  EXPECT_GE(Ticks::wall_ns(ticks), wall_before - kSlack);
  EXPECT_LE(Ticks::wall_ns(ticks), wall_after + kSlack);
}

TEST(Ticks, NeverRunBackwardsWithinAThread) {
  std::uint64_t last = Ticks::now();
  for (int i = 0; i < 10'000; ++i) {
    const std::uint64_t next = Ticks::now();
    ASSERT_GE(next, last);
    last = next;
  }
}

TEST(Ticks, DifferencesAreNanoseconds) {
  (void)Ticks::now();  // calibrates
  const auto clock_before = Clock::system().now();
  const auto ticks_before = Ticks::now();
  while (Clock::system().now() - clock_before < 20ms) {
  }
  const auto by_ticks = Ticks::to_ns(Ticks::now() - ticks_before);
  const auto by_clock = (Clock::system().now() - clock_before).count();
  EXPECT_NEAR(static_cast<double>(by_ticks), static_cast<double>(by_clock),
              0.2 * static_cast<double>(by_clock));
}
