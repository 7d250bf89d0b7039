#include "slipway/context/context.h"

#include <gtest/gtest.h>

#include <future>
#include <thread>

using namespace slipway;
using namespace slipway::context;

TEST(Context, EarlierDeadlineWins) {
  const TimePoint now = Clock::system().now();
  const Context c = Context().with_deadline(now + 10s).with_deadline(now + 20s);
  EXPECT_EQ(c.deadline(), now + 10s);
  EXPECT_EQ(c.with_deadline(now + 5s).deadline(), now + 5s);
  EXPECT_EQ(c.deadline(), now + 10s);
}

TEST(Context, WithoutDeadlineRemainsForever) {
  EXPECT_EQ(Context().remaining(), Duration::max());
  EXPECT_FALSE(Context().with_timeout(Duration::max()).has_deadline());
  EXPECT_TRUE(Context().check());
}

TEST(Context, PassedDeadlineIsAnErrorAndNeverNegative) {
  const Context c = Context().with_deadline(Clock::system().now() - 1s);
  EXPECT_EQ(c.remaining(), Duration::zero());
  EXPECT_EQ(c.check().error().reason(), "DEADLINE_EXCEEDED");
}

TEST(Context, CancellationIsSeenByEveryDerivedContext) {
  auto cancellation = std::make_shared<Cancellation>();
  const Context parent = Context().with_cancellation(cancellation);
  const Context child = parent.with_timeout(1h).with_value(std::string("x"));
  EXPECT_TRUE(child.check());
  cancellation->cancel(client_closed("went away"));
  cancellation->cancel(internal_error("too late"));
  EXPECT_EQ(child.check().error().message(), "went away");
}

TEST(Context, TypedValuesAreFoundByTypeAndShadowed) {
  const Context a = Context().with_value(7).with_value(std::string("a"));
  const Context b = a.with_value(8);
  EXPECT_EQ(*a.value<int>(), 7);
  EXPECT_EQ(*b.value<int>(), 8);
  EXPECT_EQ(*b.value<std::string>(), "a");
  EXPECT_EQ(b.value<double>(), nullptr);
}

TEST(Context, MetadataIsFoundWithoutCase) {
  Headers md;
  ASSERT_TRUE(md.set("x-md-global-user", "ada"));
  const Context c = Context().with_metadata(md);
  EXPECT_EQ(c.metadata("X-MD-Global-User"), "ada");
  EXPECT_EQ(Context().metadata("x"), "");
}

TEST(Cancellation, CallbacksRunOnceInOrder) {
  Cancellation c;
  std::string order;
  c.on_cancel([&] { order += 'a'; });
  const auto b = c.on_cancel([&] { order += 'b'; });
  c.on_cancel([&] { order += 'c'; });
  c.remove(b);
  c.cancel(client_closed("x"));
  c.cancel(client_closed("y"));
  EXPECT_EQ(order, "ac");
  c.on_cancel([&] { order += 'd'; });
  EXPECT_EQ(order, "acd");
}

TEST(Cancellation, CallbackMayRemoveItselfAndOthers) {
  Cancellation c;
  std::uint64_t first = 0, second = 0;
  bool second_ran = false;
  first = c.on_cancel([&] {
    c.remove(first);
    c.remove(second);
  });
  second = c.on_cancel([&] { second_ran = true; });
  c.cancel(client_closed("x"));
  EXPECT_FALSE(second_ran);
}

TEST(Cancellation, RemoveWaitsForTheCallbackThatRuns) {
  Cancellation c;
  std::promise<void> inside, go_on;
  std::atomic<bool> finished{false};
  const auto id = c.on_cancel([&] {
    inside.set_value();
    go_on.get_future().wait();
    finished = true;
  });
  std::thread canceller([&] { c.cancel(client_closed("x")); });
  inside.get_future().wait();
  std::thread remover([&] {
    c.remove(id);
    EXPECT_TRUE(finished);
  });
  go_on.set_value();
  remover.join();
  canceller.join();
}
