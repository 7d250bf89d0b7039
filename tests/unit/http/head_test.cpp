#include "slipway/http/head.h"

#include <gtest/gtest.h>

#include <boost/beast/http.hpp>

#include "tests/support/vectors.h"

namespace slipway::http {
namespace {

struct Parsed {
  HeadState state;
  HeadError error;
  Head head;
};

Parsed parse(std::string_view bytes, const Limits& limits = {}) {
  Parsed p;
  p.state = parse_head(bytes, limits, p.head, p.error);
  return p;
}

bool beast_accepts(const std::string& bytes) {
  boost::beast::http::request_parser<boost::beast::http::string_body> parser;
  parser.eager(true);
  boost::system::error_code error;
  parser.put(boost::asio::buffer(bytes), error);
  return !error;
}

TEST(Head, SaysWhatTheVectorsSay) {
  const Value vectors = tests::read_vectors("http_heads");
  ASSERT_GE(vectors["heads"].as_list().size(), 50u);
  for (const Value& v : vectors["heads"].as_list()) {
    const Parsed p = parse(v["in"].as_string());
    const auto want = v["status"].as_int();
    const auto got = p.state == HeadState::Complete ? 0 : p.state == HeadState::Incomplete ? -1 : p.error.status;
    EXPECT_EQ(got, want) << v["name"].as_string() << ": " << p.error.what;
    EXPECT_EQ(p.state == HeadState::Error, !p.error.what.empty()) << v["name"].as_string();
  }
}

TEST(Head, IsNeverMoreLenientThanBeast) {
  const Value vectors = tests::read_vectors("http_heads");
  int compared = 0;
  for (const Value& v : vectors["heads"].as_list()) {
    if (!v["beast"].is_string()) continue;
    ++compared;
    const bool accepted = beast_accepts(v["in"].as_string());
    EXPECT_EQ(accepted, v["beast"].as_string() == "accept") << v["name"].as_string() << ": Beast changed its mind";
    EXPECT_TRUE(accepted || parse(v["in"].as_string()).state != HeadState::Complete) << v["name"].as_string();
  }
  EXPECT_GE(compared, 30);
}

TEST(Head, EveryPrefixOfAGoodHeadIsIncomplete) {
  const std::string head =
      "POST /a/b?c=d HTTP/1.1\r\nHost: example.com:8080\r\nContent-Length: 12\r\nContent-Type: application/json\r\nConnection: keep-alive, "
      "Upgrade\r\n\r\n";
  for (std::size_t n = 0; n < head.size(); ++n) EXPECT_EQ(parse(std::string_view(head).substr(0, n)).state, HeadState::Incomplete) << n;
  const Parsed whole = parse(head + "body follows");
  ASSERT_EQ(whole.state, HeadState::Complete);
  EXPECT_EQ(whole.head.bytes, head.size());
}

TEST(Head, GivesThePartsOfARequest) {
  const std::string bytes =
      "PUT /x?y=1 HTTP/1.1\r\nhOsT: h:1\r\nContent-Length: 3\r\nTraceparent: t\r\nExpect: 100-Continue\r\nX-A:  one two \r\n\r\nabc";
  const Parsed p = parse(bytes);
  ASSERT_EQ(p.state, HeadState::Complete);
  EXPECT_EQ(p.head.method, "PUT");
  EXPECT_EQ(p.head.target, "/x?y=1");
  EXPECT_EQ(p.head.minor, 1);
  EXPECT_EQ(p.head.host, "h:1");
  EXPECT_TRUE(p.head.has_length);
  EXPECT_EQ(p.head.length, 3u);
  EXPECT_TRUE(p.head.expect_continue);
  EXPECT_EQ(p.head.traceparent, "t");
  EXPECT_EQ(p.head.header("x-a"), "one two");
  EXPECT_EQ(p.head.header("x-b"), "");
  EXPECT_EQ(p.head.field_count, 5u);
}

TEST(Head, KeepAliveFollowsVersionAndConnection) {
  EXPECT_TRUE(parse("GET / HTTP/1.1\r\nHost: a\r\n\r\n").head.keep_alive);
  EXPECT_FALSE(parse("GET / HTTP/1.1\r\nHost: a\r\nConnection: x, Close\r\n\r\n").head.keep_alive);
  EXPECT_FALSE(parse("GET / HTTP/1.0\r\n\r\n").head.keep_alive);
  EXPECT_TRUE(parse("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n").head.keep_alive);
  EXPECT_FALSE(parse("GET / HTTP/1.0\r\nConnection: keep-alive\r\nConnection: close\r\n\r\n").head.keep_alive);
}

TEST(Head, LimitsAreCountedBeforeTheEndIsSeen) {
  Limits limits;
  limits.request_line = 100;
  limits.header_block = 200;
  limits.fields = 3;
  EXPECT_EQ(parse("GET /" + std::string(101, 'a'), limits).error.status, 414);
  EXPECT_EQ(parse("GET /" + std::string(101, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n", limits).error.status, 414);
  EXPECT_EQ(parse("GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(300, 'a'), limits).error.status, 431);
  EXPECT_EQ(parse("GET / HTTP/1.1\r\nHost: a\r\nA: 1\r\nB: 2\r\nC: 3\r\n\r\n", limits).error.status, 431);
  EXPECT_EQ(parse("GET / HTTP/1.1\r\nHost: a\r\nA: 1\r\nB: 2\r\n\r\n", limits).state, HeadState::Complete);
}

TEST(Head, ALimitAboveTheTableIsTheTable) {
  Limits limits;
  limits.fields = 100'000;
  limits.header_block = 1 << 20;
  std::string head = "GET / HTTP/1.1\r\nHost: a\r\n";
  for (int i = 0; i < 200; ++i) head += "X: y\r\n";
  EXPECT_EQ(parse(head + "\r\n", limits).error.status, 431);
}

TEST(Head, ReadsReplies) {
  Head head;
  HeadError error;
  EXPECT_EQ(parse_reply_head("HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno", {}, head, error), HeadState::Complete);
  EXPECT_EQ(head.status, 404);
  EXPECT_EQ(head.reason, "Not Found");
  EXPECT_EQ(head.length, 2u);
  EXPECT_EQ(parse_reply_head("HTTP/1.1 204\r\n\r\n", {}, head, error), HeadState::Complete);
  EXPECT_EQ(parse_reply_head("HTTP/1.1 20", {}, head, error), HeadState::Incomplete);
  EXPECT_EQ(parse_reply_head("HTTP/1.1 2x4 \r\n\r\n", {}, head, error), HeadState::Error);
  EXPECT_EQ(parse_reply_head("SSH-2.0-x\r\n", {}, head, error), HeadState::Error);
  EXPECT_EQ(parse_reply_head("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n", {}, head, error), HeadState::Error);
}

}  // namespace
}  // namespace slipway::http
