// An App with an HTTP server, started and stopped again and again under load. In each round some peers are in the middle of something when
// the stop begins; what must hold: whoever's head was read gets a whole reply, the stop ends and is clean, and nothing is left behind.
#include <gtest/gtest.h>

#include <latch>
#include <mutex>
#include <optional>
#include <thread>

#include "slipway/app/app.h"
#include "slipway/context/handover.h"
#include "slipway/http/server.h"
#include "slipway/registry/memory.h"
#include "tests/integration/http/raw_client.h"
#include "tests/support/eventually.h"
#include "tests/support/footprint.h"
#include "tests/support/sanitized.h"

namespace {

using namespace slipway;
using middleware::Call;
using middleware::Outcome;
using tests::body_of;
using tests::Footprint;
using tests::RawClient;
using tests::status_of;

constexpr int kRounds = tests::times(1000, 60);
constexpr int kWarmUp = tests::times(100, 10);  // pools fill, allocators settle
constexpr std::size_t kLarge = 3u << 20;        // more than two socket buffers take

// Suspends calls until they are let go, or their peer has left.
class Room {
 public:
  Task<Status> stay(Call& call) {
    auto turn = std::make_shared<context::Handover<Status>>();
    {
      std::lock_guard lock(mutex_);
      inside_.push_back(turn);
      changed_.notify_all();
    }
    auto waiting = context::Handover<Status>::wait_async(turn, call.context);
    Status status = co_await waiting;
    call.reply.body = "stayed";
    co_return status;
  }
  void wait_for_one() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return !inside_.empty(); });
  }
  void let_go() {
    std::unique_lock lock(mutex_);
    const auto inside = std::exchange(inside_, {});
    lock.unlock();
    for (const auto& turn : inside) turn->give(Status());
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::shared_ptr<context::Handover<Status>>> inside_;
};

// Clients that keep their connections and ask as fast as they can, wherever the service is just now.
class Load {
 public:
  explicit Load(int clients) {
    for (int i = 0; i < clients; ++i) threads_.emplace_back([this] { run(); });
  }
  ~Load() { end(); }
  void end() {
    go_to(-1);
    for (auto& t : threads_)
      if (t.joinable()) t.join();
  }
  void go_to(int port) {
    std::lock_guard lock(mutex_);
    port_ = port;
    moved_.notify_all();
  }
  std::atomic<std::uint64_t> whole{0}, broken{0};

 private:
  void run() {
    int last = 0;
    for (;;) {
      int port = 0;
      {
        std::unique_lock lock(mutex_);
        moved_.wait(lock, [&] { return port_ != last; });
        port = port_;
      }
      if (port < 0) return;
      RawClient client(port);
      if (!client.connected()) {
        last = port;  // it has gone: wait for the next
        continue;
      }
      while (client.say("GET /quick HTTP/1.1\r\nHost: a\r\n\r\n")) {
        const std::string reply = client.reply();
        if (reply.empty()) {
          if (client.half_a_reply()) ++broken;
          break;
        }
        if (status_of(reply) == 200 && body_of(reply) == "quick")
          ++whole;
        else
          ++broken;
        if (reply.find("Connection: close") != std::string::npos) break;
      }
    }
  }
  std::mutex mutex_;
  std::condition_variable moved_;
  int port_ = 0;
  std::vector<std::thread> threads_;
};

class Restarts : public testing::Test {
 protected:
  std::shared_ptr<http::Server> make_server() {
    auto server = std::make_shared<http::Server>(workers, http::ServerOptions{.service = "shop", .drain_grace = std::chrono::milliseconds(1)});
    const auto add = [&](const char* method, const char* path, middleware::Handler handler, bool may_suspend = false) {
      EXPECT_TRUE(server->handle(method, path, std::move(handler), may_suspend));
    };
    add("GET", "/quick", [this](Call& call) -> Outcome {
      begun.fetch_add(1, std::memory_order_relaxed);
      call.reply.body = "quick";
      return {};
    });
    add("POST", "/echo", [](Call& call) -> Outcome {
      call.reply.body = call.request.body;
      return {};
    });
    add("GET", "/large", [](Call& call) -> Outcome {
      call.reply.body.assign(kLarge, 'x');
      return {};
    });
    add("GET", "/stay", [this](Call& call) -> Outcome { return room.stay(call); }, true);
    return server;
  }

