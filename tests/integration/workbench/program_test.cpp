// The slipway command in processes of its own: serve in one, the other verbs in others, and what they exit
// with.
#include "tests/integration/workbench/program.h"
#include "slipway/codec/codec.h"
#include "slipway/transport/listener.h"
#include "slipway/transport/server.h"
#include "tests/integration/http/raw_client.h"
#include "tests/integration/workbench/lab.h"

namespace {

using slipway::Value;
using tests::Lab;
using tests::Program;
using tests::RawClient;

class SlipwayCommand : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(tests::slipway_binary()))
      GTEST_SKIP() << tests::slipway_binary() << " is not built in this configuration";
  }
};

Value json(const std::string& text) {
  auto v = slipway::codec::parse_json(text);
  return v.ok() ? *v : Value();
}

// The port of an instance, as serve printed it.
int port_in(const std::string& out, const std::string& instance) {
  const auto line = out.find(instance + " ");
  const auto at = line == std::string::npos ? line : out.find("127.0.0.1:", line);
  return at == std::string::npos ? 0 : std::stoi(out.substr(at + 10));
}

TEST_F(SlipwayCommand, ServeInOneProcessAndTheOthersSeeOneState) {
  Lab lab;
  Program serve({"serve", lab.folder(), "--any-port"});
  ASSERT_TRUE(serve.says("serving orders-lab")) << serve.err();
  EXPECT_GT(port_in(serve.out(), "gateway"), 0);
  EXPECT_GT(port_in(serve.out(), "pricing-5"), 0);

  Program watch({"config", lab.folder(), "watch", "gateway.rate_limit", "--changes", "2"});
  ASSERT_TRUE(watch.says("watching config"));
  Program set({"config", lab.folder(), "set", "gateway.rate_limit.rate", "5"});
  EXPECT_EQ(set.wait(), 0) << set.err();
  EXPECT_NE(set.out().find("2000 -> 5"), std::string::npos) << set.out();
  EXPECT_NE(set.out().find("gateway rate_limit"), std::string::npos) << set.out();
  EXPECT_EQ(Program({"config", lab.folder(), "set", "gateway.rate_limit.burst", "1"}).wait(), 0);
  EXPECT_EQ(watch.wait(), 0);
  EXPECT_NE(watch.out().find("gateway.rate_limit.rate: 2000 -> 5"), std::string::npos) << watch.out();
  EXPECT_NE(watch.out().find("gateway.rate_limit.burst: 500 -> 1"), std::string::npos) << watch.out();

  // The bucket of one is emptied here; the next calls are refused until 200 ms have passed.
  RawClient client(port_in(serve.out(), "gateway"));
  int status = 0;
  std::string refused;
  for (int k = 0; k < 100 && status != 429; ++k) {
    ASSERT_TRUE(client.say("GET /orders HTTP/1.1\r\nHost: lab\r\nx-slipway-keep: 1\r\n\r\n"));
    refused = client.reply();
    status = tests::status_of(refused);
  }
  EXPECT_EQ(status, 429) << refused;
  EXPECT_NE(refused.find("retry-after: 1"), std::string::npos);
  // The recorder collects 20 times a second, so a list asked for at once may be a little behind.
  bool stopped = false;
  for (int k = 0; k < 50 && !stopped; ++k) {
    Program list({"traces", lab.folder(), "list", "--json"});
    ASSERT_EQ(list.wait(), 0) << list.err();
    const Value listed = json(list.out());
    ASSERT_TRUE(listed.is_list()) << list.out();
    for (const auto& t : listed.as_list()) stopped = stopped || t["stopped_by"].to_text() == "rate_limit";
  }
  EXPECT_TRUE(stopped);

  EXPECT_EQ(Program({"config", lab.folder(), "undo"}).wait(), 0);
  EXPECT_EQ(Program({"config", lab.folder(), "undo"}).wait(), 0);
  Program send({"send", lab.folder(), "orders/create", "--json"});
  EXPECT_EQ(send.wait(), 0) << send.err();
  const Value sent = json(send.out());
  EXPECT_EQ(sent["status"].as_int(), 201) << send.out();
  ASSERT_TRUE(sent["spans"].is_list());
  ASSERT_FALSE(sent["spans"].as_list().empty());
  for (const char* member : {"name", "parent", "start_ns", "duration_ns", "status"})
    EXPECT_FALSE(sent["spans"].as_list().front()[member].is_null()) << member;
  Program show({"traces", lab.folder(), "show", sent["trace_id"].as_string(), "--json"});
  EXPECT_EQ(show.wait(), 0) << show.err();
  EXPECT_EQ(json(show.out())["id"].to_text(), sent["trace_id"].as_string());

  serve.signal(SIGTERM);
  EXPECT_EQ(serve.wait(), 0) << serve.err();
}

