// The HTTP server over real sockets: framing, limits, life of connections, drain.
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <algorithm>
#include <latch>
#include <thread>

#include "slipway/middleware/builtin.h"
#include "slipway/transport/workers_asio.h"
#include "tests/integration/http/server_fixture.h"
#include "tests/support/eventually.h"

namespace slipway::http {
namespace {
using middleware::Call;
using middleware::Outcome;
using tests::body_of;
using tests::kGet;
using tests::kHello;
using tests::RawClient;
using tests::ServerTest;
using tests::status_of;

TEST_F(ServerTest, AnswersARequestAndKeepsTheConnection) {
  serve();
  RawClient client(port);
  for (int i = 0; i < 3; ++i) {
    client.say(kGet);
    const auto reply = client.reply();
    EXPECT_EQ(status_of(reply), 200);
    EXPECT_EQ(body_of(reply), kHello);
    EXPECT_NE(reply.find("\r\nDate: "), std::string::npos);
  }
}

TEST_F(ServerTest, AnswersPipelinedRequestsInOrderBeyondOneTurn) {
  serve();
  RawClient client(port);
  std::string all;
  for (int i = 0; i < 100; ++i) all += "GET /hello/n" + std::to_string(i) + " HTTP/1.1\r\nHost: a\r\n\r\n";
  client.say(all);
  for (int i = 0; i < 100; ++i) ASSERT_EQ(body_of(client.reply()), "{\"message\":\"hello n" + std::to_string(i) + "\"}");
}

TEST_F(ServerTest, AnswersARequestThatComesByteByByte) {
  serve();
  RawClient client(port);
  const std::string request = "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody";
  for (const char c : request) client.say({&c, 1});
  EXPECT_EQ(body_of(client.reply()), "body");
}

TEST_F(ServerTest, ReadsAChunkedBodyHoweverItIsCut) {
  serve();
  const std::string head = "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  const std::string body = "3\r\none\r\n4;x=y\r\n two\r\n0\r\n\r\n";
  EXPECT_EQ(body_of(once(head + body)), "one two");
  RawClient client(port);
  for (const char c : head + body + kGet) client.say({&c, 1});
  EXPECT_EQ(body_of(client.reply()), "one two");
  EXPECT_EQ(body_of(client.reply()), kHello);
}

TEST_F(ServerTest, ASuspendedCallHoldsThePipelineAndItsRequestStaysWhole) {
  serve();
  RawClient client(port);
  client.say("GET /later?a=1 HTTP/1.1\r\nHost: a\r\nX-Id: one\r\n\r\nGET /later?a=2 HTTP/1.1\r\nHost: a\r\nX-Id: two\r\n\r\n" + std::string(kGet));
  EXPECT_EQ(body_of(client.reply()), "/later?a=1 one");
  EXPECT_EQ(body_of(client.reply()), "/later?a=2 two");
  EXPECT_EQ(body_of(client.reply()), kHello);
}

TEST_F(ServerTest, AnswersAndClosesAfterAHalfClose) {
  serve();
  for (int i = 0; i < 50; ++i) {  // the end comes with the request or after it
    RawClient client(port);
    client.say(kGet);
    client.half_close();
    EXPECT_EQ(body_of(client.reply()), kHello);
    EXPECT_TRUE(client.closed());
  }
}

TEST_F(ServerTest, ClosesWhenAskedTo) {
  serve();
  RawClient client(port);
  client.say("GET /hello/world HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  EXPECT_NE(client.reply().find("\r\nConnection: close\r\n"), std::string::npos);
  EXPECT_TRUE(client.closed());
}

TEST_F(ServerTest, SpeaksHttp10) {
  serve();
  RawClient plain(port);
  plain.say("GET /hello/world HTTP/1.0\r\n\r\n");
  EXPECT_EQ(body_of(plain.rest()), kHello);
  RawClient kept(port);
  for (int i = 0; i < 2; ++i) {
    kept.say("GET /hello/world HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_NE(kept.reply().find("\r\nConnection: keep-alive\r\n"), std::string::npos);
  }
}

TEST_F(ServerTest, SendsALargeReplyToASlowReader) {
  serve();
  RawClient client(port);
  client.say("GET /large HTTP/1.1\r\nHost: a\r\n\r\n" + std::string(kGet));
  EXPECT_EQ(body_of(client.reply()).size(), 8u << 20);
  EXPECT_EQ(body_of(client.reply()), kHello);
}

TEST_F(ServerTest, HeadHasTheLengthButNotTheBody) {
  serve();
  RawClient client(port);
  client.say("HEAD /hello/world HTTP/1.1\r\nHost: a\r\n\r\n" + std::string(kGet));
  EXPECT_NE(client.reply(true).find("Content-Length: 25"), std::string::npos);
  EXPECT_EQ(body_of(client.reply()), kHello);
}

TEST_F(ServerTest, UnknownPathsAndMethodsAreErrorsInJson) {
  serve();
  const auto missing = once("GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(status_of(missing), 404);
  EXPECT_NE(body_of(missing).find("\"reason\":\"ROUTE_NOT_FOUND\""), std::string::npos);
  const auto other = once("DELETE /hello/x HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(status_of(other), 405);
  EXPECT_NE(other.find("\r\nAllow: GET, HEAD, OPTIONS\r\n"), std::string::npos);
  const auto options = once("OPTIONS /echo HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(status_of(options), 204);
  EXPECT_NE(options.find("\r\nAllow: OPTIONS, POST\r\n"), std::string::npos);
}

TEST_F(ServerTest, AHeaderOfAHandlerCannotSplitTheReply) {
  auto& s = serve();
  ASSERT_TRUE(s.handle("GET", "/split", [](Call& call) -> Outcome {
    EXPECT_FALSE(call.reply.headers.set("X-A", "a\r\nX-B: b").ok());
    call.reply.content_type = "text/plain\r\nX-C: c";
    return {};
  }).ok());
  const auto reply = once("GET /split HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(status_of(reply), 200);
  EXPECT_EQ(reply.find("X-B"), std::string::npos);
  EXPECT_EQ(reply.find("X-C"), std::string::npos);
}

TEST_F(ServerTest, ExceptionsBecomeErrorsWithoutTheirText) {
  auto& s = serve();
  ASSERT_TRUE(s.handle("GET", "/throw", [](Call&) -> Outcome { throw std::runtime_error("the password is x"); }).ok());
  const auto reply = once("GET /throw HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(status_of(reply), 500);
  EXPECT_EQ(reply.find("password"), std::string::npos);
}

TEST_F(ServerTest, LimitsAnswerWithTheirStatus) {
  serve({.limits = {.request_line = 256, .header_block = 512, .fields = 8, .body = 64}});
  const std::string get = "GET / HTTP/1.1\r\nHost: a\r\n", post = "POST /echo HTTP/1.1\r\nHost: a\r\n";
  EXPECT_EQ(status_of(once("GET /" + std::string(300, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n")), 414);
  EXPECT_EQ(status_of(once(get + "X: " + std::string(600, 'a') + "\r\n\r\n")), 431);
  EXPECT_EQ(status_of(once(get + "A: 1\r\nB: 1\r\nC: 1\r\nD: 1\r\nE: 1\r\nF: 1\r\nG: 1\r\nH: 1\r\n\r\n")), 431);
  EXPECT_EQ(status_of(once(post + "Content-Length: 65\r\n\r\n" + std::string(65, 'b'))), 413);
  EXPECT_EQ(status_of(once(post + "Transfer-Encoding: chunked\r\n\r\n41\r\n")), 413);
  EXPECT_EQ(status_of(once(post + "Content-Length: 64\r\n\r\n" + std::string(64, 'b'))), 200);
  EXPECT_EQ(status_of(once("GET / HTTP/2.0\r\nHost: a\r\n\r\n")), 505);
  EXPECT_EQ(status_of(once("CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n")), 501);
  EXPECT_EQ(status_of(once("GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n")), 400);
}

TEST_F(ServerTest, AStallingClientIsAnswered408AndDoesNotStopOthers) {
  serve({.limits = {.header_deadline = std::chrono::milliseconds(100), .body_deadline = std::chrono::milliseconds(100)}});
  RawClient head(port), body(port);
  head.say("GET / HTTP/1.1\r\nHost:");
  body.say("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab");
  EXPECT_EQ(body_of(once(kGet)), kHello);
  EXPECT_EQ(status_of(head.rest()), 408);
  EXPECT_EQ(status_of(body.rest()), 408);
}

TEST_F(ServerTest, TheHeaderDeadlineIsAbsolute) {
  serve({.limits = {.header_deadline = std::chrono::milliseconds(150)}});
  RawClient slow(port);
  slow.say("GET / HTTP/1.1\r\n");
  // A drop now and then does not extend it: the server answers while we still talk.
  int drops = 0;
  while (!slow.answers_within(20) && slow.say("X: y\r\n") && ++drops < 1000) {
  }
  EXPECT_LT(drops, 1000);
  EXPECT_EQ(status_of(slow.rest()), 408);
  EXPECT_GE(server->counters().timed_out, 1u);
}

TEST_F(ServerTest, IdleConnectionsAreClosed) {
  serve({.limits = {.idle = std::chrono::milliseconds(60)}});
  RawClient client(port);
  client.say(kGet);
  EXPECT_EQ(body_of(client.reply()), kHello);
  EXPECT_TRUE(client.closed());
}

TEST_F(ServerTest, ConnectionsBeyondTheLimitGet503) {
  serve({.limits = {.connections = 2}});
  RawClient one(port), two(port);
  one.say(kGet), two.say(kGet);
  EXPECT_EQ(body_of(one.reply()), kHello);
  EXPECT_EQ(body_of(two.reply()), kHello);
  RawClient three(port);
  const auto refused = three.rest();
  EXPECT_EQ(status_of(refused), 503);
  EXPECT_EQ(std::stoul(refused.substr(refused.find("Content-Length: ") + 16)), body_of(refused).size());
}

TEST_F(ServerTest, ConnectionsPerPeerCountLoopbackOnlyWhenAsked) {
  serve({.limits = {.connections_per_peer = 1, .limit_loopback = true}});
  RawClient one(port);
  one.say(kGet);
  EXPECT_EQ(body_of(one.reply()), kHello);
  RawClient two(port);
  EXPECT_EQ(status_of(two.rest()), 503);
}

TEST_F(ServerTest, APeerThatGoesAwayCancelsItsSuspendedCall) {
  auto& s = serve();
  std::latch begun(1), cancelled(1);
  const auto wait = [](Call& call, std::latch& in, std::latch& out) -> Task<Status> {
    const context::Context context = call.context;
    auto waiting = suspend_with<bool>([&](Resume<bool> r) {
      context.cancellation()->on_cancel([r] { r(true); });
      in.count_down();
    });
    co_await waiting;
    out.count_down();
    co_return client_closed("gone");
  };
  ASSERT_TRUE(s.handle("GET", "/wait", [&](Call& call) -> Outcome { return wait(call, begun, cancelled); }, true).ok());
  RawClient client(port);
  client.say("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n");
  begun.wait();
  EXPECT_EQ(s.in_flight(), 1);
  client.reset_hard();
  cancelled.wait();
}

// Behind `timeout` a request is copied only when its handler does suspend, and one call after another takes the same cancellation.
TEST_F(ServerTest, BehindATimeoutAHandlerThatWasNotAnnouncedKeepsItsRequestAndIsCancelled) {
  auto& s = serve();
  s.use(*middleware::make_middleware("timeout", Value::object({{"after", "60s"}})));
  std::latch begun(1);
  std::atomic<int> heard{0}, of_another{0};
  const auto wait = [](Call& call, std::latch& in, std::atomic<int>& told) -> Task<Status> {
    const context::Context context = call.context;
    auto waiting = suspend_with<bool>([&](Resume<bool> r) {
      context.cancellation()->on_cancel([r] { r(true); });
      in.count_down();
    });
    co_await waiting;
    ++told;
    co_return client_closed("gone");
  };
  ASSERT_TRUE(s.handle("GET", "/listens", [&](Call& call) -> Outcome {  // and never takes it back
                 call.context.cancellation()->on_cancel([&] { ++of_another; });
                 call.reply.body = call.request.header("x-id");
                 return {};
               }).ok());
  ASSERT_TRUE(s.handle("GET", "/then", [](Call& call) -> Outcome { return later(call); }).ok());
  ASSERT_TRUE(s.handle("GET", "/wait", [&](Call& call) -> Outcome { return wait(call, begun, heard); }).ok());
  RawClient client(port);
  client.say("GET /then?a=1 HTTP/1.1\r\nHost: a\r\nX-Id: one\r\n\r\nGET /then?a=2 HTTP/1.1\r\nHost: a\r\nX-Id: two\r\n\r\n" + std::string(kGet) +
             "GET /listens HTTP/1.1\r\nHost: a\r\nX-Id: three\r\n\r\n" + std::string(kGet));
  EXPECT_EQ(body_of(client.reply()), "/then?a=1 one");
  EXPECT_EQ(body_of(client.reply()), "/then?a=2 two");
  EXPECT_EQ(body_of(client.reply()), kHello);
  EXPECT_EQ(body_of(client.reply()), "three");
  EXPECT_EQ(body_of(client.reply()), kHello);
  client.say("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n");
  begun.wait();
  client.reset_hard();
  EXPECT_TRUE(tests::eventually([&] { return heard == 1; }));
  EXPECT_EQ(of_another, 0) << "what an earlier call listened to is not this call's";
}

// Waits until the test lets it go, whatever its cancellation says.
class Stubborn {
 public:
  Outcome serve(Call& call) { return run(call, *this); }
  void let_go() { resume_->operator()(true); }
  std::latch begun{1}, ended{1};
  std::string id;  // as its request said, read at the end
  bool cancelled = false;

 private:
  static Task<Status> run(Call& call, Stubborn& self) {
    auto waiting = suspend_with<bool>([&](Resume<bool> r) {
      self.resume_.emplace(r);
      self.begun.count_down();
    });
    co_await waiting;
    self.id = call.request.header("x-id");
    self.cancelled = call.context.cancellation()->cancelled();
    call.reply.body = "too late";
    self.ended.count_down();
    co_return Status();
  }
  std::optional<Resume<bool>> resume_;
};

TEST_F(ServerTest, ACallStillSuspendedAtItsDeadlineIsAnsweredAndItsHandlerLeftBehind) {
  std::mutex mutex;
  std::vector<std::pair<std::string, int>> done;
  auto& s = serve({.on_done = [&](const Call& call, const Status& status) {
    std::lock_guard lock(mutex);
    done.emplace_back(call.request.path, status.ok() ? call.reply.status : status.error().code());
  }});
  s.use(*middleware::make_middleware("timeout", Value::object({{"after", "30ms"}})));
  Stubborn stubborn;
  ASSERT_TRUE(s.handle("GET", "/stuck", [&](Call& call) { return stubborn.serve(call); }, true).ok());
  RawClient client(port);
  client.say("GET /stuck HTTP/1.1\r\nHost: a\r\nX-Id: one\r\n\r\n" + std::string(kGet));
  const auto late = client.reply();
  EXPECT_EQ(status_of(late), 504);
  EXPECT_NE(body_of(late).find("\"reason\":\"DEADLINE_EXCEEDED\""), std::string::npos) << late;
  EXPECT_EQ(body_of(client.reply()), kHello) << "the connection goes on";
  EXPECT_EQ(s.in_flight(), 1) << "the handler is still there";
  // Other requests take the memory of finished ones, not of this one.
  for (int i = 0; i < 50; ++i) ASSERT_EQ(body_of(once("GET /later?n=1 HTTP/1.1\r\nHost: a\r\nX-Id: other\r\n\r\n")), "/later?n=1 other");
  stubborn.let_go();
  stubborn.ended.wait();
  EXPECT_EQ(stubborn.id, "one");
  EXPECT_TRUE(stubborn.cancelled);
  client.say(kGet);
  EXPECT_EQ(body_of(client.reply()), kHello) << "and what the handler gave in the end goes nowhere";
  const auto drained = s.drain(std::chrono::seconds(10));
  EXPECT_TRUE(drained.ok()) << (drained.ok() ? "" : drained.error().message());
  EXPECT_EQ(std::count(done.begin(), done.end(), std::pair<std::string, int>("/stuck", 504)), 1);
}

TEST_F(ServerTest, ADrainWaitsForAHandlerThatWasLeftBehind) {
  auto& s = serve();
  s.use(*middleware::make_middleware("timeout", Value::object({{"after", "20ms"}})));
  Stubborn stubborn;
  ASSERT_TRUE(s.handle("GET", "/stuck", [&](Call& call) { return stubborn.serve(call); }, true).ok());
  EXPECT_EQ(status_of(once("GET /stuck HTTP/1.1\r\nHost: a\r\n\r\n")), 504);
  std::thread drain([&] {
    const auto drained = s.drain(std::chrono::seconds(20));
    EXPECT_TRUE(drained.ok()) << (drained.ok() ? "" : drained.error().message());
  });
  while (RawClient(port).connected()) std::this_thread::yield();  // the drain has closed the door
  EXPECT_EQ(s.in_flight(), 1);
  stubborn.let_go();
  drain.join();
  EXPECT_EQ(s.in_flight(), 0);
}

TEST_F(ServerTest, RoutesAreSwappedWithoutLosingARequest) {
  auto& s = serve();
  std::atomic<bool> stop{false};
  std::thread swapper([&] {
    for (int i = 0; !stop; ++i) {
      Router::Builder builder("test");
      Route r;
      r.method = "GET";
      r.pattern = "/later";
      r.may_suspend = i % 2 == 0;
      r.handler = [](Call& call) -> Outcome { return later(call); };
      EXPECT_TRUE(builder.add(std::move(r)).ok());
      s.publish(builder.build());
    }
  });
  RawClient client(port);
  for (int i = 0; i < 100; ++i) {
    client.say("GET /later?n=" + std::to_string(i) + " HTTP/1.1\r\nHost: a\r\nX-Id: x\r\n\r\n");
    ASSERT_EQ(body_of(client.reply()), "/later?n=" + std::to_string(i) + " x");
  }
  stop = true;
  swapper.join();
}

TEST_F(ServerTest, ADrainLosesNoRequestOfBusyClients) {
  auto& s = serve();
  std::atomic<int> answered{0}, broken{0};
  std::latch warm(4);
  std::vector<std::thread> clients;
  for (int t = 0; t < 4; ++t)
    clients.emplace_back([&] {
      RawClient client(port);
      for (int i = 0;; ++i) {
        if (i == 50) warm.count_down();
        client.say(i % 3 ? kGet : "GET /later HTTP/1.1\r\nHost: a\r\n\r\n");
        const auto reply = client.reply();
        if (status_of(reply) != 200) {
          ++broken;
          if (i < 50) warm.count_down();
          return;
        }
        ++answered;
        if (reply.find("Connection: close") != std::string::npos) return;  // told to go: nothing is lost
      }
    });
  warm.wait();
  const auto drained = s.drain(std::chrono::seconds(20));
  for (auto& c : clients) c.join();
  EXPECT_TRUE(drained.ok()) << (drained.ok() ? "" : drained.error().message());
  EXPECT_EQ(broken, 0);
  EXPECT_GE(answered, 200);
  EXPECT_FALSE(RawClient(port).connected());
}

TEST_F(ServerTest, ADrainIsBoundedAndSaysWhatItCut) {
  auto& s = serve();
  std::latch begun(1);
  const auto wait = [](Call& call, std::latch& in) -> Task<Status> {
    const context::Context context = call.context;
    auto waiting = suspend_with<bool>([&](Resume<bool> r) {
      context.cancellation()->on_cancel([r] { r(true); });
      in.count_down();
    });
    co_await waiting;
    co_return client_closed("stopped");
  };
  ASSERT_TRUE(s.handle("GET", "/stuck", [&](Call& call) -> Outcome { return wait(call, begun); }, true).ok());
  RawClient client(port);
  client.say("GET /stuck HTTP/1.1\r\nHost: a\r\n\r\n");
  begun.wait();
  const auto drained = s.drain(std::chrono::milliseconds(50));
  ASSERT_FALSE(drained.ok());
  EXPECT_EQ(drained.error().reason(), "DRAIN_CUT");
  EXPECT_NE(drained.error().message().find("1 connections"), std::string::npos);
}

TEST_F(ServerTest, AStopCutsADrain) {
  auto& s = serve();
  std::latch begun(1);
  const auto wait = [](Call& call, std::latch& in) -> Task<Status> {
    const context::Context context = call.context;
    auto waiting = suspend_with<bool>([&](Resume<bool> r) {
      context.cancellation()->on_cancel([r] { r(true); });
      in.count_down();
    });
    co_await waiting;
    co_return client_closed("stopped");
  };
  ASSERT_TRUE(s.handle("GET", "/stuck", [&](Call& call) -> Outcome { return wait(call, begun); }, true).ok());
  RawClient client(port);
  client.say("GET /stuck HTTP/1.1\r\nHost: a\r\n\r\n");
  begun.wait();
  Status drained;
  std::thread drainer([&] { drained = s.drain(std::chrono::hours(1)); });
  ASSERT_TRUE(tests::eventually([&] { return !RawClient(port).connected(); }));
  s.stop();
  drainer.join();
  ASSERT_FALSE(drained.ok());
  EXPECT_EQ(drained.error().reason(), "DRAIN_CUT");
}

TEST_F(ServerTest, ADrainGivesHalfAHeadItsGraceAndABegunBodyItsTime) {
  auto& s = serve({.drain_grace = std::chrono::milliseconds(20)});
  RawClient half(port), body(port);
  half.say("GET /hello/wor");
  body.say("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
  ASSERT_EQ(status_of(body.reply()), 100);  // its head was read
  ASSERT_TRUE(tests::eventually([&] { return s.counters().connections == 2; }));
  std::thread drainer([&] { EXPECT_TRUE(s.drain(std::chrono::seconds(20)).ok()); });
  EXPECT_EQ(status_of(half.rest()), 408);
  half.hang_up();
  body.say("whole");
  EXPECT_EQ(body_of(body.reply()), "whole");
  body.hang_up();
  drainer.join();
}

TEST_F(ServerTest, MetadataReachesHandlersWithoutAStepForIt) {
  auto& s = serve();
  ASSERT_TRUE(s.handle("GET", "/metadata", [](Call& call) -> Outcome {
    call.reply.body = std::string(call.context.metadata("x-md-global-user")) + "," + std::string(call.context.metadata("x-md-local-a")) + "," +
                      std::to_string(call.context.all_metadata() ? call.context.all_metadata()->size() : 0);
    return {};
  }).ok());
  EXPECT_EQ(body_of(once("GET /metadata HTTP/1.1\r\nHost: a\r\nX-MD-Global-User: ann\r\nx-md-local-a: b\r\nX-Md-: no\r\nX-Other: no\r\n\r\n")), "ann,b,2");
  EXPECT_EQ(body_of(once("GET /metadata HTTP/1.1\r\nHost: a\r\n\r\n")), ",,0");
}

TEST_F(ServerTest, StartsAgainAfterAStop) {
  auto& s = serve();
  s.stop();
  ASSERT_TRUE(s.start().ok());
  port = s.endpoint().port;
  EXPECT_EQ(body_of(once(kGet)), kHello);
}

TEST_F(ServerTest, ASecondProcessOnThePortIsToldWhoHoldsIt) {
  serve();
  const int holder = getpid();
  const pid_t child = fork();
  if (child == 0) {
    // The child must not run anything of the parent's but this.
    transport::Workers own({.count = 2});
    Server second(own, {.port = port, .service = "second"});
    const auto started = second.start();
    const bool good = !started.ok() && started.error().reason() == "PORT_IN_USE" &&
                      started.error().metadata().at("pid") == std::to_string(holder);
    _exit(good ? 0 : 1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(body_of(once(kGet)), kHello);  // no connection went astray
}

}  // namespace
}  // namespace slipway::http
