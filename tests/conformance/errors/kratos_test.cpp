// Kratos's semantics of errors and its status table, from fixtures/vectors/errors_kratos.yaml.
#include <gtest/gtest.h>

#include "slipway/codec/codec.h"
#include "slipway/codec/error_body.h"
#include "slipway/grpc/status.h"
#include "slipway/http/reply_writer.h"
#include "tests/support/vectors.h"

namespace slipway {
namespace {

int grpc_number(const std::string& name) {
  for (int i = 0; i <= 16; ++i)
    if (grpc_code_name(i) == name) return i;
  ADD_FAILURE() << name << " is no gRPC status";
  return -1;
}

Error from(const Value& pair) { return Error(static_cast<int>(pair.as_list()[0].as_int()), pair.as_list()[1].as_string(), "text"); }

TEST(CompatKratosErrors, HttpStatusToGrpc) {
  const Value vectors = tests::read_vectors("errors_kratos");
  for (const Value& v : vectors["http_to_grpc"].as_list())
    EXPECT_EQ(grpc_code_name(grpc_status_of_http(static_cast<int>(v.as_list()[0].as_int()))), v.as_list()[1].as_string()) << v.to_text();
}

TEST(CompatKratosErrors, GrpcStatusToHttp) {
  const Value vectors = tests::read_vectors("errors_kratos");
  for (const Value& v : vectors["grpc_to_http"].as_list())
    EXPECT_EQ(http_status_of_grpc(grpc_number(v.as_list()[0].as_string())), v.as_list()[1].as_int()) << v.to_text();
  EXPECT_EQ(http_status_of_grpc(10000), 500);
}

TEST(CompatKratosErrors, IsComparesCodeAndReasonThroughTheChain) {
  const Value vectors = tests::read_vectors("errors_kratos");
  for (const Value& v : vectors["is"].as_list()) {
    const Error a = from(v["a"]), b = from(v["b"]);
    EXPECT_EQ(a.is(b), v["same"].as_bool());
    EXPECT_EQ(Error(500, "OUTER", "x").with_cause(a).is(b), v["same"].as_bool());
    EXPECT_EQ(a.with_metadata("k", "v").with_message("other").is(b), v["same"].as_bool());
  }
  const Error cause = internal_error("below");
  EXPECT_TRUE(bad_request("above").with_cause(cause).is(cause));
}

TEST(CompatKratosErrors, Constructors) {
  const std::map<std::string, Error> made = {{"bad_request", bad_request("m")},
                                             {"unauthorized", unauthorized("m")},
                                             {"forbidden", forbidden("m")},
                                             {"not_found", not_found("m")},
                                             {"conflict", conflict("m")},
                                             {"too_many_requests", too_many_requests("m")},
                                             {"client_closed", client_closed("m")},
                                             {"internal_error", internal_error("m")},
                                             {"unavailable", unavailable("m")},
                                             {"deadline_exceeded", deadline_exceeded("m")}};
  const Value all = tests::read_vectors("errors_kratos")["constructors"];
  EXPECT_EQ(all.as_list().size(), made.size());
  for (const Value& v : all.as_list()) EXPECT_EQ(made.at(v.as_list()[0].as_string()).code(), v.as_list()[1].as_int());
}

TEST(CompatKratosErrors, AnErrorComesBackFromGrpcWithItsCodeReasonAndMetadata) {
  const Value vectors = tests::read_vectors("errors_kratos");
  for (const Value& v : vectors["through_grpc"].as_list()) {
    const Error sent = Error(static_cast<int>(v.as_int()), "REASON", "text").with_metadata("k", "v");
    // By the details alone, which is what is left after a hop through Kratos or Envoy.
    const Error back = grpc::error_of(grpc::wire_status(sent));
    EXPECT_EQ(back.code(), sent.code());
    EXPECT_EQ(back.http_status(), sent.http_status()) << v.to_text();
    EXPECT_EQ(back.grpc_status(), sent.grpc_status());
    EXPECT_EQ(back.reason(), "REASON");
    EXPECT_EQ(back.metadata(), sent.metadata());
  }
}

TEST(CompatKratosErrors, HttpRepliesCarryTheCodeInTheBodyAndAStatusThatIsOne) {
  const Value vectors = tests::read_vectors("errors_kratos");
  for (const Value& v : vectors["replies"].as_list()) {
    middleware::Reply reply;
    const Error sent = Error(static_cast<int>(v["code"].as_int()), "R", "m").with_metadata("k", "v");
    http::set_error(reply, sent);
    EXPECT_EQ(reply.status, v["status"].as_int());
    EXPECT_EQ(reply.content_type, "application/json");
    auto body = codec::parse_json(reply.body);
    ASSERT_TRUE(body.ok());
    EXPECT_EQ(*body, Value::object({{"code", v["code"]}, {"reason", Value("R")}, {"message", Value("m")}, {"metadata", Value::object({{"k", Value("v")}})}}));
    const Error back = codec::error_of_body(reply.status, *body, "none", "none");
    EXPECT_TRUE(back.equals(sent));
    EXPECT_EQ(back.metadata(), sent.metadata());
  }
}

}  // namespace
}  // namespace slipway
