// The ways out of an App: whatever happens, it is deregistered, it ends in its time, and it says why.
#include <gtest/gtest.h>
#include <signal.h>

#include <latch>

#include "slipway/registry/memory.h"
#include "tests/support/eventually.h"
#include "tests/unit/app/parts.h"

using namespace tests;

namespace {

// Something that hangs until the test lets go of it; then `ended` of those who hung are over.
class Hang {
 public:
  Hook hook() {
    return [state = state_]() -> Status {
      state->begun.count_down();
      state->go_on.wait();
      return {};
    };
  }
  void wait_until_it_hangs() { state_->begun.wait(); }
  void let_go() { state_->go_on.count_down(); }
  ~Hang() {
    if (!state_->go_on.try_wait()) let_go();
  }

 private:
  struct State {
    std::latch begun{1}, go_on{1};
  };
  std::shared_ptr<State> state_ = std::make_shared<State>();
};

// A server whose parts do what a test says.
struct Odd final : transport::Server {
  std::function<Status()> on_start, on_drain;
  std::function<void()> on_stop;
  std::string_view kind() const override { return "odd"; }
  Status start() override { return on_start ? on_start() : Status(); }
  transport::Endpoint endpoint() const override { return {"odd", "127.0.0.1", 7}; }
  Status drain(Duration) override { return on_drain ? on_drain() : Status(); }
  void stop() override {
    if (on_stop) on_stop();
  }
  std::int64_t in_flight() const override { return 0; }
};

bool has(const Status& status, std::string_view text) { return !status && status.error().message().find(text) != std::string::npos; }

}  // namespace

// Each way out that begins after the registration. `asked` = by somebody outside.
TEST(AppExits, EachWayOutDeregistersClosesAndRunsAfterStop) {
  const auto fails = []() -> Status { return unavailable("no"); };
  const auto throws = []() -> Status { throw std::runtime_error("no"); };
  const auto throws_odd = []() -> Status { throw 7; };
  struct Way {
    const char* name;
    std::function<void(Options&)> prepare;
    std::function<void(App&)> leave;  // from outside, once it runs
    bool fails;
  };
  const auto stop = [](App& app) { app.request_stop(); };
  App* self = nullptr;
  const std::vector<Way> ways{
      {"asked", [](Options&) {}, stop, false},
      {"signal", [](Options& o) { o.handle_signals = true; }, [](App&) { kill(getpid(), SIGTERM); }, false},
      {"failure", [](Options&) {}, [](App& app) { app.fail(unavailable("disk")); }, true},
      {"cut", [](Options&) {}, [](App& app) { app.stop_now(); }, false},
      {"asked in after_start",
       [&](Options& o) {
         o.after_start.push_back([&]() -> Status {
           self->request_stop();
           return {};
         });
       },
       nullptr, true},
      {"after_start fails", [&](Options& o) { o.after_start.push_back(fails); }, nullptr, true},
      {"after_start throws", [&](Options& o) { o.after_start.push_back(throws); }, nullptr, true},
      {"after_start throws what is no exception", [&](Options& o) { o.after_start.push_back(throws_odd); }, nullptr, true},
      {"before_stop fails", [&](Options& o) { o.before_stop.push_back(fails); }, stop, true},
      {"before_stop throws", [&](Options& o) { o.before_stop.push_back(throws); }, stop, true},
      {"after_stop throws", [&](Options& o) { o.after_stop.insert(o.after_stop.begin(), throws); }, stop, true},
      {"a server cannot be drained",
       [&](Options& o) {
         auto odd = std::make_shared<Odd>();
         odd->on_drain = throws;
         o.servers.push_back(odd);
       },
       stop, true},
  };
  for (const Way& way : ways) {
    SCOPED_TRACE(way.name);
    Fixture f;
    auto registry = std::make_shared<registry::MemoryRegistry>();
    int known = 0;
    const auto watch = registry->watch("orders", [&](const auto& instances) { known += static_cast<int>(instances.size()); });
    Options o = f.options();
    o.registrar = registry;
    o.endpoints = {"http://127.0.0.1:1"};
    way.prepare(o);
    App app(std::move(o));
    self = &app;
    auto run = std::async(std::launch::async, [&] { return app.run(); });
    if (way.leave) {
      EXPECT_TRUE(tests::eventually([&] { return app.state() == State::Running; }));
      way.leave(app);
    }
    EXPECT_EQ(!run.get(), way.fails);
    EXPECT_EQ(known, 1);
    EXPECT_TRUE(registry->all().empty());
    EXPECT_FALSE(answers(f.server->port()));
    EXPECT_TRUE(f.diary.text().ends_with("after_stop")) << f.diary.text();
    EXPECT_EQ(app.state(), State::Stopped);
  }
}

