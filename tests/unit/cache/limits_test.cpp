// get_or_set within the limits of each caller's context.
#include <gtest/gtest.h>

#include <future>
#include <latch>
#include <thread>

#include "slipway/cache/memory.h"
#include "slipway/context/handover.h"
#include "tests/support/eventually.h"
#include "tests/support/loop.h"

using namespace slipway;
using namespace slipway::cache;
using slipway::context::Cancellation;
using slipway::context::Context;
using Turn = slipway::context::Handover<Status>;

namespace {

// Loads "v" when let go; ends with its context's error when that gives up, as a loader that calls a database does.
Cache::AsyncLoader loader(std::shared_ptr<Turn> turn, Context context, std::shared_ptr<std::latch> begun) {
  return [turn, context, begun]() { return [](std::shared_ptr<Turn> t, Context c, std::shared_ptr<std::latch> b) -> Task<Cache::Loaded> {
    b->count_down();
    auto waiting = Turn::wait_async(t, c);
    const Status status = co_await waiting;
    Cache::Loaded loaded = std::optional<Value>();
    if (status)
      loaded = std::optional(Value("v"));
    else
      loaded = status.error();
    co_return loaded;
  }(turn, context, begun); };
}

Cache::AsyncLoader at_once() {
  return []() -> Task<Cache::Loaded> {
    Cache::Loaded loaded = std::optional(Value("mine"));
    co_return loaded;
  };
}

struct Flight {
  std::unique_ptr<Cache> cache = make_memory_cache();
  tests::Loop loop;
  std::shared_ptr<Cancellation> cancellation = std::make_shared<Cancellation>();
  Context pilots = Context().with_cancellation(cancellation);
  std::shared_ptr<Turn> turn = std::make_shared<Turn>();
  std::shared_ptr<std::latch> begun = std::make_shared<std::latch>(1);
  std::future<Result<Lookup>> pilot = std::async(std::launch::async, [this] {
    return loop.await(cache->get_or_set_async(pilots, "k", loader(turn, pilots, begun)));
  });
  Flight() { begun->wait(); }
  std::future<Result<Lookup>> waiter(const Context& context) {
    const auto before = cache->stats().shared_loads;
    auto waiting = std::async(std::launch::async, [this, context] { return loop.await(cache->get_or_set_async(context, "k", at_once())); });
    // On a busy machine a short deadline may pass before it waits at all.
    EXPECT_TRUE(tests::eventually(
        [&] { return cache->stats().shared_loads > before || waiting.wait_for(std::chrono::seconds(0)) == std::future_status::ready; }));
    return waiting;
  }
};

}  // namespace

TEST(CacheLimits, SuspendedWaitersEachLeaveByTheirOwnDeadline) {
  Flight f;
  auto mine = std::make_shared<Cancellation>();
  auto short_one = f.waiter(Context().with_timeout(10ms));
  auto cancelled = f.waiter(Context().with_cancellation(mine));
  auto patient = f.waiter(Context().with_timeout(1h));
  EXPECT_EQ(short_one.get().error().reason(), "DEADLINE_EXCEEDED");
  mine->cancel(client_closed("hung up"));
  EXPECT_EQ(cancelled.get().error().message(), "hung up");
  f.turn->give(Status());
  EXPECT_EQ(patient.get()->value, Value("v"));
  EXPECT_EQ(f.pilot.get()->value, Value("v"));
}

TEST(CacheLimits, AnotherLoadsWhenWhoLoadedGaveUp) {
  Flight f;
  auto patient = f.waiter({});
  f.cancellation->cancel(client_closed("hung up"));
  EXPECT_EQ(f.pilot.get().error().reason(), "CLIENT_CLOSED");
  EXPECT_EQ(patient.get()->value, Value("mine"));
  EXPECT_EQ(f.cache->get({}, "k")->value, Value("mine"));
}

TEST(CacheLimits, AFailureThatIsNotOfTheCallerIsEverybodys) {
  Flight f;
  auto patient = f.waiter({});
  f.turn->give(unavailable("the database is gone", "DB"));
  EXPECT_EQ(f.pilot.get().error().reason(), "DB");
  EXPECT_EQ(patient.get().error().reason(), "DB");
}

TEST(CacheLimits, ABlockedWaiterLoadsWhenWhoLoadedGaveUp) {
  const auto cache = make_memory_cache();
  auto cancellation = std::make_shared<Cancellation>();
  const Context pilots = Context().with_cancellation(cancellation);
  std::latch begun(1);
  auto pilot = std::async(std::launch::async, [&] {
    return cache->get_or_set(pilots, "k", [&]() -> Cache::Loaded {
      begun.count_down();
      const Status cut = std::make_shared<Turn>()->wait(pilots);
      return cut.error();
    });
  });
  begun.wait();
  auto patient = std::async(std::launch::async, [&] { return cache->get_or_set({}, "k", [] { return Cache::Loaded(std::optional(Value("mine"))); }); });
  EXPECT_TRUE(tests::eventually([&] { return cache->stats().shared_loads == 1; }));
  cancellation->cancel(client_closed("hung up"));
  EXPECT_EQ(pilot.get().error().reason(), "CLIENT_CLOSED");
  EXPECT_EQ(patient.get()->value, Value("mine"));
}

TEST(CacheLimits, WhoHasGivenUpStartsNoLoaderButGetsWhatIsThere) {
  const auto cache = make_memory_cache();
  const Context late = Context().with_deadline(Clock::system().now() - 1s);
  const Cache::Loader never = []() -> Cache::Loaded { return internal_error("must not run"); };
  EXPECT_EQ(cache->get_or_set(late, "k", never).error().reason(), "DEADLINE_EXCEEDED");
  tests::Loop loop;
  EXPECT_EQ(loop.await(cache->get_or_set_async(late, "k", at_once())).error().reason(), "DEADLINE_EXCEEDED");
  EXPECT_EQ(cache->stats().loads, 0u);
  ASSERT_TRUE(cache->set({}, "k", Value("there")));
  EXPECT_EQ(cache->get_or_set(late, "k", never)->value, Value("there"));
}
