#include "slipway/grpc/proto_set.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace slipway::grpc {
namespace {

constexpr const char* kGreeter = R"(syntax = "proto3";
package hello.v1;
message Ask { string name = 1; }
message Answer { string text = 1; }
service Greeter {
  rpc Greet(Ask) returns (Answer);
  rpc Chat(stream Ask) returns (stream Answer);
}
)";

std::shared_ptr<const ProtoSet> greeter() {
  auto set = ProtoSet::parse({{"hello.proto", kGreeter}});
  EXPECT_TRUE(set.ok());
  return *set;
}

TEST(ProtoSet, ListsMethodsWithPlaces) {
  const auto set = greeter();
  ASSERT_EQ(set->methods().size(), 2u);
  const auto& m = set->methods()[0];
  EXPECT_EQ(m.path, "/hello.v1.Greeter/Greet");
  EXPECT_EQ(m.request_type, "hello.v1.Ask");
  EXPECT_TRUE(m.unary());
  EXPECT_EQ(m.where.to_string(), "hello.proto:6:3");
  EXPECT_FALSE(set->methods()[1].unary());
}

TEST(ProtoSet, FindsAMethodByFullOrUniqueShortName) {
  const auto set = greeter();
  for (const auto* name : {"/hello.v1.Greeter/Greet", "hello.v1.Greeter/Greet", "Greeter/Greet"}) ASSERT_NE(set->find(name), nullptr) << name;
  EXPECT_EQ(set->find("Greet"), nullptr);
  EXPECT_EQ(set->find("reeter/Greet"), nullptr);
  auto two = ProtoSet::parse({{"hello.proto", kGreeter}, {"b.proto", "syntax=\"proto3\"; package b; message M{} service Greeter { rpc Greet(M) returns (M); }"}});
  ASSERT_TRUE(two.ok());
  EXPECT_EQ((*two)->find("Greeter/Greet"), nullptr);
}

TEST(ProtoSet, AnUnknownMethodNamesTheNearest) {
  auto found = greeter()->require("hello.v1.Greeter/Great");
  ASSERT_FALSE(found.ok());
  EXPECT_EQ(found.error().reason(), "METHOD_UNKNOWN");
  EXPECT_EQ(found.error().message(), "gRPC method hello.v1.Greeter/Great is unknown; there is hello.v1.Greeter/Greet, hello.v1.Greeter/Chat");
}

TEST(ProtoSet, ErrorsHaveAPlace) {
  auto broken = ProtoSet::parse({{"a.proto", "syntax = \"proto3\";\nmessage A {\n  string name = ;\n}\n"}});
  ASSERT_FALSE(broken.ok());
  EXPECT_EQ(broken.error().reason(), "PROTO_INVALID");
  EXPECT_EQ(broken.error().where().to_string(), "a.proto:3:17");

  auto missing_type = ProtoSet::parse({{"a.proto", "syntax = \"proto3\";\nmessage A {\n  Nothing n = 1;\n}\n"}});
  ASSERT_FALSE(missing_type.ok());
  EXPECT_EQ(missing_type.error().where().line, 3);
  EXPECT_NE(missing_type.error().message().find("Nothing"), std::string::npos);

  auto missing_import = ProtoSet::parse({{"a.proto", "syntax = \"proto3\";\nimport \"b.proto\";\n"}});
  ASSERT_FALSE(missing_import.ok());
  EXPECT_NE(missing_import.error().to_string().find("b.proto"), std::string::npos);
}

TEST(ProtoSet, ReadsAFolderWithImportsBetweenItsFiles) {
  const auto folder = std::filesystem::path(testing::TempDir()) / "slipway_proto_set_test";
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder / "common");
  std::ofstream(folder / "common" / "money.proto") << "syntax = \"proto3\";\npackage common;\nmessage Money { int64 amount = 1; }\n";
  std::ofstream(folder / "shop.proto") << "syntax = \"proto3\";\npackage shop;\nimport \"common/money.proto\";\nimport \"google/protobuf/empty.proto\";\n"
                                          "service Till { rpc Total(google.protobuf.Empty) returns (common.Money); }\n";
  auto set = ProtoSet::load_folder(folder.string());
  ASSERT_TRUE(set.ok()) << set.error().to_string();
  ASSERT_EQ((*set)->methods().size(), 1u);
  EXPECT_EQ((*set)->methods()[0].where.file, (folder / "shop.proto").string());

  std::ofstream(folder / "shop.proto") << "syntax = \"proto3\";\nmessage {}\n";
  auto broken = ProtoSet::load_folder(folder.string());
  ASSERT_FALSE(broken.ok());
  EXPECT_EQ(broken.error().where().file, (folder / "shop.proto").string());
  EXPECT_EQ(broken.error().where().line, 2);
  std::filesystem::remove_all(folder);
  EXPECT_FALSE(ProtoSet::load_folder(folder.string()).ok());
}

TEST(ProtoSet, TakesGeneratedCodeThatIsLinkedAndNoOther) {
  const auto set = ProtoSet::linked({"google/protobuf/duration.proto"});
  ASSERT_TRUE(set.ok()) << set.error().to_string();
  EXPECT_TRUE((*set)->methods().empty());
  const codec::Codec* duration = (*set)->message("google.protobuf.Duration");
  ASSERT_TRUE(duration);
  std::string bytes;
  ASSERT_TRUE(duration->encode(Value("1.500s"), bytes).ok());
  EXPECT_EQ(bytes, std::string("\x08\x01\x10\x80\xca\xb5\xee\x01"));
  const auto missing = ProtoSet::linked({"hello.proto"});
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().reason(), "PROTO_INVALID");
  EXPECT_NE(missing.error().message().find("hello.proto"), std::string::npos);
}

}  // namespace
}  // namespace slipway::grpc
