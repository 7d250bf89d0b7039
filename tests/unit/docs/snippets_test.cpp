// The C++ of docs/guide/framework.md, compiled and run. Every block there stands here, line for line.
#include <gtest/gtest.h>

#include <atomic>
#include <boost/describe.hpp>
#include <fstream>
#include <sstream>

#include "slipway/app/app.h"
#include "slipway/cache/memory.h"
#include "slipway/config/config.h"
#include "slipway/data/database.h"
#include "slipway/g/cache.h"
#include "slipway/g/db.h"
#include "slipway/http/client.h"
#include "slipway/http/typed.h"
#include "slipway/inject/request.h"
#include "slipway/instance/scope.h"
#include "slipway/middleware/builtin.h"
#include "slipway/registry/memory.h"
#include "tests/support/folder.h"
#include "tests/support/guide.h"

using namespace slipway;

namespace {

struct HelloRequest {
  std::string name;
};
BOOST_DESCRIBE_STRUCT(HelloRequest, (), (name))
struct HelloReply {
  std::string message;
};
BOOST_DESCRIBE_STRUCT(HelloReply, (), (message))

http::ClientResponse fetch(transport::Workers& workers, const std::string& method, const std::string& url, std::string body = {}) {
  http::Client client(workers, {.service = "tests"});
  auto reply = client.send_blocking({}, {.method = method, .url = url, .headers = {}, .body = std::move(body), .content_type = {}});
  if (!reply.ok()) throw std::runtime_error(reply.error().to_string());
  return std::move(*reply);
}

// A step of one's own: how long the body of a call was.
class BodySize final : public middleware::Middleware {
 public:
  std::string_view name() const override { return "body_size"; }
  bool has_after() const override { return false; }
  std::optional<Status> before(middleware::Call& call) override {
    total_ += call.request.body.size();
    if (call.request.body.size() > 100) return bad_request("bodies are at most 100 bytes here", "BODY_TOO_LONG");
    return std::nullopt;  // go on
  }
  std::size_t total() const { return total_; }

 private:
  std::atomic<std::size_t> total_{0};  // shared by all workers
};

struct WallClock {
  int hour = 9;
};
struct Greeter {
  explicit Greeter(WallClock& clock) : clock(clock) {}
  std::string greet() const { return clock.hour < 12 ? "good morning" : "good day"; }
  WallClock& clock;
};

struct Visitor {
  std::string name;
};
struct Welcome {
  Welcome(Visitor& visitor, Greeter& greeter) : text(greeter.greet() + ", " + visitor.name) {}
  std::string text;
};

}  // namespace

TEST(GuideToTheFramework, AServerWithATypedAndAPlainHandler) {
  transport::Workers workers({});
  http::Server server(workers, {.service = "hello"});
  server.use(*middleware::make_middleware("recovery"));
  server.use(*middleware::make_middleware("timeout", Value::object({{"after", "2s"}})));
  auto added = server.get("/hello/{name}", [](const HelloRequest& r) -> Result<HelloReply> {
    if (r.name == "nobody") return not_found("there is nobody to greet", "NOBODY");
    return HelloReply{"hello " + r.name};
  });
  if (!added.ok()) FAIL() << added.error().message();
  added = server.handle("GET", "/healthz", [](middleware::Call& call) -> middleware::Outcome {
    call.reply.content_type = "text/plain";
    call.reply.body = "ok";
    return {};
  });
  if (auto s = server.start(); !s.ok()) FAIL() << s.error().message();
  const std::string at = server.endpoint().url();

  EXPECT_EQ(fetch(workers, "GET", at + "/hello/world").body, R"({"message":"hello world"})");
  EXPECT_EQ(fetch(workers, "GET", at + "/hello/nobody").body,
            R"({"code":404,"reason":"NOBODY","message":"there is nobody to greet","metadata":{}})");
  EXPECT_EQ(fetch(workers, "GET", at + "/healthz").body, "ok");
}

