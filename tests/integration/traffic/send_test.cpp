#include "workbench/traffic/send.h"

#include <gtest/gtest.h>

#include "tests/integration/traffic/tiny_server.h"

namespace workbench::traffic {
namespace {

using tiny::Answer;
using tiny::TinyServer;
using namespace std::chrono_literals;

SavedRequest get(const std::string& url) {
  SavedRequest r;
  r.url = url;
  return r;
}

TEST(Send, BringsTheWholeExchange) {
  TinyServer server([](auto, auto) {
    return Answer{.bytes = "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: 12\r\n\r\n{\"id\":\"o-1\"}"};
  });
  SavedRequest request = get(server.url("/orders"));
  request.method = "POST";
  request.headers = {{"X-A", "b"}};
  request.body = R"({"sku":"A-1"})";
  request.assertions = {"status == 201", "body.id == o-1", "header.content-type contains json", "time < 10s", "status == 200"};
  const auto e = send(request);
  EXPECT_EQ(e.error, "");
  EXPECT_EQ(e.status, 201);
  EXPECT_EQ(e.reason, "Created");
  EXPECT_EQ(e.body, R"({"id":"o-1"})");
  EXPECT_EQ(e.headers[0].second, "application/json");
  EXPECT_EQ(e.sent_body, request.body);
  EXPECT_GT(e.connect_ns, 0);
  EXPECT_GE(e.first_byte_ns, e.connect_ns);
  EXPECT_GE(e.total_ns, e.first_byte_ns);
  ASSERT_EQ(e.assertions.size(), 5u);
  for (std::size_t i = 0; i < 4; ++i) EXPECT_TRUE(e.assertions[i].held) << e.assertions[i].text;
  EXPECT_FALSE(e.assertions[4].held);

  const std::string head = server.heads()[0];
  EXPECT_NE(head.find("POST /orders HTTP/1.1\r\n"), std::string::npos);
  EXPECT_NE(head.find("Content-Type: application/json\r\n"), std::string::npos);
  EXPECT_NE(head.find("x-slipway-keep: 1\r\n"), std::string::npos);
  EXPECT_NE(head.find("traceparent: 00-" + e.trace_id + "-"), std::string::npos);
  EXPECT_NE(head.find("-01\r\n"), std::string::npos);
}

TEST(Send, AnUnreachableServiceIsSaidPlainly) {
  std::string url;
  { url = TinyServer().url(); }
  SavedRequest request = get(url);
  request.assertions = {"status == 200"};
  const auto e = send(request);
  EXPECT_EQ(e.status, 0);
  EXPECT_NE(e.error.find("Connection refused; is the service running?"), std::string::npos) << e.error;
  ASSERT_EQ(e.assertions.size(), 1u);
  EXPECT_FALSE(e.assertions[0].held);
}

TEST(Send, EachTransportFailureHasItsWords) {
  const std::vector<std::pair<Answer, std::string>> cases = {
      {{.bytes = "", .close = true}, "closed without a reply"},
      {{.bytes = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", .close = true}, "in the middle of the reply"},
      {{.bytes = "nonsense\r\n\r\n"}, "not valid HTTP"},
      {{.bytes = ""}, "within the timeout"}};
  for (const auto& [answer, words] : cases) {
    TinyServer server([&](auto, auto) { return answer; });
    SendOptions options;
    options.timeout = 200ms;
    const auto e = send(get(server.url()), options);
    EXPECT_NE(e.error.find(words), std::string::npos) << e.error;
  }
}

TEST(Send, KeepsAPartialReplyForTheEyes) {
  TinyServer server([](auto, auto) { return Answer{.bytes = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", .close = true}; });
  const auto e = send(get(server.url()));
  EXPECT_EQ(e.status, 200);
  EXPECT_EQ(e.body, "half");
  EXPECT_NE(e.error, "");
}

TEST(Send, StaysOnThisMachine) {
  EXPECT_NE(send(get("http://192.0.2.1/")).error.find("not this machine"), std::string::npos);
  EXPECT_NE(send(get("https://127.0.0.1/")).error.find("https"), std::string::npos);
  EXPECT_NE(send(get("orders")).error.find("no scheme"), std::string::npos);
}

TEST(Send, HeadHasNoBody) {
  TinyServer server([](auto, auto) { return Answer{.bytes = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"}; });
  SavedRequest request = get(server.url());
  request.method = "HEAD";
  const auto e = send(request);
  EXPECT_EQ(e.error, "");
  EXPECT_EQ(e.status, 200);
}

}  // namespace
}  // namespace workbench::traffic
