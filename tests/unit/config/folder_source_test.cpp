#include "slipway/config/folder_source.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "slipway/config/config.h"
#include "tests/support/folder.h"
#include "tests/support/eventually.h"

namespace {

using namespace slipway;
using namespace slipway::config;
namespace fs = std::filesystem;

// Waits until the config has published a version in which `key` reads `text`.
void expect_becomes(Config& config, const std::string& key, const std::string& text) {
  EXPECT_TRUE(tests::eventually([&] { return config.get_or<std::string>(key, "-") == text; })) << key << " is " << config.get_or<std::string>(key, "-");
}

TEST(FolderSource, LaysItsFilesOverEachOtherByNameAndSaysWhereEachKeyStands) {
  tests::Folder folder;
  folder.write("10-base.yaml", "http:\n  port: 1\n  host: a\n");
  folder.write("20-site.toml", "[http]\nport = 2\n");
  folder.write("30-more.ini", "[http]\nidle = 60s\n");
  folder.write("20-site.toml~", "broken");
  folder.write(".hidden.yaml", "x: 1\n");
  Config config;
  ASSERT_TRUE(config.add_source(std::make_unique<FolderSource>(folder.path(), FolderSource::Options{.name = "conf.d"})));
  ASSERT_TRUE(config.start());
  EXPECT_EQ(config.get_or<int>("http.port", 0), 2);
  EXPECT_EQ(config.get_or<std::string>("http.host", ""), "a");
  EXPECT_EQ(config.get_or<std::string>("http.idle", ""), "60s");
  const auto snapshot = config.snapshot();
  const Entry* entry = snapshot->find("http.port");
  ASSERT_TRUE(entry);
  EXPECT_EQ(entry->stack.at(entry->winner).place, "conf.d/20-site.toml:2:8");
}

TEST(FolderSource, AFileThatComesGoesOrBreaksIsFollowed) {
  tests::Folder folder;
  folder.write("a.yaml", "k: one\n");
  Config config;
  ASSERT_TRUE(config.add_source(std::make_unique<FolderSource>(folder.path(), FolderSource::Options{.name = "conf.d"})));
  ASSERT_TRUE(config.start());
  folder.write("b.yaml", "k: two\n");
  expect_becomes(config, "k", "two");
  folder.write("b.yaml", "k: [\n");
  EXPECT_TRUE(tests::eventually([&] { return !config.problems().empty(); }));
  EXPECT_EQ(config.get_or<std::string>("k", ""), "two");
  EXPECT_NE(config.problems().front().text().find("conf.d/b.yaml:2"), std::string::npos) << config.problems().front().text();
  fs::remove(folder / "b.yaml");
  expect_becomes(config, "k", "one");
}

TEST(FolderSource, AConfigMapsLinkSwapIsSeen) {
  tests::Folder folder;
  fs::create_directory(folder / "..2026_1");
  folder.write("..2026_1/app.yaml", "k: one\n");
  fs::create_directory_symlink("..2026_1", folder / "..data");
  fs::create_symlink("..data/app.yaml", folder / "app.yaml");
  Config config;
  ASSERT_TRUE(config.add_source(std::make_unique<FolderSource>(folder.path())));
  ASSERT_TRUE(config.start());
  EXPECT_EQ(config.get_or<std::string>("k", ""), "one");
  fs::create_directory(folder / "..2026_2");
  folder.write("..2026_2/app.yaml", "k: two\n");
  fs::create_directory_symlink("..2026_2", folder / "..data_tmp");
  fs::rename(folder / "..data_tmp", folder / "..data");
  expect_becomes(config, "k", "two");
}

TEST(FolderSource, TwoFilesThatDisagreeAboutASectionAreNamed) {
  tests::Folder folder;
  folder.write("a.yaml", "k: 1\n");
  folder.write("b.yaml", "k:\n  below: 2\n");
  auto loaded = FolderSource(folder.path(), {.name = "conf.d"}).load();
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().where().to_string(), "conf.d/b.yaml:2:10");
}

TEST(FolderSource, AMissingFolderIsAnErrorUnlessOptional) {
  EXPECT_FALSE(FolderSource("/nonexistent/conf.d").load());
  EXPECT_TRUE(FolderSource("/nonexistent/conf.d", {.optional = true}).load());
}

TEST(DotenvSource, ReadsItsPrefixAndLiesBelowTheProcessEnvironment) {
  tests::Folder folder;
  folder.write(".env", "SLIPWAY_ORDERS__HTTP__TIMEOUT=2s\nSLIPWAY_ORDERS__NAME=a # c\nOTHER=1\n");
  Config config;
  ASSERT_TRUE(config.add_source(std::make_unique<DotenvSource>(folder / ".env")));
  ASSERT_TRUE(config.add_source(std::make_unique<EnvironmentSource>("SLIPWAY_", std::vector<std::pair<std::string, std::string>>{{"SLIPWAY_ORDERS__NAME", "b"}})));
  ASSERT_TRUE(config.start());
  EXPECT_EQ(config.get_or<std::string>("orders.http.timeout", ""), "2s");
  EXPECT_EQ(config.get_or<std::string>("orders.name", ""), "b");
  const auto snapshot = config.snapshot();
  EXPECT_EQ(snapshot->find("orders.http.timeout")->stack.at(0).place, ".env:1");
  EXPECT_FALSE(config.snapshot()->find("other"));
}

TEST(DotenvSource, IsWrittenInPlaceAndFollowed) {
  tests::Folder folder;
  folder.write(".env", "# mine\nSLIPWAY_A__B=1\n");
  Config config;
  ASSERT_TRUE(config.add_source(std::make_unique<DotenvSource>(folder / ".env")));
  ASSERT_TRUE(config.start());
  ASSERT_TRUE(config.set("a.b", "2", "test", ".env"));
  std::ifstream file(folder / ".env");
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}), "# mine\nSLIPWAY_A__B=\"2\"\n");
  folder.write(".env", "SLIPWAY_A__B=3\n");
  expect_becomes(config, "a.b", "3");
}

}  // namespace