  // A large reply takes long to read where clients and servers share two cores: not in every round.
  void round(Load& load, bool with_large) {
    auto server = make_server();
    std::latch leaving(1);
    app::Options options;
    options.id = "shop-1";
    options.name = "shop";
    options.servers = {server};
    options.registrar = registry;
    options.stop_timeout = 20s;
    options.before_stop = {[&]() -> Status {
      leaving.count_down();
      return {};
    }};
    app::App app(std::move(options));
    ASSERT_TRUE(app.start());
    ASSERT_EQ(registry->all().size(), 1u);
    const int port = server->endpoint().port;
    load.go_to(port);

    RawClient idle(port), half(port), body(port), guest(port);
    std::optional<RawClient> reader;
    idle.say("GET /quick HTTP/1.1\r\nHost: a\r\n\r\n");
    ASSERT_EQ(status_of(idle.reply()), 200);
    body.say("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\nExpect: 100-continue\r\n\r\n");
    ASSERT_EQ(status_of(body.reply()), 100);
    body.say("first");
    if (with_large) {
      reader.emplace(port);
      reader->say("GET /large HTTP/1.1\r\nHost: a\r\n\r\n");
      ASSERT_TRUE(reader->answers_within(20'000));
    }
    guest.say("GET /stay HTTP/1.1\r\nHost: a\r\n\r\n");
    room.wait_for_one();
    half.say("GET /quick HTTP/1.1\r\nHo");

    Status stopped;
    std::thread stopper([&] { stopped = app.stop(); });
    leaving.wait();
    EXPECT_EQ(status_of(half.rest()) / 100 * 100, 400);
    half.hang_up();
    idle.rest();
    idle.hang_up();
    body.say("-then");
    EXPECT_EQ(body_of(body.reply()), "first-then");
    body.hang_up();
    if (reader) {
      EXPECT_EQ(body_of(reader->reply()).size(), kLarge);
      reader->hang_up();
    }
    room.let_go();
    EXPECT_EQ(body_of(guest.reply()), "stayed");
    guest.hang_up();
    stopper.join();
    EXPECT_TRUE(stopped) << stopped.error().message();
    EXPECT_TRUE(registry->all().empty());
    EXPECT_FALSE(RawClient(port).connected());
    ++quick_of_idle;
  }

  transport::Workers workers{{.count = 2}};
  std::shared_ptr<registry::MemoryRegistry> registry = std::make_shared<registry::MemoryRegistry>();
  Room room;
  std::atomic<std::uint64_t> begun{0};
  std::uint64_t quick_of_idle = 0;
};

TEST_F(Restarts, AThousandUnderLoadLoseNoReplyAndLeaveNothing) {
  Load load(1);
  Footprint before;
  for (int i = 0; i < kRounds && !HasFailure(); ++i) {
    if (i == kWarmUp) before = Footprint::now();
    round(load, i % 10 == 0);
  }
  load.end();
  ASSERT_FALSE(HasFailure());
  EXPECT_EQ(load.broken, 0u);
  EXPECT_GT(load.whole, static_cast<std::uint64_t>(kRounds));
  EXPECT_EQ(load.whole + quick_of_idle, begun);  // each call that began was answered
  Footprint after;
  // A thread that was joined is listed for a moment longer.
  EXPECT_TRUE(tests::eventually([&] {
    after = Footprint::now();
    return after.descriptors <= before.descriptors && after.threads <= before.threads;
  })) << after.descriptors << " descriptors, " << after.threads << " threads; before " << before.descriptors << ", " << before.threads;
  if (!tests::kSanitized) {
    EXPECT_LT(after.resident_kib - before.resident_kib, 16 * 1024);
  }
}

}  // namespace
