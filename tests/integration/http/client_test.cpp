// The HTTP client against real servers and against sockets that misbehave.
#include "slipway/http/client.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <future>
#include <latch>
#include <thread>

#include "slipway/http/server.h"
#include "slipway/registry/memory.h"
#include "slipway/transport/listener.h"

namespace slipway::http {
namespace {
using middleware::Call;
using middleware::Outcome;

// Accepts connections one after the other and answers each with what the script says, then closes it.
class Scripted {
 public:
  explicit Scripted(std::vector<std::string> replies) {
    auto opened = transport::listen_on("127.0.0.1", 0, 1);
    EXPECT_TRUE(opened.ok());
    listener_ = std::move(*opened);
    port = listener_.port;
    fcntl(listener_.sockets[0], F_SETFL, 0);
    thread_ = std::thread([this, replies = std::move(replies)] {
      for (const auto& reply : replies) {
        const int fd = accept(listener_.sockets[0], nullptr, nullptr);
        if (fd < 0) return;
        char buffer[4096];
        const ssize_t n = recv(fd, buffer, sizeof buffer, 0);
        if (n > 0) seen.emplace_back(buffer, static_cast<std::size_t>(n));
        if (!reply.empty()) send(fd, reply.data(), reply.size(), MSG_NOSIGNAL);
        const linger hard{1, 0};
        if (reply.empty()) setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
        close(fd);
      }
    });
  }
  ~Scripted() {
    shutdown(listener_.sockets[0], SHUT_RDWR);
    thread_.join();
    transport::close_listener(listener_);
  }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port) + "/x"; }
  void join() {
    if (thread_.joinable()) thread_.join();
    thread_ = std::thread([] {});
  }
  int port = 0;
  std::vector<std::string> seen;

 private:
  transport::Listener listener_;
  std::thread thread_;
};

class ClientTest : public testing::Test {
 protected:
  static constexpr const char* kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  ClientTest() {
    EXPECT_TRUE(server.handle("*", "/echo", [](Call& call) -> Outcome {
      call.reply.body = std::string(call.request.method) + " " + std::string(call.request.query) + " " + std::string(call.request.body);
      return {};
    }).ok());
    EXPECT_TRUE(server.handle("GET", "/headers", [](Call& call) -> Outcome {
      for (const auto& h : call.request.headers) call.reply.body += std::string(h.name) + "=" + std::string(h.value) + "\n";
      return {};
    }).ok());
    EXPECT_TRUE(server.handle("GET", "/slow", [this](Call& call) -> Outcome { return until_hung_up(call, on_slow); }, true).ok());
    EXPECT_TRUE(server.start().ok());
    base = server.endpoint().url();
  }
  // Answers only when nobody listens any more.
  static Task<Status> until_hung_up(Call& call, std::function<void()>& begun) {
    const context::Context context = call.context;
    auto waiting = suspend_with<bool>([&](Resume<bool> r) {
      context.cancellation()->on_cancel([r] { r(true); });
      if (begun) begun();
    });
    co_await waiting;
    co_return Status();
  }
  Result<ClientResponse> send(Client& client, ClientRequest request, const context::Context& context = {}) {
    return client.send_blocking(context, std::move(request));
  }
  std::function<void()> on_slow;
  transport::Workers workers{{.count = 1}};
  Server server{workers, {.service = "test"}};
  std::string base;
};

TEST_F(ClientTest, SendsAndReceives) {
  Client client(workers, {});
  const auto reply = send(client, {.method = "POST", .url = base + "/echo?a=1", .body = "body"});
  ASSERT_TRUE(reply.ok()) << reply.error().message();
  EXPECT_EQ(reply->status, 200);
  EXPECT_EQ(reply->body, "POST a=1 body");
  EXPECT_EQ(reply->headers.get("content-type"), "application/json");
  EXPECT_EQ(send(client, {.url = base + "/nothing"})->status, 404);
  EXPECT_EQ(send(client, {.method = "HEAD", .url = base + "/echo"})->body, "");
}

