// A workspace with a layer in a real etcd, through the program: applied live, explained, lost and found again.
#include <gtest/gtest.h>

#include "tests/integration/workbench/lab.h"
#include "tests/integration/workbench/program.h"
#include "tests/support/etcd.h"
#include "tests/support/eventually.h"

namespace {

using namespace workbench;
using tests::Lab;
using tests::Program;

class RemoteLayers : public testing::Test {
 protected:
  void list(const std::string& url, const std::string& more = "") {
    lab_.edit("workspace.yaml", "  - config/default.yaml\n", "  - etcd: { url: \"" + url + "\", prefix: /lab/" + more + " }\n  - config/default.yaml\n");  // listed before a file, and yet above it
  }
  std::string config(std::vector<std::string> words) {
    words.insert(words.begin(), {"config", lab_.folder()});
    Program verb(words);
    code_ = verb.wait();
    return verb.out() + verb.err();
  }
  Lab lab_;
  int code_ = 0;
};

TEST_F(RemoteLayers, AKeyPutIntoEtcdIsAppliedInTheRunningServiceAndExplained) {
  tests::Etcd etcd;
  list(etcd.url());
  Program serve({"serve", lab_.folder(), "--any-port"});
  ASSERT_TRUE(serve.says("serving orders-lab")) << serve.err();
  etcd.put("/lab/gateway/rate_limit/rate", "7");
  EXPECT_TRUE(tests::eventually([&] { return config({"get", "gateway.rate_limit.rate"}) == "7\n"; })) << config({"get", "gateway.rate_limit.rate"});
  const std::string why = config({"explain", "gateway.rate_limit.rate"});
  EXPECT_NE(why.find("* etcd "), std::string::npos) << why;
  EXPECT_NE(why.find("etcd /lab/gateway/rate_limit/rate rev "), std::string::npos) << why;
  EXPECT_NE(why.find("config/default.yaml:4:11"), std::string::npos) << why;
  EXPECT_NE(why.find("read by gateway rate_limit"), std::string::npos) << why;
  // The service has it: its one-second window is used up soon.
  etcd.put("/lab/gateway/rate_limit/burst", "1");
  EXPECT_TRUE(tests::eventually([&] {
    Program send({"send", lab_.folder(), "orders/read#list, page 1", "--json"});
    send.wait();
    return send.out().find("429") != std::string::npos;
  }));
  const std::string history = config({"history"});
  EXPECT_NE(history.find("by remote in etcd"), std::string::npos) << history;
  etcd.put("/lab/gateway/rate_limit/rate", "many");  // does not fit: the last good one stays, and it is told
  EXPECT_TRUE(serve.says("\"many\" is not"));
  EXPECT_EQ(config({"get", "gateway.rate_limit.rate"}), "7\n");
  etcd.remove("/lab/gateway/rate_limit/rate");
  EXPECT_TRUE(tests::eventually([&] { return config({"get", "gateway.rate_limit.rate"}) == "2000\n"; }));
  serve.signal(SIGTERM);
  EXPECT_EQ(serve.wait(), 0) << serve.err();
}

TEST_F(RemoteLayers, AServerThatDoesNotAnswerIsToldAndTheRestServesUntilItComes) {
  tests::Etcd etcd;
  list(etcd.url());
  etcd.put("/lab/gateway/rate_limit/rate", "7");
  etcd.stop();
  Program serve({"serve", lab_.folder(), "--any-port"});
  ASSERT_TRUE(serve.says("serving orders-lab")) << serve.err();
  EXPECT_TRUE(serve.says("etcd: connecting to 127.0.0.1:")) << serve.err();
  EXPECT_EQ(config({"get", "gateway.rate_limit.rate"}), "2000\n");
  etcd.run();
  EXPECT_TRUE(tests::eventually([&] { return config({"get", "gateway.rate_limit.rate"}) == "7\n"; }));
  EXPECT_TRUE(serve.says("etcd is good again")) << serve.err();
  EXPECT_EQ(config({"check"}), lab_.folder() + ": its files and config are good\n");  // asks no server
}

TEST_F(RemoteLayers, AnotherMachineIsNotCalledBeforeConsentAndThePasswordIsNeverShown) {
  // 192.0.2.0/24 belongs to nobody: without consent there is not even an attempt to call it.
  lab_.write(".env", "LAB_ETCD_PASSWORD=hunter2\n");
  list("http://192.0.2.1:2379", ", user: lab, password_env: LAB_ETCD_PASSWORD");
  {
    Program serve({"serve", lab_.folder(), "--any-port"});
    ASSERT_TRUE(serve.says("serving orders-lab")) << serve.err();
    EXPECT_TRUE(serve.says("workspace.yaml:5:5: etcd: reading it calls http://192.0.2.1:2379, another machine")) << serve.err();
    EXPECT_EQ(serve.err().find("connecting to"), std::string::npos) << serve.err();
    serve.signal(SIGTERM);
    serve.wait();
    EXPECT_EQ((serve.out() + serve.err()).find("hunter2"), std::string::npos);
  }
  Program plan({"serve", lab_.folder(), "--dry-run"});
  plan.wait();
  EXPECT_NE(plan.out().find("reads config from http://192.0.2.1:2379 (etcd), another machine"), std::string::npos) << plan.out();
}

TEST_F(RemoteLayers, ConsentIsGivenToARunningHostAndALayerWrittenAnewIsMadeAnew) {
  tests::Etcd etcd;
  etcd.put("/lab/gateway/rate_limit/rate", "7");
  etcd.put("/other/gateway/rate_limit/rate", "8");
  lab_.write(".env", "SLIPWAY_GATEWAY__RATE_LIMIT__BURST=9\n");
  etcd.put("/lab/gateway/rate_limit/burst", "3");
  // 0.0.0.0 leads to this machine, yet is no loopback address: a server like any off it.
  list("http://0.0.0.0" + etcd.url().substr(etcd.url().rfind(':')));
  ASSERT_TRUE(lab_.open().ok());
  EXPECT_NE(lab_.problems().find("another machine"), std::string::npos) << lab_.problems();
  EXPECT_EQ(lab_->explain("gateway.rate_limit.rate")->text, "2000");
  ASSERT_TRUE(lab_->allow_network().ok());
  EXPECT_EQ(lab_.problems(), "");
  EXPECT_EQ(lab_->explain("gateway.rate_limit.rate")->text, "7");
  const auto burst = lab_->explain("gateway.rate_limit.burst");  // the environment lies above
  EXPECT_EQ(burst->text + " " + burst->layer, "9 env");
  lab_.close();
  ASSERT_TRUE(lab_.open().ok());  // remembered
  EXPECT_EQ(lab_->explain("gateway.rate_limit.rate")->text, "7");
  lab_.edit("workspace.yaml", "prefix: /lab/", "prefix: /other/");
  EXPECT_TRUE(lab_.until([&] { return lab_->explain("gateway.rate_limit.rate")->text == "8"; })) << lab_.problems();
  const auto table = lab_->config();
  EXPECT_EQ(table.remote, std::vector<std::string>{"etcd"});
  const auto row = lab_->explain("gateway.rate_limit.rate");
  EXPECT_TRUE(std::any_of(row->cells.begin(), row->cells.end(), [](const auto& c) { return c.remote && c.wins && c.layer == "etcd"; }));
}

}  // namespace
