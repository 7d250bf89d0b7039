#include "slipway/instance/scope.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <latch>
#include <thread>

namespace slipway::instance {
namespace {

using namespace ::testing;

struct Database {
  explicit Database(std::string n) : name(std::move(n)) {}
  virtual ~Database() = default;
  std::string name;
};
struct Cache {
  int size = 7;
};
struct Clock {};

std::unique_ptr<Database> open(InstanceScope&, const std::string& name) { return std::make_unique<Database>(name); }

TEST(InstanceScope, MakesAnInstanceOnFirstUseAndKeepsIt) {
  InstanceScope scope;
  int made = 0;
  scope.provide<Database>("db", [&](InstanceScope& s, const std::string& name) { return ++made, open(s, name); });
  EXPECT_EQ(scope.peek<Database>(), nullptr);
  Database& first = scope.get<Database>();
  EXPECT_EQ(&first, &scope.get<Database>());
  EXPECT_EQ(scope.peek<Database>(), &first);
  EXPECT_EQ(made, 1);
}

TEST(InstanceScope, NamesAreDifferentInstances) {
  InstanceScope scope;
  scope.provide<Database>("db", open);
  EXPECT_EQ(scope.get<Database>("orders").name, "orders");
  EXPECT_EQ(scope.get<Database>("stock").name, "stock");
  EXPECT_NE(&scope.get<Database>("orders"), &scope.get<Database>("stock"));
}

TEST(InstanceScope, TwoScopesShareFactoriesButNotInstances) {
  InstanceScope process;
  process.provide<Database>("db", open);
  InstanceScope orders("orders", &process), pricing("pricing", &process);
  EXPECT_NE(&orders.get<Database>(), &pricing.get<Database>());
  EXPECT_EQ(process.peek<Database>(), nullptr);
}

TEST(InstanceScope, FindsAmongManyNames) {
  InstanceScope scope;
  scope.provide<Database>("db", open);
  std::vector<Database*> made;
  for (int i = 0; i < 1000; ++i) made.push_back(&scope.get<Database>("shard-" + std::to_string(i)));
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(&scope.get<Database>("shard-" + std::to_string(i)), made[i]);
}

TEST(InstanceScope, AMissingFactoryNamesTypeScopeAndCure) {
  InstanceScope scope("orders");
  const auto found = scope.find<Cache>();
  ASSERT_FALSE(found.ok());
  EXPECT_EQ(found.error().reason(), "NO_FACTORY");
  EXPECT_THAT(found.error().message(), AllOf(HasSubstr("Cache.default"), HasSubstr("orders"), HasSubstr("provide<Cache>()")));
  EXPECT_THROW(scope.get<Cache>(), InstanceError);
}

TEST(InstanceScope, AFailureIsNotRemembered) {
  InstanceScope scope;
  int attempts = 0;
  scope.provide<Database>("db", [&](InstanceScope&, const std::string&) -> Result<std::unique_ptr<Database>> {
    if (++attempts < 3) return unavailable("no disk");
    return std::make_unique<Database>("third");
  });
  EXPECT_EQ(scope.find<Database>().error().message(), "no disk");
  EXPECT_EQ(scope.find<Database>().error().message(), "no disk");
  EXPECT_EQ(scope.get<Database>().name, "third");
}

TEST(InstanceScope, AThrowingFactoryIsAnError) {
  InstanceScope scope;
  scope.provide<Cache>("cache", [](InstanceScope&, const std::string&) -> std::unique_ptr<Cache> {
    throw std::runtime_error("boom");
  });
  EXPECT_THAT(scope.find<Cache>().error().message(), HasSubstr("cache.default: its factory threw: boom"));
}

TEST(InstanceScope, AskingInACirclePrintsIt) {
  InstanceScope scope;
  scope.provide<Database>("db", [](InstanceScope& s, const std::string& name) -> Result<std::unique_ptr<Database>> {
    if (auto cache = s.find<Cache>(); !cache) return cache.error();
    return std::make_unique<Database>(name);
  });
  scope.provide<Cache>("cache", [](InstanceScope& s, const std::string&) -> Result<std::unique_ptr<Cache>> {
    if (auto clock = s.find<Clock>(); !clock) return clock.error();
    return std::make_unique<Cache>();
  });
  scope.provide<Clock>("clock", [](InstanceScope& s, const std::string&) {
    s.get<Database>();  // throws out of the factory
    return std::make_unique<Clock>();
  });
  const auto found = scope.find<Database>();
  ASSERT_FALSE(found.ok());
  EXPECT_EQ(found.error().reason(), "INSTANCE_CYCLE");
  EXPECT_THAT(found.error().message(), HasSubstr("db.default → cache.default → clock.default → db.default"));
}

TEST(InstanceScope, ACircleAcrossTwoThreadsIsAnErrorAndNoDeadlock) {
  InstanceScope scope;
  std::latch both_inside(2);
  scope.provide<Database>("db", [&](InstanceScope& s, const std::string& name) -> Result<std::unique_ptr<Database>> {
    both_inside.arrive_and_wait();
    if (auto cache = s.find<Cache>(); !cache) return cache.error();
    return std::make_unique<Database>(name);
  });
  scope.provide<Cache>("cache", [&](InstanceScope& s, const std::string&) -> Result<std::unique_ptr<Cache>> {
    both_inside.arrive_and_wait();
    if (auto db = s.find<Database>(); !db) return db.error();
    return std::make_unique<Cache>();
  });
  std::string reason;
  std::thread other([&] { (void)scope.find<Cache>(); });
  const auto found = scope.find<Database>();
  other.join();
  ASSERT_FALSE(found.ok());
  EXPECT_EQ(found.error().reason(), "INSTANCE_CYCLE");
}

TEST(InstanceScope, IsMadeOnceHoweverManyThreadsAsk) {
  for (int round = 0; round < 50; ++round) {
    InstanceScope scope;
    std::atomic<int> made{0};
    scope.provide<Cache>("cache", [&](InstanceScope&, const std::string&) {
      ++made;
      std::this_thread::yield();
      return std::make_unique<Cache>();
    });
    std::latch start(8);
    std::vector<std::thread> threads;
    std::vector<Cache*> seen(8);
    for (int t = 0; t < 8; ++t)
      threads.emplace_back([&, t] {
        start.arrive_and_wait();
        seen[t] = &scope.get<Cache>();
      });
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(made, 1);
    EXPECT_THAT(seen, Each(seen[0]));
  }
}

TEST(InstanceScope, ASlowInstanceDelaysOnlyThoseWhoAskForIt) {
  InstanceScope scope;
  std::latch inside(1), release(1);
  scope.provide<Database>("db", [&](InstanceScope& s, const std::string& name) {
    inside.count_down();
    release.wait();
    return open(s, name);
  });
  scope.provide<Cache>("cache", [](InstanceScope&, const std::string&) { return std::make_unique<Cache>(); });
  std::thread slow([&] { scope.get<Database>(); });
  inside.wait();
  EXPECT_EQ(scope.get<Cache>().size, 7);
  release.count_down();
  slow.join();
}

TEST(InstanceScope, WaitersOfAFailedAttemptGetItsError) {
  InstanceScope scope;
  std::atomic<int> attempts{0};
  std::latch inside(1), release(1);
  scope.provide<Cache>("cache", [&](InstanceScope&, const std::string&) -> Result<std::unique_ptr<Cache>> {
    if (++attempts == 1) inside.count_down();
    release.wait();
    return unavailable("attempt " + std::to_string(attempts));
  });
  std::thread first([&] { (void)scope.find<Cache>(); });
  inside.wait();
  std::atomic<bool> asked{false};
  std::string got;
  std::thread second([&] {
    asked = true;
    got = scope.find<Cache>().error().message();
  });
  while (!asked) std::this_thread::yield();
  release.count_down();
  first.join();
  second.join();
  EXPECT_THAT(got, AnyOf("attempt 1", "attempt 2"));  // it waited, or came after the first had failed
}

TEST(InstanceScope, DestroysInReverseOrderOfMaking) {
  std::vector<std::string> log;
  struct Noisy {
    std::vector<std::string>& log;
    std::string name;
    ~Noisy() { log.push_back(name); }
  };
  {
    InstanceScope scope;
    scope.provide<Noisy>("noisy", [&](InstanceScope&, const std::string& name) {
      return std::unique_ptr<Noisy>(new Noisy{log, name});
    });
    for (const char* name : {"a", "b", "c"}) scope.get<Noisy>(name);
  }
  EXPECT_THAT(log, ElementsAre("c", "b", "a"));
}

TEST(InstanceScope, AClosedScopeSaysSo) {
  InstanceScope scope("orders");
  scope.provide<Database>("db", open);
  scope.get<Database>();
  scope.close();
  EXPECT_EQ(scope.find<Database>().error().reason(), "SCOPE_CLOSED");
}

TEST(InstanceScope, AReplacementLastsAsLongAsItsGuardAndHandlesFollowIt) {
  InstanceScope scope;
  scope.provide<Database>("db", open);
  Handle<Database> handle(scope);
  EXPECT_EQ(handle->name, "default");
  Database fake("fake");
  {
    const auto guard = scope.replace<Database>(fake);
    EXPECT_EQ(handle->name, "fake");
    EXPECT_EQ(scope.get<Database>().name, "fake");
    EXPECT_TRUE(scope.records()[0].replaced);
  }
  EXPECT_EQ(handle->name, "default");
}

TEST(InstanceScope, PutKeepsWhatWasThereAliveForItsHolders) {
  InstanceScope scope;
  scope.provide<Database>("db", open);
  Database& old = scope.get<Database>();
  scope.put(std::make_shared<Database>("new"));
  EXPECT_EQ(scope.get<Database>().name, "new");
  EXPECT_EQ(old.name, "default");
}

TEST(InstanceScope, RecordsOrderTimesAndDependencies) {
  InstanceScope scope;
  scope.provide<Database>("db", [](InstanceScope& s, const std::string& name) {
    s.get<Cache>("hot");
    return open(s, name);
  });
  scope.provide<Cache>("cache", [](InstanceScope&, const std::string&) { return std::make_unique<Cache>(); });
  scope.get<Database>("orders");
  const auto records = scope.records();
  ASSERT_EQ(records.size(), 2u);
  EXPECT_EQ(records[0].kind + "/" + records[0].name, "cache/hot");
  EXPECT_EQ(records[0].order, 1);
  EXPECT_EQ(records[1].kind + "/" + records[1].name, "db/orders");
  EXPECT_THAT(records[1].depends_on, ElementsAre("cache.hot"));
  EXPECT_GE(records[1].creation_ns, records[0].creation_ns);
  EXPECT_GT(records[0].created_wall_ns, 0);
}

TEST(TypeKey, KnowsTypesByName) {
  EXPECT_EQ(type_key<Cache>()->short_name(), "Cache");
  EXPECT_NE(type_key<Cache>(), type_key<Clock>());
}

}  // namespace
}  // namespace slipway::instance
