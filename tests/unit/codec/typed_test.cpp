#include "slipway/codec/typed.h"

#include <gtest/gtest.h>

using namespace slipway;
using namespace slipway::codec;

namespace {

BOOST_DEFINE_ENUM_CLASS(Level, low, high)

struct Line {
  std::string sku;
  int quantity = 1;
};
BOOST_DESCRIBE_STRUCT(Line, (), (sku, quantity))

struct Base {
  std::int64_t id = 0;
};
BOOST_DESCRIBE_STRUCT(Base, (), (id))

struct Order : Base {
  std::string customer;
  bool gift = false;
  double total = 0;
  std::optional<std::string> note;
  std::vector<Line> lines;
  std::map<std::string, std::uint8_t> tags{{"default", 1}};
  Level level = Level::high;
  Duration timeout = 2s;
  Value extra = Value("none");
};
BOOST_DESCRIBE_STRUCT(Order, (Base), (customer, gift, total, note, lines, tags, level, timeout, extra))

struct Later {
  std::string sku, maker;
  int stock = 0;
};
BOOST_DESCRIBE_STRUCT(Later, (), (sku, maker, stock))

}  // namespace

TEST(Typed, WritesAStructWithoutATree) {
  Order o;
  o.id = 7;
  o.customer = "ada \"x\"";
  o.total = 2.5;
  o.lines = {{"nut", 3}};
  std::string out = "body=";
  append_json(out, o);
  EXPECT_EQ(
      out,
      R"(body={"id":7,"customer":"ada \"x\"","gift":false,"total":2.5,"lines":[{"sku":"nut","quantity":3}],)"
      R"("tags":{"default":1},"level":"high","timeout":"2s","extra":"none"})");
}

TEST(Typed, EmptyOptionalIsLeftOutAndASetOneWritten) {
  Order o;
  o.note = "n";
  std::string out;
  append_json(out, o);
  EXPECT_NE(out.find("\"note\":\"n\""), std::string::npos);
}

TEST(Typed, WhatIsWrittenReadsBack) {
  Order o;
  o.id = -1;
  o.customer = "x";
  o.lines = {{"a", 1}, {"b", 2}};
  o.note = "hello";
  o.level = Level::low;
  o.timeout = 150ms;
  const auto back = from_value<Order>(to_value(o));
  ASSERT_TRUE(back) << back.error().to_string();
  std::string a, b;
  append_json(a, o);
  append_json(b, *back);
  EXPECT_EQ(a, b);
}

TEST(Typed, AbsentFieldsAreFineWhenOptionalOrDefaulted) {
  const auto line = from_value<Line>(Value::object({{"sku", "nut"}}));
  ASSERT_TRUE(line);
  EXPECT_EQ(line->quantity, 1);
  const auto missing = from_value<Line>(Value::object({{"quantity", 2}}));
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().metadata().at("sku"), "is missing");
}

TEST(Typed, ADocumentFromBeforeAFieldWasThereReadsWhenAskedFor) {
  const auto old = codec::parse_json(R"({"sku":"nut"})");
  ASSERT_TRUE(old.ok());
  EXPECT_FALSE(codec::from_value<Later>(*old).ok());
  const auto later = codec::from_value<Later>(*old, {.absent_is_default = true});
  ASSERT_TRUE(later.ok());
  EXPECT_EQ(later->sku, "nut");
  EXPECT_EQ(later->maker, "");
  EXPECT_EQ(later->stock, 0);
}

TEST(Typed, APairIsAListOfTwo) {
  using Pairs = std::vector<std::pair<std::string, int>>;
  std::string out;
  codec::append_json(out, Pairs{{"a", 1}, {"a", 2}});
  EXPECT_EQ(out, R"([["a",1],["a",2]])");
  const auto back = codec::from_value<Pairs>(*codec::parse_json(out));
  ASSERT_TRUE(back.ok());
  EXPECT_EQ(*back, (Pairs{{"a", 1}, {"a", 2}}));
  const auto short_one = codec::from_value<Pairs>(*codec::parse_json(R"([["a"]])"));
  ASSERT_FALSE(short_one.ok());
  EXPECT_NE(short_one.error().message().find("list of two"), std::string::npos) << short_one.error().message();
}

TEST(Typed, AllProblemsAreCollectedWithTheirPaths) {
  const auto doc = parse_json(
      R"({"id":"x","customer":5,"gift":0,"total":"1","lines":[{"sku":"a"},{"sku":1,"quantity":1e99}],
                                  "tags":{"t":300},"level":"medium","timeout":"2x"})");
  ASSERT_TRUE(doc);
  const auto order = from_value<Order>(*doc);
  ASSERT_FALSE(order);
  const auto& m = order.error().metadata();
  EXPECT_EQ(order.error().reason(), "BAD_FIELDS");
  EXPECT_EQ(m.size(), 9u) << order.error().to_string();
  EXPECT_EQ(m.at("id"), "\"x\" is not a whole number");
  EXPECT_EQ(m.at("lines.1.sku"), "1 is not a string");
  EXPECT_EQ(m.at("tags.t"), "300 is out of range (0 to 255)");
  EXPECT_EQ(m.at("level"), "\"medium\" is none of low, high");
  EXPECT_EQ(m.at("gift"), "0 is not true or false");
  EXPECT_TRUE(
      order.error().message().starts_with("id: \"x\" is not a whole number; customer: 5 is not a string"));
  EXPECT_EQ(order.error().where().line, 1);
}

TEST(Typed, TextMayStandForNumbersWhenAskedFor) {
  const Value query = Value::object(
      {{"id", "12"}, {"customer", "x"}, {"gift", "true"}, {"total", "2.5"}, {"lines", Value(Value::List{})}});
  EXPECT_FALSE(from_value<Order>(query));
  const auto order = from_value<Order>(query, {.text_values = true});
  ASSERT_TRUE(order) << order.error().to_string();
  EXPECT_EQ(order->id, 12);
  EXPECT_TRUE(order->gift);
  EXPECT_FALSE(from_value<Order>(Value::object({{"id", "12x"}, {"customer", "x"}}), {.text_values = true}));
}

TEST(Typed, UnknownKeysAreRefusedOnlyWhenAskedFor) {
  const Value v = Value::object({{"sku", "a"}, {"color", "red"}});
  EXPECT_TRUE(from_value<Line>(v));
  const auto refused = from_value<Line>(v, {.refuse_unknown = true});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().metadata().at("color"), "is not a known field");
}

TEST(Typed, WholeDoublesCountAsIntegers) {
  EXPECT_EQ(*from_value<int>(Value(3.0)), 3);
  EXPECT_FALSE(from_value<int>(Value(3.5)));
  EXPECT_FALSE(from_value<int>(Value(3e10)));
  EXPECT_FALSE(from_value<unsigned>(Value(-1)));
}

TEST(Typed, NotAnObjectIsOneProblem) {
  const auto line = from_value<Line>(Value(3));
  ASSERT_FALSE(line);
  EXPECT_EQ(line.error().message(), "3 is not an object");
}