TEST(GuideToTheFramework, AnAppStartsAndDrains) {
  transport::Workers workers({});
  registry::MemoryRegistry registry;
  auto server = std::make_shared<http::Server>(workers, http::ServerOptions{.service = "hello"});
  std::string order;

  app::Options options;
  options.name = "hello";
  options.servers = {server};
  options.registrar = std::shared_ptr<registry::Registrar>(std::shared_ptr<void>(), &registry);
  options.ready = {[] { return Status(); }};      // registration waits for these
  options.stop_timeout = 5s;
  options.after_start = {[&] { order += "started "; return Status(); }};
  options.after_stop = {[&] { order += "stopped"; return Status(); }};
  app::App app(std::move(options));
  ASSERT_TRUE(app.start().ok());                  // a program calls app.run() with handle_signals = true
  ASSERT_TRUE(app.stop().ok());

  EXPECT_EQ(order, "started stopped");
  EXPECT_TRUE(registry.find("hello")->empty());
}

TEST(GuideToTheFramework, AStepOfOnesOwn) {
  transport::Workers workers({});
  http::Server server(workers, {.service = "hello"});
  auto size = std::make_shared<BodySize>();
  server.use(size);
  auto added = server.handle("POST", "/", [](middleware::Call& call) -> middleware::Outcome { return call.set_body(Value("taken")); });
  ASSERT_TRUE(added.ok() && server.start().ok());

  EXPECT_EQ(fetch(workers, "POST", server.endpoint().url() + "/", "{}").body, "\"taken\"");
  EXPECT_EQ(fetch(workers, "POST", server.endpoint().url() + "/", std::string(101, ' ')).status, 400);
  EXPECT_EQ(size->total(), 103u);
}

TEST(GuideToTheFramework, AClientFindsAServiceAndSuspendsTheHandler) {
  transport::Workers workers({});
  http::Server pricing(workers, {.service = "pricing"});
  auto added = pricing.handle("GET", "/quote", [](middleware::Call& call) -> middleware::Outcome { return call.set_body(Value(1195)); });
  ASSERT_TRUE(added.ok() && pricing.start().ok());

  registry::MemoryRegistry registry;
  if (auto s = registry.add({"pricing-1", "pricing", "", {}, {pricing.endpoint().url()}}); !s.ok()) FAIL();
  http::Client client(workers, {.service = "orders", .discovery = &registry, .balancer = "p2c_ewma"});

  http::Server orders(workers, {.service = "orders"});
  added = orders.get("/price", [&client](middleware::Call& call) -> Task<Status> {
    http::ClientRequest request{.url = "discovery:///pricing/quote", .headers = {}};
    auto reply = co_await client.send(call.context, std::move(request));  // deadline, trace and metadata go along
    if (!reply.ok()) co_return reply.error();
    call.reply.body = reply->body;
    co_return Status();
  });
  ASSERT_TRUE(added.ok() && orders.start().ok());

  EXPECT_EQ(fetch(workers, "GET", orders.endpoint().url() + "/price").body, "1195");
  orders.stop();
}

TEST(GuideToTheFramework, ConfigIsLayeredAndLive) {
  tests::Folder folder;
  const std::string file = folder.write("service.yaml", "gateway:\n  rate_limit:\n    rate: 100   # calls a second\n");

  using namespace slipway::config;
  Config config;
  Section limits{.prefix = "gateway.rate_limit", .keys = {{.name = "rate", .type = KeyType::Float, .fallback = 50.0, .unit = "/s"}}};
  if (auto s = config.define("gateway", {limits}); !s.ok()) FAIL() << s.error().message();
  if (auto s = config.add_source(std::make_unique<FileSource>(file)); !s.ok()) FAIL() << s.error().message();
  if (auto s = config.add_source(make_overrides()); !s.ok()) FAIL() << s.error().message();
  if (auto s = config.start(); !s.ok()) FAIL() << s.error().message();

  auto rate = config.bind<double>("gateway.rate_limit.rate", 50, "gateway rate_limit");
  EXPECT_EQ(*rate, 100);                                            // one relaxed load
  auto change = config.set("gateway.rate_limit.rate", "5", "guide");  // returns when every reader has it
  ASSERT_TRUE(change.ok());
  EXPECT_EQ(*rate, 5);
  EXPECT_EQ(config.set("gateway.rate_limit.rat", "5", "guide").error().message(),
            "gateway.rate_limit.rat: unknown key (did you mean gateway.rate_limit.rate?)");
  auto undone = config.undo("guide");
  EXPECT_TRUE(undone.ok() && *rate == 100);
}

