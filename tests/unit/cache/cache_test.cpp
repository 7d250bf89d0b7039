#include <gtest/gtest.h>

#include <future>
#include <thread>

#include "slipway/cache/memory.h"
#include "slipway/telemetry/call_trace.h"
#include "tests/support/loop.h"

using namespace slipway;
using namespace slipway::cache;
using slipway::context::Cancellation;
using slipway::context::Context;

namespace {

class MemoryCacheTest : public testing::Test {
 protected:
  std::unique_ptr<Cache> make(std::size_t most, std::size_t shards = 1) {
    return make_memory_cache(
        {.max_entries = most, .ttl = 60s, .negative_ttl = 5s, .shards = shards, .clock = &clock_});
  }
  ManualClock clock_;
  const Context context_;
};

}  // namespace

TEST_F(MemoryCacheTest, HoldsAValueUntilItsTime) {
  const auto cache = make(10);
  ASSERT_TRUE(cache->set(context_, "a", 22, 100ms));
  EXPECT_EQ(cache->get(context_, "a")->value, Value(22));
  clock_.advance(99ms);
  EXPECT_TRUE(cache->get(context_, "a")->hit());
  clock_.advance(1ms);
  EXPECT_FALSE(cache->get(context_, "a")->known());
  const Stats stats = cache->stats();
  EXPECT_EQ(stats.hits, 2u);
  EXPECT_EQ(stats.misses, 1u);
  EXPECT_EQ(stats.expirations, 1u);
  EXPECT_EQ(stats.entries, 0u);
  EXPECT_EQ(stats.bytes, 0u);
}

TEST_F(MemoryCacheTest, DefaultForeverAndNegativeTimes) {
  const auto cache = make(10);
  ASSERT_TRUE(cache->set(context_, "default", 1));
  ASSERT_TRUE(cache->set(context_, "forever", 1, kForever));
  ASSERT_TRUE(cache->set(context_, "over", 1, -1s));
  EXPECT_FALSE(cache->get(context_, "over")->known());
  clock_.advance(60s);
  EXPECT_FALSE(cache->get(context_, "default")->known());
  clock_.advance(24h * 365);
  EXPECT_TRUE(cache->get(context_, "forever")->hit());
}

TEST_F(MemoryCacheTest, LeastRecentlyUsedGoesFirst) {
  const auto cache = make(2);
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(cache->set(context_, "k" + std::to_string(i), i));
  EXPECT_EQ(cache->stats().entries, 2u);
  EXPECT_EQ(cache->stats().evictions, 8u);
  EXPECT_FALSE(cache->get(context_, "k6")->known());
  EXPECT_TRUE(cache->get(context_, "k8")->hit());  // now k9 is the oldest
  ASSERT_TRUE(cache->set(context_, "new", 1));
  EXPECT_FALSE(cache->get(context_, "k9")->known());
  EXPECT_TRUE(cache->get(context_, "k8")->hit());
}

