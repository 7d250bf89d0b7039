#include "slipway/registry/memory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace slipway::registry {
namespace {

using namespace ::testing;
using Lists = std::vector<std::vector<std::string>>;

ServiceInstance pricing(int number, std::string weight = "10") {
  return {.id = "pricing-" + std::to_string(number),
          .name = "pricing",
          .version = "1",
          .metadata = {{"weight", std::move(weight)}},
          .endpoints = {"http://127.0.0.1:810" + std::to_string(number)}};
}

std::vector<std::string> ids(const std::vector<ServiceInstance>& list) {
  std::vector<std::string> out;
  for (const auto& instance : list) out.push_back(instance.id);
  return out;
}

TEST(MemoryRegistry, FindsWhatWasAddedSortedById) {
  MemoryRegistry registry;
  ASSERT_TRUE(registry.add(pricing(2)).ok());
  ASSERT_TRUE(registry.add(pricing(1)).ok());
  ASSERT_TRUE(registry.add({.id = "orders-1", .name = "orders"}).ok());
  EXPECT_THAT(ids(registry.find("pricing").value()), ElementsAre("pricing-1", "pricing-2"));
  EXPECT_THAT(ids(registry.all()), ElementsAre("orders-1", "pricing-1", "pricing-2"));
}

TEST(MemoryRegistry, AnUnknownNameIsAnEmptyList) {
  MemoryRegistry registry;
  EXPECT_TRUE(registry.find("nobody").value().empty());
}

TEST(MemoryRegistry, ReplacesAnInstanceOfTheSameId) {
  MemoryRegistry registry;
  (void)registry.add(pricing(1, "10"));
  (void)registry.add(pricing(1, "20"));
  const auto found = registry.find("pricing").value();
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].metadata.at("weight"), "20");
}

TEST(MemoryRegistry, RefusesAnInstanceWithoutAName) {
  MemoryRegistry registry;
  const auto added = registry.add({.id = "x-1"});
  ASSERT_FALSE(added.ok());
  EXPECT_THAT(added.error().message(), HasSubstr("x-1"));
}

TEST(MemoryRegistry, RemovingWhatIsNotThereIsFine) {
  MemoryRegistry registry;
  EXPECT_TRUE(registry.remove("ghost").ok());
}

TEST(Watch, SeesTheListAtOnceAndEveryChangeOfItsNameOnly) {
  MemoryRegistry registry;
  (void)registry.add(pricing(1));
  Lists seen;
  auto watcher = registry.watch("pricing", [&](const auto& list) { seen.push_back(ids(list)); });
  (void)registry.add(pricing(2));
  (void)registry.add(pricing(2));  // equal: no change
  (void)registry.add({.id = "orders-1", .name = "orders"});
  (void)registry.remove("pricing-1");
  EXPECT_EQ(seen, (Lists{{"pricing-1"}, {"pricing-1", "pricing-2"}, {"pricing-2"}}));
}

TEST(Watch, EndsWithItsWatcher) {
  MemoryRegistry registry;
  int calls = 0;
  auto watcher = registry.watch("pricing", [&](const auto&) { ++calls; });
  watcher.reset();
  (void)registry.add(pricing(1));
  EXPECT_EQ(calls, 1);
}

TEST(Watch, MayUseTheRegistryFromItsCallback) {
  MemoryRegistry registry;
  Lists seen;
  auto watcher = registry.watch("pricing", [&](const auto& list) {
    seen.push_back(ids(list));
    if (list.size() == 1) (void)registry.add(pricing(2));
  });
  (void)registry.add(pricing(1));
  EXPECT_EQ(seen, (Lists{{}, {"pricing-1"}, {"pricing-1", "pricing-2"}}));
}

TEST(Watch, MayEndItselfFromItsCallback) {
  MemoryRegistry registry;
  int calls = 0;
  std::unique_ptr<Watcher> watcher;
  watcher = registry.watch("pricing", [&](const auto&) {
    if (++calls == 2) watcher.reset();
  });
  (void)registry.add(pricing(1));
  (void)registry.add(pricing(2));
  EXPECT_EQ(calls, 2);
}

TEST(Watch, EndsUpWithTheLastListWhenManyThreadsChangeIt) {
  MemoryRegistry registry;
  std::vector<std::string> last;  // callbacks never overlap
  auto watcher = registry.watch("pricing", [&](const auto& list) { last = ids(list); });
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&registry, t] {
      for (int i = 0; i < 200; ++i) {
        (void)registry.add(pricing(t, std::to_string(i)));
        if (i % 3 == 0) (void)registry.remove("pricing-" + std::to_string(t));
      }
    });
  for (auto& thread : threads) thread.join();
  watcher.reset();
  EXPECT_EQ(last, ids(registry.find("pricing").value()));
}

}  // namespace
}  // namespace slipway::registry
