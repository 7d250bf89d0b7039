// GoFrame's semantics of config, from fixtures/vectors/config_goframe.yaml.
#include <gtest/gtest.h>

#include "slipway/config/config.h"
#include "slipway/config/folder_source.h"
#include "tests/conformance/config/expect.h"
#include "tests/support/folder.h"
#include "tests/support/vectors.h"

namespace slipway::config {
namespace {

TEST(CompatGoFrameConfig, PathsFindMapsAndLists) {
  const Value vectors = tests::read_vectors("config_goframe")["paths"];
  Config config({.watch_files = false});
  Document d;
  d.root = vectors["document"];
  ASSERT_TRUE(config.add_source(std::make_unique<MemorySource>("file", Rank::File, d)) && config.start());
  for (const Value& v : vectors["finds"].as_list()) {
    const Value* found = config.snapshot()->at(v["path"].as_string());
    const Value want = tests::expected(v);
    EXPECT_EQ(found != nullptr, !want.is_null()) << v["path"].as_string();
    if (found) EXPECT_EQ(*found, want) << v["path"].as_string();
  }
}

TEST(CompatGoFrameConfig, PathsAreSet) {
  const Value vectors = tests::read_vectors("config_goframe");
  for (const Value& v : vectors["sets"].as_list()) {
    Value tree;
    for (const Value& one : v["set"].as_list()) tree.set_path(one.as_list()[0].as_string(), one.as_list()[1]);
    EXPECT_EQ(tree, tests::expected(v)) << tree.to_text();
  }
}

TEST(CompatGoFrameConfig, ReadsByType) {
  const Value vectors = tests::read_vectors("config_goframe")["reads"];
  const auto document = codec::parse_json(vectors["json"].as_string());
  ASSERT_TRUE(document);
  for (const Value& v : vectors["of"].as_list()) tests::expect_read((*document)[v["key"].as_string()], v["type"].as_string(), tests::expected(v));
}

TEST(CompatGoFrameConfig, TheHighestSourceHolds) {
  const Value vectors = tests::read_vectors("config_goframe");
  for (const Value& v : vectors["effective"].as_list()) {
    const std::string key = v["key"].as_string();
    Config config({.watch_files = false});
    Document d;
    d.root = v["file"];
    ASSERT_TRUE(config.add_source(std::make_unique<MemorySource>("file", Rank::File, d)));
    if (v["environment"].is_string())
      ASSERT_TRUE(config.add_source(std::make_unique<EnvironmentSource>("SLIPWAY_", std::vector<std::pair<std::string, std::string>>{{variable_of("SLIPWAY_", key), v["environment"].as_string()}})));
    if (v["command_line"].is_string())
      ASSERT_TRUE(config.add_source(std::make_unique<CommandLineSource>(std::vector<std::pair<std::string, std::string>>{{key, v["command_line"].as_string()}})));
    ASSERT_TRUE(config.start());
    EXPECT_EQ(config.get_or<std::string>(key, v["otherwise"].is_string() ? v["otherwise"].as_string() : "(not set)"), tests::expected(v).as_string()) << key;
  }
}

TEST(CompatGoFrameConfig, FilesAreReadByTheirExtension) {
  const Value vectors = tests::read_vectors("config_goframe");
  for (const Value& v : vectors["files"].as_list()) {
    tests::Folder folder;
    Config config({.watch_files = false});
    ASSERT_TRUE(config.add_source(std::make_unique<FileSource>(folder.write(v["name"].as_string(), v["text"].as_string()))));
    const Status started = config.start();
    const Value want = tests::expected(v);
    EXPECT_EQ(started.ok(), want != Value("error")) << v["name"].as_string();
    if (started.ok()) EXPECT_EQ(config.get_or<std::string>(v["key"].as_string(), "(not set)"), want.as_string()) << v["name"].as_string();
  }
}

TEST(CompatGoFrameConfig, EveryDifferenceIsADeviationThatIsWrittenDown) { tests::expect_deviations_written("config_goframe"); }

}  // namespace
}  // namespace slipway::config
