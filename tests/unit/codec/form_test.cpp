#include <gtest/gtest.h>

#include "slipway/codec/codec.h"
#include "tests/support/vectors.h"

using namespace slipway;
using namespace slipway::codec;

TEST(Form, ReadsTheAcceptedVectors) {
  const Value vectors = tests::read_vectors("form");
  for (const Value& v : vectors["accept"].as_list()) {
    const auto value = parse_form(v["text"].as_string());
    ASSERT_TRUE(value) << v["text"].as_string() << value.error().to_string();
    EXPECT_EQ(to_json(*value), v["is"].as_string());
  }
}

TEST(Form, RefusesTheRefusedVectors) {
  const Value vectors = tests::read_vectors("form");
  for (const Value& v : vectors["refuse"].as_list()) {
    const auto value = parse_form(v["text"].as_string());
    ASSERT_FALSE(value) << v["text"].as_string();
    EXPECT_NE(value.error().message().find(v["says"].as_string()), std::string::npos)
        << value.error().message();
  }
}

TEST(Form, WritesWhatItReads) {
  const Value v =
      Value::object({{"a", "x y&é"}, {"l", Value::array({"1", "2"})}, {"u", Value::object({{"n", "z"}})}});
  const auto text = to_form(v);
  ASSERT_TRUE(text);
  EXPECT_EQ(*text, "a=x+y%26%C3%A9&l=1&l=2&u.n=z");
  EXPECT_EQ(*parse_form(*text), v);
  EXPECT_FALSE(to_form(Value::object({{"l", Value::array({Value::array({1})})}})));
}

TEST(Form, DepthIsLimited) {
  std::string key = "a";
  for (int i = 0; i < 100; ++i) key += ".a";
  EXPECT_FALSE(parse_form(key + "=1"));
}

TEST(PercentDecode, LeavesABadEscapeAlone) {
  EXPECT_EQ(percent_decode("a%20b+c%zz%4", false), "a b+c%zz%4");
  EXPECT_EQ(percent_decode("a+b", true), "a b");
}
