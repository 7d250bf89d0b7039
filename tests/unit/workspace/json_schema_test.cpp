// The JSON Schemas that editors use must name what the loader reads.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "slipway/adapters/config_sources.h"
#include "slipway/codec/codec.h"
#include "slipway/middleware/builtin.h"
#include "workbench/behaviour/behaviour.h"

namespace {

using slipway::Value;

Value schema(const std::string& name) {
  auto v = slipway::codec::read_document(std::string(SLIPWAY_SOURCE_DIR "/resources/schemas/") + name + ".schema.json");
  EXPECT_TRUE(v.ok()) << v.error().to_string();
  return v ? *v : Value();
}

std::set<std::string> keys(const Value* map) {
  std::set<std::string> out;
  if (map && map->is_map())
    for (const auto& [key, value] : map->as_map()) out.insert(key);
  return out;
}

TEST(JsonSchema, KnowsEveryMiddlewareWithItsOptions) {
  const Value s = schema("service");
  const Value* known = s.at_path("$defs.middleware.oneOf.1.properties");
  const auto& names = slipway::middleware::middleware_names();
  EXPECT_EQ(keys(known), std::set<std::string>(names.begin(), names.end()));
  for (const auto& name : names) {
    std::set<std::string> options;
    const auto specs = slipway::middleware::options_of(name);
    ASSERT_TRUE(specs.ok()) << name;
    for (const auto& o : *specs) options.insert(o.name);
    EXPECT_EQ(keys(known->at_path(name + ".properties")), options) << name;
  }
}

TEST(JsonSchema, KnowsEveryBehaviour) {
  const Value s = schema("service");
  std::set<std::string> names;
  for (const auto n : workbench::behaviour::behaviour_names()) names.emplace(n);
  EXPECT_EQ(keys(s.at_path("$defs.steps.items.oneOf.1.properties")), names);
}

TEST(JsonSchema, KnowsTheKeysOfBothFiles) {
  EXPECT_EQ(keys(schema("service").at_path("properties")),
            (std::set<std::string>{"service", "about", "design", "http", "grpc", "middleware", "routes", "instances", "overrides", "database", "cache"}));
  EXPECT_EQ(keys(schema("workspace").at_path("properties")),
            (std::set<std::string>{"name", "version", "about", "entry", "layers", "environments", "services", "plugins"}));
}

TEST(JsonSchema, KnowsEveryKindOfLayerWithItsOptions) {
  const Value s = schema("workspace");
  const Value* kinds = s.at_path("properties.layers.items.oneOf.1.properties");
  std::set<std::string> names;
  for (const auto& kind : slipway::adapters::source_kinds()) names.insert(kind);
  EXPECT_EQ(keys(kinds), names);
  for (const auto& kind : names) {
    // Every option it names is one, of the kind it says: the source is made from all of them.
    Value::Map all;
    for (const auto& [option, is] : kinds->at_path(kind + ".oneOf.1.properties")->as_map())
      all[option] = is["type"] == Value("boolean") ? Value(true) : is["type"] == Value("array") ? Value(Value::List{Value("x")}) : Value("x");
    const auto made = slipway::adapters::make_source(kind, Value(all), "", [](const std::string&) { return std::string(); });
    EXPECT_TRUE(made.ok()) << made.error().to_string();
  }
}

}  // namespace
