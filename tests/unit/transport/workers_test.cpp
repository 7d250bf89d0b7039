#include <gtest/gtest.h>

#include <condition_variable>
#include <latch>

#include "slipway/base/task.h"
#include "slipway/transport/workers_asio.h"

namespace slipway::transport {
namespace {

TEST(Workers, EachRunsItsOwnWorkOnItsOwnThread) {
  Workers workers({.count = 2});
  std::latch done(2);
  std::array<std::thread::id, 2> threads;
  std::array<bool, 2> own{};
  for (std::size_t i = 0; i < 2; ++i)
    workers.executor(i).post([&, i] {
      std::size_t index = 9;
      threads[i] = std::this_thread::get_id();
      own[i] = Executor::current() == &workers.executor(i) && workers.executor(i).is_current() && current_workers(&index) == &workers && index == i;
      done.count_down();
    });
  done.wait();
  EXPECT_TRUE(own[0] && own[1]);
  EXPECT_NE(threads[0], threads[1]);
  EXPECT_EQ(Executor::current(), nullptr);
}

TEST(Workers, ATaskSleepsAndGoesOnAtHome) {
  Workers workers({.count = 1});
  std::latch done(1);
  bool home = false;
  const auto nap = [](Workers& w, bool& at_home) -> Task<void> {
    co_await sleep_for(std::chrono::milliseconds(1));
    at_home = w.executor(0).is_current();
  };
  workers.executor(0).post([&] { start(nap(workers, home), [&] { done.count_down(); }); });
  done.wait();
  EXPECT_TRUE(home);
}

TEST(Workers, TheBlockingPoolIsBounded) {
  Workers workers({.count = 1, .blocking_threads = 1});
  std::latch running(1), release(1);
  ASSERT_TRUE(workers.run_blocking([&] {
    running.count_down();
    release.wait();
  }).ok());
  running.wait();
  for (int i = 0; i < 1024; ++i) ASSERT_TRUE(workers.run_blocking([] {}).ok()) << i;
  EXPECT_EQ(workers.run_blocking([] {}).error().reason(), "BLOCKING_POOL_FULL");
  release.count_down();
}

TEST(Workers, StopEndsWhatWaits) {
  Workers workers({.count = 2});
  workers.executor(0).post_after(std::chrono::hours(1), [] { FAIL() << "an hour has not passed"; });
  workers.stop();
  EXPECT_TRUE(stopping(workers));
  EXPECT_EQ(workers.run_blocking([] {}).error().reason(), "WORKERS_STOPPED");
}

}  // namespace
}  // namespace slipway::transport
