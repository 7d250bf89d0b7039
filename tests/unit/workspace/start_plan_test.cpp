#include "workbench/workspace/start_plan.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/unit/workspace/folder.h"

namespace workbench::workspace {
namespace {

std::vector<std::string> lines(const Workspace& ws) {
  std::vector<std::string> out;
  for (const auto& s : start_plan(ws)) out.push_back(s.service + " " + s.what);
  return out;
}

TEST(StartPlan, NamesPortsDatabasesAndCallsOfTheSample) {
  const auto loaded = load(SLIPWAY_SOURCE_DIR "/fixtures/workspaces/orders-lab");
  ASSERT_TRUE(loaded.ok());
  const auto all = lines(*loaded.workspace);
  for (const char* wanted : {"gateway listens on 127.0.0.1, port 8080 (HTTP)", "pricing listens on 127.0.0.1, ports 8101 to 8105 (HTTP)", "inventory listens on 127.0.0.1, port 9082 (gRPC)",
                             "orders runs schema/orders.sql in .slipway/data/orders.db", "orders calls inventory, pricing of this workspace"})
    EXPECT_NE(std::find(all.begin(), all.end(), wanted), all.end()) << wanted;
  for (const auto& s : start_plan(*loaded.workspace)) EXPECT_FALSE(s.off_loopback) << s.what;
}

TEST(StartPlan, AServerOffLoopbackIsSaid) {
  Folder f;
  f.hello();
  f.write("services/open.yaml", "service: open\nhttp: { address: 0.0.0.0, port: 0 }\nroutes:\n  - GET /: echo\n");
  const auto loaded = load(f.str());
  ASSERT_TRUE(loaded.workspace);
  bool said = false;
  for (const auto& s : start_plan(*loaded.workspace))
    if (s.service == "open") said = s.off_loopback && s.what.find("open to the network") != std::string::npos && s.what.find("a free port") != std::string::npos;
  EXPECT_TRUE(said);
}

TEST(StartPlan, ServersThatConfigIsReadFromAreSaid) {
  Folder f;
  f.hello();
  f.write("workspace.yaml", "name: lab\nlayers:\n  - etcd: {}\n  - consul: { url: \"http://192.0.2.1:8500\" }\n");
  const auto loaded = load(f.str());
  ASSERT_TRUE(loaded.ok()) << texts(loaded.problems);
  const auto plan = start_plan(*loaded.workspace);
  EXPECT_EQ(plan[0].what, "reads config from this machine (etcd)");
  EXPECT_FALSE(plan[0].off_loopback);
  EXPECT_EQ(plan[1].what, "reads config from http://192.0.2.1:8500 (consul), another machine");
  EXPECT_TRUE(plan[1].off_loopback);
}

}  // namespace
}  // namespace workbench::workspace
