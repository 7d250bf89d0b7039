// slipway serve with plugins: the real binary asks for consent, loads real shared libraries, and serves what they add.
#include <filesystem>

#include "tests/integration/http/raw_client.h"
#include "tests/integration/workbench/program.h"
#include "tests/support/folder.h"

#include <gtest/gtest.h>

namespace {

using tests::Program;
using tests::RawClient;

TEST(SlipwayCommandWithPlugins, ServeAsksOnceForConsentAndThenServesWhatTheyAdd) {
  if (!std::filesystem::exists(tests::slipway_binary())) GTEST_SKIP() << tests::slipway_binary() << " is not built in this configuration";
  tests::Folder root;
  std::filesystem::create_directories(root / "services");
  root.write("workspace.yaml", "name: loud\nplugins:\n  - " SLIPWAY_BINARY_DIR "/plugins/polite.so\n  - " SLIPWAY_BINARY_DIR "/plugins/shout.so\n");
  root.write("services/loud.yaml", "service: loud\nhttp: { port: 0 }\nmiddleware: [ polite ]\nroutes:\n  - GET /hello: [ shout: hello ]\n");

  Program refused({"serve", root.path()});
  EXPECT_NE(refused.wait(), 0);
  EXPECT_NE(refused.err().find("workspace.yaml:3:5: the workspace lists plugins"), std::string::npos) << refused.err();
  EXPECT_NE(refused.err().find("--allow-plugins"), std::string::npos) << refused.err();

  for (const bool first : {true, false}) {
    std::vector<std::string> arguments{"serve", root.path()};
    if (first) arguments.push_back("--allow-plugins");
    Program serve(arguments);
    ASSERT_TRUE(serve.says("serving loud")) << serve.err();
    RawClient client(std::stoi(serve.out().substr(serve.out().find("127.0.0.1:") + 10)));
    ASSERT_TRUE(client.say("GET /hello HTTP/1.1\r\nHost: lab\r\n\r\n"));
    const auto reply = client.reply();
    EXPECT_NE(reply.find("x-polite: please"), std::string::npos) << reply;
    EXPECT_NE(reply.find("HELLO!"), std::string::npos) << reply;
    serve.signal(SIGTERM);
    EXPECT_EQ(serve.wait(), 0) << serve.err();
  }
}

}  // namespace
