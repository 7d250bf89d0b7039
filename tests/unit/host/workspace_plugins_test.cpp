// Plugins that a workspace lists: consent once per folder, and a service that uses what they add, through the real host.
#include "workbench/host/workspace_plugins.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "slipway/http/client.h"
#include "slipway/transport/server.h"
#include "tests/support/folder.h"
#include "workbench/host/host.h"
#include "workbench/workspace/load.h"

namespace workbench::host {
namespace {

using namespace ::testing;
namespace fs = std::filesystem;

class WorkspaceWithPlugins : public Test {
 protected:
  WorkspaceWithPlugins() {
    fs::create_directories(root_ / "services");
    fs::create_directories(root_ / "plugins");
    for (const char* name : {"shout.so", "polite.so", "stranger.so"})
      fs::copy_file(std::string(SLIPWAY_BINARY_DIR "/plugins/") + name, root_ / (std::string("plugins/") + name));
    root_.write("workspace.yaml", "name: loud\nplugins: [plugins/polite.so, plugins/shout.so]\n");
    root_.write("services/loud.yaml",
                "service: loud\nhttp: { port: 0 }\nmiddleware:\n  - polite: { very: true }\nroutes:\n"
                "  - GET /hello: [ shout: hello ]\n"
                "  - GET /far:\n      - call: { service: loud, path: /hello, as: other, balancer: first }\n      - reply: { body: \"{{other}}\" }\n");
    EXPECT_TRUE(workspace::prepare_folder(root_.path()).ok());
  }
  std::string folder() const { return fs::canonical(root_.path()).string(); }
  tests::Folder root_;
};

std::string reply_of(Host& host, const std::string& path) {
  slipway::transport::Workers workers({});
  slipway::http::Client client(workers, {.service = "tests"});
  auto reply = client.send_blocking({}, {.method = "GET", .url = host.services().at(0).url + path, .headers = {}, .body = {}, .content_type = {}});
  if (!reply.ok()) return reply.error().to_string();
  return reply->body + " / " + std::string(reply->headers.get("x-polite"));
}

TEST_F(WorkspaceWithPlugins, IsRefusedWithoutConsentAndRemembersIt) {
  const auto refused = Host::open(root_.path(), {.start_services = false});
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().reason(), "PLUGINS_NOT_ALLOWED");
  EXPECT_EQ(refused.error().message(),
            "the workspace lists plugins, code that would run in this process with your rights: plugins/polite.so, plugins/shout.so (when you "
            "trust them, allow them once for this folder: slipway serve " + folder() + " --allow-plugins)");
  EXPECT_EQ(refused.error().where().to_string(), "workspace.yaml:2:11");
  ASSERT_TRUE(Host::open(root_.path(), {.start_services = false, .allow_plugins = true}).ok());
  EXPECT_TRUE(Host::open(root_.path(), {.start_services = false}).ok());
}

TEST_F(WorkspaceWithPlugins, RunsTheirBehaviourMiddlewareAndBalancer) {
  auto host = Host::open(root_.path(), {.keep_ports = true, .allow_plugins = true});
  ASSERT_TRUE(host.ok()) << host.error().to_string();
  EXPECT_EQ(reply_of(**host, "/hello"), "HELLO! / pretty please");
  EXPECT_EQ(reply_of(**host, "/far"), "\"HELLO!\" / pretty please");
  EXPECT_TRUE((*host)->set("loud.polite.very", "false", "test").ok());  // its option is a live key
  EXPECT_EQ(reply_of(**host, "/hello"), "HELLO! / please");
  const auto before = (*host)->set_route("loud", "GET /hello", "- GET /hello: [ shout: bye ]\n");  // the editor knows it too
  ASSERT_TRUE(before.ok()) << before.error().to_string();
  EXPECT_EQ(reply_of(**host, "/hello"), "BYE! / please");
}

TEST_F(WorkspaceWithPlugins, ConsentIsForThisFolderAndThisList) {
  ASSERT_TRUE(WorkspacePlugins::open(folder(), true).ok());
  root_.write("workspace.yaml", "name: loud\nplugins: [plugins/shout.so]\n");
  EXPECT_TRUE(WorkspacePlugins::open(folder(), false).ok());  // less than was agreed to
  root_.write("workspace.yaml", "name: loud\nplugins: [plugins/shout.so, plugins/stranger.so]\n");
  EXPECT_EQ(WorkspacePlugins::open(folder(), false).error().reason(), "PLUGINS_NOT_ALLOWED");

  root_.write("workspace.yaml", "name: loud\nplugins: [plugins/shout.so]\n");
  tests::Folder elsewhere;  // a copy brings the file of consent along
  fs::copy(root_.path(), elsewhere / "ws", fs::copy_options::recursive);
  EXPECT_EQ(WorkspacePlugins::open(elsewhere / "ws", false).error().reason(), "PLUGINS_NOT_ALLOWED");
}

TEST_F(WorkspaceWithPlugins, WhatDoesNotLoadIsNamedAtItsLine) {
  root_.write("workspace.yaml", "name: loud\nplugins:\n  - plugins/polite.so\n  - plugins/stranger.so\n");
  const auto refused = WorkspacePlugins::open(folder(), true);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().reason(), "ABI_MISMATCH");
  EXPECT_EQ(refused.error().where().to_string(), "workspace.yaml:4:5");
  EXPECT_FALSE(fs::exists(folder() + "/.slipway/plugins.allowed"));
}

TEST_F(WorkspaceWithPlugins, NamesOfPluginsAreKnownOnlyWhenTheyAreLoaded) {
  const auto without = workspace::load(folder());
  EXPECT_THAT(without.error().to_string(), AllOf(HasSubstr("there is no such middleware"), HasSubstr("there is no such behaviour")));
  auto plugins = WorkspacePlugins::open(folder(), true);
  ASSERT_TRUE(plugins.ok());
  const auto with = workspace::load(folder(), (*plugins)->extensions());
  EXPECT_TRUE(with.ok()) << with.error().to_string();
  EXPECT_THAT((*plugins)->rows(), SizeIs(2));
}

}  // namespace
}  // namespace workbench::host
