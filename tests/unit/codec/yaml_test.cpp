#include <gtest/gtest.h>

#include <cmath>

#include "slipway/base/random.h"
#include "slipway/codec/codec.h"
#include "tests/support/vectors.h"

using namespace slipway;
using namespace slipway::codec;

TEST(Yaml, ReadsTheAcceptedVectors) {
  const Value vectors = tests::read_vectors("yaml");
  for (const Value& v : vectors["accept"].as_list()) {
    const auto value = parse_yaml(v["text"].as_string());
    ASSERT_TRUE(value) << v["text"].as_string() << ": " << value.error().to_string();
    EXPECT_EQ(to_json(*value), v["is"].as_string()) << v["text"].as_string();
  }
}

TEST(Yaml, RefusesTheRefusedVectorsAtTheirPlace) {
  const Value vectors = tests::read_vectors("yaml");
  for (const Value& v : vectors["refuse"].as_list()) {
    const auto value = parse_yaml(v["text"].as_string());
    ASSERT_FALSE(value) << v["text"].as_string() << " -> " << to_json(*value);
    EXPECT_EQ(value.error().where().to_string(), v["at"].as_string())
        << v["text"].as_string() << ": " << value.error().message();
    EXPECT_NE(value.error().message().find(v["says"].as_string()), std::string::npos)
        << value.error().message();
  }
}

TEST(Yaml, AliasesThatUnfoldBeyondTheLimitAreRefused) {
  std::string bomb = "a: &a [x,x,x,x,x,x,x,x,x,x]\n";
  for (char c = 'b'; c <= 'i'; ++c) {
    bomb += std::string(1, c) + ": &" + c + " [";
    for (int i = 0; i < 10; ++i) bomb += std::string(i ? "," : "") + "*" + static_cast<char>(c - 1);
    bomb += "]\n";
  }
  const auto value = parse_yaml(bomb);
  ASSERT_FALSE(value);
  EXPECT_NE(value.error().message().find("more than 1000000 values"), std::string::npos)
      << value.error().message();
}

