#include "slipway/validate/rules.h"

#include <gtest/gtest.h>

#include "slipway/codec/codec.h"

namespace slipway::validate {
namespace {

Rules rules(std::string_view yaml) {
  auto r = Rules::compile(*codec::parse_yaml(yaml));
  EXPECT_TRUE(r.ok()) << (r.ok() ? "" : r.error().to_string());
  return std::move(*r);
}
std::vector<std::string> broken(const Rules& r, std::string_view json) {
  std::vector<std::string> out;
  for (const auto& v : r.check(*codec::parse_json(json))) out.push_back(v.path + " " + v.message);
  return out;
}
using Texts = std::vector<std::string>;

TEST(Rules, ReportAllViolationsAtOnce) {
  const Rules r = rules("sku: { required: true, pattern: '[A-Z]{3}-[0-9]+' }\nqty: { type: int, min: 1, max: 100 }\nkind: { enum: [new, used] }\n");
  EXPECT_EQ(broken(r, R"({"qty": 101, "kind": "lost"})"),
            (Texts{"sku is required", "qty must be at most 100 (is 101)", "kind must be one of new, used"}));
  EXPECT_TRUE(broken(r, R"({"sku": "ABC-1", "qty": 100, "kind": "new"})").empty());
}

TEST(Rules, PatternsMatchTheWholeText) {
  const Rules r = rules("sku: { pattern: '[0-9]+' }");
  EXPECT_TRUE(broken(r, R"({"sku": "12"})").empty());
  EXPECT_EQ(broken(r, R"({"sku": "12x"})"), Texts{"sku must match [0-9]+"});
}

TEST(Rules, WhatIsMissingOrNullBreaksOnlyRequired) {
  const Rules r = rules("a: { min: 5 }\nb: { required: true }");
  EXPECT_EQ(broken(r, R"({"a": null, "b": null})"), Texts{"b is required"});
}

TEST(Rules, AWrongTypeIsSaidOnceAndNotJudgedFurther) {
  EXPECT_EQ(broken(rules("a: { type: int, min: 5 }"), R"({"a": "x"})"), Texts{"a must be a whole number (is a string)"});
  EXPECT_TRUE(broken(rules("a: number"), R"({"a": 1.5})").empty());
}

TEST(Rules, LengthsCountCharactersAndEntries) {
  EXPECT_TRUE(broken(rules("a: { max_length: 2 }"), R"({"a": "äö"})").empty());
  EXPECT_EQ(broken(rules("a: { min_length: 1 }"), R"({"a": []})"), Texts{"a must have at least 1 entries (has 0)"});
}

TEST(Rules, EachAppliesToEveryItemAndNamesItsPlace) {
  const Rules r = rules("lines: { type: list, each: { sku: { required: true } } }\ncustomer.email: { required: true }");
  EXPECT_EQ(broken(r, R"({"lines": [{"sku": "a"}, {}]})"), (Texts{"lines.1.sku is required", "customer.email is required"}));
}

TEST(Rules, AMistakeInARuleNamesTheRuleAndThePlace) {
  const auto unknown = Rules::compile(*codec::parse_yaml("qty:\n  mini: 1\n"));
  ASSERT_FALSE(unknown.ok());
  EXPECT_NE(unknown.error().message().find("\"mini\" is unknown"), std::string::npos);
  EXPECT_EQ(unknown.error().where().line, 2);
  EXPECT_EQ(Rules::compile(*codec::parse_yaml("a: { pattern: '(' }")).error().reason(), "RULE_INVALID");
  EXPECT_FALSE(Rules::compile(*codec::parse_yaml("a: { type: integer }")).ok());
}

TEST(Rules, TheErrorCarriesEveryPathInItsMetadata) {
  const Error e = to_error({{"a", "is required"}, {"b.0", "must be a string"}});
  EXPECT_EQ(e.code(), 422);
  EXPECT_EQ(e.metadata().at("b.0"), "must be a string");
}

}  // namespace
}  // namespace slipway::validate
