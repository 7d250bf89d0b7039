#include "slipway/base/error.h"

#include <gtest/gtest.h>

#include "slipway/base/result.h"

using namespace slipway;

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

TEST(Error, GrpcCodesOfTheUsualStatusesComeBack) {
  for (const int status : {200, 400, 401, 403, 404, 409, 429, 499, 500, 501, 503, 504})
    EXPECT_EQ(http_status_of_grpc(grpc_status_of_http(status)), status);
  EXPECT_EQ(grpc_status_of_http(204), 0);
  EXPECT_EQ(grpc_status_of_http(418), 2);
  EXPECT_EQ(http_status_of_grpc(99), 500);
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
