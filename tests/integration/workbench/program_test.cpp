// The slipway command in processes of its own: serve in one, the other verbs in others, and what they exit
// with.
#include "tests/integration/workbench/program.h"
#include "slipway/codec/codec.h"
#include "slipway/transport/listener.h"
#include "slipway/transport/server.h"
#include "tests/integration/http/raw_client.h"
#include "tests/integration/workbench/lab.h"
#include "tests/support/eventually.h"
#include "workbench/host/control.h"

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

TEST_F(SlipwayCommand, InvalidYamlAndAnUnknownMethodExit78AtTheirPlace) {
  Lab yaml, method, layer;
  yaml.edit("services/pricing.yaml", "routes:", "routes: [");
  Program one({"serve", yaml.folder(), "--any-port"});
  EXPECT_EQ(one.wait(), 78);
  EXPECT_NE(one.err().find("services/pricing.yaml:"), std::string::npos) << one.err();
  method.edit("services/inventory.yaml", "/inventory.v1.Inventory/Reserve", "/inventory.v1.Inventory/Reserv");
  Program two({"serve", method.folder(), "--any-port"});
  EXPECT_EQ(two.wait(), 78);
  EXPECT_NE(two.err().find("services/inventory.yaml:"), std::string::npos) << two.err();
  EXPECT_NE(two.err().find("inventory.v1.Inventory/Reserve"), std::string::npos) << two.err();
  layer.edit("config/default.yaml", "rate: 2000", "rate: [");
  Program three({"serve", layer.folder(), "--any-port"});
  EXPECT_EQ(three.wait(), 78);
  EXPECT_NE(three.err().find("config/default.yaml:"), std::string::npos) << three.err();
}

TEST_F(SlipwayCommand, CheckSaysEverythingWithoutServing) {
  Lab lab;
  Program good({"config", lab.folder(), "check"});
  EXPECT_EQ(good.wait(), 0) << good.out() << good.err();
  lab.edit("config/default.yaml", "burst: 500", "burts: 500");
  lab.edit("config/service.toml", "workers = 4", "workers = \"many\"");
  Program config({"config", lab.folder(), "check"});
  EXPECT_EQ(config.wait(), 78);
  EXPECT_NE(config.out().find("config/default.yaml:5:"), std::string::npos) << config.out();
  EXPECT_NE(config.out().find("config/service.toml:"), std::string::npos) << config.out();
  lab.edit("services/gateway.yaml", "rate_limit: {", "rate_limt: {");
  Program files({"config", lab.folder(), "check", "--json"});
  EXPECT_EQ(files.wait(), 78);
  const Value listed = json(files.out());
  ASSERT_TRUE(listed["problems"].is_list()) << files.out();
  EXPECT_NE(listed["problems"].as_list().front().as_string().find("services/gateway.yaml:9:"), std::string::npos) << files.out();
}

