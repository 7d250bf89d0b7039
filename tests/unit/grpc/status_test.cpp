#include "slipway/grpc/status.h"

#include <gtest/gtest.h>

namespace slipway::grpc {
namespace {

TEST(GrpcStatus, AnErrorComesBackWhole) {
  const Error sent = conflict("only 2 left", "OUT_OF_STOCK").with_metadata("sku", "A-1").with_metadata("left", "2");
  const auto wire = wire_status(sent);
  EXPECT_EQ(wire.code, grpc_status_of_http(409));
  const Error back = error_of(wire, 409);
  EXPECT_EQ(back.code(), 409);
  EXPECT_EQ(back.reason(), "OUT_OF_STOCK");
  EXPECT_EQ(back.message(), "only 2 left");
  EXPECT_EQ(back.metadata(), sent.metadata());
}

TEST(GrpcStatus, DetailsAreTheBytesOfGoogleRpcStatus) {
  // Status{code: 5, message: "m", details: Any{ErrorInfo{reason: "R", metadata: {"k": "v"}}}}, as protoc encodes it.
  const std::string info = std::string("\x0a\x01R\x1a\x06\x0a\x01k\x12\x01v", 11);
  const std::string type = "type.googleapis.com/google.rpc.ErrorInfo";
  const std::string any = "\x0a\x28" + type + "\x12\x0b" + info;
  const std::string wanted = std::string("\x08\x05\x12\x01m\x1a", 6) + static_cast<char>(any.size()) + any;
  EXPECT_EQ(wire_status(not_found("m", "R").with_metadata("k", "v")).details, wanted);
}

TEST(GrpcStatus, APlainStatusGetsItsCodesNameAsReason) {
  const Error e = error_of({5, "no such thing", ""});
  EXPECT_EQ(e.code(), 404);
  EXPECT_EQ(e.reason(), "NOT_FOUND");
  EXPECT_EQ(error_of({14, "", ""}).message(), "the peer answered UNAVAILABLE");
}

TEST(GrpcStatus, AFinerCodeIsBelievedOnlyWhereItAgrees) {
  const int code = grpc_status_of_http(422);
  EXPECT_EQ(error_of({code, "m", ""}, 422).code(), 422);
  EXPECT_EQ(error_of({5, "m", ""}, 422).code(), 404);
  EXPECT_EQ(error_of({5, "m", ""}, 0).code(), 404);
}

TEST(GrpcStatus, ABusinessCodeIsCarriedWithTheStatusItCameWith) {
  const Error sent = Error(Code{20012, "Out Of Stock", "OUT_OF_STOCK", 412, 9}, "only 2 left");
  const auto wire = wire_status(sent);
  EXPECT_EQ(wire.code, 9);
  for (const Error& back : {error_of(wire), error_of({wire.code, wire.message, ""}, 20012, "OUT_OF_STOCK")}) {
    EXPECT_EQ(back.code(), 20012);
    EXPECT_EQ(back.http_status(), 412);
    EXPECT_EQ(back.grpc_status(), 9);
    EXPECT_TRUE(back.metadata().empty());
    EXPECT_EQ(wire_status(back).details, wire.details) << "and passed on as it came";
  }
}

TEST(GrpcStatus, AStatusWithoutAnHttpTwinIsPassedOnAsItCame) {
  EXPECT_EQ(error_of({6, "there is one", ""}).http_status(), 409);
  EXPECT_EQ(wire_status(error_of({6, "there is one", ""})).code, 6);
  EXPECT_EQ(wire_status(error_of({15, "gone", ""})).code, 15);
}

TEST(GrpcStatus, BrokenDetailsDoNoHarm) {
  for (const std::string& bytes : {std::string("\xff\xff\xff\xff\xff\xff"), std::string("\x1a\xff\x01"), std::string("\x1a\x02\x0a\x7f")})
    EXPECT_EQ(error_of({5, "m", bytes}).reason(), "NOT_FOUND");
}

}  // namespace
}  // namespace slipway::grpc
