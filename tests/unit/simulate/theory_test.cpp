#include "workbench/simulate/theory.h"

#include <gtest/gtest.h>

namespace workbench::simulate::theory {
namespace {

TEST(Theory, GivesTheKnownMeansOfOneQueue) {
  EXPECT_NEAR(mean_mg1(0.9, 1), 10, 1e-9);       // M/M/1
  EXPECT_NEAR(mean_mg1(0.9, 0), 5.5, 1e-9);      // M/D/1
  EXPECT_NEAR(mean_mg1(0.7, 4), 6.8333, 1e-4);
  EXPECT_NEAR(percentile_mm1(0.9, 99), 46.052, 1e-3);
}

TEST(Theory, GivesTheKnownMeansOfRoundRobin) {
  EXPECT_NEAR(mean_round_robin(0.5, 2), 1.6180, 1e-4);
  EXPECT_NEAR(mean_round_robin(0.8, 10), 2.9223, 1e-4);
  EXPECT_NEAR(mean_round_robin(0.9, 100), 5.2268, 1e-4);
  EXPECT_NEAR(mean_round_robin(0.7, 1), 1 / 0.3, 1e-9);
}

TEST(Theory, GivesTheSupermarketModelsTable) {
  EXPECT_NEAR(mean_supermarket(0.5, 2), 1.2657, 1e-4);
  EXPECT_NEAR(mean_supermarket(0.9, 2), 2.6141, 1e-4);
  EXPECT_NEAR(mean_supermarket(0.99, 2), 5.4320, 1e-4);
  EXPECT_NEAR(mean_supermarket(0.9, 3), 2.0279, 1e-4);
  EXPECT_NEAR(mean_supermarket(0.8, 1), 5, 1e-9);
  EXPECT_NEAR(percentile_supermarket(0.9, 2, 50), 2.202, 1e-3);
  EXPECT_NEAR(percentile_supermarket(0.9, 2, 95), 6.403, 1e-3);
  EXPECT_NEAR(percentile_supermarket(0.9, 2, 99), 8.791, 1e-3);
  EXPECT_NEAR(percentile_supermarket(0.5, 3, 95), 3.346, 1e-3);
}

}  // namespace
}  // namespace workbench::simulate::theory
