#include "slipway/app/app.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <future>
#include <mutex>
#include <thread>

using namespace slipway;
using namespace slipway::app;

namespace {

// What happened, in order, from every thread.
class Diary {
 public:
  void note(const std::string& what) {
    std::lock_guard lock(mutex_);
    text_ += text_.empty() ? what : " " + what;
  }
  std::string text() const {
    std::lock_guard lock(mutex_);
    return text_;
  }
  Hook hook(const std::string& what, Status status = {}) {
    return [this, what, status] {
      note(what);
      return status;
    };
  }

 private:
  mutable std::mutex mutex_;
  std::string text_;
};

// A real TCP server: it answers each connection with one byte and closes it.
class OneByteServer final : public transport::Server {
 public:
  explicit OneByteServer(Diary& diary, std::string name = "tcp", int port = 0)
      : diary_(diary), name_(std::move(name)), port_(port) {}
  ~OneByteServer() override { stop(); }
  std::string_view kind() const override { return name_; }
  Status start() override {
    socket_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(port_));
    if (bind(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
        listen(socket_, 16) != 0) {
      close(socket_);
      socket_ = -1;
      return conflict("port " + std::to_string(port_) + " is taken", "PORT_IN_USE");
    }
    socklen_t size = sizeof address;
    getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
    diary_.note(name_ + ":start");
    return {};
  }
  transport::Endpoint endpoint() const override { return {"http", "127.0.0.1", port_}; }
  Status drain(Duration limit) override {
    diary_.note(name_ + ":drain");
    last_limit = limit;
    if (drain_blocks) {
      std::unique_lock lock(mutex_);
      cut_.wait_for(lock, limit, [&] { return stopped_; });
      return unavailable("1 call was cut", "CUT");
    }
    return {};
  }
  void stop() override {
    {
      std::lock_guard lock(mutex_);
      if (stopped_) return;
      stopped_ = true;
    }
    cut_.notify_all();
    if (socket_ < 0) return;
    shutdown(socket_, SHUT_RDWR);
    thread_.join();
    close(socket_);
    diary_.note(name_ + ":stop");
  }
  std::int64_t in_flight() const override { return 0; }
  int port() const { return port_; }
  bool drain_blocks = false;
  std::atomic<Duration> last_limit{};