TEST_F(SlipwayCommand, ServeRefusesAFolderThatIsServedAlready) {
  Lab lab("hello");
  Program first({"serve", lab.folder(), "--any-port"});
  ASSERT_TRUE(first.says("serving hello")) << first.err();
  Program second({"serve", lab.folder(), "--any-port"});
  EXPECT_EQ(second.wait(), 69);
  EXPECT_NE(second.err().find(std::to_string(first.pid())), std::string::npos) << second.err();
  first.signal(SIGINT);
  EXPECT_EQ(first.wait(), 130);
  Program third({"serve", lab.folder(), "--any-port"});
  EXPECT_TRUE(third.says("serving hello")) << third.err();
}

TEST_F(SlipwayCommand, ServeSaysEverythingThatIsWrongAndExits78) {
  Lab bad_config;
  bad_config.edit("config/default.yaml", "burst: 500", "burts: 500");
  Program one({"serve", bad_config.folder(), "--any-port", "--set", "gateway.rate_limit.rate=many"});
  EXPECT_EQ(one.wait(), 78);
  EXPECT_NE(one.err().find("config/default.yaml:5:"), std::string::npos) << one.err();
  EXPECT_NE(one.err().find("burst"), std::string::npos) << one.err();
  EXPECT_NE(one.err().find("--set gateway.rate_limit.rate"), std::string::npos) << one.err();
  Lab bad_files;
  bad_files.edit("services/gateway.yaml", "rate_limit: {", "rate_limt: {");
  bad_files.edit("services/pricing.yaml", "service_time: 1ms", "service_time: 1 parsec");
  Program two({"serve", bad_files.folder(), "--any-port"});
  EXPECT_EQ(two.wait(), 78);
  EXPECT_NE(two.err().find("services/gateway.yaml:9:"), std::string::npos) << two.err();
  EXPECT_NE(two.err().find("services/pricing.yaml:"), std::string::npos) << two.err();
  Program three({"serve", bad_files.folder() + "/nowhere"});
  EXPECT_EQ(three.wait(), 78);
}

TEST_F(SlipwayCommand, APortAnotherSlipwayHasIsNamedAndNoRequestGoesAstray) {
  Lab first_lab("hello"), second_lab("hello");
  // Any free port, the same one for both.
  int port = 0;
  {
    auto probe = slipway::transport::listen_on("127.0.0.1", 0, 1);
    ASSERT_TRUE(probe.ok());
    port = probe->port;
    slipway::transport::close_listener(*probe);
  }
  const std::string set = "hello.http.port=" + std::to_string(port);
  second_lab.edit("services/hello.yaml", "hello {{path.name}}", "astray {{path.name}}");
  Program first({"serve", first_lab.folder(), "--set", set});
  ASSERT_TRUE(first.says("serving hello")) << first.err();
  Program second({"serve", second_lab.folder(), "--set", set});
  RawClient client(port);
  for (int k = 0; k < 200; ++k) {
    RawClient fresh(port);
    ASSERT_TRUE(fresh.say("GET /hello/Ada HTTP/1.1\r\nHost: lab\r\nConnection: close\r\n\r\n"));
    EXPECT_EQ(tests::body_of(fresh.reply()), R"({"message":"hello Ada"})");
  }
  EXPECT_EQ(second.wait(), 69);
  EXPECT_NE(second.err().find(std::to_string(port)), std::string::npos) << second.err();
  EXPECT_NE(second.err().find("slipway (pid " + std::to_string(first.pid())), std::string::npos)
      << second.err();
}

