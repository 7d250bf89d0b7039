// The C++ of docs/guide/grpc.md, compiled and run over the proto file that stands there. Every block there stands here, line for line.
#include <gtest/gtest.h>

#include "slipway/grpc/client.h"
#include "slipway/grpc/server.h"
#include "slipway/http/client.h"
#include "slipway/http/typed.h"
#include "slipway/middleware/builtin.h"
#include "tests/support/folder.h"
#include "tests/support/guide.h"

using namespace slipway;

namespace {

// The ```proto block of the page.
std::string proto_of_the_page() {
  const std::string page = tests::text_of("docs/guide/grpc.md");
  const auto from = page.find("```proto\n") + 9;
  return page.substr(from, page.find("```", from) - from);
}

TEST(GuideToGrpc, ServersAndClients) {
  tests::Folder folder;
  folder.write("stock.proto", proto_of_the_page());
  auto protos = grpc::ProtoSet::load_folder(folder.path());    // every .proto below it
  if (!protos) FAIL() << protos.error().to_string();           // PROTO_INVALID at file:line:column
  EXPECT_EQ((*protos)->find("Stock/Get")->path, "/stock.v1.Stock/Get");

  transport::Workers workers({});
  grpc::Server server(workers, {.service = "stock"});
  const std::vector<middleware::MiddlewarePtr> steps{*middleware::make_middleware("timeout")};
  auto get = std::make_shared<const middleware::Chain>(steps, [](middleware::Call& call) -> middleware::Outcome {
    auto ask = call.body_value();
    if (!ask) return ask.error();
    const std::string& sku = (**ask)["sku"].as_string();
    if (sku != "A-1") return not_found("there is no " + sku, "SKU_NOT_FOUND").with_metadata("sku", sku);
    return call.set_body(Value::object({{"sku", sku}, {"left", 12}}));
  });
  if (auto s = server.set_routes(*protos, {{"Stock/Get", get}}); !s) FAIL() << s.error().message();   // METHOD_UNKNOWN, METHOD_STREAMS
  if (auto s = server.start(); !s) FAIL() << s.error().message();

  context::Context context;
  auto client = grpc::Client::create(*protos, {.target = server.endpoint().url()});
  if (!client) FAIL() << client.error().message();             // TARGET_INVALID, UNKNOWN_BALANCER
  auto level = (*client)->call_blocking(context, "Stock/Get", Value::object({{"sku", "A-1"}}));       // never on a worker
  EXPECT_EQ(level->body, Value::object({{"sku", "A-1"}, {"left", 12}, {"note", ""}}));
  auto missing = (*client)->call_blocking(context, "Stock/Get", Value::object({{"sku", "Z-9"}}));
  EXPECT_TRUE(missing.error().is(404, "SKU_NOT_FOUND"));
  EXPECT_EQ(missing.error().metadata().at("sku"), "Z-9");
  EXPECT_EQ((*client)->call_blocking(context, "Stock/Get", Value::object({{"sk", 1}})).error().reason(), "FIELD_INVALID");
  EXPECT_EQ((*client)->call_blocking(context, "Stock/Put", Value::Map{}).error().reason(), "METHOD_UNKNOWN");

  grpc::Client& stock = **client;
  http::Server shop(workers, {.service = "shop"});
  auto added = shop.get("/left/{sku}", [&stock](middleware::Call& call) -> Task<Status> {
    Value ask = Value::object({{"sku", call.request.param("sku")}});
    auto asking = stock.call(call.context, "Stock/Get", std::move(ask));
    auto level = co_await asking;
    if (!level) co_return level.error();
    const Status written = call.set_body(level->body);
    co_return written;
  });
  ASSERT_TRUE(added.ok() && shop.start().ok());
  http::Client browser(workers, {.service = "tests"});
  EXPECT_EQ(browser.send_blocking(context, {.url = shop.endpoint().url() + "/left/A-1"})->body, R"({"sku":"A-1","left":12,"note":""})");
  EXPECT_EQ(browser.send_blocking(context, {.url = shop.endpoint().url() + "/left/Z-9"})->status, 404);

  // Without a route, and without a server.
  ASSERT_TRUE(server.set_routes(*protos, {}).ok());
  EXPECT_TRUE((*client)->call_blocking(context, "Stock/Get", Value::Map{}).error().is(501, "UNIMPLEMENTED"));
  server.stop();
  EXPECT_TRUE((*client)->call_blocking(context, "Stock/Get", Value::Map{}).error().is(503, "CONNECT_FAILED"));
}

TEST(GuideToGrpc, Limits) {
  auto protos = grpc::ProtoSet::parse({{"stock.proto", proto_of_the_page()}});
  ASSERT_TRUE(protos.ok());
  transport::Workers workers({});
  grpc::Server server(workers, {.service = "stock", .max_message = 100});
  auto get = std::make_shared<const middleware::Chain>(std::vector<middleware::MiddlewarePtr>{}, [](middleware::Call& call) -> middleware::Outcome {
    call.reply.body = R"({"left":"5","colour":1})";
    return {};
  });
  ASSERT_TRUE(server.set_routes(*protos, {{"/stock.v1.Stock/Get", get}}).ok() && server.start().ok());
  auto client = grpc::Client::create(*protos, {.target = server.endpoint().url()});
  ASSERT_TRUE(client.ok());
  EXPECT_TRUE((*client)->call_blocking({}, "Stock/Get", Value::object({{"sku", std::string(200, 'x')}})).error().is(429, "RESOURCE_EXHAUSTED"));
  EXPECT_TRUE((*client)->call_blocking({}, "Stock/Get", Value::Map{}).error().is(500, "REPLY_INVALID"));
  EXPECT_EQ(grpc::Client::create(*protos, {.target = "http://127.0.0.1:80"}).error().reason(), "TARGET_INVALID");
}

// The table of the page says what the structs hold.
TEST(GuideToGrpc, ItsTableHoldsTheDefaults) {
  const std::string page = tests::text_of("docs/guide/grpc.md");
  const auto expect = [&](const std::string& name, const std::string& fallback) {
    EXPECT_NE(page.find("| `" + name + "` | `" + fallback + "` |"), std::string::npos) << name << " " << fallback;
  };
  const grpc::ServerOptions server;
  EXPECT_NE(page.find("| `host`, `port` | `" + server.host + "`, `" + std::to_string(server.port) + "` |"), std::string::npos);
  expect("max_message", format_size(server.max_message));
  expect("timeout", format_duration(server.timeout));
  const grpc::ClientOptions client;
  EXPECT_EQ(client.max_message, server.max_message);
  expect("timeout", format_duration(client.timeout));
  expect("balancer", client.balancer);
}

TEST(GuideToGrpc, EveryBlockOfItIsCompiledHere) { tests::expect_blocks_compiled("docs/guide/grpc.md", "tests/unit/docs/grpc_test.cpp", 4); }

}  // namespace
