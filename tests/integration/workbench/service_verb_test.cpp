// The verb service in processes of its own, with and without a host that runs the workspace.
#include "slipway/codec/codec.h"
#include "tests/integration/workbench/lab.h"
#include "tests/integration/workbench/program.h"

namespace {

using slipway::Value;
using tests::Lab;
using tests::Program;

class ServiceVerb : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(tests::slipway_binary())) GTEST_SKIP() << tests::slipway_binary() << " is not built in this configuration";
  }
};

TEST_F(ServiceVerb, WorksOnTheFilesWhenNobodyRunsTheWorkspace) {
  Lab lab("hello");
  Program made({"service", lab.folder(), "new", "mirror", "--from", "echo", "--json"});
  ASSERT_EQ(made.wait(), 0) << made.err();
  auto v = slipway::codec::parse_json(made.out());
  ASSERT_TRUE(v.ok()) << made.out();
  EXPECT_EQ((*v)["service"], Value("mirror"));
  EXPECT_NE(lab.read("services/mirror.yaml").find("service: mirror"), std::string::npos);
  EXPECT_EQ(Program({"service", lab.folder(), "new", "mirror"}).wait(), 69);
  Program unknown({"service", lab.folder(), "new", "x", "--from", "ecco"});
  EXPECT_EQ(unknown.wait(), 2);
  EXPECT_NE(unknown.err().find("echo, notes, worker, greeter"), std::string::npos) << unknown.err();

  Program document({"service", lab.folder(), "openapi", "hello"});
  EXPECT_EQ(document.wait(), 0) << document.err();
  auto doc = slipway::codec::parse_yaml(document.out());
  ASSERT_TRUE(doc.ok());
  EXPECT_TRUE((*doc)["paths"]["/hello/{name}"]["get"].is_map());
}

TEST_F(ServiceVerb, ARunningHostTakesThemOverLive) {
  Lab lab("hello");
  Program serve({"serve", lab.folder(), "--any-port"});
  ASSERT_TRUE(serve.says("serving")) << serve.err();
  Program made({"service", lab.folder(), "new", "mirror", "--from", "echo"});
  EXPECT_EQ(made.wait(), 0) << made.err();
  EXPECT_EQ(made.out(), "services/mirror.yaml\n");
  Program shown({"service", lab.folder(), "route", "hello", "GET /hello/{name}"});
  EXPECT_EQ(shown.wait(), 0) << shown.err();
  EXPECT_EQ(shown.out().find("- GET /hello/{name}:"), 0u) << shown.out();
  lab.write("new.yaml", "- GET /hello/{name}:\n    - reply: { body: { message: \"salut {{path.name}}\" } }\n");
  EXPECT_EQ(Program({"service", lab.folder(), "route", "hello", "GET /hello/{name}", "--set", lab.folder() + "/new.yaml"}).wait(), 0);
  EXPECT_NE(lab.read("services/hello.yaml").find("salut"), std::string::npos);
  lab.write("new.yaml", "- GET /hello/{name}:\n    - relpy: {}\n");
  Program wrong({"service", lab.folder(), "route", "hello", "GET /hello/{name}", "--set", lab.folder() + "/new.yaml"});
  EXPECT_NE(wrong.wait(), 0);
  EXPECT_NE(wrong.err().find("services/hello.yaml:"), std::string::npos) << wrong.err();
}

TEST_F(ServiceVerb, ServeDryRunOnlySaysWhatStartingDoes) {
  Lab lab;
  Program plan({"serve", lab.folder(), "--dry-run"});
  EXPECT_EQ(plan.wait(), 0) << plan.err();
  EXPECT_NE(plan.out().find("ports 8101 to 8105"), std::string::npos) << plan.out();
  EXPECT_NE(plan.out().find("schema/orders.sql"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(lab.folder() + "/.slipway/lock"));
}

}  // namespace
