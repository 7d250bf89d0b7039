// The C++ of docs/guide/config-sources.md, compiled; what needs no server is run. Every block there stands here.
#include <gtest/gtest.h>

#include <iostream>

#include "slipway/adapters/config_sources.h"
#include "slipway/adapters/etcd_source.h"
#include "slipway/config/folder_source.h"
#include "slipway/config/read_struct.h"
#include "tests/support/folder.h"
#include "tests/support/guide.h"

using namespace slipway;
using namespace slipway::config;

namespace {

struct Http {
  std::string address;
  Duration timeout = std::chrono::seconds(2);
  std::uint64_t body = 1 << 20;  // "64KiB" reads as 65536
  std::optional<std::string> name;
};
BOOST_DESCRIBE_STRUCT(Http, (), (address, timeout, body, name))

Status add_layers(Config& config, const std::string& folder) {
  if (auto s = config.add_source(std::make_unique<FolderSource>(folder + "/conf.d")); !s) return s;
  if (auto s = config.add_source(std::make_unique<DotenvSource>(folder + "/.env")); !s) return s;
  return config.add_source(adapters::make_etcd_source({.url = "http://127.0.0.1:2379", .prefix = "/orders/"}));
}

TEST(GuideToConfigSources, SourcesAreAddedInAnyOrder) {
  tests::Folder temporary;
  std::filesystem::create_directory(temporary / "conf.d");
  temporary.write("conf.d/service.yaml", "orders:\n  http:\n    timeout: 2x\n");
  const std::string folder = temporary.path();
  const auto variable = [](const std::string&) { return std::string("secret"); };
  Config config;
  ASSERT_TRUE(add_layers(config, folder));
  config.remove_source("etcd");
  Result<std::unique_ptr<Source>> etcd = adapters::make_source(
      "etcd", Value::object({{"url", "http://127.0.0.1:2379"}, {"user", "orders"}, {"password_env", "ETCD_PASSWORD"}}), folder, variable);
  ASSERT_TRUE(etcd);
  ASSERT_TRUE(config.start());
  Result<Http> http = config::read<Http>(config, "orders.http");
  if (!http) std::cerr << http.error().message() << "\n";  // config/service.yaml:3:12: orders.http.timeout: "2x" is not a duration …
  ASSERT_FALSE(http);
  EXPECT_NE(http.error().message().find("service.yaml:3:14: orders.http.timeout: \"2x\" is not a duration"), std::string::npos) << http.error().message();
}

TEST(GuideToConfigSources, EveryBlockIsCompiled) {
  tests::expect_blocks_compiled("docs/guide/config-sources.md", "tests/unit/docs/config_sources_test.cpp", 4);
}

}  // namespace
