// The C++ of docs/guide/logging.md, compiled and run. Every block there stands here, line for line.
#include <gtest/gtest.h>

#include "slipway/app/log_config.h"
#include "slipway/http/client.h"
#include "slipway/http/typed.h"
#include "slipway/telemetry/log_mask.h"
#include "slipway/telemetry/log_sink.h"
#include "tests/support/folder.h"
#include "tests/support/guide.h"

using namespace slipway;

namespace {

struct Fixture {
  Fixture() { everything.add_sink(ring); }
  telemetry::Log everything;
  std::shared_ptr<telemetry::LogRing> ring = std::make_shared<telemetry::LogRing>();
};

TEST(GuideToLogging, LinesAndCalls) {
  Fixture f;
  auto& everything = f.everything;
  const std::string id = "7";
  telemetry::Logger& log = everything.logger("orders");
  log.info("order placed", "id", "7", "total", 11.95);
  log.debug("not written: the level is info", "id", id);
  log.error("saving failed", "error", conflict("only 2 are left"));
  EXPECT_EQ(f.ring->lines(9).size(), 2u);

  transport::Workers workers({});
  http::Server server(workers, {.service = "orders"});
  auto added = server.get("/price", [&log](middleware::Call& call) -> middleware::Outcome {
    log.warning(call, "the price is old", "age", 90s);
    return call.set_body(Value(1195));
  });
  ASSERT_TRUE(added.ok() && server.start().ok());
  http::Client client(workers, {.service = "tests"});
  auto reply = client.send_blocking({}, {.method = "GET", .url = server.endpoint().url() + "/price", .headers = {}, .body = {}, .content_type = {}});
  ASSERT_TRUE(reply.ok());
  const auto line = f.ring->lines(1).at(0);
  EXPECT_EQ(line.operation, "GET /price");
  EXPECT_NE(line.to_json().find(R"("age":"1m30s"})"), std::string::npos) << line.to_json();
}

TEST(GuideToLogging, LevelsSinksAndMasking) {
  Fixture f;
  auto& everything = f.everything;
  tests::Folder folder;
  everything.set_levels(telemetry::Level::Warning, {{"orders", telemetry::Level::Debug}});
  EXPECT_TRUE(everything.logger("orders/stock").enabled(telemetry::Level::Debug));
  EXPECT_FALSE(everything.logger("pricing").enabled(telemetry::Level::Info));

  telemetry::FileOptions options;
  options.path = folder / "logs/orders.log";
  options.max_size = 100 << 20;   // then orders.log becomes orders.log.1
  options.backups = 7;
  options.daily = true;           // at midnight UTC, too
  options.queue.format = telemetry::LogFormat::Json;
  options.queue.repeats = 5s;     // "pricing is down (repeated 12 times)"
  auto file = telemetry::file_sink(options);
  if (!file) FAIL() << file.error().message();
  everything.add_sink(*file);

  auto masking = telemetry::Masking::make({.keys = {"iban", "*_pin", "user.address.street"}, .values = {R"(\b\d{16}\b)"}});
  if (!masking) FAIL() << masking.error().message();
  everything.set_masking(*masking);
  everything.logger("orders").info("paid", "iban", "DE02");
  (*file)->flush();
  EXPECT_EQ((*file)->counts().written, 1u);
  EXPECT_NE(f.ring->lines(1).at(0).to_json().find(R"("iban":"***")"), std::string::npos);
}

TEST(GuideToLogging, FromConfig) {
  Fixture f;
  auto& everything = f.everything;
  config::Config config;
  if (auto s = config.add_source(config::make_overrides()); !s.ok()) FAIL() << s.error().message();
  if (auto s = config.start(); !s.ok()) FAIL() << s.error().message();
  auto live = app::LogConfig::start(config, everything);
  if (!live) FAIL() << live.error().message();
  auto change = config.set("log.levels.orders", "debug", "guide");
  EXPECT_TRUE(everything.logger("orders").enabled(telemetry::Level::Debug));
  EXPECT_TRUE(change.ok());

  // The table of the page has every key and its default.
  const std::string page = tests::text_of("docs/guide/logging.md");
  for (const auto& [key, spec] : config.snapshot()->schema().keys()) {
    const std::string fallback = spec.fallback.is_null() || spec.fallback == Value("") ? "| `" + key + "` | |" : "| `" + key + "` | `" + spec.fallback.to_text() + "` |";
    EXPECT_NE(page.find(fallback), std::string::npos) << fallback;
  }
}

TEST(GuideToLogging, EveryBlockOfItIsCompiledHere) { tests::expect_blocks_compiled("docs/guide/logging.md", "tests/unit/docs/logging_test.cpp", 6); }

}  // namespace
