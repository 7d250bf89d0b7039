// One call over three services: HTTP to HTTP to gRPC. What its context carries arrives where it should, and its end is felt everywhere.
#include <gtest/gtest.h>

#include <future>
#include <latch>
#include <map>
#include <mutex>
#include <iterator>
#include <optional>
#include <span>
#include <thread>

#include "slipway/cache/memory.h"
#include "slipway/context/handover.h"
#include "slipway/data/database.h"
#include "slipway/g/cache.h"
#include "slipway/g/db.h"
#include "slipway/grpc/client.h"
#include "slipway/grpc/server.h"
#include "slipway/http/client.h"
#include "slipway/http/server.h"
#include "slipway/instance/scope.h"
#include "slipway/middleware/builtin.h"
#include "slipway/telemetry/telemetry.h"
#include "slipway/values/work_queue.h"
#include "tests/integration/http/raw_client.h"
#include "tests/support/eventually.h"
#include "tests/support/folder.h"

namespace {

using namespace slipway;
using middleware::Call;
using middleware::Outcome;
using tests::body_of;
using tests::RawClient;
using tests::status_of;

constexpr const char* kProto = R"(syntax = "proto3";
package stock.v1;
message Ask { string name = 1; }
message Answer { string text = 1; }
service Stock { rpc Get(Ask) returns (Answer); }
)";

constexpr const char* kEndless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";

// What a service saw of a call.
struct Seen {
  std::string global, local;
  TraceId trace;
  Duration remaining{};
  bool ended = false;  // by its context, while it waited
};

// front (HTTP) -> orders (HTTP) -> stock (gRPC). The way in the URL says what stock does: /answer or /wait.
class Hops : public testing::Test {
 protected:
  void SetUp() override {
    auto chain = std::make_shared<const middleware::Chain>(std::vector<middleware::MiddlewarePtr>{}, [this](Call& call) -> Outcome { return stock_(call); });
    ASSERT_TRUE(stock.set_routes(protos, {{"Stock/Get", chain}}));
    ASSERT_TRUE(stock.start());
    auto made = grpc::Client::create(protos, {.target = stock.endpoint().url(), .timeout = 20s});
    ASSERT_TRUE(made);
    to_stock = std::move(*made);
    ASSERT_TRUE(orders.handle("GET", "/{way}", [this](Call& call) -> Outcome { return orders_(call); }, true));
    ASSERT_TRUE(orders.start());
    ASSERT_TRUE(front.handle("GET", "/{way}", [this](Call& call) -> Outcome { return front_(call); }, true));
    front.use(*middleware::make_middleware("timeout", Value::object({{"after", "10s"}})));
    ASSERT_TRUE(front.start());
  }
  void TearDown() override {
    front.stop();
    orders.stop();
    stock.stop();
  }

  void note(const char* service, const Call& call) {
    std::lock_guard lock(mutex);
    seen[service] = {std::string(call.context.metadata("x-md-global-user")), std::string(call.context.metadata("x-md-local-hint")),
                     call.context.trace().trace, call.context.remaining(), false};
  }
  void note_end(const char* service, const Status& status) {
    std::lock_guard lock(mutex);
    seen[service].ended = !status.ok();
  }
  bool all_ended() {
    std::lock_guard lock(mutex);
    return seen["front"].ended && seen["orders"].ended && seen["stock"].ended;
  }

  Task<Status> front_(Call& call) {
    note("front", call);
    http::ClientRequest request{.url = orders.endpoint().url() + "/" + std::string(call.request.param("way"))};
    auto sending = client.send(call.context, std::move(request));
    auto reply = co_await sending;
    if (!reply) {
      note_end("front", reply.error());
      co_return reply.error();
    }
    call.reply.body = reply->body;
    co_return Status();
  }
  Task<Status> orders_(Call& call) {
    note("orders", call);
    Value ask = Value::object({{"name", Value(std::string(call.request.param("way")))}});
    context::Headers local;
    if (const Status set = local.set("x-md-local-hint", "from orders"); !set) co_return set;
    auto calling = to_stock->call(call.context, "Stock/Get", std::move(ask), std::move(local));
    auto reply = co_await calling;
    if (!reply) {
      note_end("orders", reply.error());
      co_return reply.error();
    }
    call.reply.body = reply->body["text"].as_string();
    co_return Status();
  }
  Task<Status> stock_(Call& call) {
    note("stock", call);
    auto body = call.body_value();
    if (!body) co_return body.error();
    if ((**body)["name"].as_string() == "wait") {
      waits.count_down();
      auto waiting = context::Handover<Status>::wait_async(std::make_shared<context::Handover<Status>>(), call.context);
      Status ended = co_await waiting;
      note_end("stock", ended);
      co_return ended;
    }
    Status set = call.set_body(Value::object({{"text", "12 left"}}));
    co_return set;
  }