TEST_F(ClientTest, ReusesItsConnection) {
  Client client(workers, {});
  EXPECT_FALSE(send(client, {.url = base + "/echo"})->reused_connection);
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(send(client, {.url = base + "/echo"})->reused_connection);
  EXPECT_EQ(server.counters().accepted, 1u);
}

TEST_F(ClientTest, CarriesTraceAndGlobalMetadataOn) {
  Client client(workers, {});
  context::Headers metadata;
  ASSERT_TRUE(metadata.set("x-md-global-tenant", "a").ok());
  ASSERT_TRUE(metadata.set("x-md-local-secret", "b").ok());
  context::Context context = context::Context().with_metadata(metadata);
  const std::string parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  context.set_trace(context::TraceIdentity::parse(parent));
  const auto reply = send(client, {.url = base + "/headers"}, context);
  ASSERT_TRUE(reply.ok());
  EXPECT_NE(reply->body.find("traceparent=" + parent), std::string::npos);
  EXPECT_NE(reply->body.find("x-md-global-tenant=a"), std::string::npos);
  EXPECT_EQ(reply->body.find("x-md-local"), std::string::npos);
}

TEST_F(ClientTest, RetriesAnIdempotentRequestThatWasReset) {
  Scripted peer({"", kOk});
  Client client(workers, {});
  const auto reply = send(client, {.url = peer.url()});
  ASSERT_TRUE(reply.ok()) << reply.error().message();
  EXPECT_EQ(reply->body, "ok");
}

TEST_F(ClientTest, DoesNotRepeatAPost) {
  Scripted peer({"", kOk});
  Client client(workers, {});
  const auto reply = send(client, {.method = "POST", .url = peer.url(), .body = "x"});
  ASSERT_FALSE(reply.ok());
  EXPECT_EQ(reply.error().reason(), "CONNECTION_RESET");
}

TEST_F(ClientTest, DoesNotRepeatWhatWasPartlyAnswered) {
  Scripted peer({"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", kOk});
  Client client(workers, {});
  const auto reply = send(client, {.url = peer.url()});
  ASSERT_FALSE(reply.ok());
  EXPECT_EQ(reply.error().reason(), "CONNECTION_RESET");
}

TEST_F(ClientTest, ReadsChunkedAndClosedReplies) {
  Scripted peer({"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.0 200 OK\r\n\r\nto the end"});
  Client client(workers, {});
  EXPECT_EQ(send(client, {.url = peer.url()})->body, "ok");
  EXPECT_EQ(send(client, {.url = peer.url()})->body, "to the end");
}

TEST_F(ClientTest, RefusesRepliesThatAreNone) {
  Scripted peer({"SSH-2.0-OpenSSH\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n"});
  Client client(workers, {.body = 10});
  EXPECT_EQ(send(client, {.url = peer.url()}).error().reason(), "REPLY_INVALID");
  EXPECT_EQ(send(client, {.url = peer.url()}).error().reason(), "REPLY_TOO_LARGE");
}

TEST_F(ClientTest, EndsAtTheDeadlineAndOnCancellation) {
  Client client(workers, {});
  EXPECT_EQ(send(client, {.url = base + "/slow", .timeout = std::chrono::milliseconds(20)}).error().reason(), "DEADLINE_EXCEEDED");
  const auto cancellation = std::make_shared<context::Cancellation>();
  on_slow = [&] { cancellation->cancel(client_closed("enough")); };
  EXPECT_EQ(send(client, {.url = base + "/slow"}, context::Context().with_cancellation(cancellation)).error().reason(), "CLIENT_CLOSED");
}

TEST_F(ClientTest, ANameThatIsBeingLookedUpIsNotWaitedForBeyondTheLimits) {
  transport::Workers few({.count = 1, .blocking_threads = 1});
  const auto go_on = std::make_shared<std::latch>(1);
  ASSERT_TRUE(few.run_blocking([go_on] { go_on->wait(); }).ok());  // names are looked up behind this
  Client client(few, {});
  EXPECT_EQ(send(client, {.url = "http://peer.invalid/", .timeout = std::chrono::milliseconds(20)}).error().reason(), "DEADLINE_EXCEEDED");
  const auto cancellation = std::make_shared<context::Cancellation>();
  auto reply = std::async(std::launch::async, [&] {
    return send(client, {.url = "http://peer.invalid/", .timeout = std::chrono::hours(1)}, context::Context().with_cancellation(cancellation));
  });
  cancellation->cancel(client_closed("enough"));
  EXPECT_EQ(reply.get().error().reason(), "CLIENT_CLOSED");
  go_on->count_down();
}

