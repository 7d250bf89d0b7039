#include "workbench/traffic/slo.h"

#include <gtest/gtest.h>

namespace workbench::traffic {
namespace {

struct Figures {
  slipway::Histogram response, service;
  Figures() {
    for (int i = 1; i <= 1000; ++i) {
      response.record(i * 1'000'000);
      service.record(i * 1'000);
    }
  }
  Slo held(std::string_view text) const {
    auto rule = parse_slo(text);
    EXPECT_TRUE(rule.ok()) << text;
    return evaluate(*rule, {&response, &service, 1000, 12, 3, 450});
  }
};

TEST(Slo, ComparesWhatItNames) {
  const Figures f;
  for (const auto* yes : {"p50<501ms", "p(95) <= 951ms", "p99.9>990ms", "p99_9>990ms", "service.p99<1ms", "max<1.1s", "mean<501ms", "med>=499ms",
                          "errors<13", "errors==12", "errors<1.3%", "rate>449", "rate>=450/s", "dropped==3", "response.p50<1s"})
    EXPECT_TRUE(f.held(yes).held) << yes;
  for (const auto* no : {"p50<400ms", "errors<1%", "errors==0", "rate>450", "dropped<3", "max<1s", "service.p99>1ms"})
    EXPECT_FALSE(f.held(no).held) << no;
}

TEST(Slo, SaysWhatWasFound) {
  const Figures f;
  EXPECT_EQ(f.held("errors<1%").found, "1.2%");
  EXPECT_EQ(f.held("rate>500").found, "450/s");
  EXPECT_EQ(f.held("max<1s").found, "1s");
  EXPECT_EQ(f.held("p99<20ms").text, "p99<20ms");
}

TEST(Slo, WithoutARequestNothingIsShown) {
  const slipway::Histogram none;
  for (const auto* text : {"p99<1h", "errors<100%"}) {
    const auto slo = evaluate(*parse_slo(text), {&none, &none, 0, 0, 0, 0});
    EXPECT_FALSE(slo.held) << text;
  }
}

TEST(Slo, RefusesWhatItCannotHold) {
  for (const auto* bad : {"", "p99", "p99<", "p99<20", "p99=20ms", "p0<1ms", "p101<1ms", "px<1ms", "latency<1ms", "errors<x", "rate>-1", "service.rate>1",
                          "<20ms", "errors<1%%"}) {
    const auto rule = parse_slo(bad);
    ASSERT_FALSE(rule.ok()) << bad;
    EXPECT_EQ(rule.error().reason(), "SLO_INVALID");
  }
}

}  // namespace
}  // namespace workbench::traffic
