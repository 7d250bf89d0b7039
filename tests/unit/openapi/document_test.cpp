#include "workbench/openapi/document.h"

#include <gtest/gtest.h>

#include "slipway/codec/codec.h"
#include "workbench/workspace/load.h"

namespace workbench::openapi {
namespace {

using slipway::Value;

workspace::WorkspacePtr lab() {
  auto loaded = workspace::load(SLIPWAY_SOURCE_DIR "/fixtures/workspaces/orders-lab");
  EXPECT_TRUE(loaded.ok()) << loaded.error().message();
  return loaded.workspace;
}

// A service of one route; the middleware may be empty.
workspace::Service service(const std::string& route, const std::string& middleware = {}) {
  std::vector<workspace::Problem> problems;
  auto s = workspace::parse_service("service: one\nhttp: { port: 8090 }\n" + middleware + "routes:\n" + route, "services/one.yaml", problems);
  EXPECT_TRUE(problems.empty() && s) << (problems.empty() ? "" : problems.front().text());
  return s ? *s : workspace::Service{};
}

const Value& at(const Value& v, std::initializer_list<const char*> path) {
  const Value* p = &v;
  for (const char* step : path) p = &(*p)[step];
  return *p;
}

TEST(OpenApiDocument, DescribesEveryHttpRouteOfTheSample) {
  const auto ws = lab();
  const Value doc = document(*ws->find("orders"), ws.get());
  EXPECT_EQ(doc["openapi"], Value("3.0.3"));
  EXPECT_EQ(doc["info"]["title"], Value("orders"));
  EXPECT_EQ(doc["servers"].as_list().at(0)["url"], Value("http://127.0.0.1:8081"));
  ASSERT_EQ(doc["paths"].as_map().size(), 2u);
  EXPECT_EQ(doc["paths"]["/orders"].as_map().size(), 2u);
  EXPECT_EQ(doc["paths"]["/orders/{id}"].as_map().size(), 2u);
  EXPECT_EQ(at(doc, {"paths", "/orders/{id}", "get", "operationId"}), Value("getOrdersById"));
}

TEST(OpenApiDocument, TheBodyIsThatOfTheValidationRules) {
  const auto ws = lab();
  const Value doc = document(*ws->find("orders"), ws.get());
  const Value& body = at(doc, {"paths", "/orders", "post", "requestBody", "content", "application/json", "schema"});
  EXPECT_EQ(body["required"], Value::array({Value("customer"), Value("sku"), Value("qty")}));
  EXPECT_EQ(at(body, {"properties", "qty"}), Value::object({{"type", Value("integer")}, {"minimum", Value(1)}, {"maximum", Value(100)}}));
  EXPECT_EQ(at(body, {"properties", "sku", "pattern"}), Value("^(?:[A-Z]-[0-9]{1,4})$"));
  EXPECT_EQ(at(body, {"properties", "customer", "maxLength"}), Value(64));
}

TEST(OpenApiDocument, ResponsesAreThoseOfTheStepsAndOfTheChain) {
  const auto ws = lab();
  const Value doc = document(*ws->find("orders"), ws.get());
  const Value& create = at(doc, {"paths", "/orders", "post", "responses"});
  for (const char* status : {"201", "422", "429", "504", "default"}) EXPECT_TRUE(create[status].is_map()) << status;
  EXPECT_FALSE(create["200"].is_map());
  EXPECT_TRUE(at(create, {"201", "headers", "Location"}).is_map());
  const Value& reply = at(create, {"201", "content", "application/json", "schema"});
  EXPECT_EQ(at(reply, {"properties", "status"}), Value::object({{"type", Value("string")}}));
  // The type of {{body.qty}} is what the rules say of it.
  EXPECT_EQ(at(reply, {"properties", "lines", "items", "properties", "qty", "type"}), Value("integer"));
  // `missing` of the sql step inside the cache's fill.
  const Value& missing = at(doc, {"paths", "/orders/{id}", "get", "responses", "404"});
  EXPECT_EQ(missing["description"].as_string().find("ORDER_NOT_FOUND"), 0u) << missing["description"].to_text();
}

TEST(OpenApiDocument, ParametersTakeTheirTypesAndDefaultsFromTheTemplates) {
  const auto ws = lab();
  const Value doc = document(*ws->find("orders"), ws.get());
  const Value& list = at(doc, {"paths", "/orders", "get", "parameters"});
  ASSERT_EQ(list.as_list().size(), 1u);
  EXPECT_EQ(list.as_list()[0], Value::object({{"name", Value("limit")}, {"in", Value("query")}, {"required", Value(false)},
                                              {"schema", Value::object({{"type", Value("integer")}, {"default", Value(20)}})}}));
  EXPECT_EQ(at(doc, {"paths", "/orders/{id}", "get", "parameters"}).as_list().at(0)["schema"]["type"], Value("integer"));
}

TEST(OpenApiDocument, ARouteThatPassesOnIsDescribedAsWhatItCalls) {
  const auto ws = lab();
  const Value gateway = document(*ws->find("gateway"), ws.get()), orders = document(*ws->find("orders"), ws.get());
  const char* const body[] = {"requestBody", "content", "application/json", "schema"};
  EXPECT_EQ(at(gateway["paths"]["/orders"]["post"], {body[0], body[1], body[2], body[3]}), at(orders["paths"]["/orders"]["post"], {body[0], body[1], body[2], body[3]}));
  EXPECT_TRUE(at(gateway, {"paths", "/orders", "post", "responses", "201"}).is_map());
  EXPECT_TRUE(at(gateway, {"paths", "/orders/{id}", "get", "responses", "404"}).is_map());
  // Alone it is an answer that nothing is known of.
  const Value alone = document(*ws->find("gateway"));
  EXPECT_TRUE(at(alone, {"paths", "/orders", "post", "responses", "200"}).is_map());
}

TEST(OpenApiDocument, GrpcMethodsAreLeftToTheirProto) {
  const auto ws = lab();
  EXPECT_TRUE(document(*ws->find("inventory"), ws.get())["paths"].as_map().empty());
}

TEST(OpenApiDocument, WildcardsBecomeOneParameterThatSaysSo) {
  const Value doc = document(service("  - GET /files/{path...}:\n      - reply: { body: \"{{path.path}}\" }\n"));
  const Value& op = at(doc, {"paths", "/files/{path}", "get"});
  EXPECT_EQ(op["parameters"].as_list().at(0)["name"], Value("path"));
  EXPECT_NE(op["description"].to_text().find("rest of the path"), std::string::npos);
}

TEST(OpenApiDocument, WithoutRulesTheUsedFieldsAreTheBody) {
  const Value doc = document(service("  - POST /a:\n      - reply: { body: { twice: \"{{mul(body.n, 2)}}\", who: \"{{body.user.name}}\" } }\n"));
  const Value& schema = at(doc, {"paths", "/a", "post", "requestBody", "content", "application/json", "schema"});
  EXPECT_EQ(at(schema, {"properties", "n", "type"}), Value("number"));
  EXPECT_TRUE(at(schema, {"properties", "user", "properties", "name"}).is_map());
  EXPECT_TRUE(schema["required"].is_null());
}

TEST(OpenApiDocument, TextAndFaultsKeepTheirTypesAndReasons) {
  const Value doc = document(service("  - GET /t:\n      - fault: { percent: 5, status: 502, reason: UPSTREAM_DOWN }\n      - reply: plain words\n"));
  EXPECT_TRUE(at(doc, {"paths", "/t", "get", "responses", "200", "content", "text/plain; charset=utf-8"}).is_map());
  EXPECT_EQ(at(doc, {"paths", "/t", "get", "responses", "502", "description"}), Value("UPSTREAM_DOWN"));
}

TEST(OpenApiDocument, TheYamlReadsBackAsTheDocument) {
  const auto ws = lab();
  for (const auto& s : ws->services) {
    auto back = slipway::codec::parse_yaml(document_yaml(s, ws.get()));
    ASSERT_TRUE(back.ok()) << s.name << ": " << back.error().message();
    EXPECT_EQ(*back, document(s, ws.get())) << s.name;
    EXPECT_EQ(document_yaml(s, ws.get()).find("null"), std::string::npos) << s.name;
  }
}

}  // namespace
}  // namespace workbench::openapi
