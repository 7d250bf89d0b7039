// The first five minutes as a test: the real window on real servers, in a copy of the sample workspace.
#include <gtest/gtest.h>

#include "app/verbs/verb.h"
#include "app/window/tour.h"

namespace {

app::TourOptions sample() {
  app::TourOptions options;
  options.sample = SLIPWAY_SOURCE_DIR "/fixtures/workspaces/orders-lab";
  options.quick = true;
  return options;
}

TEST(Tour, GoesFromTheFirstRequestToAWrittenProject) { EXPECT_EQ(app::run_tour(0, nullptr, sample()), app::kDone); }

TEST(Tour, FailsAtTheSendWhenPricingIsStopped) {
  auto options = sample();
  options.broken = "pricing";
  testing::internal::CaptureStdout();
  EXPECT_EQ(app::run_tour(0, nullptr, options), app::kNotHeld);
  const std::string said = testing::internal::GetCapturedStdout();
  EXPECT_NE(said.find("ok   1"), std::string::npos) << said;
  EXPECT_NE(said.find("FAIL 2"), std::string::npos) << said;
  EXPECT_EQ(said.find("ok   3"), std::string::npos) << said;
}

TEST(Tour, AnUnknownServiceCannotBeStoppedFirst) {
  auto options = sample();
  options.broken = "nobody";
  EXPECT_NE(app::run_tour(0, nullptr, options), app::kDone);
}

}  // namespace
