#include <gtest/gtest.h>

#include <cmath>

#include "slipway/grpc/proto_set.h"

namespace slipway::grpc {
namespace {

constexpr const char* kProto = R"(
syntax = "proto3";
package shop;
import "google/protobuf/any.proto";
import "google/protobuf/duration.proto";
import "google/protobuf/field_mask.proto";
import "google/protobuf/struct.proto";
import "google/protobuf/timestamp.proto";
import "google/protobuf/wrappers.proto";
enum Color { COLOR_UNSPECIFIED = 0; RED = 1; BLUE = 2; }
message Item { string sku = 1; int32 quantity = 2; Item part = 3; }
message All {
  int32 small = 1; int64 big = 2; uint64 huge = 3; sint32 signed_one = 4; fixed64 fixed = 5;
  double real = 6; float half = 7; bool yes = 8; string text = 9; bytes raw = 10; Color color = 11;
  Item item = 12; repeated Item items = 13; repeated int32 numbers = 14; map<string, int64> counts = 15; map<int32, Item> by_id = 16;
  optional int32 maybe = 17;
  oneof choice { string left = 18; int32 right = 19; }
  google.protobuf.Timestamp at = 20; google.protobuf.Duration wait = 21; google.protobuf.StringValue note = 22;
  google.protobuf.Struct extra = 23; google.protobuf.Value any_json = 24; google.protobuf.Any any = 25; google.protobuf.FieldMask mask = 26;
  repeated Color colors = 27; string renamed = 28 [json_name = "newName"];
}
service Shop { rpc Buy(All) returns (Item); }
)";

class MessageCodec : public testing::Test {
 protected:
  MessageCodec() {
    auto parsed = ProtoSet::parse({{"shop.proto", kProto}});
    EXPECT_TRUE(parsed.ok()) << parsed.error().to_string();
    set = *parsed;
    all = set->message("shop.All");
  }
  Value round(const Value& in) {
    std::string bytes;
    auto encoded = all->encode(in, bytes);
    EXPECT_TRUE(encoded.ok()) << encoded.error().to_string();
    auto out = all->decode(bytes);
    EXPECT_TRUE(out.ok());
    return out.ok() ? *out : Value();
  }
  Value json(std::string_view text) { return *codec::parse_json(text); }
  std::string refusal(std::string_view text) {
    std::string bytes;
    auto encoded = all->encode(json(text), bytes);
    EXPECT_FALSE(encoded.ok()) << text;
    if (encoded.ok()) return {};
    EXPECT_EQ(encoded.error().reason(), "FIELD_INVALID");
    return encoded.error().message();
  }
  std::shared_ptr<const ProtoSet> set;
  const codec::Codec* all = nullptr;
};

TEST_F(MessageCodec, EveryKindOfFieldComesBack) {
  const Value in = json(R"({"small":-5,"big":9007199254740993,"signedOne":-7,"fixed":12,"real":1.25,"half":0.1,"yes":true,"text":"é\n","raw":"AAH/",
    "color":"BLUE","item":{"sku":"A","quantity":2,"part":{"sku":"B","quantity":0}},"items":[{"sku":"C","quantity":1}],"numbers":[1,2,3],
    "counts":{"a":1,"b":-2},"byId":{"7":{"sku":"D","quantity":4}},"maybe":0,"right":9,"colors":["RED","COLOR_UNSPECIFIED"],"newName":"x"})");
  const Value out = round(in);
  for (const auto& [key, value] : in.as_map()) EXPECT_EQ(out[key], value) << key << ": " << out[key].to_text();
}

TEST_F(MessageCodec, FieldsWithoutPresenceAreAlwaysThereOthersOnlyWhenSet) {
  const Value out = round(json("{}"));
  EXPECT_EQ(out["small"], Value(0));
  EXPECT_EQ(out["text"], Value(""));
  EXPECT_EQ(out["color"], Value("COLOR_UNSPECIFIED"));
  EXPECT_EQ(out["items"], Value(Value::List{}));
  EXPECT_EQ(out["counts"], Value(Value::Map{}));
  for (const auto* absent : {"maybe", "item", "left", "right", "at", "note"}) EXPECT_FALSE(out.as_map().contains(absent)) << absent;
}

