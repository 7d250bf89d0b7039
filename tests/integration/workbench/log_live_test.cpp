// The log of a served workspace, as its config says: format, file with rotation, masking, levels; all live.
#include <gtest/gtest.h>

#include <algorithm>

#include "slipway/codec/codec.h"
#include "tests/integration/http/raw_client.h"
#include "tests/integration/workbench/lab.h"
#include "tests/integration/workbench/program.h"
#include "tests/support/eventually.h"

namespace {

using slipway::Value;
using tests::Lab;
using tests::Program;

class LogOfServe : public testing::Test {
 protected:
  LogOfServe() : lab_("hello") {
    lab_.write("config/default.yaml", "hello.logging.every: true\nlog:\n  format: json\n  file: { path: logs/hello.log, format: text, max_size: 1KiB, backups: 2 }\n  mask: { keys: [duration] }\n");
    serve_ = std::make_unique<Program>(std::vector<std::string>{"serve", lab_.folder(), "--any-port"});
  }
  void SetUp() override {
    ASSERT_TRUE(serve_->says("serving hello")) << serve_->err();
    const auto at = serve_->out().find("127.0.0.1:");
    ASSERT_NE(at, std::string::npos) << serve_->out();
    port_ = std::stoi(serve_->out().substr(at + 10));
  }
  void call(int times) const {
    tests::RawClient client(port_);
    for (int k = 0; k < times; ++k) {
      ASSERT_TRUE(client.say("GET /hello/you HTTP/1.1\r\nHost: x\r\n\r\n"));
      ASSERT_NE(client.reply().find("200 OK"), std::string::npos);
    }
  }
  std::string set(const std::string& key, const std::string& value) const {
    Program verb({"config", lab_.folder(), "set", key, value});
    verb.wait();
    return verb.out() + verb.err();
  }
  int lines(const std::string& what) const {
    int n = 0;
    for (const char* file : {"logs/hello.log", "logs/hello.log.1", "logs/hello.log.2"}) {
      const std::string text = lab_.read(file);
      for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++n;
    }
    return n;
  }
  Lab lab_;
  std::unique_ptr<Program> serve_;
  int port_ = 0;
};

TEST_F(LogOfServe, ConsoleFileRotationAndMaskingAreAsConfigured) {
  call(1);
  ASSERT_TRUE(serve_->says("\"message\":\"call\"")) << serve_->err();
  const std::string err = serve_->err();
  const auto begin = err.rfind('\n', err.find("\"message\":\"call\"")) + 1;
  const auto line = slipway::codec::parse_json(err.substr(begin, err.find('\n', begin) - begin));
  ASSERT_TRUE(line.ok()) << err;
  EXPECT_EQ((*line)["logger"], Value("hello"));
  EXPECT_EQ((*line)["operation"], Value("GET /hello/{name}"));
  EXPECT_EQ((*line)["duration"], Value("***"));
  call(30);  // more than two files of 1 KiB
  // Files move on while lines are written: one may be missing for a moment.
  EXPECT_TRUE(tests::eventually([&] {
    const std::string last = lab_.read("logs/hello.log.1");
    return std::filesystem::exists(lab_.folder() + "/logs/hello.log.2") && last.size() <= 1024 && last.find("duration=***") != std::string::npos;
  })) << lab_.read("logs/hello.log.1");
  EXPECT_FALSE(std::filesystem::exists(lab_.folder() + "/logs/hello.log.3"));

  EXPECT_EQ(set("log.format", "text").find("not applied"), std::string::npos);
  call(1);
  EXPECT_TRUE(serve_->says("hello  call  operation=GET /hello/{name}  status=200")) << serve_->err();
}

TEST_F(LogOfServe, LevelsChangeLiveAndAServiceMayHaveItsOwn) {
  EXPECT_EQ(set("log.file.max_size", "0").find("not applied"), std::string::npos);
  call(1);
  EXPECT_TRUE(tests::eventually([&] { return lines("call") == 1; }));
  set("log.level", "warning");  // hello.log.level follows it
  call(3);
  set("hello.log.level", "info");
  call(1);
  EXPECT_TRUE(tests::eventually([&] { return lines("call") >= 2; }));
  set("log.levels.something", "debug");  // an exception for another logger changes nothing here
  call(1);
  EXPECT_TRUE(tests::eventually([&] { return lines("call") >= 3; }));
  EXPECT_EQ(lines("call"), 3);  // lines keep their order, so the three in between were never written
}

TEST_F(LogOfServe, AFileOutsideTheWorkspaceIsRefusedAndTheOldOneStays) {
  tests::Folder elsewhere;
  const std::string said = set("log.file.path", elsewhere / "x.log");
  EXPECT_NE(said.find("leaves "), std::string::npos) << said;
  EXPECT_FALSE(std::filesystem::exists(elsewhere / "x.log"));
  std::filesystem::create_directory_symlink(elsewhere.path(), lab_.folder() + "/link");
  EXPECT_NE(set("log.file.path", "link/x.log").find("leaves "), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(elsewhere / "x.log"));
  call(1);
  EXPECT_TRUE(tests::eventually([&] { return lines("call") == 1; }));
}

}  // namespace
