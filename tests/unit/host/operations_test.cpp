#include <gtest/gtest.h>

#include <set>

#include "tests/support/folder.h"
#include "workbench/host/config_view.h"
#include "workbench/host/operations.h"
#include "workbench/workspace/load.h"

namespace workbench::host {
namespace {

using slipway::Value;
namespace config = slipway::config;

// A host of a new workspace, nothing started.
struct Quiet {
  tests::Folder root;
  std::unique_ptr<Host> host;
  Quiet() {
    EXPECT_TRUE(workspace::create_workspace(root / "ws", "lab").ok());
    HostOptions o;
    o.start_services = false;
    o.keep_ports = false;
    o.workers = 1;
    auto opened = Host::open(root / "ws", o);
    EXPECT_TRUE(opened.ok());
    if (opened.ok()) host = std::move(*opened);
  }
  slipway::Result<Value> run(std::string_view name, const Value& arguments = {}) { return run_operation(*host, name, arguments); }
};

TEST(Operations, EveryOneAnswersWithoutArgumentsOrSaysWhatIsMissing) {
  Quiet q;
  ASSERT_TRUE(q.host);
  std::set<std::string_view> names;
  for (const auto name : operation_names()) {
    EXPECT_TRUE(names.insert(name).second) << name << " twice";
    auto r = q.run(name);
    if (!r.ok()) {
      EXPECT_LT(r.error().code(), 500) << name << ": " << r.error().to_string();
      EXPECT_FALSE(r.error().message().empty()) << name;
    }
  }
  auto r = q.run("config.sett");
  ASSERT_FALSE(r.ok());
  EXPECT_EQ(r.error().reason(), "OPERATION_UNKNOWN");
}

TEST(Operations, AServiceIsStartedAndStoppedByName) {
  Quiet q;
  ASSERT_TRUE(q.host);
  EXPECT_EQ((*q.run("services")).as_list().front()["state"].as_string(), "stopped");
  auto started = q.run("service.start", Value::object({{"instance", Value("hello")}}));
  ASSERT_TRUE(started.ok()) << started.error().to_string();
  EXPECT_EQ(started->as_list().front()["state"].as_string(), "running");
  auto totals = q.run("totals");
  EXPECT_EQ((*totals)["running"].as_int(), 1);
  EXPECT_EQ((*totals)["entry_service"].as_string(), "hello");
  auto sent = q.run("send", Value::object({{"url", Value("{{hello}}/hello/Ada")}}));
  ASSERT_TRUE(sent.ok());
  EXPECT_EQ((*sent)["status"].as_int(), 200) << (*sent)["error"].to_text();
  EXPECT_FALSE((*sent)["spans"].as_list().empty());
  auto stopped = q.run("service.stop", Value::object({{"instance", Value("hello")}}));
  EXPECT_EQ(stopped->as_list().front()["state"].as_string(), "stopped");
  auto unknown = q.run("service.start", Value::object({{"instance", Value("helo")}}));
  ASSERT_FALSE(unknown.ok());
  EXPECT_EQ(unknown.error().code(), 404);
  EXPECT_NE(unknown.error().message().find("hello"), std::string::npos);
}

TEST(Operations, ConfigIsReadByKeyByPrefixAndAsAWhole) {
  Quiet q;
  ASSERT_TRUE(q.host);
  auto one = q.run("config.get", Value::object({{"key", Value("hello.log.level")}}));
  ASSERT_TRUE(one.ok()) << one.error().to_string();
  EXPECT_EQ((*one)["value"].as_string(), "info");
  auto below = q.run("config.get", Value::object({{"key", Value("hello.http")}}));
  ASSERT_TRUE(below.ok());
  EXPECT_EQ(below->as_list().size(), 2u);  // address and port
  auto none = q.run("config.get", Value::object({{"key", Value("hello.log.levl")}}));
  ASSERT_FALSE(none.ok());
  EXPECT_NE(none.error().message().find("hello.log.level"), std::string::npos);
  ASSERT_TRUE(q.run("config.set", Value::object({{"key", Value("hello.log.level")}, {"value", Value("debug")}})).ok());
  auto undone = q.run("config.undo", Value::object({{"who", Value("me")}}));
  ASSERT_TRUE(undone.ok());
  EXPECT_EQ((*undone)["before"].as_string(), "debug");
  EXPECT_EQ((*undone)["after"].as_string(), "info");
  EXPECT_EQ((*undone)["who"].as_string(), "me");
}

TEST(Operations, ARequestGoesThroughAValueUnchanged) {
  traffic::SavedRequest r;
  r.id = "orders/create";
  r.name = "create";
  r.file = "requests/orders/create.http";
  r.method = "POST";
  r.url = "{{gateway}}/orders";
  r.headers = {{"Content-Type", "application/json"}};
  r.body = "{ \"a\": \"ü\" }";
  r.assertions = {"status == 201"};
  const traffic::SavedRequest back = saved_request_of(to_value(r));
  EXPECT_EQ(back, r);
}

TEST(Operations, AnErrorGoesThroughAValueWithItsPlaceInTheText) {
  const auto e = slipway::not_found("no such key", "CONFIG_KEY_UNKNOWN").with_metadata("key", "a.b").with_mark({"f.yaml", 3, 4});
  const auto back = error_of(error_value(e));
  EXPECT_EQ(back.code(), 404);
  EXPECT_EQ(back.reason(), "CONFIG_KEY_UNKNOWN");
  EXPECT_EQ(back.message(), "f.yaml:3:4: no such key");
  EXPECT_EQ(back.metadata().at("key"), "a.b");
  EXPECT_EQ(error_of(Value(3)).code(), 500);
}

TEST(ConfigView, SecretsAreMaskedInEveryCellAndChange) {
  config::Config c({.watch_files = false});
  ASSERT_TRUE(c.define("api", {{.prefix = "api", .keys = {{.name = "token", .type = config::KeyType::Secret}, {.name = "limit", .type = config::KeyType::Int, .fallback = 3}}}}).ok());
  ASSERT_TRUE(c.add_source(std::make_unique<config::CommandLineSource>(std::vector<std::pair<std::string, std::string>>{{"api.token", "hunter2"}})).ok());
  ASSERT_TRUE(c.start().ok());
  std::string seen;
  const ConfigTable table = config_table(c);
  for (const auto& row : table.rows) {
    seen += row.text;
    for (const auto& cell : row.cells) seen += cell.text + cell.raw + cell.place;
  }
  for (const auto& record : c.history())
    for (const auto& change : record.changes) {
      const auto view = config_change(record, change.key);
      seen += view.before + view.after;
    }
  EXPECT_EQ(seen.find("hunter2"), std::string::npos) << seen;
  EXPECT_NE(seen.find("••••••"), std::string::npos) << seen;
}

// The window compares rows by their place in memory, so what did not change must be the same object.
TEST(ConfigView, TablesShareTheRowsThatDidNotChange) {
  config::Config c({.watch_files = false});
  slipway::config::Document d;
  for (int i = 0; i < 100; ++i) d.root.set_path("a.key" + std::to_string(i), i);
  ASSERT_TRUE(c.add_source(std::make_unique<config::MemorySource>("file", config::Rank::File, d)).ok());
  ASSERT_TRUE(c.add_source(config::make_overrides()).ok());
  ASSERT_TRUE(c.start().ok());
  ConfigTables tables;
  const ConfigTable before = tables.make(c);
  EXPECT_TRUE(tables.make(c).rows == before.rows);
  ASSERT_TRUE(c.set("a.key7", "8", "test").ok());
  ASSERT_TRUE(c.set("a.fresh", "1", "test").ok());
  const auto read = c.bind<std::int64_t>("a.key9", 0, "orders pool");
  const ConfigTable after = tables.make(c);
  ASSERT_EQ(after.rows.size(), 101u);
  int made = 0;
  for (std::size_t i = 0, old = 0; i < after.rows.size(); ++i) {
    if (after.rows[i].key == "a.fresh") {
      ++made;
      continue;
    }
    const bool shared = after.rows.shared(i) == before.rows.shared(old++);
    EXPECT_EQ(shared, after.rows[i].key != "a.key7" && after.rows[i].key != "a.key9") << after.rows[i].key;
    made += !shared;
  }
  EXPECT_EQ(made, 3);
}

TEST(ConfigView, ARowHasACellPerLayerAndOneWinner) {
  config::Config c({.watch_files = false});
  ASSERT_TRUE(c.define("api", {{.prefix = "api", .keys = {{.name = "limit", .type = config::KeyType::Int, .fallback = 3, .unit = "/s", .doc = "How many."}}}}).ok());
  ASSERT_TRUE(c.add_source(std::make_unique<config::CommandLineSource>(std::vector<std::pair<std::string, std::string>>{{"api.limit", "9"}})).ok());
  ASSERT_TRUE(c.start().ok());
  auto row = config_row(c, "api.limit");
  ASSERT_TRUE(row.ok());
  EXPECT_EQ(row->text, "9");
  EXPECT_EQ(row->type, ConfigType::Int);
  EXPECT_EQ(row->cells.size(), c.snapshot()->layers().size());
  int winners = 0;
  for (const auto& cell : row->cells) winners += cell.wins;
  EXPECT_EQ(winners, 1);
  EXPECT_EQ(row->layer, "command line");
  EXPECT_FALSE(config_row(c, "api.limits").ok());
}

}  // namespace
}  // namespace workbench::host
