// The C++ of docs/guide/validate.md, compiled and run. Every block there stands here, line for line.
#include <gtest/gtest.h>

#include "slipway/codec/codec.h"
#include "slipway/http/client.h"
#include "slipway/http/server.h"
#include "slipway/middleware/builtin.h"
#include "slipway/validate/rules.h"
#include "tests/support/guide.h"

using namespace slipway;

namespace {

TEST(GuideToValidation, RulesAndAServer) {
  Result<Value> written = codec::parse_yaml(R"(
    sku: { required: true, type: string, pattern: "[A-Z]-[0-9]+" }
    qty: { type: int, min: 1, max: 100 }
    lines: { max_length: 2, each: { price: { required: true, type: number } } }
    customer.email: { max_length: 80 }
    kind: { enum: [new, used] }
  )");
  auto rules = validate::Rules::compile(*written);
  if (!rules) FAIL() << rules.error().to_string();          // RULE_INVALID, at the line and column of the rule

  auto order = codec::parse_json(R"({"qty": 0, "kind": "old", "lines": [{}, {"price": "2"}, {"price": 3}]})");
  const std::vector<validate::Violation> wrong = rules->check(*order);
  EXPECT_EQ(wrong.size(), 6u);
  EXPECT_EQ(wrong[0].path + " " + wrong[0].message, "sku is required");
  const Error refused = validate::to_error(wrong);          // of one violation or more
  EXPECT_TRUE(refused.is(422, "VALIDATION_FAILED"));
  EXPECT_EQ(refused.metadata().at("lines.1.price"), "must be a number (is a string)");
  EXPECT_EQ(refused.message(), "sku is required; qty must be at least 1 (is 0); lines must have at most 2 entries (has 3); lines.0.price is required; "
                               "lines.1.price must be a number (is a string); kind must be one of new, used");

  transport::Workers workers({});
  http::Server server(workers, {.service = "orders"});
  const Value of_orders = Value::object({{"POST /orders", *written}});
  auto step = middleware::make_middleware("validate", Value::object({{"operations", of_orders}}));
  if (!step) FAIL() << step.error().message();
  server.use(*step);
  auto added = server.handle("POST", "/orders", [](middleware::Call& call) -> middleware::Outcome { return call.set_body(Value("taken")); });
  ASSERT_TRUE(added.ok() && server.start().ok());
  http::Client client(workers, {.service = "tests"});
  const std::string at = server.endpoint().url() + "/orders";
  EXPECT_EQ(client.send_blocking({}, {.method = "POST", .url = at, .body = R"({"sku":"A-1","qty":2})"})->body, "\"taken\"");
  EXPECT_EQ(client.send_blocking({}, {.method = "POST", .url = at, .body = R"({"sku":"a1"})"})->body,
            R"({"code":422,"reason":"VALIDATION_FAILED","message":"sku must match [A-Z]-[0-9]+","metadata":{"sku":"must match [A-Z]-[0-9]+"}})");
  EXPECT_EQ(client.send_blocking({}, {.method = "POST", .url = at, .body = "{"})->status, 400);
}

TEST(GuideToValidation, MistakesInRules) {
  const auto mistake = [](const std::string& yaml) { return validate::Rules::compile(*codec::parse_yaml(yaml)).error(); };
  EXPECT_TRUE(mistake("qty: { least: 1 }").is(400, "RULE_INVALID"));
  EXPECT_TRUE(mistake("qty: { type: integer }").is(400, "RULE_INVALID"));
  EXPECT_TRUE(mistake("qty: { min: one }").is(400, "RULE_INVALID"));
  EXPECT_EQ(mistake("sku:\n  pattern: '['").where().line, 2);
  EXPECT_TRUE(middleware::make_middleware("validate", Value::object({{"operations", 1}})).error().is(400, "BAD_OPTION"));
  auto brief = validate::Rules::compile(*codec::parse_yaml("qty: int"));
  ASSERT_TRUE(brief.ok());
  EXPECT_EQ(brief->check(Value::object({{"qty", "2"}})).at(0).message, "must be a whole number (is a string)");
  EXPECT_TRUE(brief->check(Value::object({{"other", "2"}})).empty());
}

TEST(GuideToValidation, EveryBlockOfItIsCompiledHere) { tests::expect_blocks_compiled("docs/guide/validate.md", "tests/unit/docs/validate_test.cpp", 3); }

}  // namespace
