// The edges of HTTP/1.1 over real sockets: what is refused and how, what must not follow it, the limits as they come, and
// Expect: 100-continue.
#include <gtest/gtest.h>
#include <unistd.h>

#include <latch>

#include "tests/integration/http/server_fixture.h"
#include "tests/support/vectors.h"

namespace slipway::http {
namespace {
using middleware::Call;
using middleware::Outcome;
using tests::body_of;
using tests::kGet;
using tests::kHello;
using tests::RawClient;
using tests::status_of;

class HttpEdges : public tests::ServerTest {
 protected:
  // Refused with that status, closed, and nothing behind it served.
  void refused(const std::string& bytes, int status, const std::string& what) {
    RawClient client(port);
    client.say(bytes + "GET /hello/behind HTTP/1.1\r\nHost: a\r\n\r\n");
    const auto all = client.rest();
    EXPECT_EQ(status_of(all), status) << what << ": " << all;
    EXPECT_NE(all.find("\r\nConnection: close\r\n"), std::string::npos) << what;
    EXPECT_EQ(all.find("\r\nDate: "), all.rfind("\r\nDate: ")) << what << ": one reply, and no more: " << all;
    EXPECT_EQ(all.find("hello behind"), std::string::npos) << what;
    EXPECT_TRUE(client.closed()) << what;
  }
};

TEST_F(HttpEdges, EveryRefusedHeadOfTheVectorsIsAnsweredAndTheConnectionClosed) {
  auto& s = serve();
  const Value vectors = tests::read_vectors("http_heads");
  std::uint64_t count = 0;
  for (const Value& v : vectors["heads"].as_list()) {
    if (v["status"].as_int() <= 0) continue;
    refused(v["in"].as_string(), static_cast<int>(v["status"].as_int()), v["name"].as_string());
    ++count;
  }
  EXPECT_GE(count, 45u);
  EXPECT_EQ(s.counters().malformed, count);
  EXPECT_EQ(s.counters().requests, 0u);
}

TEST_F(HttpEdges, EveryCompleteHeadOfTheVectorsIsServedAndTheConnectionKept) {
  serve();
  const Value vectors = tests::read_vectors("http_heads");
  for (const Value& v : vectors["heads"].as_list()) {
    if (v["status"].as_int() != 0 || v["in"].as_string().find("HTTP/1.0") != std::string::npos) continue;
    RawClient client(port);
    client.say(v["in"].as_string() + kGet);
    EXPECT_EQ(status_of(client.reply()), 404) << v["name"].as_string() << ": there is no /, and that is all that is wrong";
    EXPECT_EQ(body_of(client.reply()), kHello) << v["name"].as_string();
  }
}

TEST_F(HttpEdges, ABadChunkIsRefusedAndNothingServedBehindIt) {
  serve();
  const std::string head = "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (const char* body : {"5\nhello\r\n0\r\n\r\n", "5;a\nb\r\nhello\r\n0\r\n\r\n", "5\r\nhello\n0\r\n\r\n", "+5\r\nhello\r\n0\r\n\r\n", "-1\r\n\r\n",
                           "0x5\r\nhello\r\n0\r\n\r\n", "5 \r\nhello\r\n0\r\n\r\n", "zz\r\n\r\n", "5\r\nhelloX\r\n0\r\n\r\n", "0\r\n folded\r\n\r\n"}) {
    refused(head + body, 400, body);
  }
  // The same when the head has been waiting for its body.
  RawClient client(port);
  client.say(head);
  client.say("5\r\nhel");
  client.say("loX\r\n0\r\n\r\n" + std::string(kGet));
  const auto all = client.rest();
  EXPECT_EQ(status_of(all), 400);
  EXPECT_EQ(all.find("hello world"), std::string::npos);
}

