#include "slipway/app/log_config.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/support/folder.h"

namespace slipway::app {
namespace {

namespace fs = std::filesystem;
using telemetry::Level;

std::string content(const std::string& path) {
  std::ostringstream out;
  out << std::ifstream(path).rdbuf();
  return out.str();
}

struct Fixture {
  explicit Fixture(const std::string& yaml) {
    file = folder.write("service.yaml", yaml);
    if (auto s = config.add_source(std::make_unique<config::FileSource>(file)); !s.ok()) ADD_FAILURE() << s.error().to_string();
    if (auto s = config.add_source(config::make_overrides()); !s.ok()) ADD_FAILURE() << s.error().to_string();
    if (auto s = config.start(); !s.ok()) ADD_FAILURE() << s.error().to_string();
  }
  void start() {
    auto made = LogConfig::start(config, log);
    ASSERT_TRUE(made.ok()) << made.error().to_string();
    live = std::move(*made);
  }
  std::string set(const std::string& key, const std::string& text) {
    auto change = config.set(key, text, "test");
    if (!change.ok()) return change.error().message();
    return change->applied.empty() ? "" : change->applied.front().error;
  }
  void flush() {
    for (const auto& s : live->sinks()) s->flush();
  }
  tests::Folder folder;
  std::string file;
  config::Config config;
  telemetry::Log log;
  std::unique_ptr<LogConfig> live;
};

TEST(LogConfig, LevelsOfLoggersChangeLive) {
  Fixture f("log: { level: warning, levels: { orders: debug, orders/sql: 'off' }, console: false }\n");
  f.start();
  auto& orders = f.log.logger("orders");
  EXPECT_EQ(f.log.logger("gateway").level(), Level::Warning);
  EXPECT_EQ(orders.level(), Level::Debug);
  EXPECT_EQ(f.log.logger("orders/sql").level(), Level::Off);
  EXPECT_EQ(f.set("log.levels.orders", "error"), "");
  EXPECT_EQ(orders.level(), Level::Error);
  EXPECT_EQ(f.set("log.levels.orders/stock", "info"), "");
  EXPECT_EQ(f.log.logger("orders/stock").level(), Level::Info);
  EXPECT_EQ(f.set("log.level", "info"), "");
  EXPECT_EQ(f.log.logger("gateway").level(), Level::Info);
  EXPECT_EQ(orders.level(), Level::Error);
}

TEST(LogConfig, ALevelThatIsNoneIsToldAndTheOthersHold) {
  Fixture f("log: { console: false }\n");
  f.start();
  EXPECT_EQ(f.set("log.levels.orders", "loud"), "log.levels.orders: \"loud\" is not a log level (use debug, info, warning, error, off)");
  EXPECT_EQ(f.log.logger("orders").level(), Level::Info);
  EXPECT_NE(f.set("log.level", "loud").find("loud"), std::string::npos);
}

TEST(LogConfig, LinesGoToAFileWhoseSettingsAreLive) {
  Fixture f("log: { console: false }\n");
  f.start();
  EXPECT_TRUE(f.live->sinks().empty());
  const std::string one = f.folder / "one.log", two = f.folder / "two.log";
  EXPECT_EQ(f.set("log.file.path", one), "");
  f.log.logger("a").info("first");
  EXPECT_EQ(f.set("log.file.path", two), "");
  EXPECT_EQ(f.set("log.file.format", "text"), "");
  f.log.logger("a").info("second");
  f.flush();
  EXPECT_NE(content(one).find("\"message\":\"first\""), std::string::npos) << content(one);
  EXPECT_NE(content(two).find("  second\n"), std::string::npos) << content(two);
  EXPECT_EQ(content(one).find("second"), std::string::npos);
}

TEST(LogConfig, AFileThatCannotBeOpenedLeavesTheOneThereWas) {
  Fixture f("log: { console: false }\n");
  f.start();
  const std::string path = f.folder / "orders.log";
  EXPECT_EQ(f.set("log.file.path", path), "");
  EXPECT_NE(f.set("log.file.path", f.folder.path()).find("opening the log file " + f.folder.path()), std::string::npos);
  f.log.logger("a").info("still here");
  f.flush();
  EXPECT_NE(content(path).find("still here"), std::string::npos);
}

TEST(LogConfig, MaskingAndRotationComeFromConfig) {
  Fixture f("log:\n  console: false\n  mask: { keys: [iban], values: ['\\b\\d{16}\\b'] }\n  file: { max_size: 300B, backups: 1 }\n");
  f.start();
  const std::string path = f.folder / "orders.log";
  EXPECT_EQ(f.set("log.file.path", path), "");
  for (int i = 0; i < 10; ++i) f.log.logger("a").info("paid by 4111111111111111", "iban", "DE02");
  f.flush();
  const std::string all = content(path + ".1") + content(path);
  EXPECT_EQ(all.find("4111"), std::string::npos) << all;
  EXPECT_EQ(all.find("DE02"), std::string::npos) << all;
  EXPECT_NE(all.find("paid by ***"), std::string::npos) << all;
  EXPECT_LE(fs::file_size(path), 300u);
  EXPECT_FALSE(fs::exists(path + ".2"));
  EXPECT_NE(f.set("log.mask.values", "['(']").find("is not a regular expression"), std::string::npos);
}

TEST(LogConfig, UnknownKeysAreRefusedWithTheNearest) {
  Fixture f("log: { console: false }\n");
  f.start();
  EXPECT_NE(f.set("log.file.backup", "3").find("log.file.backups"), std::string::npos);
}

TEST(LogConfig, TakesItsSinksAway) {
  Fixture f("log: { console: false }\n");
  f.start();
  const std::string path = f.folder / "orders.log";
  EXPECT_EQ(f.set("log.file.path", path), "");
  f.log.logger("a").info("before");
  f.live.reset();
  f.log.logger("a").info("after");
  EXPECT_NE(content(path).find("before"), std::string::npos) << "what was queued is written";
  EXPECT_EQ(content(path).find("after"), std::string::npos);
}

}  // namespace
}  // namespace slipway::app