TEST(Yaml, DeepNestingIsRefused) {
  EXPECT_FALSE(parse_yaml(std::string(65, '[') + std::string(65, ']')));
  EXPECT_FALSE(parse_yaml(std::string(100'000, '[')));
  EXPECT_FALSE(parse_yaml("a: \xFF"));
}

// Zeros at the front made yaml-cpp read the text as UTF-32.
TEST(Yaml, ZeroBytesAreRefusedWithTheirPlace) {
  const auto value = parse_yaml(std::string_view("a: 1\nb: \0", 9));
  ASSERT_FALSE(value);
  EXPECT_EQ(value.error().where().to_string(), "2:4");
  EXPECT_NE(value.error().message().find("a byte is 0"), std::string::npos);
  EXPECT_EQ(parse_yaml("\"\\0\"")->as_string(), std::string(1, '\0'));
}

TEST(Yaml, AliasesCountWithTheirDepth) {
  std::string deep = "a: &a " + std::string(40, '[') + std::string(40, ']') + "\nb: " + std::string(30, '[') + "*a" + std::string(30, ']');
  EXPECT_FALSE(parse_yaml(deep));
  EXPECT_TRUE(parse_yaml("a: &a [[1]]\nb: [*a]\n"));
}

TEST(Yaml, ValuesKnowTheirPlace) {
  const auto v = parse_yaml("a:\n  b:\n    - x\n    - y: 1\n");
  EXPECT_EQ(v->at_path("a.b.1.y")->line, 4);
  EXPECT_EQ(v->at_path("a.b.1.y")->column, 10);
}

TEST(Yaml, WriterQuotesWhateverWouldReadAsAnotherType) {
  for (const char* s :
       {"true",      "false", "null", "~",    "yes",      "No",         "on",    "12",
        "0x1F",      "010",   "1.5",  "1e3",  "12:30:45", "2026-11-23", "1_000", "",
        " x",        "x ",    "- x",  "a: b", "a #b",     "#a",         "*a",    "&a",
        "!x",        "@x",    "`x",   "%x",   "[x",       "{x",         "'x",    "\"x",
        "a:",        "<<",    "=",    "?",    "-",        "...",        "---",   "line\nbreak",
        "tab\there", "\x01",  ".inf", ".nan", "|",        ">",          ",x",    "\xEF\xBB\xBFx"}) {
    const Value v = Value::object({{"k", s}, {s, 1}});
    const std::string text = to_yaml(v);
    const auto back = parse_yaml(text);
    ASSERT_TRUE(back) << text << back.error().to_string();
    EXPECT_EQ(*back, v) << text;
  }
  EXPECT_EQ(to_yaml(Value::object({{"a", "true"}, {"b", true}, {"c", "plain text"}, {"d", "/orders/{id}"}})),
            "a: \"true\"\nb: true\nc: plain text\nd: /orders/{id}\n");
}

TEST(Yaml, LongKeysReadBack) {
  const std::string plain(3000, 'k'), quoted(300, '\x02');
  const Value v = Value::array({Value::object({{"a", 1}, {plain, Value::object({{quoted, Value::array({1, Value::object({{plain, 2}})})}, {"b", 2}})}, {"c", 3}})});
  const auto back = parse_yaml(to_yaml(v));
  ASSERT_TRUE(back) << back.error().to_string();
  EXPECT_EQ(*back, v);
}

TEST(Yaml, WriterNestsListsAndMaps) {
  const Value v = Value::object(
      {{"routes",
        Value::array({Value::object({{"path", "/x"}, {"steps", Value::array({1, Value::array({2, 3})})}}),
                      Value(Value::Map{})})},
       {"text", "one\ntwo\n"},
       {"empty", Value(Value::List{})}});
  EXPECT_EQ(to_yaml(v),
            "routes:\n  - path: /x\n    steps:\n      - 1\n      - - 2\n        - 3\n  - {}\ntext: |\n  "
            "one\n  two\nempty: []\n");
  EXPECT_EQ(*parse_yaml(to_yaml(v)), v);
}

namespace {
Value random_value(Random& random, int depth) {
  static const char* kTexts[] = {"",      "a", "true", "12",    "a: b", "é\n", "x\ny\n", " lead",
                                 "tail ", "#", "- ",   "\"q\"", "'",    "\t",  "null",   "ab cd"};
  switch (random.below(depth > 3 ? 5 : 7)) {
    case 0:
      return Value();
    case 1:
      return Value(random.below(2) == 0);
    case 2:
      return Value(static_cast<long>(random.next()));
    case 3:
      return Value(random.uniform() * 1e6);
    case 4:
      return Value(kTexts[random.below(16)]);
    case 5: {
      Value::List list;
      for (auto n = random.below(4); n > 0; --n) list.push_back(random_value(random, depth + 1));
      return Value(std::move(list));
    }
    default: {
      Value::Map map;
      for (auto n = random.below(4); n > 0; --n)
        map[kTexts[random.below(16)]] = random_value(random, depth + 1);
      return Value(std::move(map));
    }
  }
}
}  // namespace

TEST(Yaml, WhateverIsWrittenReadsBackTheSame) {
  Random random(5);
  for (int i = 0; i < 3000; ++i) {
    const Value v = random_value(random, 0);
    const std::string text = to_yaml(v);
    const auto back = parse_yaml(text);
    ASSERT_TRUE(back) << text << "\n" << back.error().to_string();
    ASSERT_EQ(to_json(*back), to_json(v)) << text;
  }
}

TEST(Yaml, InfinityAndNotANumberKeepTheirKind) {
  EXPECT_EQ(to_yaml(Value::array({Value(HUGE_VAL), Value(-HUGE_VAL), Value(std::nan(""))})),
            "- .inf\n- -.inf\n- .nan\n");
  EXPECT_TRUE(std::isnan(parse_yaml(".nan")->as_double()));
  EXPECT_EQ(parse_yaml("-.inf")->as_double(), -HUGE_VAL);
}
