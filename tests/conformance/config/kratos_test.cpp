// Kratos's semantics of config, from fixtures/vectors/config_kratos.yaml.
#include <gtest/gtest.h>

#include "slipway/config/config.h"
#include "slipway/config/folder_source.h"
#include "tests/conformance/config/expect.h"
#include "tests/support/vectors.h"

namespace slipway::config {
namespace {

std::unique_ptr<MemorySource> layer(const char* name, const Value& root, Rank rank = Rank::File) {
  Document d;
  d.root = root;
  return std::make_unique<MemorySource>(name, rank, std::move(d));
}

TEST(CompatKratosConfig, DocumentsAreMerged) {
  const Value vectors = tests::read_vectors("config_kratos");
  for (const Value& v : vectors["merge"].as_list()) {
    Config config({.watch_files = false});
    ASSERT_TRUE(config.add_source(layer("lower", v["lower"])) && config.add_source(layer("upper", v["upper"])));
    ASSERT_TRUE(config.start()) << v["name"].as_string();
    EXPECT_EQ(config.snapshot()->tree(), tests::expected(v)) << v["name"].as_string() << ": " << config.snapshot()->tree().to_text();
  }
}

TEST(CompatKratosConfig, ANewVersionOfADocumentTakesEffect) {
  const Value vectors = tests::read_vectors("config_kratos");
  for (const Value& v : vectors["reload"].as_list()) {
    Config config({.watch_files = false});
    auto source = layer("file", v["first"]);
    MemorySource& file = *source;
    ASSERT_TRUE(config.add_source(std::move(source)) && config.start());
    Document then;
    then.root = v["then"];
    file.replace(std::move(then));
    ASSERT_TRUE(config.reload());
    EXPECT_EQ(config.snapshot()->tree(), tests::expected(v)) << v["name"].as_string() << ": " << config.snapshot()->tree().to_text();
  }
}

TEST(CompatKratosConfig, TemplatesAreResolved) {
  const Value vectors = tests::read_vectors("config_kratos");
  for (const Value& v : vectors["resolve"].as_list()) {
    Config config({.watch_files = false});
    Value root = v["keys"].is_map() ? v["keys"] : Value(Value::Map());
    root.set_path("the.text", v["text"]);
    ASSERT_TRUE(config.add_source(layer("file", root)));
    const Status started = config.start();
    const Value want = tests::expected(v);
    if (want == Value("no such key")) {
      EXPECT_FALSE(started.ok()) << v["text"].to_text();
      EXPECT_EQ(config.snapshot()->at("the.text"), nullptr);
      continue;
    }
    ASSERT_TRUE(started.ok()) << v["text"].to_text() << ": " << started.error().message();
    const Value* found = config.snapshot()->at("the.text");
    ASSERT_NE(found, nullptr) << v["text"].to_text();
    // A number is a number or its text: Kratos has texts unless it was asked for types.
    EXPECT_TRUE(*found == want || found->to_text() == want.to_text()) << v["text"].to_text() << ": " << found->to_text();
  }
}

TEST(CompatKratosConfig, ReadsByType) {
  const Value vectors = tests::read_vectors("config_kratos");
  for (const Value& v : vectors["reads"].as_list())
    for (const Value& given : v["given"].as_list()) tests::expect_read(given, v["type"].as_string(), tests::expected(v));
}

TEST(CompatKratosConfig, VariablesNameKeys) {
  const Value vectors = tests::read_vectors("config_kratos");
  for (const Value& v : vectors["environment"].as_list()) {
    const Document d = document_of_variables(v["prefix"].as_string(), {{v["name"].as_string(), "x"}});
    const Value want = tests::expected(v);
    if (want.is_null())
      EXPECT_TRUE(d.places.empty()) << v["name"].as_string();
    else
      EXPECT_TRUE(d.places.contains(want.as_string())) << v["name"].as_string() << (d.places.empty() ? "" : " gives " + d.places.begin()->first);
  }
}

TEST(CompatKratosConfig, TemplatesSeeTheEnvironment) {
  const Value vectors = tests::read_vectors("config_kratos");
  for (const Value& v : vectors["environment_in_templates"].as_list()) {
    std::vector<std::pair<std::string, std::string>> variables;
    for (const auto& [name, value] : v["variables"].as_map()) variables.emplace_back(name, value.to_text());
    Config config({.watch_files = false});
    ASSERT_TRUE(config.add_source(layer("file", v["document"])) && config.add_source(std::make_unique<EnvironmentSource>(v["prefix"].as_string(), variables)) && config.start());
    EXPECT_EQ(config.get_or<std::string>(v["key"].as_string(), ""), v["is"].as_string());
  }
}

TEST(CompatKratosConfig, EveryDifferenceIsADeviationThatIsWrittenDown) { tests::expect_deviations_written("config_kratos"); }

}  // namespace
}  // namespace slipway::config
