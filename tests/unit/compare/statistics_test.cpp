#include "workbench/compare/statistics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "slipway/base/random.h"

namespace workbench::compare {
namespace {

using namespace ::testing;

std::vector<double> from_to(int first, int last) {
  std::vector<double> out;
  for (int i = first; i <= last; ++i) out.push_back(i);
  return out;
}

TEST(Median, OfOddAndEvenCounts) {
  EXPECT_EQ(median(std::vector<double>{3, 1, 2}), 2);
  EXPECT_EQ(median(std::vector<double>{4, 1, 3, 2}), 2.5);
  EXPECT_EQ(median({}), 0);
}

struct Separated {
  int n;
  double p;
};
class SmallestP : public TestWithParam<Separated> {};
TEST_P(SmallestP, IsExactWhenTheSidesDoNotOverlap) {
  const auto [n, p] = GetParam();
  EXPECT_NEAR(mann_whitney_p(from_to(1, n), from_to(101, 100 + n)), p, p * 0.02);
}
INSTANTIATE_TEST_SUITE_P(Table, SmallestP,
                         Values(Separated{2, 0.333}, Separated{3, 0.1}, Separated{4, 0.0286}, Separated{5, 0.0079},
                                Separated{6, 0.0022}, Separated{9, 4.1e-5}, Separated{10, 1.1e-5}));

TEST(MannWhitney, IsExactForInterleavedSides) {
  // U = 3 of 9; 7 of the 20 orders have U <= 3: p = 0.7.
  EXPECT_NEAR(mann_whitney_p(std::vector<double>{1, 3, 5}, std::vector<double>{2, 4, 6}), 0.7, 1e-9);
}

TEST(MannWhitney, CountsEqualValuesExactly) {
  const std::vector<double> a{1, 2, 2, 3, 3, 3}, b{2, 3, 3, 4, 4, 5};
  EXPECT_NEAR(mann_whitney_p(a, b), 0.108225108, 1e-8);  // all 924 ways to deal them, U = 7
  EXPECT_EQ(mann_whitney_p(std::vector<double>{2, 2, 2}, std::vector<double>{2, 2}), 1);
  // Values rounded to equal ones inside a side change nothing when the sides do not overlap.
  EXPECT_NEAR(mann_whitney_p(std::vector<double>{1, 1, 2, 2, 3, 3}, std::vector<double>{8, 8, 8, 9, 9, 9}), 2 / 924.0, 1e-12);
}

TEST(MannWhitney, OfLongSidesIsTheNormalApproximationCorrectedForTies) {
  std::vector<double> a, b;
  for (int i = 0; i < 30; ++i) {
    a.push_back(i / 3);
    b.push_back(i / 3 + (i % 2));
  }
  const double p = mann_whitney_p(a, b);
  EXPECT_GT(p, 0.3);
  EXPECT_LT(p, 0.8);
  for (double& v : b) v += 10;
  EXPECT_LT(mann_whitney_p(a, b), 1e-9);
}

TEST(MannWhitney, IsTheSameBothWaysRound) {
  const std::vector<double> a{5, 1, 4, 9, 12}, b{3, 8, 11, 2};
  EXPECT_EQ(mann_whitney_p(a, b), mann_whitney_p(b, a));
}

TEST(Bootstrap, CoversTheTrueRatioAbout95TimesInAHundred) {
  slipway::Random random(5);
  int covered = 0;
  for (int round = 0; round < 60; ++round) {
    std::vector<double> a, b;
    for (int i = 0; i < 15; ++i) {
      a.push_back(random.normal(100, 5));
      b.push_back(random.normal(120, 5));
    }
    const auto ci = bootstrap_ratio(a, b);
    covered += ci.low <= 1.2 && 1.2 <= ci.high;
  }
  EXPECT_GE(covered, 52);
  EXPECT_LE(covered, 60);
}

TEST(Bootstrap, TheSameSeedGivesTheSameInterval) {
  const auto a = from_to(90, 110), b = from_to(95, 115);
  EXPECT_EQ(bootstrap_ratio(a, b, 7).low, bootstrap_ratio(a, b, 7).low);
}

TEST(NoiseFloor, GrowsWithTheScatterOfA) {
  slipway::Random random(6);
  std::vector<double> calm, wild;
  for (int i = 0; i < 20; ++i) {
    calm.push_back(random.normal(100, 1));
    wild.push_back(random.normal(100, 10));
  }
  EXPECT_LT(noise_floor(calm), 0.02);
  EXPECT_GT(noise_floor(wild), 0.03);
  EXPECT_EQ(noise_floor(std::vector<double>{1, 2, 3}), 1) << "too few to know";
}

TEST(Holm, StepsDown) {
  EXPECT_THAT(holm(std::vector<double>{0.01, 0.04, 0.03}), ElementsAre(DoubleEq(0.03), DoubleEq(0.06), DoubleEq(0.06)));
}

TEST(Outliers, AreTold) {
  auto values = from_to(100, 110);
  values.push_back(500);
  EXPECT_THAT(outliers(values), ElementsAre(11u));
  EXPECT_THAT(outliers(from_to(1, 10)), IsEmpty());
}

}  // namespace
}  // namespace workbench::compare
