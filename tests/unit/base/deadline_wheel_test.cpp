#include "slipway/base/deadline_wheel.h"

#include <gtest/gtest.h>

#include <future>
#include <memory>

#include "tests/support/loop.h"

namespace slipway {
namespace {

struct Waiting final : DeadlineWheel::Entry {
  explicit Waiting(std::function<void()> t) : told(std::move(t)) {}
  void on_deadline() override { told(); }
  std::function<void()> told;
};

// Runs on the loop and gives what it gave.
template <class F>
auto on(tests::Loop& loop, F f) {
  std::promise<decltype(f())> result;
  loop.post([&] { result.set_value(f()); });
  return result.get_future().get();
}

TEST(DeadlineWheel, TellsEachInItsTurnAndNeverBeforeItsTime) {
  tests::Loop loop;
  struct Told {
    int which;
    TimePoint due, at;
  };
  std::vector<Told> told;
  std::vector<std::unique_ptr<Waiting>> waiting;
  std::promise<void> all;
  on(loop, [&] {
    const TimePoint now = Clock::system().now();
    // Not in order, two at one moment, and one that is past.
    const int after_ms[] = {60, 20, 41, 20, -5};
    for (int i = 0; i < 5; ++i) {
      const TimePoint due = now + std::chrono::milliseconds(after_ms[i]);
      waiting.push_back(std::make_unique<Waiting>([&, i, due] {
        told.push_back({i, due, Clock::system().now()});
        if (told.size() == 5) all.set_value();
      }));
      DeadlineWheel::here().add(*waiting.back(), due);
    }
    return 0;
  });
  all.get_future().wait();
  std::vector<int> order;
  for (const auto& t : told) {
    order.push_back(t.which);
    EXPECT_GE(t.at, t.due) << t.which;
  }
  EXPECT_EQ(order.front(), 4);
  EXPECT_EQ(order.back(), 0);
  EXPECT_EQ(order[3], 2);
  EXPECT_EQ(on(loop, [] { return DeadlineWheel::here().size(); }), 0u);
}

TEST(DeadlineWheel, WhatTakesItselfOutOrIsDestroyedIsNotTold) {
  tests::Loop loop;
  std::promise<void> last;
  int told = 0;
  std::unique_ptr<Waiting> out, gone, victim, killer, end;
  on(loop, [&] {
    auto& wheel = DeadlineWheel::here();
    const TimePoint due = Clock::system().now() + std::chrono::milliseconds(15);
    out = std::make_unique<Waiting>([&] { ++told; });
    gone = std::make_unique<Waiting>([&] { ++told; });
    killer = std::make_unique<Waiting>([&] { victim.reset(); });  // due at the same moment
    victim = std::make_unique<Waiting>([&] { ++told; });
    end = std::make_unique<Waiting>([&] { last.set_value(); });
    for (Waiting* w : {out.get(), gone.get(), killer.get(), victim.get()}) wheel.add(*w, due);
    wheel.add(*end, due + std::chrono::milliseconds(20));
    EXPECT_EQ(wheel.size(), 5u);
    out->take_out();
    gone.reset();
    EXPECT_EQ(wheel.size(), 3u);
    EXPECT_FALSE(out->waits());
    return 0;
  });
  last.get_future().wait();
  EXPECT_EQ(told, 0);
}

TEST(DeadlineWheel, ADeadlineBeyondOneRoundWaitsForItsOwn) {
  tests::Loop loop;
  std::promise<TimePoint> at;
  std::unique_ptr<Waiting> far, never;
  const TimePoint due = on(loop, [&] {
    const TimePoint when = Clock::system().now() + std::chrono::milliseconds(30);
    far = std::make_unique<Waiting>([&] { at.set_value(Clock::system().now()); });
    never = std::make_unique<Waiting>([&] { ADD_FAILURE() << "an hour has passed?"; });
    DeadlineWheel::here().add(*never, when + 512 * 5 * DeadlineWheel::kStep);  // the same slot, rounds later
    DeadlineWheel::here().add(*far, when);
    return when;
  });
  EXPECT_GE(at.get_future().get(), due);
  on(loop, [&] {
    EXPECT_TRUE(never->waits());
    never.reset();
    return 0;
  });
}

}  // namespace
}  // namespace slipway
