#include "workbench/traffic/schedule.h"

#include <gtest/gtest.h>

#include <cmath>

namespace workbench::traffic {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

std::vector<std::int64_t> times_until(Schedule& s, std::int64_t end) {
  std::vector<std::int64_t> out;
  for (; s.next() < end; s.pop()) out.push_back(s.next());
  return out;
}

TEST(Schedule, ConstantIsExactForAnyRateAndNumberOfThreads) {
  for (const double rate : {1.0, 7.0, 1000.0, 33333.0}) {
    for (const int parts : {1, 3, 4}) {
      std::vector<std::int64_t> all;
      for (int p = 0; p < parts; ++p) {
        Schedule s(Arrivals::Constant, rate, p, parts, 1);
        for (auto t : times_until(s, 10 * kSecond)) all.push_back(t);
      }
      std::sort(all.begin(), all.end());
      EXPECT_EQ(all.size(), static_cast<std::size_t>(rate * 10)) << rate << " in " << parts;
      for (std::size_t i = 0; i < all.size(); ++i)
        ASSERT_NEAR(static_cast<double>(all[i]), static_cast<double>(i) * 1e9 / rate, 2.0) << i;
    }
  }
}

TEST(Schedule, PoissonHasExponentialGaps) {
  Schedule s(Arrivals::Poisson, 1000, 0, 1, 42);
  const auto times = times_until(s, 100 * kSecond);
  const double n = static_cast<double>(times.size());
  EXPECT_NEAR(n, 100'000, 3 * std::sqrt(100'000.0));
  double sum = 0, squares = 0;
  for (std::size_t i = 1; i < times.size(); ++i) {
    const double gap = static_cast<double>(times[i] - times[i - 1]) / 1e6;
    sum += gap;
    squares += gap * gap;
  }
  const double mean = sum / (n - 1), variance = squares / (n - 1) - mean * mean;
  EXPECT_NEAR(mean, 1.0, 0.01);
  EXPECT_NEAR(variance / (mean * mean), 1.0, 0.02);
}

TEST(Schedule, PoissonPartsAreIndependentAndRepeatable) {
  const auto run = [](int part, std::uint64_t seed) {
    Schedule s(Arrivals::Poisson, 1000, part, 2, seed);
    return times_until(s, kSecond);
  };
  EXPECT_EQ(run(0, 7), run(0, 7));
  EXPECT_NE(run(0, 7), run(1, 7));
  EXPECT_NE(run(0, 7), run(0, 8));
  EXPECT_NEAR(static_cast<double>(run(0, 7).size() + run(1, 7).size()), 1000, 100);
}

TEST(Schedule, ANewRateHoldsFromNowOn) {
  Schedule s(Arrivals::Constant, 100, 0, 1, 1);
  EXPECT_EQ(times_until(s, kSecond).size(), 100u);
  s.set_rate(1000, kSecond);
  EXPECT_NEAR(static_cast<double>(times_until(s, 2 * kSecond).size()), 1000, 1);
  s.set_rate(10, 2 * kSecond);
  EXPECT_NEAR(static_cast<double>(times_until(s, 3 * kSecond).size()), 10, 1);
}

TEST(Schedule, ZeroPausesAndWhatIsDueStaysDue) {
  Schedule s(Arrivals::Constant, 100, 0, 1, 1);
  times_until(s, kSecond / 2);
  const auto due = s.next();
  s.set_rate(0, due + 1);
  EXPECT_EQ(s.next(), due);
  s.pop();
  EXPECT_EQ(s.next(), Schedule::kNever);
  s.set_rate(100, 5 * kSecond);
  EXPECT_EQ(s.next(), 5 * kSecond + kSecond / 100);
}

TEST(LoadSlice, BandsCoverEveryTimeOnce) {
  for (int b = 0; b < LoadSlice::kBands; ++b) EXPECT_EQ(LoadSlice::band_of(LoadSlice::lowest_ns(b)), b);
  for (int b = 1; b < LoadSlice::kBands; ++b) EXPECT_EQ(LoadSlice::band_of(LoadSlice::lowest_ns(b) - 1), b - 1);
  EXPECT_EQ(LoadSlice::band_of(0), 0);
  EXPECT_EQ(LoadSlice::band_of(INT64_MAX), LoadSlice::kBands - 1);
}

}  // namespace
}  // namespace workbench::traffic
