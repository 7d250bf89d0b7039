#include "workbench/traffic/reply_parser.h"

#include <gtest/gtest.h>

namespace workbench::traffic {
namespace {

// Feeds `bytes` in pieces of `step`; returns how many were used.
std::size_t feed(ReplyParser& p, std::string_view bytes, std::size_t step) {
  std::size_t used = 0;
  while (used < bytes.size() && !p.done() && !p.failed()) {
    const auto piece = bytes.substr(used, step);
    used += p.feed(piece.data(), piece.size());
  }
  return used;
}

TEST(ReplyParser, ReadsTheSameReplyInAnyPieces) {
  const std::string first = "HTTP/1.1 201 Created\r\nContent-Length: 5\r\nX-A: b\r\n\r\nhello";
  const std::string chunked =
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nA;x=y\r\n0123456789\r\n0\r\nTrailer: t\r\n\r\n";
  for (std::size_t step = 1; step < 80; ++step) {
    ReplyParser p;
    ReplyParser::Capture c;
    p.begin(false, &c);
    EXPECT_EQ(feed(p, first, step), first.size());
    ASSERT_TRUE(p.done()) << step;
    EXPECT_EQ(p.status(), 201);
    EXPECT_EQ(c.reason, "Created");
    EXPECT_EQ(c.body, "hello");
    EXPECT_EQ(c.headers, (Pairs{{"Content-Length", "5"}, {"X-A", "b"}}));
    EXPECT_TRUE(p.keep_alive());

    ReplyParser::Capture d;
    p.begin(false, &d);
    EXPECT_EQ(feed(p, chunked, step), chunked.size());
    ASSERT_TRUE(p.done()) << step;
    EXPECT_EQ(d.body, "abc0123456789");
  }
}

TEST(ReplyParser, LeavesTheBytesOfTheNextReply) {
  const std::string two = "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\naHTTP/1.1 204 No Content\r\n\r\n";
  ReplyParser p;
  p.begin(false);
  const auto used = p.feed(two.data(), two.size());
  ASSERT_TRUE(p.done());
  EXPECT_EQ(two.substr(used, 12), "HTTP/1.1 204");
}

TEST(ReplyParser, SomeRepliesHaveNoBody) {
  for (const auto* head : {"HTTP/1.1 204 No Content\r\n\r\n", "HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n",
                           "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"}) {
    ReplyParser p;
    p.begin(false);
    feed(p, head, 100);
    EXPECT_TRUE(p.done()) << head;
  }
  ReplyParser p;
  p.begin(true);
  feed(p, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", 100);
  EXPECT_TRUE(p.done());
}

TEST(ReplyParser, SkipsInterimReplies) {
  ReplyParser p;
  p.begin(false);
  feed(p, "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 7);
  EXPECT_TRUE(p.done());
  EXPECT_EQ(p.status(), 200);
}

TEST(ReplyParser, ABodyWithoutLengthEndsWithTheConnection) {
  ReplyParser p;
  ReplyParser::Capture c;
  p.begin(false, &c);
  feed(p, "HTTP/1.1 200 OK\r\n\r\nall of it", 4);
  EXPECT_FALSE(p.done());
  EXPECT_TRUE(p.finish());
  EXPECT_FALSE(p.keep_alive());
  EXPECT_EQ(c.body, "all of it");
}

TEST(ReplyParser, ACutReplyIsNotComplete) {
  for (const auto* cut : {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell", "HTTP/1.1 200 OK\r\n", "",
                          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"}) {
    ReplyParser p;
    p.begin(false);
    feed(p, cut, 100);
    EXPECT_FALSE(p.finish()) << cut;
  }
}

TEST(ReplyParser, KeepAliveFollowsVersionAndConnection) {
  const auto keeps = [](std::string head) {
    ReplyParser p;
    p.begin(false);
    head += "Content-Length: 0\r\n\r\n";
    p.feed(head.data(), head.size());
    EXPECT_TRUE(p.done());
    return p.keep_alive();
  };
  EXPECT_TRUE(keeps("HTTP/1.1 200 OK\r\n"));
  EXPECT_FALSE(keeps("HTTP/1.1 200 OK\r\nConnection: close\r\n"));
  EXPECT_FALSE(keeps("HTTP/1.1 200 OK\r\nconnection: foo, Close\r\n"));
  EXPECT_FALSE(keeps("HTTP/1.0 200 OK\r\n"));
  EXPECT_TRUE(keeps("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n"));
}

TEST(ReplyParser, RefusesWhatCouldPutRepliesOutOfStep) {
  for (const auto* bad : {"HTTP/2.0 200 OK\r\n\r\n", "HTTX/1.1 200 OK\r\n\r\n", "HTTP/1.1 2x0 OK\r\n\r\n", "HTTP/1.1 2000 OK\r\n\r\n",
                          "HTTP/1.1 200 OK\r\nContent-Length: +5\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
                          "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
                          "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
                          "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n", "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
                          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
                          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n",
                          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\nab\r\n"}) {
    for (const std::size_t step : {1u, 7u, 500u}) {
      ReplyParser p;
      p.begin(false);
      feed(p, bad, step);
      EXPECT_TRUE(p.failed()) << bad << " in steps of " << step;
    }
  }
}

TEST(ReplyParser, RefusesAnEndlessHead) {
  ReplyParser p;
  p.begin(false);
  const std::string line = "X: " + std::string(1000, 'a') + "\r\n";
  std::string head = "HTTP/1.1 200 OK\r\n";
  for (int i = 0; i < 80; ++i) head += line;
  feed(p, head, 999);
  EXPECT_TRUE(p.failed());
}

TEST(ReplyParser, KeepsABodyOnlyUpToItsLimit) {
  ReplyParser p;
  ReplyParser::Capture c;
  c.body_limit = 4;
  p.begin(false, &c);
  feed(p, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n123456789", 5);
  EXPECT_TRUE(p.done());
  EXPECT_EQ(c.body, "1234");
  EXPECT_TRUE(c.truncated);
}

}  // namespace
}  // namespace workbench::traffic
