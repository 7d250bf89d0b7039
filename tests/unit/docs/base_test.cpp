// The C++ of docs/guide/base.md, compiled and run. Every block there stands here, line for line.
#include <gtest/gtest.h>

#include "slipway/base/gate.h"
#include "slipway/base/snapshot.h"
#include "slipway/base/time.h"
#include "slipway/codec/codec.h"
#include "tests/support/guide.h"

using namespace slipway;

namespace {

TEST(GuideToBase, ValuesAndFormats) {
  Result<Value> read = codec::parse_yaml("servers:\n  - name: a\n    port: 8080\n");
  if (!read) FAIL() << read.error().to_string();     // "line:column: not valid YAML: …"
  Value tree = std::move(*read);
  EXPECT_EQ(tree.at_path("servers.0.port")->as_int(), 8080);
  EXPECT_EQ(tree.at_path("servers.0.port")->line, 3);
  EXPECT_EQ(tree.at_path("servers.1"), nullptr);
  tree.set_path("servers.0.tls.on", true);            // makes the maps on the way
  EXPECT_EQ(tree["servers"].to_text(), R"([{"name":"a","port":8080,"tls":{"on":true}}])");
  EXPECT_EQ(overlay(Value::object({{"a", 1}, {"b", 1}}), Value::object({{"b", 2}})), Value::object({{"a", 1}, {"b", 2}}));

  const codec::Codec* toml = codec::find_codec("toml");
  std::string text;
  ASSERT_TRUE(toml->encode(Value::object({{"port", 8080}}), text));
  EXPECT_EQ(text, "port = 8080\n");
}

TEST(GuideToBase, UnitsClocksSnapshotsAndGates) {
  EXPECT_EQ(*parse_duration("1m30s"), 90s);
  EXPECT_EQ(format_duration(2500us), "2.5ms");
  EXPECT_EQ(*parse_size("64KiB"), 65536u);
  EXPECT_EQ(parse_duration("90").error().message(), "\"90\" is not a duration (use 250ms, 2s, 1m30s)");

  ManualClock clock;
  const TimePoint before = clock.now();
  clock.advance(250ms);
  EXPECT_EQ(clock.now() - before, 250ms);

  Snapshot<std::string> motto(std::make_shared<const std::string>("first"));
  Snapshot<std::string>::Reader reader(motto);
  motto.publish(std::make_shared<const std::string>("second"));
  EXPECT_EQ(reader.get(), "second");

  Gate gate;
  {
    const auto inside = gate.enter();
    gate.close();                                     // nobody enters any more
    EXPECT_FALSE(gate.enter());
    EXPECT_FALSE(gate.wait_empty(0ms));
  }
  EXPECT_TRUE(gate.wait_empty(0ms));
}

TEST(GuideToBase, EveryBlockOfItIsCompiledHere) { tests::expect_blocks_compiled("docs/guide/base.md", "tests/unit/docs/base_test.cpp", 5); }

}  // namespace
