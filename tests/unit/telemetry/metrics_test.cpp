#include "slipway/telemetry/metrics.h"

#include <gtest/gtest.h>

namespace slipway::telemetry {
namespace {

TEST(Metrics, ExposeInPrometheusText) {
  Metrics m;
  m.counter("calls_total", "Calls.", {{"op", "a\"b\\c\nd"}}).add(3);
  m.gauge("depth", "Depth.").set(2.5);
  m.durations("seconds", "Time.", {}, {0.1, 1}).record_ns(50'000'000);
  m.durations("seconds", "Time.", {}, {0.1, 1}).record_ns(5'000'000'000);
  EXPECT_EQ(m.expose(),
            "# HELP calls_total Calls.\n# TYPE calls_total counter\ncalls_total{op=\"a\\\"b\\\\c\\nd\"} 3\n"
            "# HELP depth Depth.\n# TYPE depth gauge\ndepth 2.5\n"
            "# HELP seconds Time.\n# TYPE seconds histogram\nseconds_bucket{le=\"0.1\"} 1\nseconds_bucket{le=\"1\"} 1\n"
            "seconds_bucket{le=\"+Inf\"} 2\nseconds_sum 5.05\nseconds_count 2\n");
}

TEST(Metrics, OneNameIsOneKind) {
  Metrics m;
  (void)m.counter("x", "");
  EXPECT_THROW((void)m.gauge("x", ""), std::logic_error);
}

}  // namespace
}  // namespace slipway::telemetry