TEST_F(HttpEdges, ARefusalOfTheSecondInAPipelineComesAfterTheReplyToTheFirst) {
  serve();
  RawClient client(port);
  client.say(std::string(kGet) + "GET / HTTP/1.1\r\nHost: a\r\nX : y\r\n\r\n" + kGet);
  EXPECT_EQ(body_of(client.reply()), kHello);
  EXPECT_EQ(status_of(client.reply()), 400);
  EXPECT_TRUE(client.closed());
}

TEST_F(HttpEdges, NulIsRefusedWhereverItStands) {
  serve();
  const std::string nul(1, '\0');
  refused("GET /a" + nul + " HTTP/1.1\r\nHost: a\r\n\r\n", 400, "in the target");
  refused("GET / HTTP/1.1\r\nHost: a" + nul + "\r\n\r\n", 400, "in the host");
  refused("GET / HTTP/1.1\r\nHost: a\r\nX" + nul + ": y\r\n\r\n", 400, "in a name");
  refused("GET / HTTP/1.1\r\nHost: a\r\nX: y" + nul + "\r\n\r\n", 400, "in a value");
  refused("GET /%00 HTTP/1.1\r\nHost: a\r\n\r\n", 400, "escaped, in the path");
  refused(nul + "GET / HTTP/1.1\r\nHost: a\r\n\r\n", 400, "before the method");
}

// ---- the limits as a server has them when nothing is said

