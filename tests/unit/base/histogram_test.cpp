#include "slipway/base/histogram.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "slipway/base/random.h"

using slipway::Histogram;

TEST(Histogram, SmallValuesAreExact) {
  Histogram h;
  for (int i = 1; i <= 1000; ++i) h.record(i);
  EXPECT_EQ(h.percentile(50), 500);
  EXPECT_EQ(h.percentile(99.9), 999);
  EXPECT_EQ(h.percentile(100), 1000);
  EXPECT_EQ(h.percentile(0), 1);
  EXPECT_EQ(h.min(), 1);
  EXPECT_EQ(h.max(), 1000);
  EXPECT_DOUBLE_EQ(h.mean(), 500.5);
}

TEST(Histogram, PercentilesAreWithinATenthOfAPercentOfASort) {
  slipway::Random random(3);
  std::vector<std::int64_t> values;
  Histogram h;
  for (int i = 0; i < 100'000; ++i) {
    const auto v = static_cast<std::int64_t>(std::exp(random.uniform() * 25));  // 1 ns to 72 s
    values.push_back(v);
    h.record(v);
  }
  std::sort(values.begin(), values.end());
  for (const double p : {1.0, 10.0, 50.0, 90.0, 99.0, 99.9, 99.99, 100.0}) {
    const auto rank = static_cast<std::size_t>(std::ceil(p / 100 * static_cast<double>(values.size()))) - 1;
    const double exact = static_cast<double>(values[rank]);
    EXPECT_NEAR(static_cast<double>(h.percentile(p)), exact, exact * 0.001 + 1) << p;
  }
}

TEST(Histogram, BucketsCoverEveryValueWithoutGapOrOverlap) {
  Histogram h(1'000'000, 2);
  for (std::int64_t v = 0; v <= 1'000'000; v += 7) h.record(v);
  std::int64_t last = -1;
  std::uint64_t total = 0;
  h.for_each([&](std::int64_t low, std::int64_t high, std::uint64_t count) {
    EXPECT_GT(low, last);
    EXPECT_GE(high, low);
    EXPECT_LE(static_cast<double>(high - low), std::max(1.0, 0.01 * static_cast<double>(low)));
    last = high;
    total += count;
  });
  EXPECT_EQ(total, h.count());
}

TEST(Histogram, MergeIsAddition) {
  Histogram a, b, both;
  for (int i = 0; i < 1000; ++i) {
    (i % 2 ? a : b).record(i * 1000);
    both.record(i * 1000);
  }
  a.merge(b);
  EXPECT_EQ(a.count(), both.count());
  EXPECT_EQ(a.percentile(75), both.percentile(75));
  EXPECT_EQ(a.min(), both.min());
  EXPECT_THROW(a.merge(Histogram(1000, 2)), std::logic_error);
}

TEST(Histogram, CorrectionFillsInTheRequestsThatAStallHeldBack) {
  Histogram plain, corrected;
  for (int i = 0; i < 10'000; ++i) {
    plain.record(1'000'000);
    corrected.record_corrected(1'000'000, 10'000'000);
  }
  plain.record(100'000'000'000);
  corrected.record_corrected(100'000'000'000, 10'000'000);  // 100 s stall, one request each 10 ms
  EXPECT_EQ(corrected.count(), 20'000u);
  EXPECT_LT(plain.percentile(90), 2'000'000);
  EXPECT_NEAR(static_cast<double>(corrected.percentile(75)), 50e9, 0.5e9);
}

TEST(Histogram, OutOfRangeIsClampedAndEmptyIsZero) {
  Histogram h(1000, 3);
  EXPECT_EQ(h.percentile(99), 0);
  EXPECT_EQ(h.min(), 0);
  h.record(-5);
  h.record(5000);
  EXPECT_EQ(h.min(), 0);
  EXPECT_EQ(h.max(), 1000);
  h.reset();
  EXPECT_EQ(h.count(), 0u);
}