TEST_F(MessageCodec, TakesOriginalNamesTextForNumbersAndNumbersForEnums) {
  const Value out = round(json(R"({"signed_one":"-7","big":"9223372036854775807","huge":"18446744073709551615","color":2,"real":"NaN","small":3.0,"yes":"true","numbers":["4"]})"));
  EXPECT_EQ(out["signedOne"], Value(-7));
  EXPECT_EQ(out["big"], Value(INT64_MAX));
  EXPECT_EQ(out["huge"], Value("18446744073709551615"));
  EXPECT_EQ(out["color"], Value("BLUE"));
  EXPECT_EQ(out["real"], Value("NaN"));
  EXPECT_EQ(out["small"], Value(3));
  EXPECT_EQ(out["numbers"], Value::array({4}));
}

TEST_F(MessageCodec, WellKnownTypesAreWrittenAsInJson) {
  const Value in = json(R"({"at":"2026-11-23T14:09:12.500Z","wait":"1.500s","note":"hi","extra":{"a":[1,"b",null,true,{"c":1.5}]},"anyJson":[1,null],"mask":"fooBar,baz",
    "any":{"@type":"type.googleapis.com/shop.Item","sku":"Z","quantity":3}})");
  const Value out = round(in);
  for (const auto& [key, value] : in.as_map()) EXPECT_EQ(out[key], value) << key << ": " << out[key].to_text();
}

TEST_F(MessageCodec, AnyOfAWellKnownTypeHasAValue) {
  const Value in = json(R"({"any":{"@type":"type.googleapis.com/google.protobuf.Duration","value":"3s"}})");
  EXPECT_EQ(round(in)["any"], in["any"]);
}

TEST_F(MessageCodec, NullMeansAbsent) {
  EXPECT_FALSE(round(json(R"({"item":null,"text":null,"items":null,"maybe":null})")).as_map().contains("item"));
}

TEST_F(MessageCodec, RefusalsNameTheFieldAndTheFix) {
  EXPECT_EQ(refusal(R"({"items":[{"sku":"A"},{"quantity":"two"}]})"), "items.1.quantity: \"two\" is not an int32");
  EXPECT_EQ(refusal(R"({"item":{"sk":"A"}})"), "item.sk: is not a field of shop.Item (it has sku, quantity, part)");
  EXPECT_EQ(refusal(R"({"color":"GREEN"})"), "color: \"GREEN\" is not a shop.Color (use COLOR_UNSPECIFIED, RED, BLUE)");
  EXPECT_EQ(refusal(R"({"item":3})"), "item: is an int, but shop.Item is a message: write an object");
  for (const auto* bad : {R"({"small":2147483648})", R"({"small":1.5})", R"({"text":5})", R"({"numbers":5})", R"({"counts":[1]})", R"({"raw":"*"})",
                          R"({"huge":-1})", R"({"yes":1})", R"({"at":"yesterday"})", R"({"wait":"5"})", R"({"any":{"sku":"x"}})", R"({"half":1e300})", R"([1])"})
    EXPECT_NE(refusal(bad), "") << bad;
}

TEST_F(MessageCodec, BytesThatAreNoMessageAreRefused) {
  auto out = all->decode("\xff\xff\xff");
  ASSERT_FALSE(out.ok());
  EXPECT_EQ(out.error().reason(), "MESSAGE_INVALID");
}

TEST_F(MessageCodec, DepthIsBounded) {
  Value deep = Value::object({{"sku", "x"}});
  for (int i = 0; i < 80; ++i) deep = Value::object({{"part", std::move(deep)}});
  std::string bytes;
  EXPECT_FALSE(set->message("shop.Item")->encode(deep, bytes).ok());
}

TEST_F(MessageCodec, AnExampleEncodes) {
  const Value example = set->example(*set->find("Shop/Buy"));
  EXPECT_TRUE(example.as_map().contains("left"));
  EXPECT_FALSE(example.as_map().contains("right"));
  std::string bytes;
  auto encoded = all->encode(example, bytes);
  EXPECT_TRUE(encoded.ok()) << encoded.error().to_string();
}

}  // namespace
}  // namespace slipway::grpc