TEST_F(SlipwayCommand, HistoryRevertAndRedoWalkTheOverridesOfTheHost) {
  Lab lab("hello");
  for (const char* verb : {"history", "undo", "redo"}) {
    Program nobody({"config", lab.folder(), verb});
    EXPECT_EQ(nobody.wait(), 69) << verb;
    EXPECT_NE(nobody.err().find("nothing serves"), std::string::npos) << nobody.err();
  }
  Program serve({"serve", lab.folder(), "--any-port", "--json", "--set", "hello.instance.failure_percent=0"});
  ASSERT_TRUE(serve.says("serving hello")) << serve.err();
  const Value servers = json(serve.out());
  ASSERT_TRUE(servers.is_list()) << serve.out();
  EXPECT_EQ(servers.as_list().front()["state"].as_string(), "running");
  EXPECT_TRUE(servers.as_list().front()["url"].as_string().starts_with("http://127.0.0.1:"));
  const auto set = [&](const char* value) {
    Program p({"config", lab.folder(), "set", "hello.timeout.after", value, "--json"});
    EXPECT_EQ(p.wait(), 0) << p.err();
    return json(p.out())["version"].as_int();
  };
  const auto now = [&] {
    Program p({"config", lab.folder(), "get", "hello.timeout.after"});
    EXPECT_EQ(p.wait(), 0) << p.err();
    return p.out();
  };
  const auto first = set("1s");
  set("3s");
  set("4s");
  Program history({"config", lab.folder(), "history", "--json"});
  EXPECT_EQ(history.wait(), 0);
  EXPECT_EQ(json(history.out()).as_list().size(), 3u) << history.out();
  Program table({"config", lab.folder(), "history"});
  EXPECT_EQ(table.wait(), 0);
  EXPECT_NE(table.out().find("3s -> 4s"), std::string::npos) << table.out();
  EXPECT_NE(table.out().find(" " + std::to_string(first) + "  hello.timeout.after"), std::string::npos) << table.out();
  Program back({"config", lab.folder(), "revert", std::to_string(first)});
  EXPECT_EQ(back.wait(), 0) << back.err();
  EXPECT_NE(back.out().find("4s -> 1s"), std::string::npos) << back.out();
  EXPECT_EQ(now(), "1s\n");
  EXPECT_EQ(Program({"config", lab.folder(), "undo"}).wait(), 0);
  EXPECT_EQ(now(), "4s\n");
  EXPECT_EQ(Program({"config", lab.folder(), "redo"}).wait(), 0);
  EXPECT_EQ(now(), "1s\n");
  EXPECT_EQ(Program({"config", lab.folder(), "revert", std::to_string(first)}).wait(), 69);   // as it is already
  EXPECT_EQ(Program({"config", lab.folder(), "revert", "soon"}).wait(), 2);
  const auto once = set("5s");
  Program other({"config", lab.folder(), "set", "hello.instance.failure_percent", "3"});
  EXPECT_EQ(other.wait(), 0) << other.err();
  Program alone({"config", lab.folder(), "revert", std::to_string(once), "--only"});
  EXPECT_EQ(alone.wait(), 0) << alone.err();
  EXPECT_NE(alone.out().find("5s -> 1s"), std::string::npos) << alone.out();
  Program kept({"config", lab.folder(), "get", "hello.instance.failure_percent"});
  EXPECT_EQ(kept.wait(), 0) << kept.err();
  EXPECT_EQ(kept.out().find("0"), std::string::npos) << "what came later stays: " << kept.out();
  EXPECT_EQ(Program({"config", lab.folder(), "revert", std::to_string(once), "--key", "hello.timeout.after"}).wait(), 2) << "--key is for --only";
  Program move({"config", lab.folder(), "move", "hello.timeout.after", "services/hello.yaml"});
  EXPECT_NE(move.wait(), 0) << "no layer of its own";
  set("1s");  // as it is: written, and nothing in force changes
  Program undo({"config", lab.folder(), "undo"});
  EXPECT_EQ(undo.wait(), 0) << undo.err();
  EXPECT_NE(undo.out().find("no value in force changed"), std::string::npos) << undo.out();
}

TEST_F(SlipwayCommand, MoveWritesAnOverrideIntoAFileAsItIsWritten) {
  Lab lab;
  lab.edit("services/gateway.yaml", "  - recovery\n", "  - recovery\n  - auth: { keys: k1 }\n");
  const std::string ws = lab.folder();
  const auto run = [&](std::vector<std::string> words) {
    words.insert(words.begin(), {"config", ws});
    Program p(std::move(words));
    EXPECT_EQ(p.wait(), 0) << p.err();
    return p.out();
  };
  run({"set", "gateway.timeout.after", "${limits.slow:3s}"});
  run({"set", "gateway.auth.keys", "hush-hush"});
  EXPECT_NE(run({"move", "gateway.timeout.after", "config/default.yaml"}).find("moved from the overrides into config/default.yaml"), std::string::npos);
  run({"move", "gateway.auth.keys", "config/default.yaml"});
  const std::string file = lab.read("config/default.yaml");
  EXPECT_NE(file.find("after: ${limits.slow:3s}"), std::string::npos) << file;
  EXPECT_NE(file.find("hush-hush"), std::string::npos) << "not what a mask hides it behind: " << file;
  EXPECT_NE(file.find("# calls a second"), std::string::npos) << file;
  EXPECT_EQ(lab.read(".slipway/overrides.yaml").find("gateway"), std::string::npos);
  Program typo({"config", ws, "move", "gateway.timeout.aftre", "config/default.yaml"});
  EXPECT_NE(typo.wait(), 0);
  EXPECT_NE(typo.err().find("did you mean gateway.timeout.after"), std::string::npos) << typo.err();
  Program none({"config", ws, "move", "gateway.timeout.after", "config/default.yaml"});
  EXPECT_NE(none.wait(), 0);
  EXPECT_NE(none.err().find("not set in the overrides"), std::string::npos) << none.err();
}

