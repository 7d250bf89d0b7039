#include "slipway/telemetry/log.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "slipway/codec/codec.h"
#include "slipway/telemetry/metrics.h"

namespace slipway::telemetry {
namespace {

TEST(Log, WritesWhatReachesTheLevelAndTheLevelCanChange) {
  Log log;
  auto ring = std::make_shared<LogRing>();
  log.add_sink(ring);
  Logger& orders = log.logger("orders");
  EXPECT_EQ(&orders, &log.logger("orders"));
  orders.debug("hidden");
  orders.set_level(Level::Debug);
  orders.debug("seen", {{"id", 7}});
  const auto lines = ring->lines(10);
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(lines[0].text, "seen");
  log.set_level(Level::Off);
  orders.error("hidden");
  log.logger("later").error("hidden");
  EXPECT_EQ(ring->lines(10).size(), 1u);
}

TEST(Log, MasksSecretsBeforeAnySink) {
  Log log;
  auto ring = std::make_shared<LogRing>();
  log.add_sink(ring);
  log.logger("a").info("login", {{"user", "ann"}, {"Password", "1234"}, {"x-api-key", "k"}, {"refresh_token", "t"}});
  const std::string text = ring->lines(1)[0].to_json();
  EXPECT_EQ(text.find("1234"), std::string::npos);
  const auto parsed = codec::parse_json(text);
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ((*parsed)["user"].as_string(), "ann");
  EXPECT_EQ((*parsed)["x-api-key"].as_string(), "***");
  EXPECT_EQ((*parsed)["refresh_token"].as_string(), "***");
}

TEST(Log, OneLineOfTextStaysOneLine) {
  LogLine line;
  line.logger = "a";
  line.text = "first\nsecond";
  line.fields = {{"k", Value("v\r\nforged")}};
  EXPECT_EQ(line.to_text().find('\n'), std::string::npos);
  EXPECT_EQ(line.to_text().find('\r'), std::string::npos);
}

TEST(LogRing, KeepsTheNewest) {
  LogRing ring(2);
  for (const char* t : {"a", "b", "c"}) {
    LogLine line;
    line.text = t;
    ring.write(line);
  }
  const auto lines = ring.lines(5);
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(lines[0].text, "c");
  EXPECT_EQ(lines[1].text, "b");
}

TEST(ConsoleSink, HasWrittenEverythingWhenItIsGone) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  {
    Log log;
    log.add_sink(console_sink(LogFormat::Json, ends[1]));
    log.logger("a").info("one");
    log.logger("a").info("two");
  }
  close(ends[1]);
  std::string out(4096, '\0');
  out.resize(static_cast<std::size_t>(read(ends[0], out.data(), out.size())));
  close(ends[0]);
  EXPECT_NE(out.find("\"message\":\"one\""), std::string::npos);
  EXPECT_NE(out.find("\"message\":\"two\""), std::string::npos);
}

TEST(Levels, AreReadByName) {
  EXPECT_EQ(*parse_level("warn"), Level::Warning);
  EXPECT_EQ(parse_level("loud").error().reason(), "BAD_LEVEL");
}

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
