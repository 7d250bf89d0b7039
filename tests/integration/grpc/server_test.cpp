#include "slipway/grpc/server.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <thread>

#include "slipway/grpc/client.h"
#include "slipway/middleware/builtin.h"
#include "slipway/registry/memory.h"
#include "tests/support/eventually.h"

namespace slipway::grpc {
namespace {

using middleware::Call;
using middleware::Handler;
using middleware::Outcome;
using namespace std::chrono_literals;

constexpr const char* kProto = R"(syntax = "proto3";
package hello.v1;
message Ask { string name = 1; int64 count = 2; bytes blob = 3; }
message Answer { string text = 1; int64 count = 2; }
service Greeter {
  rpc Greet(Ask) returns (Answer);
  rpc Other(Ask) returns (Answer);
  rpc Chat(stream Ask) returns (Answer);
}
)";

std::shared_ptr<const ProtoSet> protos() {
  static const auto set = *ProtoSet::parse({{"hello.proto", kProto}});
  return set;
}

// Something that happens once, waited for without sleeping.
class Signal {
 public:
  void set() {
    std::lock_guard lock(mutex_);
    set_ = true;
    cv_.notify_all();
  }
  bool wait(Duration limit = 20s) {
    std::unique_lock lock(mutex_);
    return cv_.wait_for(lock, limit, [&] { return set_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable cv_;
  bool set_ = false;
};

Outcome greet(Call& call) {
  auto body = call.body_value();
  if (!body) return body.error();
  return call.set_body(Value::object({{"text", "hello " + (**body)["name"].as_string()}, {"count", (**body)["count"]}}));
}

class GrpcServer : public testing::Test {
 protected:
  transport::Workers workers{transport::Workers::Options{2, 4, {}}};
  std::unique_ptr<Server> server;
  std::unique_ptr<Client> client;

  void serve(Handler handler, std::vector<middleware::MiddlewarePtr> steps = {}, ServerOptions options = {}) {
    options.service = "greeter";
    server = std::make_unique<Server>(workers, options);
    auto chain = std::make_shared<const middleware::Chain>(std::move(steps), std::move(handler));
    auto routed = server->set_routes(protos(), {{"hello.v1.Greeter/Greet", chain}});
    ASSERT_TRUE(routed.ok()) << routed.error().to_string();
    auto started = server->start();
    ASSERT_TRUE(started.ok()) << started.error().to_string();
    client = connect(server->endpoint().url());
  }
  std::unique_ptr<Client> connect(const std::string& target) {
    ClientOptions options;
    options.target = target;
    options.timeout = 20s;
    auto made = Client::create(protos(), options);
    EXPECT_TRUE(made.ok());
    return std::move(*made);
  }
  Result<ClientReply> call(const context::Context& context = {}, const context::Headers& headers = {}, const Value& body = Value::object({{"name", "ann"}, {"count", 7}})) {
    return client->call_blocking(context, "Greeter/Greet", body, headers);
  }
  void TearDown() override {
    client.reset();
    server.reset();
  }
};

TEST_F(GrpcServer, AnswersAUnaryCallThroughTheChain) {
  std::string seen;
  serve([&](Call& call) {
    seen = call.operation->name + "|" + call.operation->transport + "|" + std::string(call.request.method) + "|" + std::string(call.request.path) + "|" +
           std::string(call.request.peer.substr(0, 10));
    return greet(call);
  });
  EXPECT_EQ(server->endpoint().scheme, "grpc");
  auto reply = call();
  ASSERT_TRUE(reply.ok()) << reply.error().to_string();
  EXPECT_EQ(reply->body, Value::object({{"text", "hello ann"}, {"count", 7}}));
  EXPECT_EQ(seen, "/hello.v1.Greeter/Greet|grpc|POST|/hello.v1.Greeter/Greet|127.0.0.1:");
  ASSERT_TRUE(server->drain(20s).ok());
  EXPECT_EQ(server->in_flight(), 0);
}

TEST_F(GrpcServer, AnEmptyMessageIsAMessage) {
  serve(greet);
  EXPECT_EQ(call({}, {}, Value::Map{})->body, Value::object({{"text", "hello "}, {"count", 0}}));
}

TEST_F(GrpcServer, AHandlerMaySuspend) {
  serve([](Call& call) -> Outcome {
    return [](Call& c) -> Task<Status> {
      co_await sleep_for(1ms);
      const bool same_worker = Executor::current() != nullptr;
      auto s = greet(c).status();
      co_return same_worker ? s : Status(internal_error("resumed elsewhere"));
    }(call);
  });
  for (int i = 0; i < 20; ++i) EXPECT_EQ(call()->body["text"], Value("hello ann"));
}

TEST_F(GrpcServer, AnErrorArrivesWithItsCodeReasonAndMetadata) {
  serve([](Call&) -> Outcome { return conflict("only 2 left", "OUT_OF_STOCK").with_metadata("sku", "A-1"); });
  auto reply = call();
  ASSERT_FALSE(reply.ok());
  EXPECT_EQ(reply.error().code(), 409);
  EXPECT_EQ(reply.error().reason(), "OUT_OF_STOCK");
  EXPECT_EQ(reply.error().message(), "only 2 left");
  EXPECT_EQ(reply.error().metadata().at("sku"), "A-1");

  const auto exchange = client->exchange_blocking({}, "Greeter/Greet", Value::Map{});
  EXPECT_TRUE(exchange.answered);
  EXPECT_EQ(exchange.grpc_code, grpc_status_of_http(409));
  EXPECT_EQ(exchange.reply.trailers.get("x-error-reason"), "OUT_OF_STOCK");
}

TEST_F(GrpcServer, AStatusOrAnExceptionOfTheHandlerIsAnErrorToo) {
  serve([](Call& call) -> Outcome {
    if (call.request.header("x-throw") == "1") throw std::runtime_error("the secret");
    call.reply.status = 404;
    call.reply.body = R"({"code":404,"reason":"SKU_UNKNOWN","message":"no A-9"})";
    return {};
  });
  auto reply = call();
  ASSERT_FALSE(reply.ok());
  EXPECT_EQ(reply.error().reason(), "SKU_UNKNOWN");
  EXPECT_EQ(reply.error().message(), "no A-9");
  context::Headers headers;
  ASSERT_TRUE(headers.set("x-throw", "1").ok());
  reply = call({}, headers);
  ASSERT_FALSE(reply.ok());
  EXPECT_EQ(reply.error().code(), 500);
  EXPECT_EQ(reply.error().to_json().find("secret"), std::string::npos);
}

TEST_F(GrpcServer, JsonLeftByAHandlerIsTranscoded) {
  serve([](Call& call) -> Outcome {
    call.reply.body = call.request.header("x-bad") == "1" ? R"({"colour":1})" : R"({"text":"from json","count":"9"})";
    return {};
  });
  EXPECT_EQ(call()->body, Value::object({{"text", "from json"}, {"count", 9}}));
  context::Headers headers;
  ASSERT_TRUE(headers.set("x-bad", "1").ok());
  auto reply = call({}, headers);
  ASSERT_FALSE(reply.ok());
  EXPECT_EQ(reply.error().reason(), "REPLY_INVALID");
}

TEST_F(GrpcServer, MetadataAndTraceTravelBothWays) {
  context::TraceIdentity seen;
  std::string global, local, other;
  serve([&](Call& call) {
    seen = call.context.trace();
    global = call.context.metadata("x-md-global-user");
    local = call.context.metadata("x-md-local-a");
    other = call.request.header("x-plain");
    (void)call.reply.headers.set("X-Served-By", "me");
    (void)call.reply.headers.set("content-length", "99");
    return greet(call);
  });
  context::Headers metadata, extra;
  (void)metadata.set("x-md-global-user", "ann");
  (void)metadata.set("x-md-local-a", "b");
  (void)extra.set("x-plain", "yes");
  context::Context context = context::Context().with_metadata(metadata);
  const context::TraceIdentity identity{{1, 2}, 3, true};
  context.set_trace(identity);
  auto reply = call(context, extra);
  ASSERT_TRUE(reply.ok()) << reply.error().to_string();
  EXPECT_EQ(global, "ann");
  EXPECT_EQ(local, "") << "local metadata is not forwarded";
  EXPECT_EQ(other, "yes");
  EXPECT_EQ(seen.trace, identity.trace);
  EXPECT_TRUE(seen.sampled);
  EXPECT_NE(seen.span, identity.span);
  EXPECT_EQ(reply->headers.get("x-served-by"), "me");
  EXPECT_FALSE(reply->headers.contains("content-length"));
}

class Stop final : public middleware::Middleware {
 public:
  std::string_view name() const override { return "stop"; }
  std::optional<Status> before(Call& call) override {
    if (call.request.header("x-stop") == "error") return Status(too_many_requests("slow down", "RATE_LIMITED"));
    if (call.request.header("x-stop") == "reply") return call.set_body(Value::object({{"text", "short"}}));
    return std::nullopt;
  }
};

TEST_F(GrpcServer, AStepMayAnswerInsteadOfTheHandler) {
  std::atomic<int> handled{0};
  serve(
      [&](Call& call) {
        ++handled;
        return greet(call);
      },
      {std::make_shared<Stop>()});
  context::Headers stop;
  (void)stop.set("x-stop", "error");
  auto reply = call({}, stop);
  ASSERT_FALSE(reply.ok());
  EXPECT_EQ(reply.error().code(), 429);
  EXPECT_EQ(reply.error().reason(), "RATE_LIMITED");
  (void)stop.set("x-stop", "reply");
  EXPECT_EQ(call({}, stop)->body["text"], Value("short"));
  EXPECT_EQ(handled, 0);
  EXPECT_TRUE(call().ok());
  EXPECT_EQ(handled, 1);
}

TEST_F(GrpcServer, TheDeadlineReachesTheHandlerAndEndsTheCall) {
  struct Seen {
    std::mutex mutex;
    Duration remaining{};  // of the last handler that began in time
    int begun = 0, cancelled = 0;
  };
  const auto shared = std::make_shared<Seen>();  // a handler may come late
  Seen& seen = *shared;
  serve([shared](Call& call) -> Outcome {
    {
      std::lock_guard lock(shared->mutex);
      const Duration remaining = call.context.remaining();
      if (remaining == Duration::zero()) return deadline_exceeded("came too late to be seen here");
      shared->remaining = remaining;
      ++shared->begun;
    }
    return [](Call& c, std::shared_ptr<Seen> s) -> Task<Status> {
      auto cancellation = c.context.cancellation();
      co_await suspend_with<bool>([&](Resume<bool> r) { cancellation->on_cancel([r] { r(true); }); });
      std::lock_guard lock(s->mutex);
      ++s->cancelled;
      co_return c.context.check();
    }(call, shared);
  });
  // On a busy machine a short deadline may pass on the way to the handler: then a longer one tells as much.
  for (Duration limit = 100ms;; limit *= 4) {
    ASSERT_LE(limit, Duration(20s)) << "no deadline reaches a handler";
    auto reply = call(context::Context().with_timeout(limit));
    ASSERT_FALSE(reply.ok());
    EXPECT_EQ(reply.error().code(), 504);
    std::lock_guard lock(seen.mutex);
    if (seen.begun == 0) continue;
    EXPECT_LE(seen.remaining, limit + 100ms);  // gRPC rounds its timeouts up
    break;
  }
  EXPECT_TRUE(tests::eventually([&] {
    std::lock_guard lock(seen.mutex);
    return seen.cancelled == seen.begun;
  }));
}

TEST_F(GrpcServer, ACallStillSuspendedAtItsTimeoutIsAnsweredAndItsHandlerLeftBehind) {
  Signal entered, ended;
  std::optional<Resume<bool>> stuck;
  std::string name;
  std::vector<middleware::MiddlewarePtr> steps{*middleware::make_middleware("timeout", Value::object({{"after", "30ms"}}))};
  serve(
      [&](Call& call) -> Outcome {
        return [](Call& c, std::optional<Resume<bool>>& hold, Signal& in, Signal& out, std::string& seen) -> Task<Status> {
          auto waiting = suspend_with<bool>([&](Resume<bool> r) {
            hold.emplace(r);
            in.set();
          });
          co_await waiting;
          if (auto body = c.body_value()) seen = (**body)["name"].as_string();  // its message is still there
          auto s = greet(c).status();
          out.set();
          co_return s;
        }(call, stuck, entered, ended, name);
      },
      std::move(steps));
  auto reply = call();
  ASSERT_FALSE(reply.ok());
  EXPECT_EQ(reply.error().code(), 504);
  EXPECT_EQ(reply.error().reason(), "DEADLINE_EXCEEDED");
  ASSERT_TRUE(entered.wait());
  (*stuck)(true);
  EXPECT_TRUE(ended.wait());
  EXPECT_EQ(name, "ann");
}

TEST_F(GrpcServer, ACancelledCallCancelsItsHandler) {
  Signal entered, cancelled;
  serve([&](Call& call) -> Outcome {
    return [](Call& c, Signal& in, Signal& out) -> Task<Status> {
      auto cancellation = c.context.cancellation();
      co_await suspend_with<bool>([&](Resume<bool> r) {
        cancellation->on_cancel([r] { r(true); });
        in.set();
      });
      out.set();
      co_return c.context.check();
    }(call, entered, cancelled);
  });
  auto cancellation = std::make_shared<context::Cancellation>();
  std::thread canceller([&] {
    entered.wait();
    cancellation->cancel(client_closed("enough"));
  });
  auto reply = call(context::Context().with_cancellation(cancellation));
  canceller.join();
  ASSERT_FALSE(reply.ok());
  EXPECT_EQ(reply.error().code(), 499);
  EXPECT_TRUE(cancelled.wait());
}

TEST_F(GrpcServer, UnknownAndUnroutedMethodsAreUnimplemented) {
  serve(greet);
  const auto exchange = client->exchange_blocking({}, "Greeter/Other", Value::Map{});
  EXPECT_EQ(exchange.grpc_code, 12);
  EXPECT_EQ(exchange.status.error().code(), 501);
  auto unknown = client->call_blocking({}, "Greeter/Great", Value::Map{});
  ASSERT_FALSE(unknown.ok());
  EXPECT_EQ(unknown.error().reason(), "METHOD_UNKNOWN");
  auto streaming = client->call_blocking({}, "Greeter/Chat", Value::Map{});
  ASSERT_FALSE(streaming.ok());
  EXPECT_EQ(streaming.error().reason(), "METHOD_STREAMS");
}

TEST_F(GrpcServer, ARequestThatDoesNotFitNeverLeaves) {
  std::atomic<int> handled{0};
  serve([&](Call& call) {
    ++handled;
    return greet(call);
  });
  auto reply = call({}, {}, Value::object({{"nam", "ann"}}));
  ASSERT_FALSE(reply.ok());
  EXPECT_EQ(reply.error().message(), "hello.v1.Ask, nam: is not a field of hello.v1.Ask (it has name, count, blob)");
  EXPECT_EQ(handled, 0);
}

TEST_F(GrpcServer, MessagesAreBounded) {
  ServerOptions options;
  options.max_message = 1000;
  serve(greet, {}, options);
  auto reply = call({}, {}, Value::object({{"name", std::string(5000, 'x')}}));
  ASSERT_FALSE(reply.ok());
  EXPECT_EQ(reply.error().code(), 429) << reply.error().to_string();
  EXPECT_TRUE(call().ok());
}

TEST_F(GrpcServer, ATakenPortNamesItsHolder) {
  serve(greet);
  ServerOptions options;
  options.port = server->endpoint().port;
  Server second(workers, options);
  auto started = second.start();
  ASSERT_FALSE(started.ok());
  EXPECT_EQ(started.error().reason(), "PORT_IN_USE");
  EXPECT_NE(started.error().message().find(std::to_string(::getpid())), std::string::npos) << started.error().message();
  EXPECT_TRUE(call().ok());
}

TEST_F(GrpcServer, RoutesChangeWhileCallsRun) {
  serve(greet);
  std::atomic<bool> stop{false};
  std::atomic<int> failed{0}, done{0};
  std::thread caller([&] {
    while (!stop) {
      auto reply = call();
      if (!reply.ok() || !reply->body["text"].as_string().ends_with("ann")) ++failed;
      ++done;
    }
  });
  for (int i = 0; i < 50; ++i) {
    auto chain = std::make_shared<const middleware::Chain>(std::vector<middleware::MiddlewarePtr>{}, greet);
    ASSERT_TRUE(server->set_routes(protos(), {{"Greeter/Greet", chain}}).ok());
    const int seen = done;
    while (done == seen) std::this_thread::yield();
  }
  stop = true;
  caller.join();
  EXPECT_EQ(failed, 0);
}

TEST_F(GrpcServer, ADrainLetsCallsInFlightEnd) {
  Signal entered, go_on;
  serve([&](Call& call) -> Outcome {
    entered.set();
    go_on.wait();
    return greet(call);
  });
  Result<ClientReply> reply = unavailable("not yet");
  std::thread caller([&] { reply = call(); });
  ASSERT_TRUE(entered.wait());
  std::thread releaser([&] { go_on.set(); });
  const auto drained = server->drain(20s);
  releaser.join();
  caller.join();
  EXPECT_TRUE(drained.ok()) << drained.error().to_string();
  ASSERT_TRUE(reply.ok()) << reply.error().to_string();
  EXPECT_EQ(reply->body["text"], Value("hello ann"));
  reply = call();
  ASSERT_FALSE(reply.ok());
  EXPECT_EQ(reply.error().reason(), "CONNECT_FAILED");
}

TEST_F(GrpcServer, ADrainIsBoundedAndSaysWhatItCut) {
  Signal entered;
  auto go_on = std::make_shared<Signal>();  // the handler outlives the test's frame
  serve([&entered, go_on](Call& call) -> Outcome {
    entered.set();
    go_on->wait();
    return greet(call);
  });
  Result<ClientReply> reply = unavailable("not yet");
  std::thread caller([&] { reply = call(); });
  ASSERT_TRUE(entered.wait());
  const auto drained = server->drain(50ms);
  ASSERT_FALSE(drained.ok());
  EXPECT_EQ(drained.error().reason(), "DRAIN_CUT");
  EXPECT_NE(drained.error().message().find("1 calls"), std::string::npos);
  caller.join();
  EXPECT_FALSE(reply.ok());
  server.reset();  // while the handler still runs
  go_on->set();
}

TEST_F(GrpcServer, AStopCutsADrain) {
  Signal entered;
  serve([&](Call& call) -> Outcome {
    return [](Call& c, Signal& in) -> Task<Status> {
      auto cancellation = c.context.cancellation();
      co_await suspend_with<bool>([&](Resume<bool> r) {
        cancellation->on_cancel([r] { r(true); });
        in.set();
      });
      co_return c.context.check();
    }(call, entered);
  });
  Result<ClientReply> reply = unavailable("not yet");
  std::thread caller([&] { reply = call(); });
  ASSERT_TRUE(entered.wait());
  Status drained;
  std::thread drainer([&] { drained = server->drain(1h); });
  // Nobody listens any more: the drain is on.
  const std::string at = server->endpoint().url();
  ASSERT_TRUE(tests::eventually([&] {
    const auto refused = connect(at)->call_blocking({}, "Greeter/Other", Value::Map{});
    return !refused.ok() && refused.error().reason() == "CONNECT_FAILED";
  }));
  server->stop();
  drainer.join();
  caller.join();
  ASSERT_FALSE(drained.ok());
  EXPECT_EQ(drained.error().reason(), "DRAIN_CUT");
  EXPECT_FALSE(reply.ok());
}

TEST_F(GrpcServer, AServerCanBeStartedAgain) {
  serve(greet);
  ASSERT_TRUE(call().ok());
  ASSERT_TRUE(server->drain(5s).ok());
  ASSERT_TRUE(server->start().ok());
  auto again = connect(server->endpoint().url());
  EXPECT_TRUE(again->call_blocking({}, "Greeter/Greet", Value::Map{}).ok());
}

TEST_F(GrpcServer, ATaskCallsAndResumesOnItsWorker) {
  serve(greet);
  Signal done;
  std::string text;
  bool home = false;
  workers.executor(1).post([&] {
    start(
        [](Client& c, Value request) -> Task<std::string> {
          auto reply = co_await c.call({}, "Greeter/Greet", std::move(request));
          co_return reply.ok() ? reply->body["text"].as_string() : reply.error().to_string();
        }(*client, Value::object({{"name", "task"}})),
        [&](std::string t) {
          text = std::move(t);
          home = workers.executor(1).is_current();
          done.set();
        });
  });
  ASSERT_TRUE(done.wait());
  EXPECT_EQ(text, "hello task");
  EXPECT_TRUE(home);
}

TEST_F(GrpcServer, ACallerWithATraceGetsAClientSpan) {
  context::TraceIdentity seen;
  serve([&](Call& call) {
    seen = call.context.trace();
    return greet(call);
  });
  telemetry::CallTrace trace;
  trace.begin({{5, 6}, 7, true}, 0, telemetry::intern("caller"), telemetry::intern("op"));
  context::Context context;
  context.set_trace(trace.identity());
  context.set_call_trace(&trace);
  ASSERT_TRUE(call(context).ok());
  ASSERT_GE(trace.size(), 1u);
  const auto& span = trace.span(trace.size() - 1);
  EXPECT_EQ(span.kind, telemetry::SpanKind::Client);
  EXPECT_EQ(span.status, telemetry::SpanStatus::Ok);
  EXPECT_EQ(telemetry::name_of(span.name), "hello.v1.Greeter/Greet");
  EXPECT_GE(span.end, span.start);
  EXPECT_EQ(seen.trace, (TraceId{5, 6}));
}

TEST_F(GrpcServer, ADiscoveredServiceIsBalancedAndFollowed) {
  registry::MemoryRegistry registry;
  std::vector<std::unique_ptr<Server>> servers;
  for (int i = 0; i < 3; ++i) {
    auto one = std::make_unique<Server>(workers, ServerOptions{});
    const std::string text = "from " + std::to_string(i);
    auto chain = std::make_shared<const middleware::Chain>(
        std::vector<middleware::MiddlewarePtr>{}, [text](Call& c) -> Outcome { return c.set_body(Value::object({{"text", text}})); });
    ASSERT_TRUE(one->set_routes(protos(), {{"Greeter/Greet", chain}}).ok());
    ASSERT_TRUE(one->start().ok());
    ASSERT_TRUE(registry.add({"g-" + std::to_string(i), "greeter", "", {}, {"http://127.0.0.1:1", one->endpoint().url()}}).ok());
    servers.push_back(std::move(one));
  }
  ClientOptions options;
  options.target = "discovery:///greeter";
  options.discovery = &registry;
  options.balancer = "round_robin";
  options.timeout = 20s;
  auto balanced = Client::create(protos(), options);
  ASSERT_TRUE(balanced.ok()) << balanced.error().to_string();
  const auto count = [&](int calls) {
    std::map<std::string, int> by_text;
    for (int i = 0; i < calls; ++i) {
      auto reply = (*balanced)->call_blocking({}, "Greeter/Greet", Value::Map{});
      ++by_text[reply.ok() ? reply->body["text"].as_string() : reply.error().to_string()];
    }
    return by_text;
  };
  EXPECT_EQ(count(30), (std::map<std::string, int>{{"from 0", 10}, {"from 1", 10}, {"from 2", 10}}));
  ASSERT_TRUE(registry.remove("g-1").ok());
  EXPECT_EQ(count(10), (std::map<std::string, int>{{"from 0", 5}, {"from 2", 5}}));
  // One that has gone without a word costs its callers a try, not their call.
  Server gone(workers, ServerOptions{});
  ASSERT_TRUE(gone.start().ok());
  ASSERT_TRUE(registry.add({"g-3", "greeter", "", {}, {gone.endpoint().url()}}).ok());
  gone.stop();
  const auto answered = count(12);
  EXPECT_EQ(answered.size(), 2u) << answered.rbegin()->first;
  EXPECT_TRUE(answered.contains("from 0") && answered.contains("from 2"));
  ASSERT_TRUE(registry.remove("g-3").ok());
  ASSERT_TRUE((*balanced)->set_balancer("random").ok());
  EXPECT_EQ((*balanced)->balancer(), "random");
  EXPECT_EQ((*balanced)->nodes().size(), 2u);
  for (const auto& node : (*balanced)->nodes()) EXPECT_EQ(node->in_flight(), 0);
  ASSERT_TRUE(registry.remove("g-0").ok());
  ASSERT_TRUE(registry.remove("g-2").ok());
  auto none = (*balanced)->call_blocking({}, "Greeter/Greet", Value::Map{});
  ASSERT_FALSE(none.ok());
  EXPECT_EQ(none.error().reason(), "NO_NODES");
  EXPECT_FALSE((*balanced)->set_balancer("best").ok());
}

TEST(GrpcClient, RefusesATargetItCannotRead) {
  for (const auto* bad : {"", "127.0.0.1", "http://127.0.0.1:80", "127.0.0.1:0", "127.0.0.1:x", "discovery:///", "discovery:///a"}) {
    ClientOptions options;
    options.target = bad;
    auto made = Client::create(protos(), options);
    ASSERT_FALSE(made.ok()) << bad;
    EXPECT_EQ(made.error().reason(), "TARGET_INVALID");
  }
}

TEST(GrpcRoutes, RefuseStreamsAndUnknownMethods) {
  transport::Workers workers{transport::Workers::Options{1, 4, {}}};
  Server server(workers, {});
  auto chain = std::make_shared<const middleware::Chain>(std::vector<middleware::MiddlewarePtr>{}, greet);
  EXPECT_EQ(server.set_routes(protos(), {{"Greeter/Chat", chain}}).error().reason(), "METHOD_STREAMS");
  EXPECT_EQ(server.set_routes(protos(), {{"Greeter/None", chain}}).error().reason(), "METHOD_UNKNOWN");
}

}  // namespace
}  // namespace slipway::grpc
