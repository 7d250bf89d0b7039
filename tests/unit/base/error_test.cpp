#include "slipway/base/error.h"

#include <gtest/gtest.h>

#include "slipway/base/result.h"
#include "slipway/base/stack.h"

using namespace slipway;

namespace {

TEST(Error, TextNamesThePlaceThenTheMessageThenTheCauses) {
  const Error cause = not_found("no such file").with_mark({"a.yaml", 0, 0});
  const Error e = bad_request("http.timeout: \"2x\" is not a duration")
                      .with_mark({"config/service.toml", 14, 3})
                      .with_cause(cause);
  EXPECT_EQ(e.to_string(),
            "config/service.toml:14:3: http.timeout: \"2x\" is not a duration: a.yaml: no such file");
}

TEST(Error, TextIsNeverEmpty) {
  EXPECT_EQ(Error(500, "BROKEN", "").to_string(), "BROKEN");
}

TEST(Error, JsonForClientsHoldsNeitherCauseNorPlace) {
  const Error e = conflict("taken \"now\"", "TAKEN")
                      .with_metadata("id", "7")
                      .with_cause(internal_error("secret"))
                      .with_mark({"secret", 1, 1});
  EXPECT_EQ(e.to_json(), R"({"code":409,"reason":"TAKEN","message":"taken \"now\"","metadata":{"id":"7"}})");
}

TEST(Error, NamesOfMetadataThatAreNoUtf8DoNotFallTogetherInJson) {
  const Error e = conflict("no").with_metadata("x\xf2", "1").with_metadata("x\xf3", "2");
  EXPECT_EQ(e.metadata().size(), 1u);
  EXPECT_EQ(e.to_json(), "{\"code\":409,\"reason\":\"CONFLICT\",\"message\":\"no\",\"metadata\":{\"x\xEF\xBF\xBD\":\"2\"}}");
}

TEST(Error, DerivedCopyLeavesTheOriginalAlone) {
  const Error original = forbidden("no");
  const Error changed = original.with_message("never").with_metadata("a", "b");
  EXPECT_EQ(original.message(), "no");
  EXPECT_TRUE(original.metadata().empty());
  EXPECT_EQ(changed.message(), "never");
}

TEST(Error, MarkLeavesOutWhatIsUnknown) {
  EXPECT_EQ((Mark{"f", 2, 0}.to_string()), "f:2");
  EXPECT_EQ((Mark{"", 2, 5}.to_string()), "2:5");
  EXPECT_EQ((Mark{"f", 0, 9}.to_string()), "f");
  EXPECT_FALSE(Mark{}.known());
}

TEST(Error, IsOnePointerWideAndSharesItsParts) {
  EXPECT_EQ(sizeof(Error), sizeof(void*));
  const Error one = not_found("x");
  const Error two = one;
  EXPECT_EQ(&one.message(), &two.message());
  Error moved = Error(two);
  moved = one.with_message("y");
  EXPECT_EQ(two.message(), "x");
  EXPECT_EQ(moved.message(), "y");
}

TEST(Error, WrapKeepsCodeReasonAndMetadataAndReadsFromTheOutside) {
  const Error e = conflict("only 2 left", "OUT_OF_STOCK").with_metadata("sku", "A-1").with_mark({"a.yaml", 3, 0});
  const Error outer = e.wrap("saving order 7");
  EXPECT_EQ(outer.to_string(), "saving order 7: a.yaml:3: only 2 left");
  EXPECT_TRUE(outer.is(409, "OUT_OF_STOCK"));
  EXPECT_EQ(outer.metadata(), e.metadata());
  const Error recoded = outer.wrap(codes::kServerBusy);
  EXPECT_EQ(recoded.http_status(), 503);
  EXPECT_EQ(recoded.to_string(), "Server Is Busy: saving order 7: a.yaml:3: only 2 left");
  EXPECT_TRUE(recoded.is(e));
  EXPECT_TRUE(recoded.metadata().empty());
  EXPECT_EQ(&recoded.root().message(), &e.message());
}

TEST(Error, StacksAreTakenWhereTheSwitchSays) {
  EXPECT_EQ(stack_capture(), StackCapture::Internal);
  EXPECT_NE(internal_error("bug").stack(), nullptr);
  EXPECT_EQ(not_found("x").stack(), nullptr);
  EXPECT_EQ(unavailable("overload").stack(), nullptr);
  set_stack_capture(StackCapture::Off);
  EXPECT_EQ(internal_error("bug").stack(), nullptr);
  set_stack_capture(StackCapture::All);
  EXPECT_NE(not_found("x").stack(), nullptr);
  set_stack_capture(StackCapture::Internal);
}

}  // namespace
namespace shop {
[[gnu::noinline]] Error place_order_of_nothing() { return internal_error("nothing to place", "EMPTY").with_metadata("id", "7"); }
}  // namespace shop
namespace {

TEST(Error, FullFormNamesTheFunctionThatMadeIt) {
  const Error e = shop::place_order_of_nothing().wrap("placing an order");
  const std::string text = e.to_full_string();
  EXPECT_TRUE(text.starts_with("placing an order: nothing to place\n1. placing an order (code 500, EMPTY, id=7)\n")) << text;
  EXPECT_NE(text.find("\n2. nothing to place (code 500, EMPTY, id=7)\n   1).  shop::place_order_of_nothing()"), std::string::npos) << text;
  EXPECT_EQ(text.find("slipway::internal_error"), std::string::npos) << "brief leaves the framework out:\n" << text;
  EXPECT_NE(e.to_full_string(Error::Frames::All).find("slipway::internal_error"), std::string::npos) << text;
}

TEST(Error, StatusTableGoesBothWays) {
  for (const int status : {200, 400, 401, 403, 404, 409, 412, 429, 499, 500, 501, 503, 504})
    EXPECT_EQ(http_status_of_grpc(grpc_status_of_http(status)), status);
  EXPECT_EQ(grpc_status_of_http(204), 0);
  EXPECT_EQ(grpc_status_of_http(422), 3);
  EXPECT_EQ(grpc_code_name(5), "NOT_FOUND");
  EXPECT_EQ(grpc_code_name(99), "UNKNOWN");
}

TEST(Result, ValueOfAnErrorIsABrokenInvariant) {
  const Result<int> failed = not_found("nothing here");
  EXPECT_FALSE(failed);
  EXPECT_THROW((void)failed.value(), std::logic_error);
  EXPECT_EQ(failed.value_or(3), 3);
  const Result<int> fine = 7;
  EXPECT_THROW((void)fine.error(), std::logic_error);
  EXPECT_EQ(*fine, 7);
}

}  // namespace