 private:
  void serve() {
    for (;;) {
      const int peer = accept(socket_, nullptr, nullptr);
      if (peer < 0) return;
      (void)!write(peer, "x", 1);
      close(peer);
    }
  }
  Diary& diary_;
  std::string name_;
  int port_;
  int socket_ = -1;
  std::thread thread_;
  std::mutex mutex_;
  std::condition_variable cut_;
  bool stopped_ = false;
};

bool answers(int port) {
  const int s = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  char byte = 0;
  const bool ok =
      connect(s, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 && read(s, &byte, 1) == 1;
  close(s);
  return ok;
}

class NotingRegistrar final : public registry::Registrar {
 public:
  explicit NotingRegistrar(Diary& diary) : diary_(diary) {}
  Status add(const registry::ServiceInstance& instance) override {
    diary_.note("add");
    added = instance;
    const auto& url = instance.endpoints.front();
    reachable_when_added = answers(std::stoi(url.substr(url.rfind(':') + 1)));
    return add_status;
  }
  Status remove(const std::string&) override {
    diary_.note("remove");
    if (remove_hangs) released.get_future().wait();
    return {};
  }
  registry::ServiceInstance added;
  bool reachable_when_added = false;
  bool remove_hangs = false;
  Status add_status;
  std::promise<void> released;

 private:
  Diary& diary_;
};

struct Fixture {
  Diary diary;
  std::shared_ptr<OneByteServer> server = std::make_shared<OneByteServer>(diary);
  std::shared_ptr<NotingRegistrar> registrar = std::make_shared<NotingRegistrar>(diary);
  Options options() {
    Options o;
    o.id = "orders-1";
    o.name = "orders";
    o.version = "1.2";
    o.metadata = {{"zone", "a"}};
    o.servers = {server};
    o.registrar = registrar;
    o.before_start = {diary.hook("before_start")};
    o.after_start = {diary.hook("after_start")};
    o.before_stop = {diary.hook("before_stop")};
    o.after_stop = {diary.hook("after_stop")};
    return o;
  }
};

}  // namespace

TEST(App, ComesUpAndGoesDownInOrder) {
  Fixture f;
  App app(f.options());
  ASSERT_TRUE(app.start());
  EXPECT_EQ(app.state(), State::Running);
  EXPECT_TRUE(f.registrar->reachable_when_added);
  EXPECT_EQ(f.registrar->added.id, "orders-1");
  EXPECT_EQ(f.registrar->added.endpoints,
            std::vector{"http://127.0.0.1:" + std::to_string(f.server->port())});
  EXPECT_EQ(app.instance(), f.registrar->added);
  EXPECT_TRUE(app.stop());
  EXPECT_EQ(app.state(), State::Stopped);
  EXPECT_EQ(f.diary.text(),
            "before_start tcp:start add after_start before_stop remove tcp:drain tcp:stop after_stop");
  EXPECT_TRUE(app.stop());
  EXPECT_EQ(app.start().error().reason(), "NOT_NEW");
}

TEST(App, RunEndsWhenAskedFromAnyThread) {
  Fixture f;
  App app(f.options());
  auto run = std::async(std::launch::async, [&] { return app.run(); });
  while (app.state() != State::Running) std::this_thread::yield();
  std::vector<std::future<Status>> stops;
  for (int i = 0; i < 3; ++i) stops.push_back(std::async(std::launch::async, [&] { return app.stop(); }));
  EXPECT_TRUE(run.get());
  for (auto& s : stops) EXPECT_TRUE(s.get());
}

TEST(App, RegistersOnlyWhenReady) {
  Fixture f;
  Options o = f.options();
  int asked = 0;
  o.ready = {[&]() -> Status {
    f.diary.note("ready?");
    if (++asked < 3) return unavailable("warming up");
    return {};
  }};
  App app(std::move(o));
  ASSERT_TRUE(app.start());
  EXPECT_EQ(f.diary.text(), "before_start tcp:start ready? ready? ready? add after_start");
}

TEST(App, NeverReadyIsAClearFailureAndLeavesNothingBehind) {
  Fixture f;
  Options o = f.options();
  o.ready = {[]() -> Status { return unavailable("the database is not there"); }};
  o.ready_timeout = 50ms;
  App app(std::move(o));
  const Status status = app.start();
  EXPECT_EQ(status.error().reason(), "NOT_READY");
  EXPECT_NE(status.error().to_string().find("the database is not there"), std::string::npos);
  EXPECT_EQ(f.diary.text(), "before_start tcp:start tcp:stop after_stop");
  EXPECT_FALSE(answers(f.server->port()));
}

TEST(App, ATakenPortNamesTheServerAndStopsTheOthers) {
  Fixture f;
  Diary other_diary;
  OneByteServer holder(other_diary);
  ASSERT_TRUE(holder.start());
  Options o = f.options();
  o.servers.push_back(std::make_shared<OneByteServer>(f.diary, "grpc", holder.port()));
  App app(std::move(o));
  const Status status = app.run();
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().reason(), "PORT_IN_USE");
  EXPECT_EQ(status.error().message(), "grpc server: port " + std::to_string(holder.port()) + " is taken");
  EXPECT_EQ(f.diary.text(), "before_start tcp:start tcp:stop after_stop");
}

TEST(App, AFailedRegistrationIsUndone) {
  Fixture f;
  f.registrar->add_status = unavailable("registry is down");
  App app(f.options());
  const Status status = app.start();
  EXPECT_EQ(status.error().message(), "registration: registry is down");
  EXPECT_EQ(f.diary.text(), "before_start tcp:start add remove tcp:stop after_stop");
}

TEST(App, AFailedBeforeStartHookStartsNothing) {
  Fixture f;
  Options o = f.options();
  o.before_start.push_back(f.diary.hook("second", bad_request("no schema")));
  App app(std::move(o));
  EXPECT_EQ(app.start().error().message(), "before_start hook 2: no schema");
  EXPECT_EQ(f.diary.text(), "before_start second after_stop");
}

TEST(App, TheRootCauseComesFirstAndTheOthersAreListed) {
  Fixture f;
  Options o = f.options();
  o.before_stop = {f.diary.hook("b1", internal_error("b1 failed")),
                   [&]() -> Status { throw std::runtime_error("b2 threw"); }};
  o.after_stop = {f.diary.hook("a1", internal_error("a1 failed")), f.diary.hook("a2")};
  App app(std::move(o));
  auto run = std::async(std::launch::async, [&] { return app.run(); });
  while (app.state() != State::Running) std::this_thread::yield();
  app.fail(unavailable("the disk is gone", "DISK"));
  const Status status = run.get();
  EXPECT_EQ(status.error().reason(), "DISK");
  EXPECT_EQ(status.error().message(),
            "the disk is gone (also: before_stop hook 1: b1 failed; before_stop hook 2: threw: b2 threw; "
            "after_stop hook 1: a1 failed)");
  EXPECT_EQ(f.diary.text(), "before_start tcp:start add after_start b1 remove tcp:drain tcp:stop a1 a2");
}

