// Config from a real etcd: read, watched, written, lost and found again.
#include <gtest/gtest.h>

#include "slipway/adapters/config_sources.h"
#include "slipway/adapters/etcd_source.h"
#include "slipway/adapters/http_exchange.h"
#include "slipway/base/base64.h"
#include "slipway/codec/codec.h"
#include "slipway/config/config.h"
#include "tests/support/etcd.h"
#include "tests/support/eventually.h"
#include "tests/support/folder.h"

namespace {

using namespace slipway;
using namespace slipway::adapters;

class EtcdSourceTest : public testing::Test {
 protected:
  void put(const std::string& key, const std::string& value) { etcd_.put(key, value); }
  void remove(const std::string& key) { etcd_.remove(key); }
  std::string get(const std::string& key) { return etcd_.get(key); }
  void expect_becomes(config::Config& config, const std::string& key, const std::string& text) {
    EXPECT_TRUE(tests::eventually([&] { return config.get_or<std::string>(key, "-") == text; })) << key << " is " << config.get_or<std::string>(key, "-");
  }
  std::unique_ptr<config::Source> source() { return make_etcd_source({.url = etcd_.url(), .prefix = "/config"}); }

  tests::Folder folder_;
  tests::Etcd etcd_;
};

TEST_F(EtcdSourceTest, DocumentsAndSingleKeysMakeOneLayerThatLiesAboveFiles) {
  put("/config/orders.yaml", "orders:\n  http:\n    port: 1\n    timeout: 2s\n");
  put("/config/orders/http/port", "2");
  put("/configuration/other", "not ours");
  folder_.write("file.yaml", "orders:\n  http:\n    port: 9\n  name: kept\n");
  config::Config config;
  ASSERT_TRUE(config.add_source(std::make_unique<config::FileSource>(folder_ / "file.yaml")));
  ASSERT_TRUE(config.add_source(source()));
  ASSERT_TRUE(config.start());
  EXPECT_EQ(config.get_or<std::string>("orders.http.port", ""), "2");
  EXPECT_EQ(config.get_or<std::string>("orders.http.timeout", ""), "2s");
  EXPECT_EQ(config.get_or<std::string>("orders.name", ""), "kept");
  const auto snapshot = config.snapshot();
  const auto* timeout = snapshot->find("orders.http.timeout");
  EXPECT_TRUE(timeout->stack.back().place.starts_with("etcd /config/orders.yaml:4:14 rev ")) << timeout->stack.back().place;
}

TEST_F(EtcdSourceTest, ChangesRemovalsAndBrokenDocumentsAreFollowed) {
  put("/config/a.yaml", "k: one\n");
  config::Config config;
  ASSERT_TRUE(config.add_source(source()));
  ASSERT_TRUE(config.start());
  for (int i = 0; i < 20; ++i) put("/config/n", std::to_string(i));
  expect_becomes(config, "n", "19");
  put("/config/a.yaml", "k: [\n");
  EXPECT_TRUE(tests::eventually([&] { return !config.problems().empty(); }));
  EXPECT_NE(config.problems().front().text().find("etcd /config/a.yaml:2"), std::string::npos) << config.problems().front().text();
  EXPECT_EQ(config.get_or<std::string>("k", ""), "one");
  put("/config/a.yaml", "k: two\n");
  expect_becomes(config, "k", "two");
  remove("/config/a.yaml");
  expect_becomes(config, "k", "-");
}

TEST_F(EtcdSourceTest, WritesGoToTheKeyOrIntoTheDocumentThatHoldsIt) {
  put("/config/a.yaml", "# mine\nhttp:\n  port: 1  # here\n");
  config::Config config;
  ASSERT_TRUE(config.add_source(source()));
  ASSERT_TRUE(config.start());
  ASSERT_TRUE(config.set("http.port", "2", "test", "etcd"));
  EXPECT_EQ(get("/config/a.yaml"), "# mine\nhttp:\n  port: 2  # here\n");
  ASSERT_TRUE(config.set("http.idle", "60s", "test", "etcd"));
  EXPECT_EQ(get("/config/http/idle"), "60s");
  EXPECT_EQ(config.get_or<std::string>("http.idle", ""), "60s");
  ASSERT_TRUE(config.undo("test"));
  EXPECT_EQ(get("/config/http/idle"), "");
}

TEST_F(EtcdSourceTest, ALostServerKeepsTheLastGoodStateAndIsFoundAgain) {
  put("/config/k", "one");
  config::Config config;
  ASSERT_TRUE(config.add_source(source()));
  ASSERT_TRUE(config.start());
  etcd_.stop();
  EXPECT_TRUE(tests::eventually([&] { return !config.problems().empty(); }));
  EXPECT_NE(config.problems().front().text().find("connecting to 127.0.0.1:"), std::string::npos) << config.problems().front().text();
  EXPECT_EQ(config.get_or<std::string>("k", ""), "one");
  etcd_.run();
  put("/config/k", "two");
  expect_becomes(config, "k", "two");
  EXPECT_TRUE(tests::eventually([&] { return config.problems().empty(); }));
}

TEST_F(EtcdSourceTest, AStartWithoutTheServerCatchesUpLater) {
  etcd_.stop();
  config::Config config;
  EXPECT_FALSE(config.add_source(source()) && config.start());
  etcd_.run();
  put("/config/k", "one");
  expect_becomes(config, "k", "one");
}

TEST_F(EtcdSourceTest, ACompactedWatchReadsEverythingAgain) {
  put("/config/k", "one");
  auto etcd = source();
  ASSERT_TRUE(etcd->load());  // the revision of now
  for (int i = 0; i < 5; ++i) put("/config/k", std::to_string(i));
  const Value root = etcd_.call("/v3/kv/range", Value::object({{"key", base64("/config/k")}}));
  etcd_.call("/v3/kv/compaction", Value::object({{"revision", root.at_path("header.revision")->to_text()}}));
  std::atomic<int> told{0};
  etcd->watch([&] { ++told; });
  EXPECT_TRUE(tests::eventually([&] { return told > 0; }));
  etcd->stop();
}

TEST_F(EtcdSourceTest, StoppingEndsAWatchThatWaitsAtOnce) {
  auto etcd = source();
  ASSERT_TRUE(etcd->load());
  etcd->watch([] {});
  etcd->stop();  // would hang for a day otherwise
}

TEST(ConfigSources, AreMadeByKindAndNameWhatIsWrong) {
  const auto none = [](const std::string&) { return std::string(); };
  auto unknown = make_source("etcdd", Value(), "", none);
  ASSERT_FALSE(unknown);
  EXPECT_NE(unknown.error().message().find("there are: file, folder, dotenv, etcd, consul, apollo"), std::string::npos) << unknown.error().message();
  auto wrong = make_source("etcd", Value::object({{"urls", "x"}}), "", none);
  ASSERT_FALSE(wrong);
  EXPECT_NE(wrong.error().message().find("urls"), std::string::npos) << wrong.error().message();
  EXPECT_EQ((*make_source("etcd", Value("http://127.0.0.1:1"), "", none))->name(), "etcd");
  EXPECT_EQ((*make_source("folder", Value("conf.d"), "/base", none))->name(), "conf.d");
}

TEST(HttpExchange, RefusesWhatIsNoAddress) {
  for (const char* url : {"", "127.0.0.1:2379", "ftp://x", "http://", "http://h:port", "http://u@h"}) {
    auto reply = HttpExchange(url).send({});
    ASSERT_FALSE(reply) << url;
    EXPECT_EQ(reply.error().reason(), "URL_INVALID") << url;
  }
}

}  // namespace
