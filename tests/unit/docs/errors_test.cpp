// The C++ of docs/guide/errors.md, compiled and run. Every block there stands here, line for line.
#include <gtest/gtest.h>

#include <array>

#include "shop/v1/error.errors.h"
#include "slipway/base/code_registry.h"
#include "slipway/base/result.h"
#include "slipway/base/stack.h"
#include "tests/support/guide.h"

using namespace slipway;

namespace {

constexpr Code kOutOfStock{20012, "Out Of Stock", "OUT_OF_STOCK", 409, 10};  // HTTP Conflict, gRPC ABORTED

Result<int> stock_of(const std::string& sku) {
  if (sku != "A-1") return not_found("there is no " + sku, "SKU_NOT_FOUND").with_metadata("sku", sku);
  return 2;
}

Status reserve(const std::string& sku, int wanted) {
  auto left = stock_of(sku);
  if (!left) return left.error().wrap("reserving " + std::to_string(wanted));
  if (*left < wanted) return Error(kOutOfStock, "only " + std::to_string(*left) + " are left");
  return {};
}

TEST(GuideToErrors, MakingAndPassingOn) {
  const Error refused = reserve("B-2", 1).error();
  EXPECT_EQ(refused.to_string(), "reserving 1: there is no B-2");
  EXPECT_TRUE(refused.is(404, "SKU_NOT_FOUND"));
  EXPECT_EQ(refused.to_full_string(),
            "reserving 1: there is no B-2\n"
            "1. reserving 1 (code 404, SKU_NOT_FOUND, sku=B-2)\n"
            "2. there is no B-2 (code 404, SKU_NOT_FOUND, sku=B-2)\n");
}

TEST(GuideToErrors, BusinessCodes) {
  const Error sold = reserve("A-1", 3).error();
  EXPECT_EQ(sold.code(), 20012);
  EXPECT_EQ(sold.http_status(), 409);
  EXPECT_EQ(sold.to_json(), R"({"code":20012,"reason":"OUT_OF_STOCK","message":"only 2 are left","metadata":{}})");

  const std::array<Code, 1> mine = {kOutOfStock};
  if (auto s = CodeRegistry::system().add("orders", mine); !s.ok()) FAIL() << s.error().message();
  EXPECT_EQ(CodeRegistry::system().find(20012)->http, 409);
  CodeRegistry::system().remove("orders");
}

TEST(GuideToErrors, Stacks) {
  set_stack_capture(StackCapture::All);  // Off, Internal (the default), All
  const std::string text = stock_of("B-2").error().to_full_string();
  set_stack_capture(StackCapture::Internal);
  EXPECT_NE(text.find("   1).  "), std::string::npos) << text;
}

TEST(GuideToErrors, Generated) {
  const Error e = shop::v1::make_user_not_found("there is no ann");  // #include "shop/v1/error.errors.h"
  EXPECT_TRUE(shop::v1::is_user_not_found(e.wrap("loading the order")));
  if (auto s = CodeRegistry::system().add("shop", shop::v1::error_codes()); !s.ok()) FAIL() << s.error().message();
  CodeRegistry::system().remove("shop");
}

TEST(GuideToErrors, EveryBlockOfItIsCompiledHere) { tests::expect_blocks_compiled("docs/guide/errors.md", "tests/unit/docs/errors_test.cpp", 7); }

// The table of the page says what the code does.
TEST(GuideToErrors, TheTableIsTheCodes) {
  const std::string page = tests::text_of("docs/guide/errors.md");
  for (const Code& c : http_codes()) {
    if (c.grpc == 2) continue;
    const std::string row = c.http == 400 || c.http == 422 ? "| 400, 422 | " : "| " + std::to_string(c.http) + " | ";
    EXPECT_NE(page.find(row + std::string(grpc_code_name(c.grpc)) + " |"), std::string::npos) << row;
  }
}

}  // namespace