TEST(App, AStopEndsThoughAHookAndTheRegistrarHang) {
  Fixture f;
  f.registrar->remove_hangs = true;
  auto forever = std::make_shared<std::promise<void>>();
  Options o = f.options();
  o.before_stop = {[wait = forever->get_future().share()]() -> Status {
    wait.wait();
    return {};
  }};
  o.stop_timeout = 300ms;
  App app(std::move(o));
  ASSERT_TRUE(app.start());
  const Status status = app.stop();
  EXPECT_EQ(status.error().reason(), "TIMEOUT");
  EXPECT_NE(status.error().message().find("before_stop hook: did not end within"), std::string::npos);
  EXPECT_NE(status.error().message().find("deregistration: did not end within"), std::string::npos);
  EXPECT_NE(f.diary.text().find("tcp:stop after_stop"), std::string::npos);
  forever->set_value();
  f.registrar->released.set_value();
}

TEST(App, DrainGetsWhatIsLeftOfTheStopAndStopNowCutsIt) {
  Fixture f;
  f.server->drain_blocks = true;
  Options o = f.options();
  o.stop_timeout = 1h;
  App app(std::move(o));
  ASSERT_TRUE(app.start());
  auto stop = std::async(std::launch::async, [&] { return app.stop(); });
  while (f.diary.text().find("tcp:drain") == std::string::npos) std::this_thread::yield();
  app.stop_now();
  const Status status = stop.get();
  EXPECT_EQ(status.error().reason(), "CUT");
  EXPECT_GT(f.server->last_limit.load(), 59min);
  EXPECT_LE(f.server->last_limit.load(), 1h);
}

TEST(App, StillAnswersWhileClientsNoticeThatItLeaves) {
  Fixture f;
  Options o = f.options();
  o.drain_delay = 1h;
  o.stop_timeout = 2h;
  App app(std::move(o));
  ASSERT_TRUE(app.start());
  auto stop = std::async(std::launch::async, [&] { return app.stop(); });
  while (f.diary.text().find("remove") == std::string::npos) std::this_thread::yield();
  EXPECT_TRUE(answers(f.server->port()));
  EXPECT_EQ(f.diary.text().find("tcp:drain"), std::string::npos);
  app.stop_now();
  EXPECT_TRUE(stop.get());
}

TEST(App, StoppedBeforeItStartsNeverStarts) {
  Fixture f;
  App app(f.options());
  EXPECT_TRUE(app.stop());
  EXPECT_FALSE(app.start());
  EXPECT_EQ(f.diary.text(), "");
}

TEST(App, StoppedWhileItStartsUndoesTheStart) {
  Fixture f;
  Options o = f.options();
  App* self = nullptr;
  o.ready = {[&]() -> Status {
    self->request_stop();
    return {};
  }};
  App app(std::move(o));
  self = &app;
  EXPECT_EQ(app.run().error().reason(), "STOPPED");
  EXPECT_EQ(f.diary.text(), "before_start tcp:start tcp:stop after_stop");
}

TEST(App, HasAnIdWhenNoneIsGivenAndKeepsGivenEndpoints) {
  Diary diary;
  Options o;
  o.endpoints = {"http://example.test:80"};
  o.servers = {std::make_shared<OneByteServer>(diary)};
  App app(std::move(o));
  EXPECT_EQ(app.instance().id.size(), 36u);
  ASSERT_TRUE(app.start());
  EXPECT_EQ(app.instance().endpoints, std::vector<std::string>{"http://example.test:80"});
}

TEST(App, SignalStopsARunGracefully) {
  Fixture f;
  Options o = f.options();
  o.handle_signals = true;
  App app(std::move(o));
  auto run = std::async(std::launch::async, [&] { return app.run(); });
  while (app.state() != State::Running) std::this_thread::yield();
  kill(getpid(), SIGTERM);
  EXPECT_TRUE(run.get());
  EXPECT_NE(f.diary.text().find("tcp:drain tcp:stop after_stop"), std::string::npos);
  struct sigaction now {};
  sigaction(SIGTERM, nullptr, &now);
  EXPECT_EQ(now.sa_handler, SIG_DFL);
}

TEST(App, SecondSignalCutsTheDrain) {
  Fixture f;
  f.server->drain_blocks = true;
  Options o = f.options();
  o.handle_signals = true;
  o.stop_timeout = 1h;
  App app(std::move(o));
  auto run = std::async(std::launch::async, [&] { return app.run(); });
  while (app.state() != State::Running) std::this_thread::yield();
  kill(getpid(), SIGINT);
  while (f.diary.text().find("tcp:drain") == std::string::npos) std::this_thread::yield();
  kill(getpid(), SIGINT);
  EXPECT_EQ(run.get().error().reason(), "CUT");
}