TEST_F(SlipwayCommand, SigtermUnderLoadAnswersEveryRequestThatWasRead) {
  Lab lab;
  lab.edit("services/pricing.yaml", "service_time: 1ms, workers: 4, distribution: exponential",
           "service_time: 20ms, workers: 4, distribution: constant");
  Program serve({"serve", lab.folder(), "--any-port"});
  ASSERT_TRUE(serve.says("serving orders-lab")) << serve.err();
  const int port = port_in(serve.out(), "gateway");
  const std::string body = R"({"customer":"c-1","sku":"A-1","qty":1})";
  const std::string order =
      "POST /orders HTTP/1.1\r\nHost: lab\r\nContent-Type: application/json\r\nContent-Length: " +
      std::to_string(body.size()) + "\r\n\r\n" + body;
  // Every client keeps two requests under way in one write, so that the second is in the server's hands when
  // the first is answered; each writes two more when it has both replies, until the server says that it goes.
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int k = 0; k < 8; ++k) clients.push_back(std::make_unique<RawClient>(port));
  for (auto& c : clients) ASSERT_TRUE(c->say(order + order));
  int replies = 0, halves = 0;
  std::vector<bool> open(clients.size(), true);
  for (int round = 0; std::find(open.begin(), open.end(), true) != open.end(); ++round) {
    for (std::size_t k = 0; k < clients.size(); ++k) {
      if (!open[k]) continue;
      for (int one = 0; one < 2 && open[k]; ++one) {
        const std::string reply = clients[k]->reply();
        if (reply.empty()) {
          // Only what was never read may go unanswered: an idle connection is closed between two requests,
          // with no byte of a reply.
          EXPECT_GE(round, 4) << "a reply is missing before anything was stopped";
          if (one == 1 || !clients[k]->rest().empty()) ++halves;
          open[k] = false;
          continue;
        }
        ++replies;
        EXPECT_EQ(tests::status_of(reply), 201) << reply;
        if (reply.find("Connection: close") != std::string::npos) open[k] = false;
      }
      if (open[k] && !clients[k]->say(order + order)) open[k] = false;
    }
    if (round == 3) serve.signal(SIGTERM);
  }
  EXPECT_EQ(serve.wait(), 0) << serve.err();
  EXPECT_GE(replies, 64);
  EXPECT_EQ(halves, 0);
  EXPECT_FALSE(RawClient(port).connected());
}

TEST_F(SlipwayCommand, ConfigAndSendWorkWithoutAHost) {
  Lab lab;
  Program set(
      {"config", lab.folder(), "set", "gateway.timeout.after", "1500ms", "--file", "config/default.yaml"});
  EXPECT_EQ(set.wait(), 0) << set.err();
  EXPECT_NE(lab.read("config/default.yaml").find("after: 1500ms"), std::string::npos);
  EXPECT_NE(lab.read("config/default.yaml").find("# calls a second"), std::string::npos);
  Program get({"config", lab.folder(), "get", "orders.timeout.after"});
  EXPECT_EQ(get.wait(), 0);
  EXPECT_EQ(get.out(), "1500ms\n");
  Program wrong({"config", lab.folder(), "set", "gateway.timeout.after", "soon"});
  EXPECT_EQ(wrong.wait(), 2);
  EXPECT_NE(wrong.err().find("soon"), std::string::npos);
  Program unknown({"send", lab.folder(), "orders/creat"});
  EXPECT_EQ(unknown.wait(), 2);
  EXPECT_NE(unknown.err().find("orders/create"), std::string::npos) << unknown.err();
}

}  // namespace
