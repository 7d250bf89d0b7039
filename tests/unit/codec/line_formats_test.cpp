// INI, .properties and .env.
#include <gtest/gtest.h>

#include "slipway/codec/codec.h"
#include "tests/support/vectors.h"

using namespace slipway;
using namespace slipway::codec;

namespace {

class LineFormats : public testing::TestWithParam<const char*> {
 protected:
  const Codec& codec() const { return *find_codec(std::string_view(GetParam()) == "dotenv" ? "env" : GetParam()); }
};

TEST_P(LineFormats, ReadTheAcceptedVectors) {
  const Value vectors = tests::read_vectors(GetParam());
  for (const Value& v : vectors["accept"].as_list()) {
    const auto value = codec().decode(v["text"].as_string());
    ASSERT_TRUE(value) << v["text"].as_string() << value.error().to_string();
    EXPECT_EQ(*value, v["is"]) << v["text"].as_string() << to_json(*value);
  }
}

TEST_P(LineFormats, RefuseTheRefusedVectorsAtTheirPlace) {
  const Value vectors = tests::read_vectors(GetParam());
  for (const Value& v : vectors["refuse"].as_list()) {
    const auto value = codec().decode(v["text"].as_string());
    ASSERT_FALSE(value) << v["text"].as_string();
    EXPECT_NE(value.error().message().find(v["says"].as_string()), std::string::npos) << v["text"].as_string() << value.error().message();
    EXPECT_EQ(value.error().where().line, v["line"].as_int()) << v["text"].as_string();
    EXPECT_EQ(value.error().where().column, v["column"].as_int()) << v["text"].as_string();
  }
}

TEST_P(LineFormats, WhatIsWrittenReadsBack) {
  const Value vectors = tests::read_vectors(GetParam());
  for (const Value& v : vectors["accept"].as_list()) {
    const auto value = codec().decode(v["text"].as_string());
    ASSERT_TRUE(value);
    std::string text;
    ASSERT_TRUE(codec().encode(*value, text)) << v["text"].as_string();
    const auto again = codec().decode(text);
    ASSERT_TRUE(again) << text << again.error().to_string();
    EXPECT_EQ(*again, *value) << text;
  }
}

TEST_P(LineFormats, BytesThatAreNoUtf8AreRefused) { EXPECT_FALSE(codec().decode("A=\xff\n")); }

TEST_P(LineFormats, ListsCannotBeWritten) {
  std::string text;
  EXPECT_FALSE(codec().encode(Value::object({{"A", Value::array({1})}}), text));
  EXPECT_TRUE(text.empty());
}

INSTANTIATE_TEST_SUITE_P(Each, LineFormats, testing::Values("ini", "properties", "dotenv"));

TEST(Ini, DepthIsLimited) {
  std::string key = "a";
  for (int i = 0; i < 100; ++i) key += ".a";
  EXPECT_FALSE(parse_ini(key + " = 1\n"));
  EXPECT_FALSE(parse_properties(key + "=1\n"));
}

TEST(Ini, ValuesKnowTheirPlace) {
  const auto value = parse_ini("[http]\n  port = 1\n");
  ASSERT_TRUE(value);
  EXPECT_EQ(value->at_path("http.port")->line, 2);
  EXPECT_EQ(value->at_path("http.port")->column, 3);
}

}  // namespace

TEST(Ini, ANameThatWouldBeReadAsSomethingElseCannotBeWritten) {
  for (const char* name : {"top ", " top", "", "a=b", "a:b", "; a", "#a", "[a", "a\nb", "\xEF\xBB\xBF" "a"}) {
    std::string text;
    const auto s = find_codec("ini")->encode(Value::object({{name, "x"}}), text);
    ASSERT_FALSE(s.ok()) << text;
    EXPECT_NE(s.error().message().find("cannot hold the name"), std::string::npos) << s.error().message();
  }
  for (const char* section : {"top ", "a]b"}) {
    std::string text;
    EXPECT_FALSE(find_codec("ini")->encode(Value::object({{section, Value::object({{"a", "x"}})}}), text).ok()) << text;
  }
}

TEST(Properties, ANameThatBeginsWithTheMarkOfAFileReadsBack) {
  const Value v = Value::object({{"\xEF\xBB\xBF", "x"}});
  std::string text;
  ASSERT_TRUE(find_codec("properties")->encode(v, text).ok());
  EXPECT_EQ(text, "\\uFEFF=x\n");
  EXPECT_EQ(*parse_properties(text), v);
}