TEST_F(ClientTest, NothingThereIsConnectFailed) {
  Client client(workers, {});
  const int port = transport::next_free_port(20'000).value();
  EXPECT_EQ(send(client, {.url = "http://127.0.0.1:" + std::to_string(port) + "/"}).error().reason(), "CONNECT_FAILED");
}

// A socket whose queue is full, so that the kernel lets whoever connects wait.
TEST_F(ClientTest, WhoDoesNotAnswerAConnectIsLeftForTheNextNode) {
  auto full = transport::listen_on("127.0.0.1", 0, 1);
  ASSERT_TRUE(full.ok());
  ASSERT_EQ(listen(full->sockets[0], 0), 0);
  sockaddr_in address{.sin_family = AF_INET, .sin_port = htons(static_cast<std::uint16_t>(full->port)), .sin_addr = {htonl(INADDR_LOOPBACK)}, .sin_zero = {}};
  std::vector<int> waiting;
  for (int i = 0; i < 4; ++i) {
    waiting.push_back(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
    static_cast<void>(connect(waiting.back(), reinterpret_cast<const sockaddr*>(&address), sizeof address));
  }
  const std::string silent = "http://127.0.0.1:" + std::to_string(full->port);
  Client client(workers, {.connect_timeout = std::chrono::milliseconds(50)});
  const auto alone = send(client, {.url = silent + "/", .timeout = std::chrono::seconds(20)});
  ASSERT_FALSE(alone.ok());
  EXPECT_EQ(alone.error().reason(), "CONNECT_FAILED") << alone.error().to_string();
  EXPECT_NE(alone.error().message().find("no answer within 50ms"), std::string::npos) << alone.error().message();
  EXPECT_EQ(send(client, {.url = silent + "/", .timeout = std::chrono::milliseconds(10)}).error().reason(), "DEADLINE_EXCEEDED") << "the call's own end is its deadline";

  registry::MemoryRegistry registry;
  ASSERT_TRUE(registry.add({.id = "a", .name = "mixed", .version = "", .metadata = {}, .endpoints = {silent}}).ok());
  ASSERT_TRUE(registry.add({.id = "b", .name = "mixed", .version = "", .metadata = {}, .endpoints = {base}}).ok());
  Client balanced(workers, {.connect_timeout = std::chrono::milliseconds(50), .discovery = &registry, .balancer = "round_robin"});
  for (int i = 0; i < 4; ++i) {
    const auto reply = send(balanced, {.url = "discovery:///mixed/name", .timeout = std::chrono::seconds(20)});
    EXPECT_TRUE(reply.ok()) << reply.error().to_string();
  }
  for (const int fd : waiting) close(fd);
  transport::close_listener(*full);
}

TEST_F(ClientTest, NoLineBreakReachesTheWire) {
  Client client(workers, {});
  context::Headers headers;
  EXPECT_FALSE(headers.set("X-A", "a\r\nX-B: b").ok());
  EXPECT_EQ(send(client, {.method = "GET\r\nX: y", .url = base + "/echo"}).error().reason(), "METHOD_INVALID");
  EXPECT_EQ(send(client, {.url = base + "/echo\r\nX: y"}).error().reason(), "URL_INVALID");
  EXPECT_EQ(send(client, {.method = "POST", .url = base + "/echo", .body = "x", .content_type = "a\r\nX: y"}).error().reason(), "HEADER_INVALID");
}

class BalancedTest : public ClientTest {
 protected:
  // Three instances; each says its own name.
  void SetUp() override {
    for (int i = 0; i < 3; ++i) {
      auto& s = *servers.emplace_back(std::make_unique<Server>(workers, ServerOptions{.service = "pricing"}));
      const std::string id = "pricing-" + std::to_string(i + 1);
      EXPECT_TRUE(s.handle("GET", "/name", [id](Call& call) -> Outcome {
        call.reply.body = id;
        return {};
      }).ok());
      EXPECT_TRUE(s.start().ok());
      EXPECT_TRUE(registry.add({.id = id, .name = "pricing", .metadata = {{"weight", "10"}}, .endpoints = {s.endpoint().url()}}).ok());
    }
  }
  registry::MemoryRegistry registry;
  std::vector<std::unique_ptr<Server>> servers;
};

TEST_F(BalancedTest, SpreadsCallsAndCountsThem) {
  Client client(workers, {.discovery = &registry, .balancer = "round_robin"});
  std::map<std::string, int> answered;
  for (int i = 0; i < 30; ++i) {
    const auto reply = send(client, {.url = "discovery:///pricing/name"});
    ASSERT_TRUE(reply.ok()) << reply.error().message();
    EXPECT_EQ(reply->body, reply->node);
    ++answered[reply->node];
  }
  for (const auto& node : client.nodes("pricing")) {
    EXPECT_EQ(answered[node->id], 10);
    EXPECT_EQ(node->picks(), 10u);
    EXPECT_EQ(node->in_flight(), 0);
  }
}

TEST_F(BalancedTest, TheBalancerIsSwitchedLiveAndNodesKeepTheirCounters) {
  Client client(workers, {.discovery = &registry, .balancer = "random"});
  ASSERT_TRUE(send(client, {.url = "discovery:///pricing/name"}).ok());
  ASSERT_TRUE(client.set_balancer("pricing", "wrr").ok());
  EXPECT_EQ(client.balancer("pricing"), "wrr");
  EXPECT_FALSE(client.set_balancer("pricing", "best").ok());
  ASSERT_TRUE(send(client, {.url = "discovery:///pricing/name"}).ok());
  std::uint64_t picks = 0;
  for (const auto& node : client.nodes("pricing")) picks += node->picks();
  EXPECT_EQ(picks, 2u);
}

TEST_F(BalancedTest, ADeadNodeCostsNoRequest) {
  Client client(workers, {.discovery = &registry, .balancer = "round_robin"});
  servers[1]->stop();
  for (int i = 0; i < 12; ++i) EXPECT_TRUE(send(client, {.url = "discovery:///pricing/name"}).ok()) << i;
  for (const auto& node : client.nodes("pricing")) EXPECT_EQ(node->failures.load() > 0, node->id == "pricing-2");
}

TEST_F(BalancedTest, FollowsTheRegistry) {
  Client client(workers, {.discovery = &registry});
  ASSERT_TRUE(client.watch("pricing").ok());
  EXPECT_EQ(client.nodes("pricing").size(), 3u);
  for (int i = 1; i <= 3; ++i) ASSERT_TRUE(registry.remove("pricing-" + std::to_string(i)).ok());
  const auto reply = send(client, {.url = "discovery:///pricing/name"});
  ASSERT_FALSE(reply.ok());
  EXPECT_EQ(reply.error().reason(), "NO_NODES");
}

TEST_F(BalancedTest, ExplainsPicksAndLetsExperimentsInterfere) {
  std::vector<balance::Explanation> seen;
  ClientOptions options{.discovery = &registry, .balancer = "p2c"};
  options.on_pick = [&](const std::string& service, const balance::Explanation& e) {
    EXPECT_EQ(service, "pricing");
    seen.push_back(e);
  };
  options.interfere = [](const std::string&, const balance::Node&) { return ClientOptions::Interference{.fail = true}; };
  Client client(workers, std::move(options));
  ASSERT_TRUE(client.watch("pricing").ok());
  EXPECT_EQ(send(client, {.url = "discovery:///pricing/name"}).error().reason(), "INTERFERED");
  EXPECT_TRUE(seen.empty());
  client.explain("pricing", true);
  EXPECT_FALSE(send(client, {.url = "discovery:///pricing/name"}).ok());
  ASSERT_EQ(seen.size(), 1u);
  EXPECT_EQ(seen[0].policy, "p2c");
}

}  // namespace
}  // namespace slipway::http
