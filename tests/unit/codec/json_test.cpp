#include <gtest/gtest.h>

#include "slipway/base/random.h"
#include "slipway/codec/codec.h"
#include "tests/support/vectors.h"

using namespace slipway;
using namespace slipway::codec;

TEST(Json, ReadsTheAcceptedVectors) {
  const Value vectors = tests::read_vectors("json");
  for (const Value& v : vectors["accept"].as_list()) {
    const auto value = parse_json(v["text"].as_string());
    ASSERT_TRUE(value) << v["text"].as_string() << ": " << value.error().to_string();
    const std::string expected = v["as"].is_null() ? v["text"].as_string() : v["as"].as_string();
    // Two escapes for one character: compared by what they mean.
    EXPECT_EQ(*value, *parse_json(expected));
    EXPECT_EQ(*parse_json(to_json(*value)), *value);
  }
}

TEST(Json, WritesCompactlyInTheOrderRead) {
  for (const char* text : {"{\"b\":1,\"a\":{\"c\":[null,false,\"x\"]}}", "[1.0,-0.5,1e+300]",
                           "\"\\\" \\\\ / \\b \\f \\n \\r \\t \\u0001\""})
    EXPECT_EQ(to_json(*parse_json(text)), text);
}

TEST(Json, RefusesTheRefusedVectorsAtTheirPlace) {
  const Value vectors = tests::read_vectors("json");
  for (const Value& v : vectors["refuse"].as_list()) {
    const auto value = parse_json(v["text"].as_string());
    ASSERT_FALSE(value) << v["text"].as_string();
    EXPECT_EQ(value.error().where().to_string(), v["at"].as_string()) << v["text"].as_string();
    EXPECT_NE(value.error().message().find(v["says"].as_string()), std::string::npos)
        << value.error().message();
    EXPECT_EQ(value.error().code(), 400);
  }
}

TEST(Json, ValuesKnowTheirPlaceInCharacters) {
  const auto v = parse_json("{\n  \"é\": [1,\n   {\"x\": 2}]\n}");
  const Value* list = v->at_path("é");
  EXPECT_EQ(list->line, 2);
  EXPECT_EQ(list->column, 8);
  EXPECT_EQ(v->at_path("é.1.x")->line, 3);
  EXPECT_EQ(v->at_path("é.1.x")->column, 10);
}

TEST(Json, InvalidUtf8IsRefused) {
  EXPECT_FALSE(parse_json("\"\xFF\""));
  EXPECT_FALSE(parse_json("\"\xED\xA0\x80\""));
  EXPECT_FALSE(parse_json("[\xC3\xA9]"));
}

TEST(Json, DepthAndNodesAreLimited) {
  EXPECT_TRUE(parse_json(std::string(64, '[') + std::string(64, ']')));
  const auto deep = parse_json(std::string(65, '[') + std::string(65, ']'));
  EXPECT_NE(deep.error().message().find("deeper than 64"), std::string::npos);
  EXPECT_FALSE(parse_json(std::string(1'000'000, '[')));
  EXPECT_FALSE(parse_json("[1,2,3,4]", {64, 4}));
  EXPECT_TRUE(parse_json("[1,2,3]", {64, 4}));
}

TEST(Json, PrettyTextReadsBackTheSame) {
  const Value v = Value::object({{"a", Value::array({1, Value(Value::Map{})})}, {"b", Value(Value::List{})}});
  EXPECT_EQ(to_json_pretty(v), "{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": []\n}");
  EXPECT_EQ(*parse_json(to_json_pretty(v)), v);
}

TEST(Json, DamagedDocumentsNeverCrash) {
  const std::string good = R"({"a":[1,2.5e3,"x\u00e9\n",null,true],"b":{"c":"é"}})";
  Random random(11);
  for (int i = 0; i < 20'000; ++i) {
    std::string text = good;
    for (int n = 0; n < 3; ++n) text[random.below(text.size())] = static_cast<char>(random.next());
    if (const auto v = parse_json(text)) {
      const auto again = parse_json(to_json(*v));
      ASSERT_TRUE(again);
      ASSERT_EQ(*again, *v);
    }
  }
}
