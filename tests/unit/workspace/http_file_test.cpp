#include "workbench/workspace/http_file.h"

#include <gtest/gtest.h>

#include "tests/unit/workspace/folder.h"

namespace workbench::workspace {
namespace {

using traffic::SavedRequest;

constexpr std::string_view kFile = R"(@host = {{gateway}}
// shared by all

### Create an order
# @name create
# why: the main job
# @assert status == 201
# @assert body.id exists
POST {{host}}/orders
  ?dry=1
  &x=2 HTTP/1.1
Content-Type: application/json
X-Id: 7

{
  "sku": "A-1"
}

> {% client.test("ok", () => {}); %}

### list, page 1
GET {{host}}/orders

###
{{host}}/health

### Reserve
GRPC {{inventory}}/inventory.v1.Inventory/Reserve

{ "sku": "A-1" }
)";

RequestFile parse(std::string_view text, std::vector<Problem>* out = nullptr) {
  std::vector<Problem> problems;
  auto f = parse_http(text, "requests/orders/all.http", problems);
  if (out) *out = problems;
  else EXPECT_EQ(texts(problems), "");
  return f;
}

TEST(HttpFile, ReadsSeveralRequestsWithTheirNamesHeadersAndAssertions) {
  const auto f = parse(kFile);
  ASSERT_EQ(f.requests.size(), 4u);
  const SavedRequest& r = f.requests[0];
  EXPECT_EQ(r.id, "orders/all#create");
  EXPECT_EQ(r.name, "create");
  EXPECT_EQ(r.folder, "orders");
  EXPECT_EQ(r.method, "POST");
  EXPECT_EQ(r.url, "{{host}}/orders?dry=1&x=2");
  EXPECT_EQ(r.headers, (traffic::Pairs{{"Content-Type", "application/json"}, {"X-Id", "7"}}));
  EXPECT_EQ(r.body, "{\n  \"sku\": \"A-1\"\n}");
  EXPECT_EQ(r.assertions, (std::vector<std::string>{"status == 201", "body.id exists"}));
  EXPECT_EQ(f.requests[1].name, "list, page 1");
  EXPECT_EQ(f.requests[2].name, "all");
  EXPECT_EQ(f.requests[2].method, "GET");
  EXPECT_EQ(f.requests[3].method, "GRPC");
  EXPECT_EQ(f.variables, (std::vector<std::pair<std::string, std::string>>{{"host", "{{gateway}}"}}));
}

TEST(HttpFile, ASingleRequestIsNamedByItsFile) {
  std::vector<Problem> problems;
  const auto f = parse_http("GET http://h/\n", "requests/orders/get.http", problems);
  ASSERT_EQ(f.requests.size(), 1u);
  EXPECT_EQ(f.requests[0].id, "orders/get");
  EXPECT_EQ(f.requests[0].name, "get");
}

TEST(HttpFile, VersionOfTheRequestLineIsNoPartOfTheUrl) {
  EXPECT_EQ(parse("GET http://h/x HTTP/1.1\n").requests[0].url, "http://h/x");
}

TEST(HttpFile, MistakesHaveTheirLine) {
  std::vector<Problem> problems;
  parse("### a\nFETCH! http://h/\n\n### b\nGET http://h/\nno header\n\nbody\n### c\nPOST\n", &problems);
  EXPECT_EQ(texts(problems),
            "requests/orders/all.http:2:1: \"FETCH!\" is not a method (write GET, POST, PUT, PATCH, DELETE, HEAD, OPTIONS or GRPC and a URL)\n"
            "requests/orders/all.http:6:1: \"no header\" is not a header (write Name: value, and a blank line before the body)\n"
            "requests/orders/all.http:10:1: a request needs a URL (POST {{service}}/path)\n");
}

TEST(HttpFile, SavingOneRequestLeavesTheOthersByteForByte) {
  auto f = parse(kFile);
  SavedRequest r = f.requests[1];
  r.url = "{{host}}/orders?limit=5";
  r.headers = {{"Accept", "application/json"}};
  r.assertions = {"status == 200"};
  auto text = put_request(kFile, r);
  ASSERT_TRUE(text.ok()) << text.error().to_string();
  std::string expected(kFile);
  const std::string old = "GET {{host}}/orders\n";
  expected.replace(expected.find(old), old.size(), "# @assert status == 200\nGET {{host}}/orders?limit=5\nAccept: application/json\n");
  EXPECT_EQ(*text, expected);
  const auto again = parse(*text);
  EXPECT_EQ(again.requests[1], r);
  EXPECT_EQ(again.requests[0], f.requests[0]);
}

TEST(HttpFile, SavingKeepsCommentsScriptsAndName) {
  auto f = parse(kFile);
  SavedRequest r = f.requests[0];
  r.body = "{}";
  auto text = put_request(kFile, r);
  ASSERT_TRUE(text.ok());
  EXPECT_NE(text->find("# why: the main job\n# @name create\n"), std::string::npos) << *text;
  EXPECT_NE(text->find("{}\n\n> {% client.test(\"ok\", () => {}); %}\n\n### list"), std::string::npos) << *text;
  EXPECT_EQ(parse(*text).requests[0], r);
}

TEST(HttpFile, SavingWhatDidNotChangeChangesNothing) {
  const auto f = parse(kFile);
  for (const auto& r : f.requests) EXPECT_EQ(put_request(kFile, r).value(), kFile);
}

TEST(HttpFile, ANewRequestIsAddedAtTheEnd) {
  SavedRequest r;
  r.name = "cancel";
  r.file = "requests/orders/all.http";
  r.method = "DELETE";
  r.url = "{{host}}/orders/1";
  const std::string text = put_request(kFile, r).value();
  EXPECT_EQ(text, std::string(kFile) + "\n### cancel\nDELETE {{host}}/orders/1\n");
  EXPECT_EQ(parse(remove_request(text, "cancel").value()).requests.size(), 4u);
}

TEST(HttpFile, WhatWouldBreakTheFileIsRefused) {
  SavedRequest r;
  r.name = "x";
  r.url = "http://h/";
  r.body = "a\n### b";
  EXPECT_FALSE(put_request("", r).ok());
  r.body = "";
  r.headers = {{"A", "1\r\nB: 2"}};
  EXPECT_FALSE(put_request("", r).ok());
  r.headers = {};
  r.url = "http://h/\nGET http://other/";
  EXPECT_FALSE(put_request("", r).ok());
}

TEST(HttpFile, SaveCreatesTheFileAndDeleteRemovesIt) {
  Folder f;
  f.hello();
  SavedRequest r;
  r.name = "create";
  r.folder = "orders";
  r.method = "POST";
  r.url = "{{gateway}}/orders";
  r.body = "{}";
  auto saved = save_request(f.str(), r);
  ASSERT_TRUE(saved.ok()) << saved.error().to_string();
  EXPECT_EQ(saved->file, "requests/orders/create.http");
  EXPECT_EQ(saved->id, "orders/create");
  EXPECT_EQ(f.read("requests/orders/create.http"), "### create\nPOST {{gateway}}/orders\n\n{}\n");
  ASSERT_TRUE(delete_request(f.str(), *saved).ok());
  EXPECT_FALSE(std::filesystem::exists(f.path / "requests/orders/create.http"));
  r.file = "requests/../../x.http";
  EXPECT_FALSE(save_request(f.str(), r).ok());
}

}  // namespace
}  // namespace workbench::workspace