TEST(AppExits, AnAppThatIsDestroyedStopsFirst) {
  Fixture f;
  {
    App app(f.options());
    ASSERT_TRUE(app.start());
  }
  EXPECT_EQ(f.diary.text(), "before_start tcp:start add after_start before_stop remove tcp:drain tcp:stop after_stop");
}

TEST(AppExits, AStartThatFailsAfterTheRegistrationDrainsThoseWhoCameAlready) {
  Fixture f;
  Options o = f.options();
  o.after_start = {f.diary.hook("warm", unavailable("no cache"))};
  App app(std::move(o));
  EXPECT_EQ(app.start().error().message(), "after_start hook: no cache");
  EXPECT_EQ(f.diary.text(), "before_start tcp:start add warm remove tcp:drain tcp:stop after_stop");
}

TEST(AppExits, AServerThatThrowsWhileItStartsIsAFailure) {
  Fixture f;
  auto odd = std::make_shared<Odd>();
  odd->on_start = []() -> Status { throw std::runtime_error("no such device"); };
  Options o = f.options();
  o.servers.push_back(odd);
  App app(std::move(o));
  EXPECT_EQ(app.run().error().message(), "odd server: threw: no such device");
  EXPECT_EQ(f.diary.text(), "before_start tcp:start tcp:stop after_stop");
}

TEST(AppExits, AStartHookThatNeverReturnsIsLeftBehindOnceASignalCame) {
  Fixture f;
  Hang hang;
  Options o = f.options();
  o.before_start.push_back(hang.hook());
  o.stop_timeout = 100ms;
  o.handle_signals = true;
  App app(std::move(o));
  auto run = std::async(std::launch::async, [&] { return app.run(); });
  hang.wait_until_it_hangs();
  kill(getpid(), SIGTERM);
  const Status status = run.get();
  EXPECT_TRUE(has(status, "before_start hook 2: did not end within")) << status.error().message();
  EXPECT_EQ(f.diary.text(), "before_start after_stop");
}

TEST(AppExits, ASecondSignalEndsAStartThatHangs) {
  Fixture f;
  Hang hang;
  Options o = f.options();
  o.before_start.push_back(hang.hook());
  o.stop_timeout = 1h;
  o.handle_signals = true;
  App app(std::move(o));
  auto run = std::async(std::launch::async, [&] { return app.run(); });
  hang.wait_until_it_hangs();
  kill(getpid(), SIGTERM);
  kill(getpid(), SIGINT);
  EXPECT_TRUE(has(run.get(), "before_start hook 2: did not end within"));
}

TEST(AppExits, AServerThatStartsTooLateIsStoppedThen) {
  Fixture f;
  Hang hang;
  auto odd = std::make_shared<Odd>();
  std::atomic<bool> up{false};
  std::promise<void> down;
  odd->on_start = [hang = hang.hook(), &up]() -> Status {
    (void)hang();
    up = true;
    return {};
  };
  odd->on_stop = [&] {
    if (up.exchange(false)) down.set_value();
  };
  Options o = f.options();
  o.servers.push_back(odd);
  o.stop_timeout = 50ms;
  App app(std::move(o));
  auto run = std::async(std::launch::async, [&] { return app.run(); });
  hang.wait_until_it_hangs();
  app.request_stop();
  const Status status = run.get();
  EXPECT_TRUE(has(status, "odd server: did not end within"));
  EXPECT_EQ(f.diary.text(), "before_start tcp:start tcp:stop after_stop");
  hang.let_go();
  down.get_future().wait();
}

TEST(AppExits, ARegistrationThatArrivesTooLateIsUndone) {
  struct Slow final : registry::Registrar {
    Status add(const registry::ServiceInstance&) override {
      (void)hang.hook()();
      diary.note("add");
      return {};
    }
    Status remove(const std::string&) override {
      diary.note("remove");
      if (diary.text() == "remove add remove") undone.set_value();
      return {};
    }
    Hang hang;
    Diary diary;
    std::promise<void> undone;
  };
  Fixture f;
  auto slow = std::make_shared<Slow>();
  Options o = f.options();
  o.registrar = slow;
  o.registrar_timeout = 20ms;
  App app(std::move(o));
  EXPECT_TRUE(has(app.start(), "registration: did not end within"));
  EXPECT_EQ(slow->diary.text(), "remove");
  slow->hang.let_go();
  slow->undone.get_future().wait();
}