TEST(GuideToTheFramework, NamedInstancesAreMadeOnFirstUse) {
  instance::InstanceScope scope("orders");
  scope.provide<data::Database>("db", [](instance::InstanceScope&, const std::string&) { return data::Database::open(":memory:"); });
  scope.provide<cache::Cache>("cache", [](instance::InstanceScope&, const std::string&) { return cache::make_memory_cache(); });

  context::Context context;
  context.set_scope(&scope);                             // a server does this: ServerOptions::scope
  data::Database& db = g::db(context);                   // opened here
  EXPECT_EQ(&db, &g::db(context));
  EXPECT_EQ(&db, scope.peek<data::Database>());
  EXPECT_EQ(scope.peek<cache::Cache>(), nullptr);        // nobody has asked for it
}

TEST(GuideToTheFramework, AGraphIsCheckedBeforeAnythingIsMade) {
  inject::Bindings parts;
  parts.singleton<Greeter, WallClock&>();  // Greeter(WallClock&)
  auto incomplete = inject::Graph::build(std::move(parts));
  EXPECT_FALSE(incomplete.ok());        // nobody binds WallClock: the error says who needs it

  inject::Bindings all;
  all.singleton<WallClock>();
  all.singleton<Greeter, WallClock&>();
  auto graph = inject::Graph::build(std::move(all));
  ASSERT_TRUE(graph.ok() && (*graph)->start().ok());
  EXPECT_EQ((*graph)->get<Greeter>().greet(), "good morning");

  WallClock evening{20};
  inject::Bindings instead;
  instead.object<WallClock>(evening);
  auto test = (*graph)->fork(std::move(instead));  // the same wiring, another clock, nothing shared
  EXPECT_EQ((*test)->get<Greeter>().greet(), "good day");
}

TEST(GuideToTheFramework, PartsOfRequestsAndNames) {
  inject::Bindings site;
  site.singleton<WallClock>().named("office");
  site.singleton<Greeter, inject::Named<WallClock&, "office">>();
  site.input<Visitor>();                            // each request brings its own
  site.request<Welcome, Visitor&, Greeter&>();      // one per request
  auto open = inject::Graph::build(std::move(site));
  ASSERT_TRUE(open.ok() && (*open)->start().ok());
  Visitor ann{"ann"};
  inject::Request request(**open);                  // inject::per_call(graph) does this around every call of a server
  request.put(ann);
  EXPECT_EQ(request.get<Welcome>().text, "good morning, ann");
}

TEST(GuideToTheFramework, DataTakesValuesAsParametersOnly) {
  auto db = data::Database::open(":memory:");
  ASSERT_TRUE(db.ok());
  context::Context context;
  if (auto s = (*db)->exec_script("CREATE TABLE orders (id INTEGER PRIMARY KEY, sku TEXT, qty INTEGER)"); !s.ok()) FAIL();
  auto saved = (*db)->execute(context, "INSERT INTO orders (sku, qty) VALUES (?, ?)", {"A-1", 2});
  auto rows = (*db)->query(context, "SELECT sku, qty FROM orders WHERE id = ?", {saved->last_id});
  EXPECT_EQ(rows->at(0, "sku").as_string(), "A-1");

  auto moved = (*db)->transaction(context, [](data::Transaction& t) -> Status {
    auto left = t.execute("UPDATE orders SET qty = qty - 1 WHERE id = 1");
    if (!left.ok()) return left.error();
    return conflict("not today");  // an error rolls back
  });
  EXPECT_EQ(moved.error().code(), 409);
  EXPECT_EQ((*db)->query(context, "SELECT qty FROM orders")->at(0, "qty").as_int(), 2);
}

TEST(GuideToTheFramework, ACacheLoadsOnceAndRemembersWhatIsNotThere) {
  auto cache = cache::make_memory_cache({.max_entries = 1000, .ttl = 30s});
  context::Context context;
  int loads = 0;
  auto load = [&]() -> cache::Cache::Loaded {
    ++loads;
    return Value("A-1 costs 11.95");
  };
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(cache->get_or_set(context, "price:A-1", load)->hit());
  EXPECT_EQ(loads, 1);
  auto nothing = cache->get_or_set(context, "price:Z-9", []() -> cache::Cache::Loaded { return std::optional<Value>(); });
  EXPECT_EQ(nothing->kind, cache::Lookup::Kind::Negative);
}

TEST(GuideToTheFramework, EveryBlockOfItIsCompiledHere) { tests::expect_blocks_compiled("docs/guide/framework.md", "tests/unit/docs/snippets_test.cpp", 9); }