TEST_F(SlipwayCommand, ExplainShowsATemplateBesideItsValue) {
  Lab lab;
  Program explain({"config", lab.folder(), "explain", "orders.timeout.after"});
  EXPECT_EQ(explain.wait(), 0) << explain.err();
  EXPECT_NE(explain.out().find("orders.timeout.after = 2s"), std::string::npos) << explain.out();
  EXPECT_NE(explain.out().find("${gateway.timeout.after"), std::string::npos) << explain.out();
}

TEST_F(SlipwayCommand, TracesAreExportedInEveryFormat) {
  Lab lab("hello");
  Program nobody({"traces", lab.folder(), "export"});
  EXPECT_EQ(nobody.wait(), 69);
  Program serve({"serve", lab.folder(), "--any-port"});
  ASSERT_TRUE(serve.says("serving hello")) << serve.err();
  Program send({"send", lab.folder(), "hello", "--json"});
  ASSERT_EQ(send.wait(), 0) << send.err();
  const std::string id = json(send.out())["trace_id"].as_string();
  ASSERT_EQ(id.size(), 32u);
  for (const auto& [format, member] : std::vector<std::pair<std::string, std::string>>{{"otlp", "resourceSpans"}, {"jaeger", "data"}, {"chrome", "traceEvents"}}) {
    Program e({"traces", lab.folder(), "export", id, "--format", format});
    EXPECT_EQ(e.wait(), 0) << e.err();
    EXPECT_TRUE(json(e.out())[member].is_list()) << format << ": " << e.out();
    EXPECT_NE(e.out().find("hello"), std::string::npos) << format;
  }
  Program plain({"traces", lab.folder(), "export", id, "--format", "json", "--json"});
  EXPECT_EQ(plain.wait(), 0) << plain.err();
  EXPECT_FALSE(json(plain.out()).is_null()) << plain.out();
  EXPECT_EQ(Program({"traces", lab.folder(), "export", "--format", "xml"}).wait(), 2);
  EXPECT_EQ(Program({"traces", lab.folder(), "show", std::string(32, 'f')}).wait(), 2);
  EXPECT_EQ(Program({"traces", lab.folder(), "list", "dur>"}).wait(), 2);
}

