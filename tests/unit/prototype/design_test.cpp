// The two designs of a prototype's service: named lazy instances of its scope, or parts made and injected before it serves.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <thread>

#include "slipway/g/cache.h"
#include "slipway/g/db.h"
#include "tests/unit/prototype/bench.h"
#include "workbench/prototype/parts.h"
#include "workbench/prototype/service_run.h"

namespace workbench::prototype {
namespace {

// A service with its own table of notes, a cache, and a call to another.
std::string notes(const std::string& name, const std::string& design = "singleton") {
  return "service: " + name + "\ndesign: " + design +
         "\nhttp: { port: 0 }\ndatabase: { schema: schema/notes.sql }\ncache: { max_entries: 10 }\nroutes:\n"
         "  - POST /notes:\n      - sql: { query: \"INSERT INTO notes (text) VALUES (?)\", params: [\"{{body.text}}\"], as: saved }\n      - reply: { body: { id: \"{{saved.last_id}}\" } }\n"
         "  - GET /notes:\n      - sql: { query: SELECT text FROM notes ORDER BY id, as: all }\n      - reply: { body: \"{{all}}\" }\n"
         "  - GET /cached:\n      - cache: { key: all, as: all, fill: [ { sql: { query: SELECT text FROM notes, as: all } } ] }\n      - reply: { body: \"{{all}}\" }\n"
         "  - GET /other:\n      - call: { service: back, path: /b }\n";
}

struct PrototypeDesigns : testing::Test {
  PrototypeDesigns() {
    std::filesystem::create_directories(b.root / "schema");
    b.root.write("schema/notes.sql", "CREATE TABLE IF NOT EXISTS notes (id INTEGER PRIMARY KEY, text TEXT UNIQUE);");
    b.root.write("services/back.yaml", kBack);
  }
  traffic::Exchange post(const Prototype& p, const std::string& service, const std::string& text) {
    traffic::SavedRequest r;
    for (const auto& [name, url] : p.addresses())
      if (name == service) r.url = url + "/notes";
    r.method = "POST";
    r.headers = {{"Content-Type", "application/json"}};
    r.body = "{\"text\":\"" + text + "\"}";
    return traffic::send(r);
  }
  static std::string listed(const Prototype& p, const std::string& service) {
    std::string out;
    const auto detail = p.detail(service);
    for (const auto& i : detail->instances)
      out += (out.empty() ? "" : " ") + i.type + (i.name.empty() ? "" : "." + i.name) + (i.created ? ":" + std::to_string(i.order) : ":-");
    return out;
  }
  Bench b;
};

TEST_F(PrototypeDesigns, TwoServicesInOneProcessHoldDifferentDatabasesAndCaches) {
  b.root.write("services/one.yaml", notes("one"));
  b.root.write("services/two.yaml", notes("two"));
  auto p = b.run();
  ASSERT_TRUE(p->start("").ok());
  EXPECT_EQ(post(*p, "one", "mine").status, 200);
  EXPECT_EQ(get(*p, "one", "/cached").body, R"([{"text":"mine"}])");
  EXPECT_EQ(get(*p, "two", "/cached").body, "[]");
  EXPECT_EQ(get(*p, "two", "/notes").body, "[]");
  EXPECT_TRUE(std::filesystem::exists(b.root / ".slipway/data/one.db"));
  EXPECT_TRUE(std::filesystem::exists(b.root / ".slipway/data/two.db"));
}

TEST_F(PrototypeDesigns, ACallsContextLeadsToTheInstancesOfItsService) {
  b.root.write("services/one.yaml", notes("one"));
  b.root.write("services/two.yaml", notes("two"));
  const auto ws = b.load();
  ASSERT_TRUE(workspace::add_layers(b.config, *ws).ok());
  ASSERT_TRUE(b.config.start().ok());
  slipway::transport::Workers workers({.count = 1, .blocking_threads = 1, .pin_to = {}});
  slipway::registry::MemoryRegistry registry;
  const Shared shared{b.config, b.recorder, workers, registry, false, {}, {}};
  std::vector<std::unique_ptr<ServiceRun>> runs;
  std::vector<std::shared_ptr<Parts>> parts;
  std::vector<slipway::context::Context> calls(2);
  for (const char* name : {"one", "two"}) {
    const auto spec = std::shared_ptr<const workspace::Service>(ws, ws->find(name));
    runs.push_back(std::make_unique<ServiceRun>(shared, ws, spec));
    ASSERT_TRUE(*runs.back()->take(ws, spec));
    auto made = make_parts(*runs.back(), name, "singleton");
    ASSERT_TRUE(made.ok());
    parts.push_back(*made);
    calls[parts.size() - 1].set_scope(&parts.back()->scope());
  }
  EXPECT_NE(&slipway::g::db(calls[0]), &slipway::g::db(calls[1]));
  EXPECT_NE(&slipway::g::cache(calls[0]), &slipway::g::cache(calls[1]));
  EXPECT_EQ(&slipway::g::db(calls[0]), *parts[0]->database(calls[0]));   // what a sql step gets
  EXPECT_EQ(slipway::g::db(calls[0]).path(), b.root / ".slipway/data/one.db");
  parts.clear();
  runs.clear();
}

TEST_F(PrototypeDesigns, ALazyInstanceIsMadeByTheCallThatAsksFirst) {
  b.root.write("services/one.yaml", notes("one"));
  auto p = b.run();
  ASSERT_TRUE(p->start("").ok());
  EXPECT_EQ(listed(*p, "one"), "db.default:- cache.default:- http_client.default:-");
  EXPECT_EQ(get(*p, "one", "/cached").status, 200);
  EXPECT_EQ(listed(*p, "one"), "config.default:1 cache.default:2 db.default:3 http_client.default:-");
  EXPECT_EQ(get(*p, "one", "/other").body, R"({"from":"back"})");
  const auto made = p->detail("one")->instances;
  ASSERT_EQ(made.size(), 4u);
  EXPECT_EQ(made[2].depends_on, std::vector<std::string>{"config.default"});
  EXPECT_EQ(made[2].scope, "singleton");
  EXPECT_GT(made[2].creation_ns, 0);
  EXPECT_GE(made[2].created_wall_ns, made[1].created_wall_ns);
  EXPECT_EQ(made[3].order, 4);
}

TEST_F(PrototypeDesigns, InjectedPartsAreMadeBeforeTheServiceServes) {
  b.root.write("services/one.yaml", notes("one", "injected"));
  auto p = b.run();
  ASSERT_TRUE(p->start("").ok());
  const auto made = p->detail("one")->instances;
  std::map<std::string, host::InstanceView> by_type;
  for (const auto& i : made) {
    EXPECT_TRUE(i.created) << i.type;
    EXPECT_EQ(i.scope, "injected");
    by_type[i.type] = i;
  }
  for (const char* type : {"Database", "Cache", "Client", "SqlSteps", "CacheSteps", "HttpCalls"}) ASSERT_TRUE(by_type.contains(type)) << type << " in " << listed(*p, "one");
  EXPECT_LT(by_type["Database"].order, by_type["SqlSteps"].order);
  EXPECT_EQ(by_type["SqlSteps"].depends_on, std::vector<std::string>{"Database"});
  EXPECT_EQ(by_type["Database"].depends_on, std::vector<std::string>{"Config"});
  EXPECT_EQ(post(*p, "one", "x").status, 200);
  EXPECT_EQ(get(*p, "one", "/cached").body, R"([{"text":"x"}])");
  EXPECT_EQ(get(*p, "one", "/other").body, R"({"from":"back"})");
}

TEST_F(PrototypeDesigns, SwitchingLiveMakesThePartsAnewAndLosesNoCall) {
  b.root.write("services/one.yaml", notes("one"));
  auto p = b.run();
  ASSERT_TRUE(p->start("").ok());
  ASSERT_EQ(post(*p, "one", "kept").status, 200);
  const auto address = p->addresses();
  std::atomic<bool> done{false};
  std::atomic<int> good{0}, bad{0};
  std::vector<std::thread> callers;
  for (int k = 0; k < 2; ++k)
    callers.emplace_back([&] {
      while (!done) (get(*p, "one", "/notes").body == R"([{"text":"kept"}])" ? good : bad)++;
    });
  for (int k = 0; k < 6; ++k) {
    const std::string design = k % 2 ? "singleton" : "injected";
    const int before = good;
    auto changed = b.config.set("one.design", design, "test");
    ASSERT_TRUE(changed.ok()) << changed.error().to_string();
    const bool told = std::any_of(changed->applied.begin(), changed->applied.end(), [](const auto& a) { return a.reader == "one instances" && a.error.empty(); });
    EXPECT_TRUE(told);
    for (const auto& row : p->rows())
      if (row.service == "one") {
        EXPECT_EQ(row.design, design);
      }
    while (good < before + 4 && bad == 0) std::this_thread::yield();   // a call of each caller began after the switch
    const auto detail = p->detail("one");
    for (const auto& i : detail->instances) EXPECT_EQ(i.scope, design);
  }
  done = true;
  for (auto& c : callers) c.join();
  EXPECT_EQ(bad, 0);
  EXPECT_EQ(p->addresses(), address);
}

TEST_F(PrototypeDesigns, ARouteThatNeedsMoreGetsItsPartsWithoutARestart) {
  const std::string text = notes("one", "injected");
  b.root.write("services/one.yaml", text.substr(0, text.find("  - GET /other")));
  auto p = b.run();
  ASSERT_TRUE(p->start("").ok());
  EXPECT_EQ(listed(*p, "one").find("HttpCalls"), std::string::npos);
  b.root.write("services/one.yaml", text);
  EXPECT_TRUE(p->apply(b.load()).empty());
  EXPECT_NE(listed(*p, "one").find("HttpCalls"), std::string::npos) << listed(*p, "one");
  EXPECT_EQ(get(*p, "one", "/other").body, R"({"from":"back"})");
}

TEST_F(PrototypeDesigns, APartThatCannotBeMadeIsNoSecretToTheOperatorAndOneToTheClient) {
  b.root.write("services/one.yaml", notes("one"));
  b.root.write("services/two.yaml", notes("two", "injected"));
  std::filesystem::create_directories(b.root / ".slipway/data/one.db");
  std::filesystem::create_directories(b.root / ".slipway/data/two.db");
  auto p = b.run();
  auto started = p->start("two");
  ASSERT_FALSE(started.ok());   // injected: before it serves
  EXPECT_NE(started.error().message().find("two.database.file"), std::string::npos) << started.error().to_string();
  ASSERT_TRUE(p->start("one").ok());
  const auto x = get(*p, "one", "/notes");
  EXPECT_EQ(x.status, 503) << x.body;
  EXPECT_NE(x.body.find("INSTANCE_FAILED"), std::string::npos) << x.body;
  EXPECT_EQ(x.body.find(".slipway"), std::string::npos) << x.body;
  std::filesystem::remove(b.root / ".slipway/data/one.db");
  EXPECT_EQ(get(*p, "one", "/notes").body, "[]");   // a failure is not remembered
}

TEST_F(PrototypeDesigns, AConstraintTellsTheClientNoNamesOfColumns) {
  b.root.write("services/one.yaml", notes("one"));
  auto p = b.run();
  ASSERT_TRUE(p->start("one").ok());
  EXPECT_EQ(post(*p, "one", "x").status, 200);
  const auto twice = post(*p, "one", "x");
  EXPECT_EQ(twice.status, 409);
  EXPECT_NE(twice.body.find("there is such a row already"), std::string::npos) << twice.body;
  EXPECT_EQ(twice.body.find("notes"), std::string::npos) << twice.body;
}

}  // namespace
}  // namespace workbench::prototype
