// The C++ of docs/guide/http.md, compiled and run. Every block there stands here, line for line.
#include <gtest/gtest.h>

#include "slipway/codec/codec.h"
#include "slipway/http/json_call.h"
#include "slipway/http/typed.h"
#include "slipway/middleware/builtin.h"
#include "tests/support/guide.h"

using namespace slipway;

namespace {

struct Order {
  std::string sku;                  // must be there
  int quantity = 1;                 // has a default
  std::optional<std::string> note;  // may be missing
};
BOOST_DESCRIBE_STRUCT(Order, (), (sku, quantity, note))

std::string reason_of(const http::ClientResponse& reply) { return codec::parse_json(reply.body)->at_path("reason")->as_string(); }

TEST(GuideToHttp, HandlersRoutesAndClients) {
  transport::Workers workers({});
  http::Server server(workers, {.service = "orders"});
  auto added = server.post("/orders/{sku}", [](middleware::Call& call, const Order& order) -> Result<Order> {
    if (order.quantity > 10) return conflict("only 10 are left", "OUT_OF_STOCK");
    call.reply.status = 201;
    if (auto set = call.reply.headers.set("location", "/orders/" + order.sku); !set) return set.error();
    return order;
  });
  if (!added) FAIL() << added.error().message();            // PATTERN_INVALID, ROUTE_CONFLICT
  if (auto s = server.start(); !s) FAIL() << s.error().message();
  const std::string at = server.endpoint().url();           // "http://127.0.0.1:38211"
  EXPECT_TRUE(server.get("/orders", [](middleware::Call&) -> Status { return {}; }).ok());
  EXPECT_EQ(server.get("orders", [](middleware::Call&) -> Status { return {}; }).error().reason(), "PATTERN_INVALID");
  EXPECT_EQ(server.post("/orders/{id}", [](middleware::Call&) -> Status { return {}; }).error().reason(), "ROUTE_CONFLICT");

  context::Context context;
  http::Client client(workers, {.service = "shop", .timeout = 2s});
  auto reply = client.send_blocking(context, {.method = "POST", .url = at + "/orders/A-1?quantity=2"});   // never on a worker
  if (!reply) FAIL() << reply.error().message();            // no complete reply came
  EXPECT_EQ(reply->status, 201);                            // any complete reply is a value
  EXPECT_EQ(reply->body, R"({"sku":"A-1","quantity":2})");
  EXPECT_EQ(reply->headers.get("location"), "/orders/A-1");

  // What no handler answers.
  reply = client.send_blocking(context, {.url = at + "/stock"});
  EXPECT_EQ(reply->status, 404);
  EXPECT_EQ(reason_of(*reply), "ROUTE_NOT_FOUND");
  reply = client.send_blocking(context, {.method = "DELETE", .url = at + "/orders"});
  EXPECT_EQ(reply->status, 405);
  EXPECT_EQ(reply->headers.get("allow"), "GET, HEAD, OPTIONS");
  reply = client.send_blocking(context, {.method = "POST", .url = at + "/orders/A-1?quantity=x"});
  EXPECT_EQ(reply->status, 400);
  EXPECT_EQ(codec::parse_json(reply->body)->at_path("metadata.quantity")->as_string(), "\"x\" is not a whole number");
  reply = client.send_blocking(context, {.method = "POST", .url = at + "/orders/A-1", .body = "{"});
  EXPECT_EQ(reason_of(*reply), "BODY_INVALID");

  http::Server shop(workers, {.service = "shop"});
  added = shop.post("/buy", [&client, &at](middleware::Call& call) -> Task<Status> {
    http::ClientRequest request{.method = "POST", .url = at + "/orders/A-1?quantity=11"};
    auto sending = http::json_call(client, call.context, std::move(request));
    auto reply = co_await sending;
    if (!reply) co_return reply.error();
    if (reply->status >= 400) {
      const Error refused = http::upstream_error(reply->status, reply->body, "orders");   // its own code and reason
      co_return refused;
    }
    call.reply.body = std::move(reply->raw);
    co_return Status();
  });
  ASSERT_TRUE(added.ok() && shop.start().ok());
  reply = client.send_blocking(context, {.method = "POST", .url = shop.endpoint().url() + "/buy"});
  EXPECT_EQ(reply->status, 409);
  EXPECT_EQ(reason_of(*reply), "OUT_OF_STOCK");

  // A router takes the place of what was added, live.
  const auto show = [](middleware::Call& call) -> middleware::Outcome { return call.set_body(Value(call.request.param("sku"))); };
  const Value keys = Value::object({{"keys", "k-71"}});
  http::Router::Builder routes("orders");
  auto grouped = routes.add_group("/v2", {*middleware::make_middleware("auth", keys)}, {{.method = "GET", .pattern = "/orders/{sku}", .handler = show}});
  if (!grouped) FAIL() << grouped.error().message();
  server.publish(routes.build());
  EXPECT_EQ(client.send_blocking(context, {.method = "POST", .url = at + "/orders/A-1"})->status, 404);
  EXPECT_EQ(client.send_blocking(context, {.url = at + "/v2/orders/A-1"})->status, 401);
  http::ClientRequest request{.url = at + "/v2/orders/A%2F1"};
  ASSERT_TRUE(request.headers.set("x-api-key", "k-71").ok());
  EXPECT_EQ(client.send_blocking(context, std::move(request))->body, "\"A/1\"");
}

TEST(GuideToHttp, LimitsAndErrors) {
  transport::Workers workers({});
  http::ServerOptions options{.service = "uploads"};
  options.limits.body = 16;
  http::Server uploads(workers, options);
  auto added = uploads.handle("POST", "/files/{path...}", [](middleware::Call& call) -> middleware::Outcome {
    call.reply.body = call.request.param("path");
    return {};
  });
  ASSERT_TRUE(added.ok() && uploads.start().ok());
  const std::string at = uploads.endpoint().url();
  context::Context context;
  http::Client client(workers, {.service = "tests"});
  EXPECT_EQ(client.send_blocking(context, {.method = "POST", .url = at + "/files/a//b", .body = std::string(16, '1')})->body, "a//b");
  auto reply = client.send_blocking(context, {.method = "POST", .url = at + "/files/a", .body = std::string(17, '1')});
  ASSERT_TRUE(reply.ok()) << reply.error().message();
  EXPECT_EQ(reply->status, 413);
  EXPECT_EQ(reason_of(*reply), "BODY_TOO_LARGE");

  EXPECT_EQ(client.send_blocking(context, {.url = "https://127.0.0.1/"}).error().reason(), "URL_INVALID");
  EXPECT_EQ(client.send_blocking(context, {.method = "G T", .url = at + "/"}).error().reason(), "METHOD_INVALID");
  EXPECT_EQ(client.send_blocking(context, {.url = "discovery:///stock/"}).error().reason(), "NO_DISCOVERY");
  uploads.stop();
  EXPECT_EQ(client.send_blocking(context, {.url = at + "/files/a"}).error().reason(), "CONNECT_FAILED");
}

// The tables of the page say what the structs hold.
TEST(GuideToHttp, ItsTablesHoldTheDefaults) {
  const std::string page = tests::text_of("docs/guide/http.md");
  const auto expect = [&](const std::string& names, const std::string& defaults) {
    EXPECT_NE(page.find("| " + names + " | " + defaults + " |"), std::string::npos) << names << " " << defaults;
  };
  const auto quoted = [](const std::string& text) { return "`" + text + "`"; };
  const http::ServerOptions server;
  expect("`host`, `port`", quoted(server.host) + ", " + quoted(std::to_string(server.port)));
  expect("`timeout`", quoted(format_duration(server.timeout)));
  expect("`workers`", quoted(std::to_string(server.workers)));
  expect("`drain_grace`", quoted(format_duration(server.drain_grace)));
  const http::Limits limits;
  expect("`request_line`", quoted(format_size(limits.request_line)));
  expect("`header_block`, `fields`", quoted(format_size(limits.header_block)) + ", " + quoted(std::to_string(limits.fields)));
  expect("`body`", quoted(format_size(limits.body)));
  expect("`header_deadline`, `body_deadline`", quoted(format_duration(limits.header_deadline)) + ", " + quoted(format_duration(limits.body_deadline)));
  expect("`idle`", quoted(format_duration(limits.idle)));
  expect("`connections`", quoted(std::to_string(limits.connections)));
  expect("`connections_per_peer`", quoted(std::to_string(limits.connections_per_peer)));
  const http::ClientOptions client;
  expect("`timeout`", quoted(format_duration(client.timeout)));
  expect("`connect_timeout`", quoted(format_duration(client.connect_timeout)));
  expect("`idle`", quoted(format_duration(client.idle)));
  expect("`pool_per_address`", quoted(std::to_string(client.pool_per_address)));
  expect("`header_block`, `body`", quoted(format_size(client.header_block)) + ", " + quoted(format_size(client.body)));
  expect("`balancer`", quoted(client.balancer));
}

TEST(GuideToHttp, EveryBlockOfItIsCompiledHere) { tests::expect_blocks_compiled("docs/guide/http.md", "tests/unit/docs/http_test.cpp", 5); }

}  // namespace