TEST_F(HttpEdges, TheLimitsAreTheDocumentedOnes) {
  const Limits l;
  EXPECT_EQ(l.request_line, 8u * 1024);
  EXPECT_EQ(l.header_block, 16u * 1024);
  EXPECT_EQ(l.fields, 100u);
  EXPECT_EQ(l.body, 1024u * 1024);
  EXPECT_EQ(l.header_deadline, std::chrono::seconds(10));
  EXPECT_EQ(l.idle, std::chrono::seconds(60));
  EXPECT_EQ(l.connections, 10'000u);
  EXPECT_EQ(l.connections_per_peer, 256u);
  EXPECT_FALSE(l.limit_loopback);
  EXPECT_EQ(l.pipelined, 16u);
}

TEST_F(HttpEdges, EachLimitHoldsToTheByte) {
  serve();
  const auto line = [&](std::size_t size) {  // GET /aaa HTTP/1.1
    return "GET /" + std::string(size - 14, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n";
  };
  EXPECT_EQ(status_of(once(line(8 * 1024))), 404);
  refused(line(8 * 1024 + 1), 414, "a request line of 8 KiB and a byte");

  const auto fields = [&](std::size_t count) {
    std::string head = "GET /hello/world HTTP/1.1\r\nHost: a\r\n";
    for (std::size_t i = 1; i < count; ++i) head += "X-" + std::to_string(i) + ": y\r\n";
    return head + "\r\n";
  };
  EXPECT_EQ(status_of(once(fields(100))), 200);
  refused(fields(101), 431, "101 fields");

  const auto block = [&](std::size_t size) {  // Host: a, and X: with the rest, each with its line end
    return "GET /hello/world HTTP/1.1\r\nHost: a\r\nX: " + std::string(size - 9 - 5, 'y') + "\r\n\r\n";
  };
  EXPECT_EQ(status_of(once(block(16 * 1024))), 200);
  refused(block(16 * 1024 + 1), 431, "a header block of 16 KiB and a byte");

  const auto body = [&](std::size_t size) {
    return "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(size) + "\r\n\r\n" + std::string(size, 'b');
  };
  EXPECT_EQ(body_of(once(body(1024 * 1024))).size(), 1024u * 1024);
  refused("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1048577\r\n\r\n", 413, "a body of 1 MiB and a byte");
}

TEST_F(HttpEdges, ABodyNestedTooDeepIsABadRequest) {
  serve();
  ASSERT_TRUE(server->post("/typed", [](const tests::Hello& h) -> Result<tests::Said> { return tests::Said{h.name}; }).ok());
  const auto nested = [&](int depth) {
    std::string body = R"({"name":"x","more":)";
    for (int i = 1; i < depth; ++i) body += '[';
    for (int i = 1; i < depth; ++i) body += ']';
    body += '}';
    return once("POST /typed HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
  };
  EXPECT_EQ(status_of(nested(64)), 200);
  const auto deep = nested(65);
  EXPECT_EQ(status_of(deep), 400);
  EXPECT_NE(body_of(deep).find("BODY_INVALID"), std::string::npos) << deep;
  EXPECT_EQ(status_of(nested(100'000)), 400);
}

TEST_F(HttpEdges, OnlyLoopbackIsBoundUnlessAskedFor) {
  serve();
  EXPECT_EQ(server->endpoint().host, "127.0.0.1");
  // Another address of this machine: a socket bound to all of them would answer here.
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in other{};
  other.sin_family = AF_INET;
  other.sin_port = htons(static_cast<std::uint16_t>(port));
  other.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1);
  EXPECT_NE(connect(fd, reinterpret_cast<sockaddr*>(&other), sizeof other), 0);
  close(fd);
}

// ---- Expect: 100-continue

const std::string kAsking = "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n";

TEST_F(HttpEdges, SaysContinueBeforeTheBodyIsSent) {
  serve();
  RawClient client(port);
  for (int i = 0; i < 2; ++i) {  // and again on the same connection
    client.say(kAsking);
    EXPECT_EQ(client.reply(true), "HTTP/1.1 100 Continue\r\n\r\n");
    client.say("body");
    const auto reply = client.reply();
    EXPECT_EQ(status_of(reply), 200);
    EXPECT_EQ(body_of(reply), "body");
  }
}

TEST_F(HttpEdges, SaysContinueForAChunkedBodyAndForAHeadInTwoParts) {
  serve();
  RawClient chunked(port);
  chunked.say("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nexpect: 100-Continue\r\n\r\n");
  EXPECT_EQ(status_of(chunked.reply(true)), 100);
  chunked.say("4\r\nbody\r\n0\r\n\r\n");
  EXPECT_EQ(body_of(chunked.reply()), "body");
  RawClient halves(port);
  halves.say(kAsking.substr(0, 40));
  EXPECT_EQ(body_of(once(kGet)), kHello);  // the first half has been read by now, or will be together with the second
  halves.say(kAsking.substr(40));
  EXPECT_EQ(status_of(halves.reply(true)), 100);
  halves.say("bo");
  halves.say("dy");
  EXPECT_EQ(body_of(halves.reply()), "body");
}

TEST_F(HttpEdges, ABodyThatCameAlongIsAnsweredWithoutContinue) {
  serve();
  RawClient client(port);
  client.say(kAsking + "body" + kGet);
  EXPECT_EQ(body_of(client.reply()), "body");
  EXPECT_EQ(body_of(client.reply()), kHello);
}

TEST_F(HttpEdges, ContinueWaitsForTheReplyToTheRequestBefore) {
  serve();
  RawClient client(port);
  client.say("GET /later?a=1 HTTP/1.1\r\nHost: a\r\nX-Id: one\r\n\r\n" + kAsking);
  EXPECT_EQ(body_of(client.reply()), "/later?a=1 one");
  EXPECT_EQ(status_of(client.reply(true)), 100);
  client.say("body");
  EXPECT_EQ(body_of(client.reply()), "body");
}

TEST_F(HttpEdges, NoContinueForWhatIsRefusedAnyway) {
  serve();
  refused("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2000000\r\nExpect: 100-continue\r\n\r\n", 413, "a body that is too large");
  refused("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: 200-maybe\r\n\r\n", 417, "another expectation");
  refused("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: 100-continue, x\r\n\r\n", 417, "a list of them");
}

TEST_F(HttpEdges, Http10IsNotToldToContinue) {
  serve();
  RawClient client(port);
  client.say("POST /echo HTTP/1.0\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(body_of(once(kGet)), kHello);
  client.say("body");
  const auto all = client.rest();
  EXPECT_EQ(status_of(all), 200);
  EXPECT_EQ(body_of(all), "body");
}

}  // namespace
}  // namespace slipway::http
