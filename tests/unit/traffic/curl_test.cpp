#include "workbench/traffic/curl.h"

#include <gtest/gtest.h>

#include "slipway/codec/codec.h"

namespace workbench::traffic {
namespace {

TEST(CurlVectors, EachCommandBecomesItsRequest) {
  auto vectors = slipway::codec::read_document(SLIPWAY_SOURCE_DIR "/fixtures/vectors/curl.yaml");
  ASSERT_TRUE(vectors.ok()) << vectors.error().to_string();
  ASSERT_GT(vectors->as_list().size(), 20u);
  for (const auto& v : vectors->as_list()) {
    SCOPED_TRACE(v["name"].to_text());
    auto request = import_curl(v["command"].as_string());
    if (v["error"].is_string()) {
      ASSERT_FALSE(request.ok());
      EXPECT_EQ(request.error().reason(), v["error"].as_string());
      continue;
    }
    ASSERT_TRUE(request.ok()) << request.error().to_string();
    EXPECT_EQ(request->method, v["method"].as_string());
    EXPECT_EQ(request->url, v["url"].as_string());
    EXPECT_EQ(request->body, v["body"].is_string() ? v["body"].as_string() : "");
    std::vector<std::string> headers, wanted;
    for (const auto& [name, value] : request->headers) headers.push_back(name + ": " + value);
    if (v["headers"].is_list())
      for (const auto& h : v["headers"].as_list()) wanted.push_back(h.as_string());
    EXPECT_EQ(headers, wanted);
  }
}

SavedRequest awkward() {
  SavedRequest r;
  r.method = "PATCH";
  r.url = "http://127.0.0.1:8080/a?b=c&d=100%25&e='x'";
  r.headers = {{"Content-Type", "application/json"}, {"X-Quote", "it's \"so\" \\ done\\"}, {"X-Empty", ""}};
  r.body = "{\"a\": \"it's\\n\", \"b\": \"$HOME `id` %PATH% ^ ! \\\\\\\"\"}\nsecond line";
  return r;
}

class CopiedCommand : public testing::TestWithParam<Shell> {};

TEST_P(CopiedCommand, ReadsBackAsTheSameRequest) {
  for (const auto* method : {"PATCH", "POST", "GET"}) {
    SavedRequest request = awkward();
    request.method = method;
    const std::string command = copy_as_command(request, GetParam());
    auto again = import_curl(command);
    ASSERT_TRUE(again.ok()) << again.error().to_string() << "\n" << command;
    EXPECT_EQ(again->method, request.method) << command;
    EXPECT_EQ(again->url, request.url) << command;
    EXPECT_EQ(again->headers, request.headers) << command;
    EXPECT_EQ(again->body, request.body) << command;
  }
}

TEST_P(CopiedCommand, GrpcReadsBackToo) {
  SavedRequest request;
  request.method = "GRPC";
  request.url = "grpc://127.0.0.1:9082/inventory.v1.Inventory/Reserve";
  request.headers = {{"x-md-global-user", "ann"}};
  request.body = R"({"sku": "it's"})";
  auto again = import_curl(copy_as_command(request, GetParam()));
  ASSERT_TRUE(again.ok()) << again.error().to_string();
  EXPECT_EQ(*again, request);
}

INSTANTIATE_TEST_SUITE_P(Shells, CopiedCommand, testing::Values(Shell::Bash, Shell::Cmd, Shell::PowerShell));

TEST(CopiedCommand, NeverCarriesAContentLength) {
  SavedRequest r;
  r.method = "POST";
  r.url = "http://h/";
  r.headers = {{"Content-Length", "3"}, {"Content-Type", "text/plain"}};
  r.body = "abc";
  EXPECT_EQ(copy_as_command(r, Shell::Bash), "curl http://h/ \\\n  -H 'Content-Type: text/plain' \\\n  --data-raw abc");
}

}  // namespace
}  // namespace workbench::traffic