  std::mutex mutex;
  std::map<std::string, Seen> seen;
  std::latch waits{1};
  std::shared_ptr<const grpc::ProtoSet> protos = *grpc::ProtoSet::parse({{"stock.proto", kProto}});
  transport::Workers workers{{.count = 2}};
  grpc::Server stock{workers, {.service = "stock"}};
  std::unique_ptr<grpc::Client> to_stock;
  http::Server orders{workers, {.service = "orders"}};
  http::Client client{workers, {.service = "front", .timeout = 20s}};
  http::Server front{workers, {.service = "front"}};
};

TEST_F(Hops, GlobalMetadataAndTraceGoAllTheWayLocalMetadataOneHop) {
  RawClient browser(front.endpoint().port);
  browser.say("GET /answer HTTP/1.1\r\nHost: a\r\nX-Md-Global-User: ann\r\nX-Md-Local-Hint: from outside\r\n"
              "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n\r\n");
  ASSERT_EQ(body_of(browser.reply()), "12 left");
  std::lock_guard lock(mutex);
  EXPECT_EQ(seen["front"].local, "from outside");
  EXPECT_EQ(seen["orders"].local, "") << "the front's caller meant the front";
  EXPECT_EQ(seen["stock"].local, "from orders") << "sent to this hop by its caller";
  for (const char* service : {"front", "orders", "stock"}) {
    EXPECT_EQ(seen[service].global, "ann") << service;
    EXPECT_EQ(seen[service].trace.hex(), "0af7651916cd43dd8448eb211c80319c") << service;
  }
}

TEST_F(Hops, AHangUpEndsEveryHop) {
  RawClient browser(front.endpoint().port);
  browser.say("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n");
  waits.wait();
  browser.hang_up();
  EXPECT_TRUE(tests::eventually([&] { return all_ended(); }));
}

