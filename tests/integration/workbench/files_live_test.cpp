// Files edited on disk are taken over while everything runs; a broken one changes nothing and says where it
// is broken.
#include <algorithm>
#include <set>

#include "tests/integration/workbench/lab.h"

namespace {

using namespace workbench;
using tests::Lab;

TEST(FilesLive, AnEditedRouteAnswersAnewWithoutARestart) {
  Lab lab("hello");
  ASSERT_TRUE(lab.open().ok());
  const int port = lab.port("hello");
  EXPECT_EQ(lab.get("{{hello}}/hello/Ada").body, R"({"message":"hello Ada"})");
  lab.edit("services/hello.yaml", "hello {{path.name}}", "good day {{path.name}}");
  EXPECT_TRUE(
      lab.until([&] { return lab.get("{{hello}}/hello/Ada").body == R"({"message":"good day Ada"})"; }));
  EXPECT_EQ(lab.port("hello"), port);
  EXPECT_EQ(lab.problems(), "");
}

TEST(FilesLive, ABrokenEditKeepsTheLastGoodAndNamesItsPlace) {
  Lab lab("hello");
  ASSERT_TRUE(lab.open().ok());
  const std::string good = lab.read("services/hello.yaml");
  lab.write("services/hello.yaml", good + "adress: 1\n");
  const auto line = std::to_string(std::count(good.begin(), good.end(), '\n') + 1);
  ASSERT_TRUE(lab.until([&] { return !lab.problems().empty(); }));
  EXPECT_NE(lab.problems().find("services/hello.yaml:" + line + ":1"), std::string::npos) << lab.problems();
  EXPECT_EQ(lab.get("{{hello}}/hello/Ada").status, 200);
  lab.edit("services/hello.yaml", "{{path.name}}", "{{path.nam}}");
  ASSERT_TRUE(lab.until([&] { return lab.problems().find("path.nam") != std::string::npos; }))
      << lab.problems();
  EXPECT_EQ(lab.get("{{hello}}/hello/Ada").body, R"({"message":"hello Ada"})");
  lab.write("services/hello.yaml", good);
  EXPECT_TRUE(lab.until([&] { return lab.problems().empty(); })) << lab.problems();
  EXPECT_EQ(lab.get("{{hello}}/hello/Ada").body, R"({"message":"hello Ada"})");
}

TEST(FilesLive, AnUnknownMiddlewareOptionKeepsTheLastGood) {
  Lab lab("hello");
  ASSERT_TRUE(lab.open().ok());
  const std::string good = lab.read("services/hello.yaml");
  lab.write("services/hello.yaml", good + "cache: { max_entries: 5, ttl: soon }\n");
  EXPECT_TRUE(lab.until([&] { return lab.problems().find("services/hello.yaml:") != std::string::npos; }))
      << lab.problems();
  EXPECT_EQ(lab.get("{{hello}}/hello/Ada").status, 200);
}

TEST(FilesLive, NewRulesOfAStepApplyWithoutARestart) {
  Lab lab;
  ASSERT_TRUE(lab.open().ok());
  const int port = lab.port("orders");
  EXPECT_EQ(lab.send("orders/create").status, 201);
  lab.edit("services/orders.yaml", "min: 1, max: 100", "min: 1, max: 1");
  EXPECT_TRUE(lab.until([&] { return lab.send("orders/create").status == 422; })) << lab.problems();
  EXPECT_EQ(lab.port("orders"), port);
  lab.edit("services/orders.yaml", "min: 1, max: 1", "min: 1, max: 100");
  EXPECT_TRUE(lab.until([&] { return lab.send("orders/create").status == 201; }));
}

TEST(FilesLive, ALayerFileIsFollowedAndItsErrorsKeepTheLastGood) {
  Lab lab;
  ASSERT_TRUE(lab.open().ok());
  lab.edit("config/default.yaml", "rate: 2000", "rate: 1234");
  ASSERT_TRUE(lab.until([&] { return lab->explain("gateway.rate_limit.rate")->text == "1234"; }));
  EXPECT_EQ(lab->history(1).front().source, "config/default.yaml");
  lab.edit("config/default.yaml", "rate: 1234", "rate: many");
  ASSERT_TRUE(lab.until([&] { return lab.problems().find("config/default.yaml:4:") != std::string::npos; }))
      << lab.problems();
  EXPECT_EQ(lab->explain("gateway.rate_limit.rate")->text, "1234");  // the last good document stays
  lab.edit("config/default.yaml", "rate: many", "rate: [");
  ASSERT_TRUE(lab.until([&] { return lab.problems().find("config/default.yaml:") != std::string::npos; }));
  EXPECT_EQ(lab.send("orders/create").status, 201);
  lab.edit("config/default.yaml", "rate: [", "rate: 777");
  EXPECT_TRUE(lab.until([&] {
    return lab.problems().empty() && lab->explain("gateway.rate_limit.rate")->text == "777";
  })) << lab.problems();
}

TEST(FilesLive, ALayerThatIsListedOrDroppedTakesEffectAtOnce) {
  Lab lab;
  lab.write("config/extra.json", R"({"gateway":{"rate_limit":{"rate":321}}})");
  ASSERT_TRUE(lab.open().ok());
  EXPECT_EQ(lab->explain("gateway.rate_limit.rate")->text, "2000");
  lab.edit("workspace.yaml", "  - config/service.toml\n", "  - config/service.toml\n  - config/extra.json\n");
  ASSERT_TRUE(lab.until([&] { return lab->explain("gateway.rate_limit.rate")->text == "321"; })) << lab.problems();
  EXPECT_EQ(lab->explain("gateway.rate_limit.rate")->layer, "config/extra.json");
  lab.write("config/extra.json", R"({"gateway":{"rate_limit":{"rate":322}}})");   // and is followed
  ASSERT_TRUE(lab.until([&] { return lab->explain("gateway.rate_limit.rate")->text == "322"; }));
  lab.edit("workspace.yaml", "  - config/extra.json\n", "");
  ASSERT_TRUE(lab.until([&] { return lab->explain("gateway.rate_limit.rate")->text == "2000"; }));
  lab.edit("workspace.yaml", "config/service.toml", "config/servce.toml");
  ASSERT_TRUE(lab.until([&] { return lab.problems().find("workspace.yaml:6:") != std::string::npos; })) << lab.problems();
  EXPECT_EQ(lab.send("orders/create").status, 201);   // the last good list stays
}

TEST(FilesLive, TheDesignOfAServiceIsSwitchedByItsFile) {
  Lab lab;
  ASSERT_TRUE(lab.open().ok());
  const int port = lab.port("orders");
  EXPECT_EQ(lab.send("orders/create").status, 201);
  const auto scopes = [&] {
    std::set<std::string> out;
    const auto detail = lab->detail("orders");
    for (const auto& i : detail->instances) out.insert(i.scope);
    return out;
  };
  EXPECT_EQ(scopes(), std::set<std::string>{"singleton"});
  lab.edit("services/orders.yaml", "design: singleton", "design: injected");
  ASSERT_TRUE(lab.until([&] { return scopes() == std::set<std::string>{"injected"}; })) << lab.problems();
  EXPECT_EQ(lab.send("orders/create").status, 201);
  EXPECT_EQ(lab.port("orders"), port);
  EXPECT_EQ(lab->explain("orders.design")->text, "injected");
}

TEST(FilesLive, ServicesAndRequestsComeAndGo) {
  Lab lab("hello");
  ASSERT_TRUE(lab.open().ok());
  lab.write(
      "services/bye.yaml",
      "service: bye\nhttp: { port: 0 }\nroutes:\n  - GET /bye:\n      - reply: { body: { left: true } }\n");
  lab.write("requests/bye.http", "### bye\nGET {{bye}}/bye\n");
  ASSERT_TRUE(lab.until([&] { return lab->services().size() == 2 && lab->requests().size() == 2; }));
  ASSERT_TRUE(lab->start("bye").ok());
  EXPECT_EQ(lab.get("{{bye}}/bye").body, R"({"left":true})");
  std::filesystem::remove(lab.folder() + "/services/bye.yaml");
  std::filesystem::remove(lab.folder() + "/requests/bye.http");
  EXPECT_TRUE(lab.until([&] { return lab->services().size() == 1 && lab->requests().size() == 1; }));
  EXPECT_FALSE(lab.get("{{bye}}/bye").error.empty());
  EXPECT_EQ(lab.get("{{hello}}/hello/Ada").status, 200);
}

TEST(FilesLive, AnotherNumberOfInstancesIsTakenOver) {
  Lab lab;
  ASSERT_TRUE(lab.open().ok());
  EXPECT_EQ(lab.send("orders/create").status, 201);
  lab.edit("services/pricing.yaml", "instances: 5", "instances: 2");
  lab.edit("services/pricing.yaml", "overrides:\n  pricing-5: { work.service_time: 8ms }\n", "");
  ASSERT_TRUE(lab.until([&] {
    int pricing = 0;
    for (const auto& row : lab->services())
      pricing += row.service == "pricing" && row.state == host::ServiceState::Running;
    return pricing == 2;
  })) << lab.problems();
  EXPECT_TRUE(lab.until([&] {
    for (const auto& t : lab->balanced())
      if (t.target == "pricing") return t.nodes.size() == 2;
    return false;
  }));
  EXPECT_EQ(lab.send("orders/create").status, 201);
}

}  // namespace
