#include "slipway/base/code_registry.h"

#include <gtest/gtest.h>

#include <array>

namespace slipway {
namespace {

constexpr std::array kOrders = {Code{20012, "Out Of Stock", "OUT_OF_STOCK", 409, 10}, Code{20013, "Too Late", "TOO_LATE", 412, 9}};

TEST(Codes, AnErrorOfABusinessCodeHasItsStatusesAndItsText) {
  const Error e(kOrders[0]);
  EXPECT_EQ(e.code(), 20012);
  EXPECT_EQ(e.http_status(), 409);
  EXPECT_EQ(e.grpc_status(), 10);
  EXPECT_EQ(e.reason(), "OUT_OF_STOCK");
  EXPECT_EQ(e.message(), "Out Of Stock");
  EXPECT_EQ(Error(kOrders[0], "only 2 are left").to_json(), R"({"code":20012,"reason":"OUT_OF_STOCK","message":"only 2 are left","metadata":{}})");
}

TEST(Codes, GoFramesCodesAllHaveAStatusThatIsAnError) {
  for (const Code& c : goframe_codes()) {
    if (c.number == 0) continue;
    EXPECT_TRUE(c.http >= 400 && c.http <= 599) << c.to_string();
    EXPECT_TRUE(c.grpc >= 1 && c.grpc <= 16) << c.to_string();
    EXPECT_FALSE(c.reason.empty());
  }
  for (const Code& c : http_codes()) EXPECT_EQ(c.grpc, grpc_status_of_http(c.http)) << c.to_string();
}

TEST(Codes, AnErrorIsNeverASuccess) {
  EXPECT_EQ(Error(codes::kOk).http_status(), 500);
  EXPECT_EQ(Error(codes::kOk).grpc_status(), 2);
  EXPECT_EQ(Error(200, "R", "m").http_status(), 500);
  EXPECT_EQ(not_found("m").with_status(200, 0).http_status(), 500);
}

TEST(CodeRegistry, GivesARegisteredNumberItsStatuses) {
  CodeRegistry& registry = CodeRegistry::system();
  EXPECT_EQ(Error(20013, "TOO_LATE", "m").http_status(), 500);
  ASSERT_TRUE(registry.add("code_test", kOrders).ok());
  EXPECT_EQ(Error(20013, "TOO_LATE", "m").http_status(), 412);
  EXPECT_EQ(Error(20013, "TOO_LATE", "m").grpc_status(), 9);
  registry.remove("code_test");
  EXPECT_EQ(Error(20013, "TOO_LATE", "m").http_status(), 500);
}

TEST(CodeRegistry, ListsByNumberWithOwners) {
  CodeRegistry registry;
  ASSERT_TRUE(registry.add("orders", kOrders).ok());
  ASSERT_TRUE(registry.add("orders", kOrders).ok()) << "the same again is fine";
  const auto all = registry.list();
  EXPECT_EQ(all.size(), goframe_codes().size() + http_codes().size() + 2);
  EXPECT_EQ(all.front().number, -1);
  EXPECT_EQ(all.back().number, 20013);
  EXPECT_EQ(all.back().owner, "orders");
  EXPECT_EQ(registry.find(20012, "OUT_OF_STOCK")->text, "Out Of Stock");
  EXPECT_FALSE(registry.find(20012, "OTHER"));
}

TEST(CodeRegistry, RefusesClashesNamingBothOwners) {
  CodeRegistry registry;
  ASSERT_TRUE(registry.add("orders", kOrders).ok());
  const std::array other_status = {Code{20014, "Fine", "FINE", 400, 3}, Code{20012, "Sold", "SOLD", 404, 5}};
  const auto s = registry.add("pricing", other_status);
  ASSERT_FALSE(s.ok());
  EXPECT_EQ(s.error().reason(), "CODE_TAKEN");
  EXPECT_EQ(s.error().message(),
            "error codes of pricing: code 20012:Sold stands for HTTP 404, gRPC NOT_FOUND, but orders has it as OUT_OF_STOCK for HTTP 409, gRPC ABORTED "
            "(choose another number)");
  EXPECT_FALSE(registry.find(20014)) << "all or none";
  const std::array other_text = {Code{20012, "Sold Out", "OUT_OF_STOCK", 409, 10}};
  EXPECT_EQ(registry.add("pricing", other_text).error().reason(), "CODE_TAKEN");
}

TEST(CodeRegistry, RefusesWhatIsNoErrorCode) {
  CodeRegistry registry;
  const auto refuse = [&](const Code& c) {
    const auto s = registry.add("orders", std::span(&c, 1));
    return s.ok() ? std::string() : s.error().message();
  };
  EXPECT_EQ(refuse({20012, "T", "", 409, 10}), "error codes of orders: code 20012:T has no reason (give it one in UPPER_SNAKE)");
  EXPECT_EQ(refuse({20012, "T", "R", 200, 10}), "error codes of orders: code 20012:T has HTTP status 200 (use 400 to 599)");
  EXPECT_EQ(refuse({20012, "T", "R", 409, 0}), "error codes of orders: code 20012:T has gRPC status 0 (use 1 to 16)");
  EXPECT_EQ(refuse({404, "T", "R", 409, 10}),
            "error codes of orders: code 404:T is an HTTP status and cannot stand for HTTP 409, gRPC ABORTED (use a number outside 400 to 599)");
  EXPECT_EQ(refuse({404, "No such user", "USER_NOT_FOUND", 404, 5}), "");
}

TEST(CodeRegistry, IsSearchedByNumberStatusAndWords) {
  static constexpr Code kCodes[] = {{20'012, "Out of stock", "OUT_OF_STOCK", 409, 10}, {20'120, "Price is old", "PRICE_STALE", 412, 9}};
  CodeRegistry registry;
  ASSERT_TRUE(registry.add("orders", kCodes).ok());
  const auto found = [&](std::string_view words) {
    std::string numbers;
    for (const auto& c : registry.search(words)) numbers += std::to_string(c.number) + " ";
    return numbers;
  };
  EXPECT_EQ(found("2001"), "20012 ");           // a number's beginning
  EXPECT_EQ(found("412"), "412 20120 ");        // its own number, and another's HTTP status
  EXPECT_EQ(found("out_of"), "20012 ");         // reason, in any case
  EXPECT_EQ(found("is OLD"), "20120 ");         // text
  EXPECT_EQ(found("orders"), "20012 20120 ");   // owner
  EXPECT_NE(found("aborted").find("20012 "), std::string::npos);  // name of the gRPC status
  EXPECT_EQ(found("nothing like this"), "");
  EXPECT_EQ(registry.search("").size(), registry.list().size());
}

}  // namespace
}  // namespace slipway
