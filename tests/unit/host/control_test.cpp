#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <future>

#include "tests/support/folder.h"
#include "workbench/host/control.h"

namespace workbench::host {
namespace {

using slipway::Result;
using slipway::Value;

// A folder with its .slipway, as a host prepares it.
std::string prepared(const std::string& path) {
  std::filesystem::create_directories(path + "/.slipway");
  return path;
}

Result<Value> parrot(std::string_view op, const Value& arguments) {
  if (op == "refuse") return slipway::conflict("it is taken", "TAKEN").with_metadata("pid", "412");
  if (op == "throw") throw std::runtime_error("a bug");
  if (op == "binary") return Value(std::string("\xff\x00\xfe", 3));
  return Value::object({{"op", Value(op)}, {"arguments", arguments}});
}

TEST(Control, AsksAndAnswersCross) {
  tests::Folder root;
  const std::string folder = prepared(root.path());
  auto server = ControlServer::listen(folder, parrot);
  ASSERT_TRUE(server.ok()) << server.error().to_string();
  auto client = ControlClient::connect(folder);
  ASSERT_TRUE(client.ok());
  for (int k = 0; k < 3; ++k) {
    auto r = (*client)->call("say", Value::object({{"text", Value("line\nbreak \"quoted\" ü")}, {"k", Value(k)}}));
    ASSERT_TRUE(r.ok()) << r.error().to_string();
    EXPECT_EQ((*r)["op"].as_string(), "say");
    EXPECT_EQ((*r)["arguments"]["text"].as_string(), "line\nbreak \"quoted\" ü");
    EXPECT_EQ((*r)["arguments"]["k"].as_int(), k);
  }
}

TEST(Control, ErrorsCrossWithCodeReasonAndMetadata) {
  tests::Folder root;
  const std::string folder = prepared(root.path());
  auto server = ControlServer::listen(folder, parrot);
  auto client = ControlClient::connect(folder);
  ASSERT_TRUE(client.ok());
  auto r = (*client)->call("refuse", {});
  ASSERT_FALSE(r.ok());
  EXPECT_EQ(r.error().code(), 409);
  EXPECT_EQ(r.error().reason(), "TAKEN");
  EXPECT_EQ(r.error().message(), "it is taken");
  EXPECT_EQ(r.error().metadata().at("pid"), "412");
}

TEST(Control, AHandlerThatThrowsOrAnswersBinaryEndsNothing) {
  tests::Folder root;
  const std::string folder = prepared(root.path());
  auto server = ControlServer::listen(folder, parrot);
  auto client = ControlClient::connect(folder);
  ASSERT_TRUE(client.ok());
  auto thrown = (*client)->call("throw", {});
  ASSERT_FALSE(thrown.ok());
  EXPECT_EQ(thrown.error().code(), 500);
  static_cast<void>((*client)->call("binary", {}));
  EXPECT_TRUE((*client)->call("say", {}).ok());
}

TEST(Control, AFolderDeeperThanASocketPathHoldsStillHasItsSocket) {
  tests::Folder root;
  const std::string folder = prepared(root / std::string(90, 'a') + "/" + std::string(90, 'b'));
  auto server = ControlServer::listen(folder, parrot);
  ASSERT_TRUE(server.ok()) << server.error().to_string();
  struct stat s{};
  ASSERT_EQ(::stat((folder + "/.slipway/control").c_str(), &s), 0);
  EXPECT_TRUE(S_ISSOCK(s.st_mode));
  EXPECT_EQ(s.st_mode & 0777, 0600u);
  auto client = ControlClient::connect(folder);
  ASSERT_TRUE(client.ok());
  EXPECT_TRUE((*client)->call("say", {}).ok());
  client->reset();
  server->reset();
  EXPECT_FALSE(std::filesystem::exists(folder + "/.slipway/control"));
}

TEST(Control, ALeftOverSocketOfADeadHostIsReplaced) {
  tests::Folder root;
  const std::string folder = prepared(root.path());
  std::ofstream(folder + "/.slipway/control") << "left over";
  EXPECT_FALSE(ControlClient::connect(folder).ok());
  auto server = ControlServer::listen(folder, parrot);
  ASSERT_TRUE(server.ok());
  EXPECT_TRUE(ControlClient::connect(folder).ok());
}

TEST(Control, NobodyThereAndNoFolderAreSaid) {
  tests::Folder root;
  auto nobody = ControlClient::connect(root.path());
  ASSERT_FALSE(nobody.ok());
  EXPECT_EQ(nobody.error().reason(), "NO_HOST");
  auto server = ControlServer::listen(root / "missing", parrot);
  ASSERT_FALSE(server.ok());
  EXPECT_EQ(server.error().reason(), "CONTROL_SOCKET");
}

TEST(Control, AnAnswerThatDoesNotComeIsADeadlineAndAHostThatGoesIsSaid) {
  tests::Folder root;
  const std::string folder = prepared(root.path());
  std::promise<void> release;
  auto released = release.get_future().share();
  auto server = ControlServer::listen(folder, [&](std::string_view op, const Value&) -> Result<Value> {
    if (op == "slow") released.wait();
    return Value(1);
  });
  auto client = ControlClient::connect(folder);
  ASSERT_TRUE(client.ok());
  auto late = (*client)->call("slow", {}, std::chrono::milliseconds(1));
  ASSERT_FALSE(late.ok());
  EXPECT_EQ(late.error().code(), 504);
  EXPECT_NE(late.error().message().find("slow"), std::string::npos);
  auto other = ControlClient::connect(folder);
  ASSERT_TRUE(other.ok());
  EXPECT_TRUE((*other)->call("quick", {}).ok());  // one who waits does not hold up another
  release.set_value();
  server->reset();
  auto gone = (*other)->call("quick", {});
  ASSERT_FALSE(gone.ok());
  EXPECT_EQ(gone.error().reason(), "HOST_GONE");
}

}  // namespace
}  // namespace workbench::host
