#include "workbench/recorder/rates.h"

#include <gtest/gtest.h>

namespace workbench::recorder {
namespace {

using slipway::telemetry::LatencyScale;
using slipway::telemetry::OperationTraffic;

OperationTraffic traffic(std::string_view instance, std::uint64_t requests, std::uint64_t errors, std::int64_t ns) {
  OperationTraffic t;
  t.service = slipway::telemetry::intern(instance);
  t.requests = requests;
  t.errors = errors;
  t.latency.emplace_back(static_cast<std::uint16_t>(LatencyScale::bucket_of(ns)), static_cast<std::uint32_t>(requests));
  return t;
}

TEST(Rates, GiveEverySecondOnceWithWhatItHadAndWhetherItHasEnded) {
  slipway::ManualClock clock;
  Rates rates(clock);
  const auto add = [&](const OperationTraffic& t) { rates.add(std::span(&t, 1)); };
  add(traffic("a", 5, 1, 1'000'000));
  add(traffic("b", 2, 0, 1'000'000));
  const std::int64_t first = rates.seconds(0).front().wall_s;
  EXPECT_LE(std::abs(first - clock.wall().time_since_epoch().count() / 1'000'000'000), 1);
  clock.advance(std::chrono::seconds(1));
  add(traffic("a", 7, 0, 9'000'000));
  auto all = rates.seconds(first);
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[0].instance + all[1].instance + all[2].instance, "aba") << "oldest first, then by name";
  EXPECT_EQ(all[0].requests, 5u);
  EXPECT_EQ(all[0].errors, 1u);
  EXPECT_FALSE(all[0].running);
  EXPECT_EQ(all[2].wall_s, first + 1);
  EXPECT_TRUE(all[2].running);
  EXPECT_NEAR(static_cast<double>(all[0].recent_p99_ns), 1e6, 1e4);
  EXPECT_NEAR(static_cast<double>(all[2].p99_ns), 9e6, 9e4);
  EXPECT_NEAR(static_cast<double>(all[2].recent_p50_ns), 9e6, 9e4) << "of both seconds together";
  add(traffic("a", 1, 1, 9'000'000));
  EXPECT_EQ(rates.seconds(first + 1).size(), 1u);
  EXPECT_EQ(rates.seconds(first + 1)[0].requests, 8u) << "the running one grows";
  clock.advance(std::chrono::seconds(3));
  all = rates.seconds(first + 1);
  ASSERT_EQ(all.size(), 1u) << "seconds without traffic are none";
  EXPECT_FALSE(all[0].running);
  clock.advance(std::chrono::seconds(20));
  EXPECT_TRUE(rates.seconds(first).empty());
}

}  // namespace
}  // namespace workbench::recorder
