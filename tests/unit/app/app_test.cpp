#include "slipway/app/app.h"

#include <gtest/gtest.h>
#include <signal.h>

#include <future>
#include <thread>

#include "tests/support/eventually.h"
#include "tests/unit/app/parts.h"

using namespace tests;

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
  EXPECT_TRUE(tests::eventually([&] { return app.state() == State::Running; }));
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
  EXPECT_TRUE(tests::eventually([&] { return app.state() == State::Running; }));
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
  EXPECT_TRUE(tests::eventually([&] { return f.diary.text().find("tcp:drain") != std::string::npos; }));
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
  EXPECT_TRUE(tests::eventually([&] { return f.diary.text().find("remove") != std::string::npos; }));
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
  EXPECT_TRUE(tests::eventually([&] { return app.state() == State::Running; }));
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
  EXPECT_TRUE(tests::eventually([&] { return app.state() == State::Running; }));
  kill(getpid(), SIGINT);
  EXPECT_TRUE(tests::eventually([&] { return f.diary.text().find("tcp:drain") != std::string::npos; }));
  kill(getpid(), SIGINT);
  EXPECT_EQ(run.get().error().reason(), "CUT");
}