TEST_F(MemoryCacheTest, ShardsTogetherHoldTheWholeLimit) {
  const auto cache = make(1000, 16);
  for (int i = 0; i < 100'000; ++i) ASSERT_TRUE(cache->set(context_, "key" + std::to_string(i), i));
  EXPECT_EQ(cache->stats().entries, 1000u);
}

TEST_F(MemoryCacheTest, ANegativeEntryIsKnownButNoHit) {
  const auto cache = make(10);
  ASSERT_TRUE(cache->set_negative(context_, "ghost"));
  EXPECT_EQ(cache->get(context_, "ghost")->kind, Lookup::Kind::Negative);
  clock_.advance(5s);
  EXPECT_EQ(cache->get(context_, "ghost")->kind, Lookup::Kind::Miss);
  EXPECT_EQ(cache->stats().negative_hits, 1u);
}

TEST_F(MemoryCacheTest, RemovesOneOrAllWithAPrefix) {
  const auto cache = make(100, 4);
  for (const char* key : {"order:1", "order:2", "stock:1"}) ASSERT_TRUE(cache->set(context_, key, 1));
  EXPECT_TRUE(*cache->remove(context_, "order:1"));
  EXPECT_FALSE(*cache->remove(context_, "order:1"));
  EXPECT_EQ(*cache->remove_prefix(context_, "order:"), 1u);
  EXPECT_EQ(*cache->remove_prefix(context_, ""), 1u);
  EXPECT_EQ(cache->stats().entries, 0u);
}

TEST_F(MemoryCacheTest, ListShowsWhatIsThereLastUsedFirst) {
  const auto cache = make(100, 4);
  ASSERT_TRUE(cache->set(context_, "order:1", "a", 10s));
  clock_.advance(1s);
  ASSERT_TRUE(cache->set(context_, "order:2", "b", kForever));
  clock_.advance(1s);
  ASSERT_TRUE(cache->set_negative(context_, "stock:1"));
  clock_.advance(1s);
  ASSERT_TRUE(cache->get(context_, "order:1")->hit());
  const auto all = cache->list();
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[0].key, "order:1");
  EXPECT_EQ(all[0].age, 3s);
  EXPECT_EQ(all[0].left, 7s);
  EXPECT_EQ(all[0].hits, 1u);
  EXPECT_TRUE(all[1].negative);
  EXPECT_EQ(all[2].left, kForever);
  EXPECT_EQ(cache->list("order").size(), 2u);
  EXPECT_EQ(cache->list("", 1).size(), 1u);
}

TEST_F(MemoryCacheTest, OfManyWhoMissOneLoadsAndTheOthersWait) {
  const auto cache = make(100);
  std::atomic<int> loads{0};
  std::promise<void> go_on;
  std::shared_future<void> gate = go_on.get_future().share();
  std::vector<std::future<Result<Lookup>>> callers;
  for (int i = 0; i < 8; ++i)
    callers.push_back(std::async(std::launch::async, [&] {
      return cache->get_or_set(context_, "k", [&]() -> Cache::Loaded {
        ++loads;
        gate.wait();
        return std::optional(Value("loaded"));
      });
    }));
  while (cache->stats().shared_loads < 7) std::this_thread::yield();
  // A slow loader of one key holds up nobody else.
  EXPECT_TRUE(
      cache->get_or_set(context_, "other", [] { return Cache::Loaded(std::optional(Value(1))); })->hit());
  go_on.set_value();
  for (auto& c : callers) EXPECT_EQ(c.get()->value, Value("loaded"));
  EXPECT_EQ(loads, 1);
  EXPECT_TRUE(cache->get(context_, "k")->hit());
}

TEST_F(MemoryCacheTest, ALoaderThatFindsNothingIsRememberedAndOneThatFailsIsNot) {
  const auto cache = make(100);
  int loads = 0;
  const auto nothing = [&]() -> Cache::Loaded { return ++loads, std::optional<Value>(); };
  EXPECT_EQ(cache->get_or_set(context_, "ghost", nothing)->kind, Lookup::Kind::Negative);
  EXPECT_EQ(cache->get_or_set(context_, "ghost", nothing)->kind, Lookup::Kind::Negative);
  EXPECT_EQ(loads, 1);
  const auto failing = [&]() -> Cache::Loaded { return ++loads, unavailable("down"); };
  EXPECT_EQ(cache->get_or_set(context_, "bad", failing).error().message(), "down");
  EXPECT_FALSE(cache->get_or_set(context_, "bad", failing));
  EXPECT_EQ(loads, 3);
  const auto throwing = [&]() -> Cache::Loaded { throw std::runtime_error("secret"); };
  const auto thrown = cache->get_or_set(context_, "bad", throwing);
  EXPECT_EQ(thrown.error().reason(), "CACHE_LOADER");
  EXPECT_EQ(thrown.error().to_json().find("secret"), std::string::npos);
}

TEST_F(MemoryCacheTest, ALoaderMayUseTheCacheButNotItsOwnKey) {
  const auto cache = make(100);
  const auto outer = cache->get_or_set(context_, "outer", [&]() -> Cache::Loaded {
    const auto inner =
        cache->get_or_set(context_, "inner", [] { return Cache::Loaded(std::optional(Value(2))); });
    return std::optional(inner->value);
  });
  EXPECT_EQ(outer->value, Value(2));
  const auto self = cache->get_or_set(context_, "self", [&]() -> Cache::Loaded {
    const auto again =
        cache->get_or_set(context_, "self", [] { return Cache::Loaded(std::optional(Value(1))); });
    if (!again) return again.error();
    return std::optional(again->value);
  });
  EXPECT_EQ(self.error().reason(), "CACHE_REENTERED");
}