TEST_F(SlipwayCommand, EveryVerbHasHelpAndSaysMisuseWithItsExitCode) {
  Lab lab("hello");
  const std::string nowhere = lab.folder() + "/nowhere";
  struct Case {
    std::vector<std::string> arguments;
    int code;
  };
  for (const auto& c : std::vector<Case>{{{"serve", "--help"}, 0}, {{"send", "--help"}, 0}, {{"config", "--help"}, 0}, {{"traces", "--help"}, 0}, {{"load", "--help"}, 0}, {{"doctor", "--help"}, 0},
                                         {{"serve"}, 2}, {{"send", lab.folder()}, 2}, {{"config", lab.folder()}, 2}, {{"config", lab.folder(), "get", "hello.timeot"}, 2}, {{"traces", lab.folder()}, 2},
                                         {{"serve", lab.folder(), "--only", "helo", "--any-port"}, 2}, {{"serve", lab.folder(), "--set", "x"}, 2}, {{"doctor", "--jsn"}, 2}, {{"srve"}, 2},
                                         {{"serve", nowhere}, 78}, {{"send", nowhere, "x"}, 78}, {{"config", nowhere, "get"}, 78}, {{"config", nowhere, "check"}, 78}, {{"traces", nowhere, "list"}, 78},
                                         {{"traces", lab.folder(), "list"}, 69}, {{"load", "http://127.0.0.1:1/", "--duration", "200ms"}, 69}}) {
    Program p(c.arguments);
    std::string line;
    for (const auto& a : c.arguments) line += a + " ";
    EXPECT_EQ(p.wait(), c.code) << line << p.out() << p.err();
    if (c.code == 0) {
      EXPECT_NE(p.out().find("--help"), std::string::npos) << line;
    } else if (c.arguments.back() != "check") {
      EXPECT_FALSE(p.err().empty()) << line;
    }
  }
  Program doctor({"doctor", "--json"});
  const int code = doctor.wait();
  EXPECT_TRUE(code == 0 || code == 1) << code;
  const Value findings = json(doctor.out());
  ASSERT_TRUE(findings.is_list()) << doctor.out();
  for (const auto& finding : findings.as_list()) EXPECT_FALSE(finding["what"].as_string().empty());
}

TEST_F(SlipwayCommand, ABackendThatDiesMidLoadIsCountedToTheLastRequest) {
  Lab lab("hello");
  Program serve({"serve", lab.folder(), "--any-port"});
  ASSERT_TRUE(serve.says("serving hello")) << serve.err();
  const int port = port_in(serve.out(), "hello");
  Program load({"load", "http://127.0.0.1:" + std::to_string(port) + "/hello/Ada", "--users", "4", "--duration", "5s", "--slo", "errors<1%", "--json", "-"});
  // Killed, not stopped, once its traffic is there: rates are those of the last whole second, so that takes one to two.
  auto control = workbench::host::ControlClient::connect(lab.folder());
  ASSERT_TRUE(control.ok());
  ASSERT_TRUE(tests::eventually([&] {
    auto totals = (*control)->call("totals", Value::object({}));
    return totals.ok() && (*totals)["requests_per_s"].as_double() > 0;
  }));
  serve.signal(SIGKILL);
  EXPECT_EQ(load.wait(), 1) << load.err();   // the objective did not hold; the run itself is whole
  const Value figures = json(load.out());
  const auto requests = figures["requests"].as_int(), errors = figures["errors"].as_int();
  EXPECT_GT(requests, errors) << load.out();
  EXPECT_GT(errors, 0) << load.out();
  std::int64_t by_kind = 0;
  for (const auto& [kind, n] : figures["errors_by_kind"].as_map()) by_kind += n.as_int();
  EXPECT_EQ(by_kind, errors) << load.out();
  // The folder is free again, whatever the dead one left behind.
  Program again({"serve", lab.folder(), "--any-port"});
  EXPECT_TRUE(again.says("serving hello")) << again.err();
}

TEST_F(SlipwayCommand, AClientThatStallsHoldsUpNeitherOthersNorTheDrain) {
  Lab lab("hello");
  Program serve({"serve", lab.folder(), "--any-port"});
  ASSERT_TRUE(serve.says("serving hello")) << serve.err();
  const int port = port_in(serve.out(), "hello");
  RawClient head(port), body(port), idle(port);
  ASSERT_TRUE(head.say("GET /hello/Ada HTTP/1.1\r\nHos"));
  ASSERT_TRUE(body.say("GET /hello/Ada HTTP/1.1\r\nHost: lab\r\nContent-Length: 10\r\n\r\nabc"));
  for (int k = 0; k < 50; ++k) {
    RawClient other(port);
    ASSERT_TRUE(other.say("GET /hello/Ada HTTP/1.1\r\nHost: lab\r\nConnection: close\r\n\r\n"));
    EXPECT_EQ(tests::status_of(other.reply()), 200);
  }
  serve.signal(SIGTERM);
  EXPECT_EQ(serve.wait(), 0) << serve.err();   // wait() itself gives up after half a minute of silence
  EXPECT_TRUE(idle.closed());
}

}  // namespace
