// The g functions make what nobody provided from the scope's config, by name.
#include <gtest/gtest.h>

#include <filesystem>

#include "slipway/g/cache.h"
#include "slipway/g/config.h"
#include "slipway/g/db.h"
#include "slipway/g/server.h"
#include "slipway/g/telemetry.h"
#include "slipway/http/client.h"
#include "tests/support/folder.h"

namespace slipway::g {
namespace {

// A scope with a config of these keys, and a call that carries it.
struct Service {
  explicit Service(std::string name, std::vector<std::pair<std::string, Value>> keys) : scope(std::move(name)) {
    config::Document document;
    for (auto& [key, value] : keys) document.root.set_path(key, value);
    auto made = std::make_shared<config::Config>(config::ConfigOptions{.watch_files = false});
    EXPECT_TRUE(made->add_source(std::make_unique<config::MemorySource>("test", config::Rank::File, std::move(document))).ok());
    EXPECT_TRUE(made->start().ok());
    scope.put<config::Config>(std::move(made));
    call.set_scope(&scope);
  }
  instance::InstanceScope scope;
  context::Context call;
};

std::string why(const std::function<void()>& use) {
  try {
    use();
  } catch (const instance::InstanceError& e) {
    return e.error().to_string();
  }
  return "";
}

TEST(G, DatabasesAreOpenedFromTheSectionOfTheirName) {
  tests::Folder folder;
  folder.write("reports.sql", "CREATE TABLE reports (id INTEGER PRIMARY KEY);");
  Service s("orders", {{"database.file", Value(folder / "orders.db")},
                       {"database.reports.file", Value(folder / "deep/reports.db")},
                       {"database.reports.schema", Value(folder / "reports.sql")},
                       {"database.reports.durability", Value("full")}});
  EXPECT_EQ(s.scope.peek<data::Database>(), nullptr);
  EXPECT_EQ(db(s.call).path(), folder / "orders.db");
  EXPECT_EQ(db(s.call, "reports").path(), folder / "deep/reports.db");
  EXPECT_TRUE(db(s.call, "reports").query({}, "SELECT id FROM reports").ok());
  EXPECT_EQ(&db(s.call), &db(s.call));
  const auto records = s.scope.records();
  ASSERT_EQ(records.size(), 3u);
  EXPECT_EQ(records[1].kind + "." + records[1].name, "db.default");
  EXPECT_EQ(records[1].depends_on, std::vector<std::string>{"Config.default"});
  EXPECT_GT(records[1].creation_ns, 0);
}

TEST(G, TwoServicesInOneProcessHoldDifferentInstances) {
  tests::Folder folder;
  Service orders("orders", {{"database.file", Value(folder / "orders.db")}}), stock("stock", {{"database.file", Value(folder / "stock.db")}});
  EXPECT_NE(&db(orders.call), &db(stock.call));
  EXPECT_NE(db(orders.call).path(), db(stock.call).path());
  EXPECT_NE(&cache(orders.call), &cache(stock.call));
  ASSERT_TRUE(cache(orders.call).set({}, "k", Value(1)).ok());
  EXPECT_FALSE(cache(stock.call).get({}, "k")->hit());
}

TEST(G, AnErrorNamesTheConfigKey) {
  tests::Folder folder;
  std::filesystem::create_directory(folder / "taken");
  Service s("orders", {{"database.taken.file", Value(folder / "taken")},
                       {"database.soft.file", Value(":memory:")},
                       {"database.soft.durability", Value("soft")},
                       {"database.bare.file", Value(":memory:")},
                       {"database.bare.schema", Value(folder / "nowhere.sql")},
                       {"cache.ttl", Value("soon")},
                       {"cache.small.max_entries", Value(0)},
                       {"http.port", Value(70000)},
                       {"telemetry.max_spans_per_s", Value("many")}});
  EXPECT_NE(why([&] { db(s.call); }).find("database.file is not set"), std::string::npos) << why([&] { db(s.call); });
  EXPECT_NE(why([&] { db(s.call, "taken"); }).find("database.taken.file: "), std::string::npos) << why([&] { db(s.call, "taken"); });
  EXPECT_NE(why([&] { db(s.call, "soft"); }).find("database.soft.durability: \"soft\""), std::string::npos) << why([&] { db(s.call, "soft"); });
  EXPECT_NE(why([&] { db(s.call, "bare"); }).find("nowhere.sql"), std::string::npos) << why([&] { db(s.call, "bare"); });
  EXPECT_NE(why([&] { cache(s.call); }).find("cache.ttl"), std::string::npos) << why([&] { cache(s.call); });
  EXPECT_NE(why([&] { cache(s.call, "small"); }).find("cache.small.max_entries"), std::string::npos);
  EXPECT_NE(why([&] { server(s.call); }).find("http.port"), std::string::npos) << why([&] { server(s.call); });
  EXPECT_NE(why([&] { telemetry(s.call); }).find("telemetry.max_spans_per_s"), std::string::npos) << why([&] { telemetry(s.call); });
}

TEST(G, AConfinedPlaceLetsNoPathOut) {
  tests::Folder folder;
  Service s("orders", {{"orders.database.file", Value("../out.db")}, {"orders.database.abs.file", Value("/tmp/out.db")}, {"orders.database.in.file", Value("in.db")}});
  s.scope.provide<data::Database>("db", db_factory({"orders.", folder / "data", folder.path(), true}));
  EXPECT_NE(why([&] { db(s.call); }).find("orders.database.file: \"../out.db\" leaves its folder"), std::string::npos) << why([&] { db(s.call); });
  EXPECT_NE(why([&] { db(s.call, "abs"); }).find("leaves its folder"), std::string::npos);
  EXPECT_EQ(db(s.call, "in").path(), folder / "data/in.db");
}

TEST(G, WhatAScopeProvidesComesBeforeTheUsualWay) {
  Service s("orders", {});
  s.scope.provide<data::Database>("db", [](instance::InstanceScope&, const std::string&) { return data::Database::open(":memory:"); });
  EXPECT_EQ(db(s.call).path(), ":memory:");
  instance::InstanceScope child("child", &s.scope);
  context::Context call;
  call.set_scope(&child);
  EXPECT_EQ(db(call).path(), ":memory:");   // the parent's way, an instance of its own
  EXPECT_NE(&db(call), &db(s.call));
}

TEST(G, AServerCarriesItsScopeIntoItsCalls) {
  Service s("orders", {});
  auto& hello = server(s.call);
  cache::Cache* seen = nullptr;
  ASSERT_TRUE(hello.handle("GET", "/", [&](middleware::Call& call) -> middleware::Outcome {
    seen = &cache(call.context);
    return {};
  }).ok());
  ASSERT_TRUE(hello.start().ok());
  http::Client client(s.scope.get<transport::Workers>(), {});
  http::ClientRequest request;
  request.url = hello.endpoint().url() + "/";
  EXPECT_TRUE(client.send_blocking({}, request).ok());
  EXPECT_EQ(seen, &cache(s.call));
  hello.stop();
}

TEST(G, ConfigIsTheFileOfTheWorkingDirectoryBelowTheEnvironment) {
  tests::Folder folder;
  std::filesystem::create_directory(folder / "config");
  folder.write("config/config.yaml", "cache: { max_entries: 5, ttl: 2s }\n");
  folder.write("other.toml", "x = 7\n");
  folder.write("broken.yaml", "a: [\n");
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(folder.path());
  ::setenv("SLIPWAY_CACHE__TTL", "9s", 1);
  instance::InstanceScope scope("program");
  context::Context call;
  call.set_scope(&scope);
  EXPECT_EQ(config(call).get_or<int>("cache.max_entries", 0), 5);
  EXPECT_EQ(config(call).get_or<std::string>("cache.ttl", ""), "9s");
  EXPECT_EQ(config(call, "other").get_or<int>("x", 0), 7);
  EXPECT_NE(why([&] { config(call, "broken"); }).find("broken.yaml:"), std::string::npos) << why([&] { config(call, "broken"); });
  ::unsetenv("SLIPWAY_CACHE__TTL");
  std::filesystem::current_path(before);
}

}  // namespace
}  // namespace slipway::g