TEST(AppExits, ACheckThatHangsIsNamed) {
  Fixture f;
  Hang hang;
  Options o = f.options();
  o.ready = {hang.hook()};
  o.ready_timeout = 20ms;
  App app(std::move(o));
  EXPECT_TRUE(has(app.start(), "readiness check: did not end within"));
  EXPECT_EQ(f.diary.text(), "before_start tcp:start tcp:stop after_stop");
}

TEST(AppExits, AServerThatNeverDrainsIsNamedAndTheOthersDrain) {
  Fixture f;
  Hang hang;
  auto odd = std::make_shared<Odd>();
  odd->on_drain = hang.hook();
  Options o = f.options();
  o.servers.insert(o.servers.begin(), odd);
  o.endpoints = {"http://127.0.0.1:1"};
  o.registrar = nullptr;
  o.stop_timeout = 1s;
  App app(std::move(o));
  ASSERT_TRUE(app.start());
  const Status status = app.stop();
  EXPECT_EQ(status.error().reason(), "TIMEOUT");
  EXPECT_TRUE(has(status, "odd server odd://127.0.0.1:7: did not end within")) << status.error().message();
  EXPECT_EQ(f.diary.text(), "before_start tcp:start after_start before_stop tcp:drain tcp:stop after_stop");
}

TEST(AppExits, EverythingThatHangsIsNamedAndTheStopEnds) {
  Fixture f;
  std::array<Hang, 5> hangs;
  auto odd = std::make_shared<Odd>();
  odd->on_stop = [hang = hangs[0].hook()] { (void)hang(); };
  Options o = f.options();
  o.servers.push_back(odd);
  o.endpoints = {"http://127.0.0.1:1"};
  o.registrar = nullptr;
  o.before_stop = {hangs[1].hook(), hangs[2].hook()};
  o.after_stop = {hangs[3].hook(), hangs[4].hook(), f.diary.hook("last")};
  o.stop_timeout = 100ms;
  App app(std::move(o));
  ASSERT_TRUE(app.start());
  const TimePoint began = Clock::system().now();
  const Status status = app.stop();
  EXPECT_LT(Clock::system().now() - began, 20s);  // nothing here ends by itself
  for (const char* name : {"before_stop hook 1: did not", "before_stop hook 2: did not", "odd server odd://127.0.0.1:7: did not",
                           "after_stop hook 1: did not", "after_stop hook 2: did not"})
    EXPECT_TRUE(has(status, name)) << name << " in " << status.error().message();
  EXPECT_TRUE(f.diary.text().ends_with("last"));
}

TEST(AppExits, ServersDrainSideBySide) {
  // Each drain ends only when the other has begun.
  auto both = std::make_shared<std::latch>(2);
  Options o;
  for (int i = 0; i < 2; ++i) {
    auto odd = std::make_shared<Odd>();
    odd->on_drain = [both]() -> Status {
      both->arrive_and_wait();
      return {};
    };
    o.servers.push_back(odd);
  }
  App app(std::move(o));
  ASSERT_TRUE(app.start());
  const Status status = app.stop();
  EXPECT_TRUE(status) << status.error().message();
}

TEST(AppExits, AReasonGivenWhileItStartsComesFirst) {
  Fixture f;
  Options o = f.options();
  App* self = nullptr;
  o.after_start = {[&]() -> Status {
    self->fail(unavailable("the disk is gone", "DISK"));
    return internal_error("cannot warm up");
  }};
  App app(std::move(o));
  self = &app;
  const Status status = app.run();
  EXPECT_EQ(status.error().reason(), "DISK");
  EXPECT_EQ(status.error().message(), "the disk is gone (also: after_start hook: cannot warm up)");
}

TEST(AppExits, StopInAHookEndsAtTheTimeout) {
  Fixture f;
  Options o = f.options();
  App* self = nullptr;
  std::promise<Status> inner;
  o.after_start = {[&]() -> Status {
    inner.set_value(self->stop());
    return {};
  }};
  o.stop_timeout = 50ms;
  App app(std::move(o));
  self = &app;
  EXPECT_TRUE(has(app.run(), "after_start hook: did not end within"));
  EXPECT_FALSE(inner.get_future().get());  // the result of the same stop
}

TEST(AppExits, WithoutARegistrarThereIsNobodyToWaitFor) {
  Fixture f;
  Options o = f.options();
  o.registrar = nullptr;
  o.drain_delay = 1h;
  o.stop_timeout = 2h;
  App app(std::move(o));
  ASSERT_TRUE(app.start());
  EXPECT_TRUE(app.stop());
}
