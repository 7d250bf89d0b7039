#include "slipway/base/task.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <thread>

#include "tests/support/loop.h"

using namespace slipway;

namespace {

Task<int> forty_two() {
  co_return 42;
}
Task<int> plus_one(Task<int> inner) {
  co_return co_await inner + 1;
}
Task<int> thrower() {
  throw std::runtime_error("no");
  co_return 0;
}
Task<int> count_down(int n) {
  if (n == 0) co_return 0;
  co_return co_await count_down(n - 1) + 1;
}

}  // namespace

TEST(Task, RunsOnlyWhenAwaitedAndGivesItsValue) {
  bool ran = false;
  const auto make = [](bool& flag) -> Task<int> {
    flag = true;
    co_return 1;
  };
  {
    const Task<int> unused = make(ran);
    EXPECT_FALSE(ran);
  }
  int value = 0;
  start(plus_one(forty_two()), [&](int v) { value = v; });
  EXPECT_EQ(value, 43);
}

TEST(Task, ExceptionReachesTheAwaiter) {
  std::string caught;
  start(
      plus_one(thrower()), [](int) { FAIL(); },
      [&](std::exception_ptr e) {
        try {
          std::rethrow_exception(e);
        } catch (const std::exception& x) {
          caught = x.what();
        }
      });
  EXPECT_EQ(caught, "no");
}

TEST(Task, ManySuspensionsInTurnRunOnOneStack) {
  tests::Loop loop;
  const auto hops = [](int n) -> Task<int> {
    int done = 0;
    for (int i = 0; i < n; ++i)
      done += co_await suspend_with<int>([](Resume<int> r) { Executor::current()->post([r] { r(1); }); });
    co_return done;
  };
  EXPECT_EQ(loop.await(hops(20'000)), 20'000);
}

TEST(Task, NestedTasksGiveTheirFramesBack) {
  for (int i = 0; i < 3; ++i) {
    int value = 0;
    start(count_down(1000), [&](int v) { value = v; });
    EXPECT_EQ(value, 1000);
  }
}

TEST(Task, ResumesOnTheExecutorThatWasCurrent) {
  tests::Loop loop;
  std::thread other;
  const auto task = [](tests::Loop& home, std::thread& thread) -> Task<bool> {
    const int got =
        co_await suspend_with<int>([&thread](Resume<int> r) { thread = std::thread([r] { r(5); }); });
    co_return home.is_current() && got == 5;
  };
  EXPECT_TRUE(loop.await(task(loop, other)));
  other.join();
}

TEST(Task, SleepEndsNotBeforeItsTime) {
  tests::Loop loop;
  const auto nap = []() -> Task<Duration> {
    const auto start = Clock::system().now();
    co_await sleep_for(5ms);
    co_return Clock::system().now() - start;
  };
  EXPECT_GE(loop.await(nap()), 5ms);
}

TEST(Task, FramesMadeHereMayBeFreedElsewhere) {
  for (int i = 0; i < 50; ++i) {
    auto task = std::make_unique<Task<int>>(forty_two());
    std::thread([t = std::move(task)]() mutable { t.reset(); }).join();
  }
}
