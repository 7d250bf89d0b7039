// The C++ of docs/guide/cache.md, compiled and run. Every block there stands here, line for line.
#include <gtest/gtest.h>

#include "slipway/cache/memory.h"
#include "slipway/data/database.h"
#include "slipway/http/client.h"
#include "slipway/http/typed.h"
#include "tests/support/folder.h"
#include "tests/support/guide.h"

using namespace slipway;

namespace {

Task<cache::Cache::Loaded> price_of(data::Database& db, context::Context context, std::string sku) {
  auto reading = db.query_async(context, "SELECT price FROM prices WHERE sku = ?", data::parameters(sku));
  auto rows = co_await reading;
  if (!rows) co_return rows.error();
  std::optional<Value> price;                                // there is none
  if (!rows->empty()) price = rows->at(0, "price");
  co_return price;
}

TEST(GuideToTheCache, ValuesAndTimes) {
  ManualClock clock;
  context::Context context;
  auto cache = cache::make_memory_cache({.max_entries = 1000, .ttl = 30s, .clock = &clock});
  if (auto s = cache->set(context, "price:A-1", Value(1195)); !s) FAIL() << s.error().message();
  Result<cache::Lookup> found = cache->get(context, "price:A-1");
  EXPECT_TRUE(found->hit());                                   // found->value is a copy
  clock.advance(30s);
  EXPECT_EQ(cache->get(context, "price:A-1")->kind, cache::Lookup::Kind::Miss);

  ASSERT_TRUE(cache->set(context, "price:B-7", Value(80), cache::kForever).ok());
  ASSERT_TRUE(cache->set_negative(context, "price:Z-9").ok());
  EXPECT_EQ(cache->get(context, "price:Z-9")->kind, cache::Lookup::Kind::Negative);
  EXPECT_EQ(*cache->remove_prefix(context, "price:"), 2u);     // remove takes one key

  int loads = 0;
  const cache::Cache::Loader load = [&]() -> cache::Cache::Loaded {
    ++loads;
    return std::optional<Value>(1195);
  };
  for (int i = 0; i < 3; ++i) EXPECT_EQ(cache->get_or_set(context, "price:A-1", load)->value, Value(1195));
  EXPECT_EQ(loads, 1);
  EXPECT_EQ(cache->list("price:").at(0).key, "price:A-1");
}

TEST(GuideToTheCache, WhatALoaderGives) {
  ManualClock clock;
  context::Context context;
  auto cache = cache::make_memory_cache({.clock = &clock});
  using Loaded = cache::Cache::Loaded;
  EXPECT_EQ(cache->get_or_set(context, "none", []() -> Loaded { return std::optional<Value>(); })->kind, cache::Lookup::Kind::Negative);
  EXPECT_EQ(cache->get(context, "none")->kind, cache::Lookup::Kind::Negative);
  clock.advance(cache::MemoryOptions().negative_ttl);
  EXPECT_EQ(cache->get(context, "none")->kind, cache::Lookup::Kind::Miss);
  EXPECT_TRUE(cache->get_or_set(context, "away", []() -> Loaded { return unavailable("the store is away"); }).error().is(503, "UNAVAILABLE"));
  EXPECT_EQ(cache->get(context, "away")->kind, cache::Lookup::Kind::Miss);
  EXPECT_TRUE(cache->get_or_set(context, "thrown", []() -> Loaded { throw std::runtime_error("a secret"); }).error().is(500, "CACHE_LOADER"));
  const auto circle = cache->get_or_set(context, "circle", [&]() -> Loaded {
    auto inner = cache->get_or_set(context, "circle", []() -> Loaded { return std::optional<Value>(1); });
    if (!inner) return inner.error();
    return std::optional<Value>(inner->value);
  });
  EXPECT_TRUE(circle.error().is(500, "CACHE_REENTERED"));
}

TEST(GuideToTheCache, InAHandler) {
  tests::Folder folder;
  context::Context context;
  auto opened = data::Database::open(folder / "prices.db");
  ASSERT_TRUE(opened.ok());
  auto& db = *opened;
  ASSERT_TRUE(db->exec_script("CREATE TABLE prices (sku TEXT PRIMARY KEY, price INTEGER); INSERT INTO prices VALUES ('A-1', 1195)").ok());
  auto cache = cache::make_memory_cache();
  transport::Workers workers({});
  http::Server server(workers, {.service = "prices"});
  auto added = server.get("/prices/{sku}", [&db, &cache](middleware::Call& call) -> Task<Status> {
    const std::string sku(call.request.param("sku"));
    const cache::Cache::AsyncLoader load = [&db, context = call.context, sku] { return price_of(*db, context, sku); };
    auto looking = cache->get_or_set_async(call.context, "price:" + sku, load, 10s);
    auto found = co_await looking;
    if (!found) co_return found.error();
    const Status written = call.set_body(found->value);        // null when there is none
    co_return written;
  });
  ASSERT_TRUE(added.ok() && server.start().ok());
  http::Client client(workers, {.service = "tests"});
  const std::string at = server.endpoint().url();
  for (int i = 0; i < 2; ++i) EXPECT_EQ(client.send_blocking(context, {.url = at + "/prices/A-1"})->body, "1195");
  for (int i = 0; i < 2; ++i) EXPECT_EQ(client.send_blocking(context, {.url = at + "/prices/Z-9"})->body, "null");
  EXPECT_EQ(cache->stats().loads, 2u);
  EXPECT_EQ(cache->stats().hits, 2u);
  EXPECT_EQ(db->stats().reads, 2u);
  server.stop();
}

TEST(GuideToTheCache, ItsTableHoldsTheDefaults) {
  const std::string page = tests::text_of("docs/guide/cache.md");
  const auto expect = [&](const std::string& name, const std::string& fallback) {
    EXPECT_NE(page.find("| `" + name + "` | `" + fallback + "` |"), std::string::npos) << name << " " << fallback;
  };
  const cache::MemoryOptions o;
  expect("max_entries", std::to_string(o.max_entries));
  expect("ttl", format_duration(o.ttl));
  expect("negative_ttl", format_duration(o.negative_ttl));
  expect("shards", std::to_string(o.shards));
}

TEST(GuideToTheCache, EveryBlockOfItIsCompiledHere) { tests::expect_blocks_compiled("docs/guide/cache.md", "tests/unit/docs/cache_test.cpp", 5); }

}  // namespace
