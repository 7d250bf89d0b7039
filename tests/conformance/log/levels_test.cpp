// Level names and masking paths of the two frameworks, from fixtures/vectors/log_levels.yaml.
#include <gtest/gtest.h>

#include "slipway/telemetry/log.h"
#include "slipway/telemetry/log_mask.h"
#include "tests/support/vectors.h"

namespace slipway::telemetry {
namespace {

TEST(CompatLog, LevelNames) {
  const Value all = tests::read_vectors("log_levels");
  for (const Value& v : all["names"].as_list()) {
    auto level = parse_level(v.as_list()[0].as_string());
    ASSERT_TRUE(level.ok()) << v.to_text();
    EXPECT_EQ(level_name(*level), v.as_list()[1].as_string()) << v.to_text();
  }
  for (const Value& v : all["refused"].as_list()) EXPECT_EQ(parse_level(v.as_string()).error().reason(), "BAD_LEVEL") << v.to_text();
}

// Kratos 3: FilterKey("user.pin") masks that path and nothing else of the name.
TEST(CompatLog, AKeyWithADotIsAPath) {
  auto masking = Masking::make({.keys = {"user.pin"}, .values = {}});
  ASSERT_TRUE(masking.ok());
  const Value tree = Value::object({{"pin", 1}, {"name", "ann"}});
  EXPECT_EQ((*masking)->value("user", tree), Value::object({{"pin", "***"}, {"name", "ann"}}));
  EXPECT_EQ((*masking)->value("map", tree), tree);
}

}  // namespace
}  // namespace slipway::telemetry