TEST_F(Hops, ADeadlineEndsEveryHop) {
  http::Server hurried(workers, {.service = "hurried", .timeout = 300ms});
  ASSERT_TRUE(hurried.handle("GET", "/{way}", [this](Call& call) -> Outcome { return front_(call); }, true));
  ASSERT_TRUE(hurried.start());
  RawClient browser(hurried.endpoint().port);
  browser.say("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(status_of(browser.reply()), 504);
  EXPECT_TRUE(tests::eventually([&] {
    std::lock_guard lock(mutex);
    // A short deadline may pass before the last hop is reached.
    return seen["front"].ended && (!seen.contains("stock") || (seen["orders"].ended && seen["stock"].ended));
  }));
  std::lock_guard lock(mutex);
  EXPECT_LE(seen["front"].remaining, Duration(300ms));
}

TEST_F(Hops, TheDeadlineTravelsByGrpc) {
  const auto reply = to_stock->call_blocking(context::Context().with_timeout(15s), "Stock/Get", Value::object({{"name", Value("answer")}}));
  ASSERT_TRUE(reply);
  std::lock_guard lock(mutex);
  EXPECT_LE(seen["stock"].remaining, Duration(16s));  // gRPC rounds up
  EXPECT_GT(seen["stock"].remaining, Duration::zero());
}

// A service with a database and a cache of its own, found by the context's scope.
class AtHome : public testing::Test {
 protected:
  void SetUp() override {
    scope.provide<data::Database>("db", [this](instance::InstanceScope&, const std::string&) {
      return data::Database::open(folder / "shop.db", {.readers = 1});
    });
    scope.provide<cache::Cache>("cache", [](instance::InstanceScope&, const std::string&) { return cache::make_memory_cache(); });
  }
  http::Server& serve(Duration timeout, std::function<Task<Status>(Call&)> work) {
    server.emplace(workers, http::ServerOptions{.service = "shop", .timeout = timeout, .scope = &scope, .telemetry = telemetry});
    EXPECT_TRUE(server->handle("GET", "/", [work](Call& call) -> Outcome { return work(call); }, true));
    EXPECT_TRUE(server->start());
    return *server;
  }
  void TearDown() override {
    if (server) server->stop();
  }
  data::Database& db() {
    context::Context context;
    context.set_scope(&scope);
    return g::db(context);
  }

  tests::Folder folder;
  instance::InstanceScope scope{"shop"};
  telemetry::Telemetry* telemetry = nullptr;
  transport::Workers workers{{.count = 2}};
  std::optional<http::Server> server;
};

struct Tenant {
  std::string name;
};

TEST_F(AtHome, TypedValuesAndTheScopeReachTheHandler) {
  struct Knows final : middleware::Middleware {
    std::string_view name() const override { return "knows"; }
    bool has_after() const override { return false; }
    std::optional<Status> before(Call& call) override {
      call.context = call.context.with_value(Tenant{"north"});
      return std::nullopt;
    }
  };
  serve({}, [](Call& call) -> Task<Status> {
    auto asking = g::db(call.context).query_async(call.context, "SELECT 1 AS one");
    auto rows = co_await asking;
    const Tenant* tenant = call.context.value<Tenant>();
    call.reply.body = (rows ? std::to_string(rows->at(0, "one").as_int()) : rows.error().to_string()) + (tenant ? tenant->name : " nobody");
    co_return Status();
  });
  server->use(std::make_shared<Knows>());
  RawClient client(server->endpoint().port);
  client.say("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(body_of(client.reply()), "1north");
}

TEST_F(AtHome, ADeadlineEndsTheSqlOfItsCall) {
  serve(100ms, [](Call& call) -> Task<Status> {
    auto asking = g::db(call.context).query_async(call.context, kEndless);
    auto rows = co_await asking;
    co_return rows.error();
  });
  RawClient client(server->endpoint().port);
  client.say("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(status_of(client.reply()), 504);
  EXPECT_TRUE(db().query({}, "SELECT 1"));  // the only connection is free
}

TEST_F(AtHome, AHangUpEndsTheSqlOfItsCall) {
  std::promise<std::string> reason;
  serve({}, [&](Call& call) -> Task<Status> {
    auto asking = g::db(call.context).query_async(call.context, kEndless);
    auto rows = co_await asking;
    reason.set_value(rows.error().reason());
    co_return rows.error();
  });
  const auto before = db().stats().reads;
  RawClient client(server->endpoint().port);
  client.say("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  ASSERT_TRUE(tests::eventually([&] { return db().stats().reads > before; }));
  client.hang_up();
  EXPECT_EQ(reason.get_future().get(), "CLIENT_CLOSED");
  server->stop();  // after it no handler refers to what is here
  EXPECT_TRUE(db().query({}, "SELECT 1"));
}

TEST_F(AtHome, AHangUpEndsItsWaitForTheCache) {
  std::promise<std::string> reason;
  auto loading = std::make_shared<context::Handover<Status>>();
  std::latch begun(1);
  serve({}, [&](Call& call) -> Task<Status> {
    cache::Cache::AsyncLoader never = []() -> Task<cache::Cache::Loaded> {
      cache::Cache::Loaded none = std::optional<Value>();
      co_return none;
    };
    auto asking = g::cache(call.context).get_or_set_async(call.context, "k", never);
    auto found = co_await asking;
    reason.set_value(found ? "found" : found.error().reason());
    co_return Status();
  });
  context::Context context;
  context.set_scope(&scope);
  cache::Cache& shared = g::cache(context);
  std::thread pilot([&] {
    EXPECT_TRUE(shared.get_or_set({}, "k", [&]() -> cache::Cache::Loaded {
      begun.count_down();
      (void)loading->wait({});
      return std::optional(Value(1));
    }));
  });
  begun.wait();
  RawClient client(server->endpoint().port);
  client.say("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  ASSERT_TRUE(tests::eventually([&] { return shared.stats().shared_loads == 1; }));
  client.hang_up();
  EXPECT_EQ(reason.get_future().get(), "CLIENT_CLOSED");
  server->stop();
  loading->give(Status());
  pilot.join();
}

TEST_F(AtHome, AHangUpEndsASleepADelayAndTheWaitForAWorker) {
  values::WorkQueue queue;
  using Pause = std::function<Task<Status>(const context::Context&)>;
  const std::vector<Pause> pauses{[](const context::Context& c) { return context::sleep_for(c, 1h); },
                                  [](const context::Context& c) { return values::wait_for(c, 1h); },
                                  [&queue](const context::Context& c) { return queue.work(c, 1, 1h); }};
  for (const Pause& pause : pauses) {
    std::promise<std::string> reason;
    std::latch asleep(1);
    serve({}, [&](Call& call) -> Task<Status> {
      asleep.count_down();
      auto sleeping = pause(call.context);
      Status slept = co_await sleeping;
      reason.set_value(slept.error().reason());
      co_return slept;
    });
    RawClient client(server->endpoint().port);
    client.say("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    asleep.wait();
    client.hang_up();
    EXPECT_EQ(reason.get_future().get(), "CLIENT_CLOSED");
    server->stop();
  }
}

// The trace of a call goes on in what it does: its SQL, its cache and its calls are spans of it.
TEST_F(AtHome, TheTraceReachesSqlCacheAndClientCalls) {
  struct Kept final : telemetry::Sink {
    std::vector<telemetry::CallRecord> calls;
    void on_calls(std::vector<telemetry::CallRecord> more) override { std::move(more.begin(), more.end(), std::back_inserter(calls)); }
    void on_traffic(std::span<const telemetry::OperationTraffic>) override {}
  };
  Kept kept;
  telemetry::Telemetry::Options by_hand;
  by_hand.collect_every = Duration::zero();
  telemetry::Telemetry recording(by_hand, &kept);
  telemetry = &recording;
  http::Server peer(workers, {.service = "peer"});
  ASSERT_TRUE(peer.handle("GET", "/", [](Call& call) -> Outcome {
    call.reply.body = std::string(call.request.header("traceparent"));
    return {};
  }));
  ASSERT_TRUE(peer.start());
  http::Client to_peer(workers, {.service = "shop", .timeout = 20s});
  serve({}, [&](Call& call) -> Task<Status> {
    auto asking = g::db(call.context).query_async(call.context, "SELECT 1 AS one");
    auto rows = co_await asking;
    if (!rows) co_return rows.error();
    if (const Status kept_it = g::cache(call.context).set(call.context, "k", Value(1)); !kept_it) co_return kept_it;
    http::ClientRequest request{.url = peer.endpoint().url() + "/"};
    auto sending = to_peer.send(call.context, std::move(request));
    auto reply = co_await sending;
    if (!reply) co_return reply.error();
    call.reply.body = reply->body;
    co_return Status();
  });
  RawClient client(server->endpoint().port);
  client.say("GET / HTTP/1.1\r\nHost: a\r\ntraceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n\r\n");
  const auto at_peer = context::TraceIdentity::parse(body_of(client.reply()));
  EXPECT_TRUE(tests::eventually([&] {
    recording.drain();
    return kept.calls.size() == 1;
  }));
  server->stop();
  ASSERT_EQ(kept.calls.size(), 1u);
  EXPECT_EQ(at_peer.trace.hex(), "0af7651916cd43dd8448eb211c80319c");
  std::map<telemetry::SpanKind, SpanId> ids;
  for (const telemetry::Span& span : kept.calls[0].spans) ids[span.kind] = span.id;
  EXPECT_TRUE(ids.contains(telemetry::SpanKind::Sql));
  EXPECT_TRUE(ids.contains(telemetry::SpanKind::Cache));
  EXPECT_EQ(at_peer.span, ids[telemetry::SpanKind::Client]) << "the peer's call is below the client call";
  server.reset();
}

}  // namespace