TEST_F(MemoryCacheTest, AWaiterLeavesAtItsDeadlineOrWhenCancelled) {
  const auto cache = make(100);
  std::promise<void> inside, go_on;
  auto pilot = std::async(std::launch::async, [&] {
    return cache->get_or_set(context_, "k", [&]() -> Cache::Loaded {
      inside.set_value();
      go_on.get_future().wait();
      return std::optional(Value(1));
    });
  });
  inside.get_future().wait();
  const Cache::Loader never = []() -> Cache::Loaded { return internal_error("must not run"); };
  EXPECT_EQ(cache->get_or_set(Context().with_timeout(1ms), "k", never).error().reason(), "DEADLINE_EXCEEDED");
  auto cancellation = std::make_shared<Cancellation>();
  auto waiter = std::async(std::launch::async, [&] {
    return cache->get_or_set(Context().with_cancellation(cancellation), "k", never);
  });
  while (cache->stats().shared_loads < 2) std::this_thread::yield();
  cancellation->cancel(client_closed("went away"));
  EXPECT_EQ(waiter.get().error().reason(), "CLIENT_CLOSED");
  go_on.set_value();
  EXPECT_TRUE(pilot.get()->hit());
}

TEST_F(MemoryCacheTest, SuspendedCallersShareALoadToo) {
  const auto cache = make(100);
  tests::Loop loop;
  int loads = 0;  // touched on the loop only
  std::function<void()> release;
  std::promise<void> loading;
  const auto ask = [&](Cache& c) -> Task<Value> {
    auto found = co_await c.get_or_set_async({}, "k", [&]() -> Task<Cache::Loaded> {
      ++loads;
      co_await suspend_with<bool>([&](Resume<bool> r) {
        release = [r] { r(true); };
        loading.set_value();
      });
      co_return std::optional(Value("v"));
    });
    co_return found ? found->value : Value();
  };
  std::vector<std::future<Value>> asked;
  for (int i = 0; i < 3; ++i)
    asked.push_back(std::async(std::launch::async, [&] { return loop.await(ask(*cache)); }));
  loading.get_future().wait();
  while (cache->stats().shared_loads < 2) std::this_thread::yield();
  loop.post([&] { release(); });
  for (auto& a : asked) EXPECT_EQ(a.get(), Value("v"));
  EXPECT_EQ(loads, 1);
}

TEST_F(MemoryCacheTest, ManyThreadsAgreeOnOneTruth) {
  const auto cache = make(500, 8);
  std::vector<std::thread> threads;
  std::atomic<bool> wrong{false};
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < 5000; ++i) {
        const std::string key = "k" + std::to_string((i * 7 + t) % 800);
        if (i % 3 == 0) (void)cache->set(context_, key, Value(key));
        const auto found = cache->get(context_, key);
        if (found->hit() && found->value != Value(key)) wrong = true;
        if (i % 97 == 0) (void)cache->remove(context_, key);
      }
    });
  for (auto& t : threads) t.join();
  EXPECT_FALSE(wrong);
  EXPECT_LE(cache->stats().entries, 500u);
}

TEST_F(MemoryCacheTest, AnAccessIsASpanOfItsCall) {
  const auto cache = make(10);
  telemetry::CallTrace trace;
  trace.begin({{1, 2}, 3, true}, 0, telemetry::intern("orders"), telemetry::intern("GET /"));
  Context context;
  context.set_call_trace(&trace);
  (void)cache->get(context, "order:1");
  ASSERT_EQ(trace.size(), 1u);
  EXPECT_EQ(trace.span(0).kind, telemetry::SpanKind::Cache);
  EXPECT_EQ(telemetry::name_of(trace.span(0).name), "cache get");
  std::string texts;
  for (const auto& a : trace.attributes()) texts += a.value + ";";
  EXPECT_EQ(texts, "order:1;miss;");
}
