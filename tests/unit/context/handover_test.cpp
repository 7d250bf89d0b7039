#include "slipway/context/handover.h"

#include <gtest/gtest.h>

#include <future>
#include <latch>

#include "tests/support/eventually.h"
#include "tests/support/loop.h"

using namespace slipway;
using slipway::context::Cancellation;
using slipway::context::Context;
using Turn = slipway::context::Handover<Result<int>>;

namespace {

Context cancellable(std::shared_ptr<Cancellation>& cancellation) {
  cancellation = std::make_shared<Cancellation>();
  return Context().with_cancellation(cancellation);
}

Task<Result<int>> waiting_on(std::shared_ptr<Turn> turn, Context context, tests::Loop* home, bool* at_home) {
  auto waiting = Turn::wait_async(turn, context);
  auto result = co_await waiting;
  if (at_home) *at_home = home->is_current();
  co_return result;
}

}  // namespace

TEST(Handover, GivesOneResultToOneWaiter) {
  auto turn = std::make_shared<Turn>();
  auto result = std::async(std::launch::async, [&] { return turn->wait({}); });
  EXPECT_TRUE(turn->give(7));
  EXPECT_EQ(*result.get(), 7);
  EXPECT_FALSE(turn->give(8));
}

TEST(Handover, WhatWasGivenBeforeIsThere) {
  auto turn = std::make_shared<Turn>();
  EXPECT_TRUE(turn->begin());
  EXPECT_TRUE(turn->give(7));
  EXPECT_EQ(*turn->wait(Context().with_deadline(Clock::system().now() - 1s)), 7);
}

TEST(Handover, AWaiterLeavesAtItsDeadlineAndIsNotTouchedAfterwards) {
  auto turn = std::make_shared<Turn>();
  EXPECT_EQ(turn->wait(Context().with_timeout(1ms)).error().reason(), "DEADLINE_EXCEEDED");
  EXPECT_TRUE(turn->left());
  EXPECT_FALSE(turn->begin());
  EXPECT_FALSE(turn->give(7));
}

TEST(Handover, ACancelledWaiterLeavesWithTheReason) {
  std::shared_ptr<Cancellation> cancellation;
  const Context context = cancellable(cancellation);
  auto turn = std::make_shared<Turn>();
  auto result = std::async(std::launch::async, [&] { return turn->wait(context); });
  cancellation->cancel(client_closed("hung up"));
  EXPECT_EQ(result.get().error().message(), "hung up");
  EXPECT_FALSE(turn->begin());
}

TEST(Handover, OneThatHasBegunIsWaitedForWhateverHappens) {
  std::shared_ptr<Cancellation> cancellation;
  const Context context = cancellable(cancellation).with_timeout(1ms);
  auto turn = std::make_shared<Turn>();
  ASSERT_TRUE(turn->begin());
  auto result = std::async(std::launch::async, [&] { return turn->wait(context); });
  cancellation->cancel(client_closed("hung up"));
  EXPECT_TRUE(tests::eventually([&] { return !context.check().ok(); }));
  EXPECT_TRUE(turn->begin());
  EXPECT_TRUE(turn->give(7));
  EXPECT_EQ(*result.get(), 7);
}

TEST(Handover, ATaskResumesAtHome) {
  tests::Loop loop;
  auto turn = std::make_shared<Turn>();
  std::thread giver([&] { turn->give(7); });
  bool at_home = false;
  EXPECT_EQ(*loop.await(waiting_on(turn, {}, &loop, &at_home)), 7);
  EXPECT_TRUE(at_home);
  giver.join();
}

TEST(Handover, ATaskLeavesAtItsDeadlineOrWhenCancelled) {
  tests::Loop loop;
  bool at_home = false;
  EXPECT_EQ(loop.await(waiting_on(std::make_shared<Turn>(), Context().with_timeout(1ms), &loop, &at_home)).error().reason(), "DEADLINE_EXCEEDED");
  EXPECT_TRUE(at_home);
  for (const bool from_home : {false, true}) {
    std::shared_ptr<Cancellation> cancellation;
    const Context context = cancellable(cancellation);
    auto turn = std::make_shared<Turn>();
    auto result = std::async(std::launch::async, [&] { return loop.await(waiting_on(turn, context, &loop, &at_home)); });
    if (from_home)
      loop.post([cancellation] { cancellation->cancel(client_closed("hung up")); });
    else
      cancellation->cancel(client_closed("hung up"));
    EXPECT_EQ(result.get().error().message(), "hung up");
    EXPECT_TRUE(at_home);
    EXPECT_TRUE(turn->left());
  }
}

TEST(Handover, GivingAndLeavingAtOnceEndsInOneOfThem) {
  for (int i = 0; i < 500; ++i) {
    std::shared_ptr<Cancellation> cancellation;
    const Context context = cancellable(cancellation);
    auto turn = std::make_shared<Turn>();
    std::latch together(2);
    bool taken = false;
    std::thread giver([&] {
      together.arrive_and_wait();
      taken = turn->give(7);
    });
    std::thread leaver([&] {
      together.arrive_and_wait();
      cancellation->cancel(client_closed("hung up"));
    });
    const auto result = turn->wait(context);
    giver.join();
    leaver.join();
    EXPECT_EQ(result.ok(), taken);
  }
}

TEST(SleepFor, EndsWithItsTimeItsDeadlineOrItsCancellation) {
  tests::Loop loop;
  EXPECT_TRUE(loop.await(context::sleep_for(Context(), 1ms)));
  EXPECT_TRUE(loop.await(context::sleep_for(Context().with_timeout(1h), 1ms)));
  EXPECT_EQ(loop.await(context::sleep_for(Context().with_timeout(1ms), 1h)).error().reason(), "DEADLINE_EXCEEDED");
  std::shared_ptr<Cancellation> cancellation;
  const Context context = cancellable(cancellation);
  auto slept = std::async(std::launch::async, [&] { return loop.await(context::sleep_for(context, 1h)); });
  cancellation->cancel(client_closed("hung up"));
  EXPECT_EQ(slept.get().error().reason(), "CLIENT_CLOSED");
  EXPECT_EQ(loop.await(context::sleep_for(context, 1ms)).error().reason(), "CLIENT_CLOSED");  // not even begun
}
