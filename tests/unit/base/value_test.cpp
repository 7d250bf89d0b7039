#include "slipway/base/value.h"

#include <gtest/gtest.h>

#include <cstdint>

using namespace slipway;

TEST(Value, KnowsItsKind) {
  EXPECT_TRUE(Value().is_null());
  EXPECT_TRUE(Value(nullptr).is_null());
  EXPECT_TRUE(Value(true).is_bool());
  EXPECT_TRUE(Value(1).is_int());
  EXPECT_TRUE(Value(1.0).is_double());
  EXPECT_TRUE(Value("x").is_string());
  EXPECT_TRUE(Value(Value::List{}).is_list());
  EXPECT_TRUE(Value(Value::Map{}).is_map());
}

TEST(Value, UnsignedBeyondInt64BecomesADouble) {
  EXPECT_EQ(Value(std::uint64_t{INT64_MAX}).as_int(), INT64_MAX);
  EXPECT_DOUBLE_EQ(Value(UINT64_MAX).as_double(), 18446744073709551615.0);
}

TEST(Value, WrongKindThrowsAndSaysWhichItIs) {
  try {
    (void)Value("text").as_int();
    FAIL();
  } catch (const std::logic_error& e) {
    EXPECT_STREQ(e.what(), "Value is a string, not a int: text");
  }
}

TEST(Value, IntEqualsDoubleOfTheSameValue) {
  EXPECT_EQ(Value(2), Value(2.0));
  EXPECT_FALSE(Value(2) == Value(2.5));
  EXPECT_FALSE(Value(1) == Value(true));
}

TEST(Value, MapsCompareWithoutOrder) {
  EXPECT_EQ(Value::object({{"a", 1}, {"b", 2}}), Value::object({{"b", 2}, {"a", 1}}));
  EXPECT_FALSE(Value::object({{"a", 1}}) == Value::object({{"a", 1}, {"b", nullptr}}));
}

TEST(ValueMap, KeepsInsertionOrderAndFindsEveryKeyWhenLarge) {
  ValueMap map;
  for (int i = 0; i < 100; ++i) map["k" + std::to_string(99 - i)] = i;
  EXPECT_EQ(map.size(), 100u);
  EXPECT_EQ(map.begin()->first, "k99");
  for (int i = 0; i < 100; ++i) ASSERT_EQ(map.find("k" + std::to_string(99 - i))->as_int(), i);
  EXPECT_EQ(map.find("k100"), nullptr);
  EXPECT_TRUE(map.erase("k50"));
  EXPECT_FALSE(map.erase("k50"));
  EXPECT_EQ(map.find("k50"), nullptr);
  EXPECT_EQ(map.find("k0")->as_int(), 99);
  const ValueMap copy = map;
  EXPECT_EQ(copy.find("k49")->as_int(), 50);
}

TEST(Value, PathGoesThroughMapsAndLists) {
  const Value v =
      Value::object({{"a", Value::object({{"b", Value::array({1, Value::object({{"c", "x"}})})}})}});
  EXPECT_EQ(v.at_path("a.b.1.c")->as_string(), "x");
  EXPECT_EQ(v.at_path("a.b.0")->as_int(), 1);
  EXPECT_EQ(v.at_path(""), &v);
  EXPECT_EQ(v.at_path("."), &v);
  for (const char* missing : {"a.x", "a.b.2", "a.b.-1", "a.b.1.c.d", "a.b.", "a..b", "aas......asdg"})
    EXPECT_EQ(v.at_path(missing), nullptr) << missing;
}

TEST(Value, SettingAPathCreatesMapsAndReplacesScalars) {
  Value v;
  v.set_path("a.b", 1);
  v.set_path("a.b.c", 2);
  v.set_path("list", Value::array({1, 2}));
  v.set_path("list.1", 5);
  v.set_path("list.2.x", 6);
  EXPECT_EQ(v, Value::object({{"a", Value::object({{"b", Value::object({{"c", 2}})}})},
                              {"list", Value::array({1, 5, Value::object({{"x", 6}})})}}));
}

TEST(Value, ErasingAPathTakesOneEntry) {
  Value v = Value::object({{"a", Value::array({1, 2, 3})}, {"b", 1}});
  EXPECT_TRUE(v.erase_path("a.1"));
  EXPECT_TRUE(v.erase_path("b"));
  EXPECT_FALSE(v.erase_path("b"));
  EXPECT_FALSE(v.erase_path("a.9"));
  EXPECT_FALSE(v.erase_path("a.x"));
  EXPECT_EQ(v, Value::object({{"a", Value::array({1, 3})}}));
  Value nameless = Value::object({{"", Value::object({{"", 1}})}});
  const Value before = nameless;
  EXPECT_FALSE(nameless.erase_path("..")) << "three names without letters, not one below the whole";
  EXPECT_EQ(nameless, before);
}

TEST(Value, MovingAPartOfItselfIntoItselfKeepsThePart) {
  Value v = Value::object({{"inner", Value::array({1, 2})}});
  v = std::move(*v.as_map().find("inner"));
  EXPECT_EQ(v, Value::array({1, 2}));
}

TEST(Value, CopiesAreDeep) {
  Value a = Value::object({{"x", Value::array({1})}});
  const Value b = a;
  a.set_path("x.0", 9);
  EXPECT_EQ(b.at_path("x.0")->as_int(), 1);
}

TEST(Value, MissingKeyReadsAsNull) {
  const Value v = Value::object({{"a", 1}});
  EXPECT_TRUE(v["b"]["c"]["d"].is_null());
  EXPECT_EQ(v["a"].as_int(), 1);
}

TEST(Value, TextForPeopleIsBareForStringsAndJsonForTheRest) {
  EXPECT_EQ(Value("a b").to_text(), "a b");
  EXPECT_EQ(Value::object({{"a", Value::array({1, 2.5, "x\n", nullptr, true})}}).to_text(),
            R"({"a":[1,2.5,"x\n",null,true]})");
}

TEST(Overlay, MapsMergeAndEverythingElseIsReplaced) {
  const Value lower = Value::object({{"server", Value::object({{"addr", "0.0.0.0"}, {"port", 80}})},
                                     {"list", Value::array({1})},
                                     {"gone", 1}});
  const Value upper = Value::object({{"server", Value::object({{"port", 8080}, {"tls", true}})},
                                     {"list", Value::array({2, 3})},
                                     {"gone", nullptr}});
  EXPECT_EQ(overlay(lower, upper),
            Value::object({{"server", Value::object({{"addr", "0.0.0.0"}, {"port", 8080}, {"tls", true}})},
                           {"list", Value::array({2, 3})},
                           {"gone", nullptr}}));
}

TEST(Overlay, ScalarOverMapAndMapOverScalarReplace) {
  EXPECT_EQ(overlay(Value::object({{"a", Value::object({{"b", 1}})}}), Value::object({{"a", "x"}})),
            Value::object({{"a", "x"}}));
  EXPECT_EQ(overlay(Value::object({{"a", "x"}}), Value::object({{"a", Value::object({{"b", 1}})}})),
            Value::object({{"a", Value::object({{"b", 1}})}}));
}
