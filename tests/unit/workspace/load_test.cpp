#include "workbench/workspace/load.h"

#include <gtest/gtest.h>

#include "tests/unit/workspace/folder.h"

namespace workbench::workspace {
namespace {

const std::string kSamples = SLIPWAY_SOURCE_DIR "/fixtures/workspaces/";

TEST(Workspace, SampleOrdersLabLoadsWithoutAProblem) {
  const Loaded loaded = load(kSamples + "orders-lab");
  ASSERT_TRUE(loaded.ok()) << texts(loaded.problems);
  const Workspace& w = *loaded.workspace;
  EXPECT_EQ(w.name, "orders-lab");
  EXPECT_EQ(w.services.size(), 4u);
  EXPECT_EQ(w.entry, "gateway");
  ASSERT_EQ(w.layers.size(), 2u);
  EXPECT_EQ(w.layers[0].name + " " + w.layers[1].name, "config/default.yaml config/service.toml");
  const Service* pricing = w.find("pricing");
  ASSERT_NE(pricing, nullptr);
  EXPECT_EQ(pricing->instance_names().back(), "pricing-5");
  EXPECT_EQ(pricing->keys("pricing-5", "work", "service_time"),
            (std::vector<std::string>{"pricing.pricing-5.work.service_time", "pricing.work.service_time"}));
  const Service* orders = w.find("orders");
  ASSERT_NE(orders, nullptr);
  EXPECT_EQ(orders->calls(), (std::vector<std::string>{"inventory", "pricing"}));
  EXPECT_EQ(orders->routes[0].method, "POST");
  EXPECT_EQ(orders->routes[0].path, "/orders");
  EXPECT_EQ(orders->routes[0].steps[0].section, "call.pricing");
  EXPECT_TRUE(w.find("inventory")->routes[0].grpc());
  EXPECT_NE(w.request("orders/create"), nullptr);
  EXPECT_NE(w.request("checks/refusals#unknown order"), nullptr);
  EXPECT_NE(w.request("checks/refusals#unknown-order"), nullptr);
}

TEST(Workspace, SampleHelloLoadsWithoutAProblem) {
  const Loaded loaded = load(kSamples + "hello");
  EXPECT_TRUE(loaded.ok()) << texts(loaded.problems);
}

TEST(Workspace, RouteKeepsItsTextAndPlace) {
  const Loaded loaded = load(kSamples + "hello");
  ASSERT_TRUE(loaded.ok()) << texts(loaded.problems);
  const Route& r = loaded.workspace->services[0].routes[0];
  EXPECT_EQ(r.where.line, 11);
  EXPECT_EQ(r.yaml, "  - GET /hello/{name}:\n      - reply: { body: { message: \"hello {{path.name}}\" } }\n");
}

TEST(Workspace, EveryMistakeIsReportedAtOnceWithItsPlaceAndFix) {
  Folder f;
  f.write("workspace.yaml", "name: lab\nlayer: [config/a.yaml]\nentry: gatway\n");
  f.write("services/gateway.yaml",
          "service: gateway\n"
          "http: { adress: 127.0.0.1, port: 80800 }\n"
          "design: injectd\n"
          "middleware:\n"
          "  - recovery\n"
          "  - tracng\n"
          "routes:\n"
          "  - POTS /orders: [ reply: {} ]\n"
          "  - GET /orders: [ call: { service: order } ]\n"
          "  - GET /orders: [ reply: {} ]\n"
          "  - GET /nothing: []\n"
          "  - /a.B/C: [ reply: {} ]\n");
  f.write("services/orders.yaml", "service: orders\nhttp: { port: 8081 }\ninstances: many\nroutes:\n  - GET /x: [ repy: {} ]\n");
  const Loaded loaded = load(f.str());
  const std::string all = texts(loaded.problems);
  for (const char* line : {
           "workspace.yaml:2:1: layer: unknown key (did you mean layers?)",
           "workspace.yaml:3:8: entry: there is no service gatway (did you mean gateway?)",
           "services/gateway.yaml:2:9: adress: unknown key (did you mean address?)",
           "services/gateway.yaml:2:34: http.port: 80800 is not a number from 0 to 65535",
           "services/gateway.yaml:3:9: design: \"injectd\" is not one of them (did you mean injected?)",
           "services/gateway.yaml:6:5: tracng: there is no such middleware (did you mean tracing?)",
           "services/gateway.yaml:8:5: POTS /orders: \"POTS\" is not a method (did you mean POST?)",
           "services/gateway.yaml:9:37: call: there is no service order (did you mean orders?)",
           "services/gateway.yaml:10:5: GET /orders: is routed twice (remove one of the two)",
           "services/gateway.yaml:11:5: GET /nothing: does nothing (give it a step: - reply: { status: 200 })",
           "services/gateway.yaml:12:5: /a.B/C: is a gRPC method, but the service has no grpc server",
           "services/orders.yaml:3:12: instances: \"many\" is not a number from 1 to 64",
           "services/orders.yaml:5:15: repy: there is no such behaviour (did you mean reply?)",
       })
    EXPECT_NE(all.find(line), std::string::npos) << line << "\n--- found\n" << all;
  EXPECT_EQ(loaded.error().reason(), "BAD_WORKSPACE");
}

TEST(Workspace, StepsWithoutTheirDatabaseOrCacheAreRefusedAtTheirPlaceWithTheFix) {
  Folder f;
  f.write("workspace.yaml", "name: lab\n");
  f.write("services/stock.yaml",
          "service: stock\n"
          "http: { port: 0 }\n"
          "routes:\n"
          "  - GET /a:\n"
          "      - sql: { query: SELECT 1, as: x }\n"
          "  - GET /b:\n"
          "      - cache: { key: k, as: x, fill: [ { sql: { query: SELECT 1, as: x } } ] }\n");
  const std::string all = texts(load(f.str()).problems);
  EXPECT_NE(all.find("services/stock.yaml:5:14: sql needs a database, which the service stock does not have (add database: { file: stock.db"), std::string::npos) << all;
  EXPECT_NE(all.find("services/stock.yaml:7:16: cache needs a cache, which the service stock does not have (add cache: {"), std::string::npos) << all;
  f.write("services/stock.yaml", f.read("services/stock.yaml") + "database: {}\ncache: {}\n");
  EXPECT_EQ(texts(load(f.str()).problems), "");
}

TEST(Workspace, AStepsErrorNamesItsKindOnce) {
  Folder f;
  f.write("workspace.yaml", "name: lab\n");
  f.write("services/hello.yaml",
          "service: hello\nhttp: { port: 0 }\nmiddleware:\n  - timeout: { aftr: 2s }\nroutes:\n  - GET /{name}:\n      - reply: { stauts: 201 }\n  - GET /b/{name}:\n      - reply: { body: \"{{path.nam}}\" }\n");
  const auto problems = load(f.str()).problems;
  ASSERT_EQ(problems.size(), 3u) << texts(problems);
  for (const auto& p : problems) {
    const std::string text = p.text();
    for (const std::string kind : {"reply", "timeout"}) {
      const auto first = text.find(kind);
      if (first != std::string::npos) {
        EXPECT_EQ(text.find(kind, first + 1), std::string::npos) << text;
      }
    }
    EXPECT_TRUE(text.find("did you mean") != std::string::npos || text.find("(it has after)") != std::string::npos) << text;
  }
}

TEST(Workspace, InvalidYamlIsAProblemAtItsPlace) {
  Folder f;
  f.hello();
  f.write("services/broken.yaml", "service: broken\nhttp: { port: 1\n");
  const Loaded loaded = load(f.str());
  ASSERT_EQ(loaded.problems.size(), 1u) << texts(loaded.problems);
  EXPECT_EQ(loaded.problems[0].where.file, "services/broken.yaml");
  EXPECT_GT(loaded.problems[0].where.line, 0);
}

TEST(Workspace, FolderWithoutWorkspaceFileSaysWhatToDo) {
  Folder f;
  const Loaded loaded = load(f.str());
  EXPECT_EQ(loaded.workspace, nullptr);
  EXPECT_NE(loaded.error().message().find("it has no workspace.yaml"), std::string::npos);
}

TEST(Workspace, PortsThatOverlapAreNamed) {
  Folder f;
  f.write("workspace.yaml", "name: lab\n");
  f.write("services/a.yaml", "service: a\nhttp: { port: 8101 }\ninstances: 5\n");
  f.write("services/b.yaml", "service: b\nhttp: { port: 8105 }\n");
  EXPECT_EQ(texts(load(f.str()).problems),
            "services/b.yaml:2:1: port 8105 belongs to a already (services/a.yaml:2:1; give one of the two another port)\n");
}

TEST(Workspace, FilesThatServicesNameMustBeThereAndInside) {
  Folder f;
  f.write("workspace.yaml", "name: lab\nlayers: [config/servce.toml]\n");
  f.write("config/service.toml", "");
  f.write("services/a.yaml", "service: a\nhttp: { port: 1 }\ngrpc: { port: 2, proto: protos/x.proto }\ndatabase: { file: ../../etc/x.db, schema: schema/a.sql }\n");
  EXPECT_EQ(texts(load(f.str()).problems),
            "services/a.yaml:3:1: grpc.proto: there is no protos/x.proto\n"
            "services/a.yaml:4:1: database.schema: there is no schema/a.sql\n"
            "services/a.yaml:4:19: database.file: \"../../etc/x.db\" leaves the workspace (use a path inside it)\n"
            "workspace.yaml:2:10: layers: there is no config/servce.toml (did you mean config/service.toml?)\n");
}

TEST(Workspace, OverridesMustNameInstancesAndKnownKeys) {
  Folder f;
  f.write("workspace.yaml", "name: lab\n");
  f.write("services/p.yaml",
          "service: p\nhttp: { port: 8101 }\ninstances: 2\nroutes:\n  - GET /: [ work: { service_time: 1ms } ]\n"
          "overrides:\n  p-2: { work.servce_time: 8ms, instance: { weight: many } }\n  p-3: { work.service_time: 8ms }\n");
  const std::string all = texts(load(f.str()).problems);
  EXPECT_NE(all.find("services/p.yaml:8:3: p-3: there is no such instance (did you mean p-1?)"), std::string::npos) << all;
  EXPECT_NE(all.find("p.p-2.work.servce_time: unknown key (did you mean p.p-2.work.service_time?)"), std::string::npos) << all;
  EXPECT_NE(all.find("services/p.yaml:7:53: p.p-2.instance.weight: \"many\" is not an integer (use 42)"), std::string::npos) << all;
}

TEST(Workspace, ANewerWorkspaceIsRefusedWithItsVersion) {
  Folder f;
  f.hello();
  f.write("workspace.yaml", "name: lab\nversion: 9\n");
  EXPECT_EQ(texts(load(f.str()).problems), "workspace.yaml:2:10: version: this workspace was written for version 9, this Slipway reads 1 (use a newer Slipway)\n");
}

TEST(Declarations, ValuesOfServiceFilesAreTheDefaultsLayerWithTheirPlaces) {
  const Loaded loaded = load(kSamples + "orders-lab");
  ASSERT_TRUE(loaded.workspace);
  slipway::config::Config config({.watch_files = false});
  const auto s = config.define_all(declarations(*loaded.workspace));
  EXPECT_TRUE(s.ok()) << s.error().to_string();
  const auto snapshot = config.snapshot();
  const auto* rate = snapshot->find("gateway.rate_limit.rate");
  ASSERT_NE(rate, nullptr);
  EXPECT_EQ(rate->text(), "2000");
  EXPECT_EQ(snapshot->layers()[rate->stack[0].layer], "defaults");
  EXPECT_EQ(rate->stack[0].place, "services/gateway.yaml:9:25");
  EXPECT_EQ(snapshot->get<slipway::Duration>("gateway.timeout.after").value(), std::chrono::seconds(2));
  EXPECT_EQ(snapshot->get<int>("gateway.http.port").value(), 8080);
  EXPECT_FALSE(snapshot->find("gateway.http.port")->spec->live);
  EXPECT_EQ(snapshot->get<std::string>("orders.call.pricing.balancer").value(), "wrr");
  EXPECT_EQ(snapshot->get<std::string>("pricing.work.service_time").value(), "1ms");
  EXPECT_EQ(snapshot->get<std::string>("pricing.pricing-5.work.service_time").value(), "8ms");
  EXPECT_EQ(snapshot->find("pricing.pricing-4.work.service_time"), nullptr);
  EXPECT_EQ(snapshot->get<int>("pricing.instance.weight").value(), 10);
  EXPECT_EQ(snapshot->get<int>("orders.cache.max_entries").value(), 10000);
}

TEST(Declarations, UnknownKeyOfAServiceIsRefusedWithTheNearestName) {
  const Loaded loaded = load(kSamples + "orders-lab");
  ASSERT_TRUE(loaded.workspace);
  slipway::config::Config config({.watch_files = false});
  ASSERT_TRUE(config.define_all(declarations(*loaded.workspace)).ok());
  ASSERT_TRUE(config.start().ok());
  auto r = config.set("gateway.rate_limit.rat", "5", "test");
  ASSERT_FALSE(r.ok());
  EXPECT_EQ(r.error().message(), "gateway.rate_limit.rat: unknown key (did you mean gateway.rate_limit.rate?)");
  EXPECT_TRUE(config.set("pricing.pricing-5.instance.added_latency", "80ms", "test").ok());
  EXPECT_TRUE(config.set("gateway.middleware.off", "[logging]", "test").ok());
}

TEST(Declarations, StepsOfOneKindShareASectionWhileTheyAgree) {
  std::vector<Problem> problems;
  const auto s = parse_service(
      "service: s\nhttp: { port: 1 }\nroutes:\n"
      "  - GET /a: [ call: { service: x, timeout: 1s }, work: 1ms ]\n"
      "  - GET /b: [ call: { service: x }, work: 2ms ]\n"
      "  - GET /c: [ call: { service: x, timeout: 2s }, delay: 5ms ]\n",
      "services/s.yaml", problems);
  ASSERT_TRUE(s) << texts(problems);
  EXPECT_EQ(problems.size(), 0u) << texts(problems);
  EXPECT_EQ(s->routes[0].steps[0].section, "call.x");
  EXPECT_EQ(s->routes[1].steps[0].section, "call.x");
  EXPECT_EQ(s->routes[2].steps[0].section, "call.x-2");
  EXPECT_EQ(s->routes[0].steps[1].section, "work");
  EXPECT_EQ(s->routes[1].steps[1].section, "work-2");
  const auto d = declaration(*s);
  EXPECT_EQ(*d.defaults.root.at_path("s.work.service_time"), slipway::Value("1ms"));
  EXPECT_EQ(*d.defaults.root.at_path("s.work-2.service_time"), slipway::Value("2ms"));
  EXPECT_EQ(*d.defaults.root.at_path("s.delay.time"), slipway::Value("5ms"));
  EXPECT_EQ(*d.defaults.root.at_path("s.call.x-2.timeout"), slipway::Value("2s"));
}

TEST(Layers, LieOverEachOtherFromTheServiceFileToOverrides) {
  Folder f;
  f.write("workspace.yaml", "name: lab\n");
  f.write("services/s.yaml", "service: s\nhttp: { port: 8090 }\nmiddleware:\n  - timeout: { after: 1s }\n");
  f.write("config/default.yaml", "s.timeout.after: 2s\n");
  f.write("config/a.toml", "[s.timeout]\nafter = \"3s\"\n");
  f.write(".env", "# secrets\nexport SLIPWAY_S__TIMEOUT__AFTER='4s'\n");
  const Loaded loaded = load(f.str());
  ASSERT_TRUE(loaded.ok()) << texts(loaded.problems);
  slipway::config::Config config;
  ASSERT_TRUE(add_layers(config, *loaded.workspace, {{"s.timeout.after", "5s"}}).ok());
  const auto s = config.start();
  ASSERT_TRUE(s.ok()) << s.error().to_string();
  ASSERT_TRUE(config.set("s.timeout.after", "6s", "test").ok());
  const auto snapshot = config.snapshot();
  std::string stack;
  for (const auto& v : snapshot->find("s.timeout.after")->stack) stack += snapshot->layers()[v.layer] + "=" + v.raw.to_text() + " ";
  EXPECT_EQ(stack, "defaults=1s config/default.yaml=2s config/a.toml=3s env=4s command line=5s overrides=6s ");
  EXPECT_EQ(f.read(".slipway/overrides.yaml"), "s:\n  timeout:\n    after: 6s\n");
}

TEST(Create, SampleIsCopiedOnceAndReset) {
  Folder f;
  ASSERT_TRUE(copy_sample(kSamples + "orders-lab", f.str()).ok());
  EXPECT_TRUE(load(f.str()).ok()) << texts(load(f.str()).problems);
  EXPECT_EQ(copy_sample(kSamples + "orders-lab", f.str()).error().reason(), "FOLDER_NOT_EMPTY");
  ASSERT_TRUE(prepare_folder(f.str()).ok());
  f.write("services/gateway.yaml", "broken");
  ASSERT_TRUE(reset_sample(kSamples + "orders-lab", f.str()).ok());
  EXPECT_TRUE(load(f.str()).ok());
  EXPECT_FALSE(std::filesystem::exists(f.path / ".slipway"));
}

TEST(Create, ResetNeverDeletesWhatIsNoWorkspace) {
  Folder f;
  f.write("precious.txt", "x");
  EXPECT_EQ(reset_sample(kSamples + "hello", f.str()).error().reason(), "NOT_A_WORKSPACE");
  EXPECT_EQ(f.read("precious.txt"), "x");
}

TEST(Create, ANewWorkspaceLoads) {
  Folder f;
  ASSERT_TRUE(create_workspace(f.str(), "my-lab").ok());
  const Loaded loaded = load(f.str());
  ASSERT_TRUE(loaded.ok()) << texts(loaded.problems);
  EXPECT_EQ(loaded.workspace->services.size(), 1u);
}

}  // namespace
}  // namespace workbench::workspace
