#include "workbench/behaviour/template.h"

#include <gtest/gtest.h>

#include "slipway/codec/codec.h"

namespace {

using namespace workbench::behaviour;
using slipway::Value;
using slipway::middleware::Call;

Names names_of_route() {
  Names n;
  n.path_params = {"name", "id"};
  n.variables = {"quote"};
  n.where = {"services/x.yaml", 4, 7};
  return n;
}

struct AnyCall : testing::Test {
  void SetUp() override {
    params[0] = {"name", "Ada \"L\" <x>"};
    call.request.params = params;
    headers[0] = {"X-Id", "42"};
    call.request.headers = headers;
    call.request.query = "qty=3&flag";
    call.request.body = R"({"sku":"A-1","qty":2,"lines":[{"n":1},{"n":5}]})";
    variables.values["quote"] = Value::object({{"amount", Value(1195)}});
  }
  std::string json(const Value& tree) {
    auto t = ValueTemplate::compile(tree, names_of_route());
    EXPECT_TRUE(t.ok()) << (t.ok() ? "" : t.error().to_string());
    std::string out;
    t->append_json(out, call, variables);
    EXPECT_EQ(out, slipway::codec::to_json(t->eval(call, variables))) << "the two ways of rendering differ";
    return out;
  }
  std::string text(std::string_view source, Escape escape) {
    auto t = TextTemplate::compile(source, escape, names_of_route());
    EXPECT_TRUE(t.ok()) << (t.ok() ? "" : t.error().to_string());
    return t->render(call, variables);
  }
  slipway::middleware::PathParam params[1];
  slipway::context::HeaderView headers[1];
  Call call;
  Variables variables;
};

TEST_F(AnyCall, OneExpressionKeepsItsType) {
  EXPECT_EQ(json(Value::object({{"qty", Value("{{body.qty}}")}, {"all", Value("{{body.lines}}")}})), R"({"qty":2,"all":[{"n":1},{"n":5}]})");
}

TEST_F(AnyCall, MixturesAreTextEscapedForJson) {
  EXPECT_EQ(json(Value::object({{"message", Value("hello {{path.name}}")}})), R"({"message":"hello Ada \"L\" <x>"})");
}

TEST_F(AnyCall, TextEscapesForItsPlace) {
  EXPECT_EQ(text("/q?n={{path.name}}", Escape::Url), "/q?n=Ada%20%22L%22%20%3Cx%3E");
  EXPECT_EQ(text("<p>{{path.name}}</p>", Escape::Html), "<p>Ada &quot;L&quot; &lt;x&gt;</p>");
  EXPECT_EQ(text("{{header.x-id}}-{{query.qty}}", Escape::Text), "42-3");
}

TEST_F(AnyCall, FunctionsCompute) {
  EXPECT_EQ(json(Value("{{mul(query.qty, quote.amount)}}")), "3585");
  EXPECT_EQ(json(Value("{{default(query.missing, 20)}}")), "20");
  EXPECT_EQ(json(Value("{{sum(body.lines, \"n\")}}")), "6");
  EXPECT_EQ(json(Value("{{len(body.lines)}}")), "2");
  EXPECT_EQ(json(Value("{{int(query.qty)}}")), "3");
}

TEST_F(AnyCall, MissingInputsAreNull) {
  EXPECT_EQ(json(Value::object({{"a", Value("{{body.nothing}}")}, {"b", Value("x{{query.none}}")}})), R"({"a":null,"b":"x"})");
}

TEST(Template, UnknownNamesAreErrorsWithTheirPlaceAndTheNearestName) {
  auto parameter = compile_expression("path.nam", names_of_route());
  ASSERT_FALSE(parameter.ok());
  EXPECT_EQ(parameter.error().to_string(), "services/x.yaml:4:7: {{path.nam}}: the route has no parameter {nam}; did you mean path.name?");
  auto name = compile_expression("quot.amount", names_of_route());
  ASSERT_FALSE(name.ok());
  EXPECT_NE(name.error().to_string().find("did you mean 'quote'?"), std::string::npos) << name.error().to_string();
  auto function = compile_expression("mull(1, 2)", names_of_route());
  ASSERT_FALSE(function.ok());
  EXPECT_NE(function.error().to_string().find("did you mean 'mul'?"), std::string::npos);
}

TEST(Template, MalformedExpressionsAreErrors) {
  for (const char* bad : {"", "mul(1)", "mul(1, 2", "body.x extra", "\"open", "path", "1x"})
    EXPECT_FALSE(compile_expression(bad, names_of_route()).ok()) << bad;
  EXPECT_FALSE(TextTemplate::compile("a {{body.x", Escape::Text, names_of_route()).ok());
}

TEST(Template, CppOfAnExpressionCallsTheSameVocabulary) {
  auto e = compile_expression("mul(body.qty, quote.amount)", names_of_route());
  ASSERT_TRUE(e.ok());
  EXPECT_EQ((*e)->cpp(), R"(values::mul(values::body(call, "qty"), values::at(quote, "amount")))");
}

TEST(CppText, StringsSurviveEveryByte) {
  EXPECT_EQ(cpp_string("plain"), "\"plain\"");
  EXPECT_EQ(cpp_string("{\"a\":\""), "R\"({\"a\":\")\"");
  EXPECT_EQ(cpp_string("x)\"y"), "\"x)\\\"y\"");
  EXPECT_EQ(cpp_string("a\nb"), "\"a\\nb\"");
}

}  // namespace
