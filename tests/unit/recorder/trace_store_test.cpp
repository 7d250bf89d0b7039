#include "workbench/recorder/trace_store.h"

#include <gtest/gtest.h>
#include <malloc.h>

#include <set>

namespace workbench::recorder {
namespace {

using slipway::TraceId;
using slipway::telemetry::CallRecord;
using slipway::telemetry::Span;
using Why = CallRecord::Why;

// One call of one service with so many spans.
CallRecord call(std::uint64_t trace, Why why = Why::Sampled, std::size_t spans = 8, std::size_t attribute_bytes = 0) {
  CallRecord r;
  r.identity.trace = {trace * 0x9E3779B97F4A7C15ull, trace};
  r.identity.span = trace + 1;
  r.why = why;
  r.status = why == Why::Failed ? 500 : 200;
  r.end = 1000;
  r.spans.resize(spans);
  for (std::size_t i = 0; i < spans; ++i) r.spans[i].id = r.identity.span + i * 1'000'003;
  if (attribute_bytes > 0) r.attributes.push_back({0, 0, std::string(attribute_bytes, 'a')});
  return r;
}

void add(TraceStore& store, CallRecord r) {
  std::vector<CallRecord> batch;
  batch.push_back(std::move(r));
  store.add(std::move(batch));
}

bool holds(const TraceStore& store, std::uint64_t trace) {
  const TraceId id{trace * 0x9E3779B97F4A7C15ull, trace};
  bool several = false;
  return store.find(id, id, several) != nullptr;
}

TEST(TraceStore, StaysWithinItsBytesAndKeepsTheNewest) {
  constexpr std::uint64_t kBudget = 1 << 20;
  TraceStore store(kBudget, 1'000'000);
  for (std::uint64_t i = 1; i <= 5000; ++i) {
    add(store, call(i, Why::Sampled, 1 + i % 20, i % 7 * 100));
    ASSERT_LE(store.sizes().bytes, kBudget);
  }
  const auto kept = store.page(UINT64_MAX, 10'000);
  EXPECT_EQ(kept.size(), store.sizes().traces);
  EXPECT_GT(kept.size(), 500u) << "a budget is there to be used";
  EXPECT_LT(kept.size(), 5000u);
  for (std::size_t i = 0; i < kept.size(); ++i) ASSERT_EQ(kept[i]->id.lo, 5000 - i) << "newest first, without a gap";
  EXPECT_FALSE(holds(store, 1));
}

TEST(TraceStore, OneLargeTraceTakesThePlaceOfManySmallOnes) {
  TraceStore store(1 << 20, 1'000'000);
  for (std::uint64_t i = 1; i <= 500; ++i) add(store, call(i));
  ASSERT_EQ(store.sizes().traces, 500u);
  add(store, call(501, Why::Sampled, 4000, 600'000));
  EXPECT_LE(store.sizes().bytes, std::uint64_t{1 << 20});
  EXPECT_LT(store.sizes().traces, 400u);
  EXPECT_TRUE(holds(store, 501));
}

// What is counted is what the heap gives away, so that the budget is one of memory. Sanitizers have a heap of their own.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
TEST(TraceStore, CountsTheBytesThatTheHeapGives) {
  TraceStore store(256 << 20, 1'000'000);
  std::vector<CallRecord> batch;
  batch.reserve(20'000);
  const auto before = mallinfo2().uordblks;
  for (std::uint64_t i = 1; i <= 20'000; ++i) {
    CallRecord r = call(i, Why::Sampled, 4 + i % 9, i % 3 * 40);
    r.spans.shrink_to_fit();
    batch.push_back(std::move(r));
  }
  store.add(std::move(batch));
  const auto taken = static_cast<double>(mallinfo2().uordblks - before);
  EXPECT_NEAR(static_cast<double>(store.sizes().bytes) / taken, 1.0, 0.1) << store.sizes().bytes << " counted, " << taken << " taken";
}
#endif

TEST(TraceStore, FailuresAndTheSlowestOutliveWhatWasOnlySampled) {
  TraceStore store(1 << 20, 1'000'000);
  for (std::uint64_t i = 1; i <= 20'000; ++i) add(store, call(i, i % 100 == 0 ? Why::Failed : i % 100 == 50 ? Why::Slow : Why::Sampled));
  std::size_t failed = 0, slow = 0, sampled = 0;
  for (std::uint64_t i = 1; i <= 20'000; ++i) {
    if (!holds(store, i)) continue;
    ++(i % 100 == 0 ? failed : i % 100 == 50 ? slow : sampled);
  }
  EXPECT_EQ(failed, 200u) << "all of the run";
  EXPECT_EQ(slow, 200u);
  EXPECT_GT(sampled, 400u);
}

TEST(TraceStore, WhatIsNotableTakesThreeQuartersAtMost) {
  TraceStore store(1 << 20, 1'000'000);
  for (std::uint64_t i = 1; i <= 300; ++i) add(store, call(i));
  for (std::uint64_t i = 301; i <= 10'000; ++i) add(store, call(i, Why::Failed));
  std::size_t sampled = 0;
  for (std::uint64_t i = 1; i <= 300; ++i) sampled += holds(store, i);
  EXPECT_GT(sampled, 200u) << "a quarter is left for the rest";
  EXPECT_TRUE(holds(store, 10'000));
  EXPECT_FALSE(holds(store, 301)) << "the oldest failure has gone";
}

TEST(TraceStore, APartThatFailedMakesTheWholeTraceNotable) {
  TraceStore store(1 << 20, 1'000'000);
  add(store, call(1));
  CallRecord late = call(1, Why::Failed);
  late.remote_parent = late.identity.span;
  add(store, std::move(late));
  for (std::uint64_t i = 2; i <= 10'000; ++i) add(store, call(i));
  bool several = false;
  const TraceId id{0x9E3779B97F4A7C15ull, 1};
  const auto kept = store.find(id, id, several);
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->parts.size(), 2u);
  EXPECT_EQ(kept->tops, 1u);
  EXPECT_EQ(store.page(UINT64_MAX, 10'000).back()->id, id) << "in its place by arrival";
}

TEST(TraceStore, ABatchWithSeveralPartsOfATraceMakesOneOfThem) {
  TraceStore store(1 << 20, 1'000'000);
  std::vector<CallRecord> batch;
  for (int i = 0; i < 3; ++i) batch.push_back(call(7));
  batch.push_back(call(8));
  store.add(std::move(batch));
  EXPECT_EQ(store.sizes().traces, 2u);
  EXPECT_EQ(store.sizes().spans, 32u);
  const auto page = store.page(UINT64_MAX, 10);
  ASSERT_EQ(page.size(), 2u);
  EXPECT_EQ(page[1]->parts.size(), 3u);
}

TEST(TraceStore, PagesGoOnWhereTheLastEnded) {
  TraceStore store(1 << 22, 1'000'000);
  for (std::uint64_t i = 1; i <= 100; ++i) add(store, call(i, i % 3 == 0 ? Why::Slow : Why::Sampled));
  std::uint64_t below = UINT64_MAX, expected = 100;
  for (;;) {
    const auto page = store.page(below, 7);
    if (page.empty()) break;
    for (const auto& k : page) EXPECT_EQ(k->id.lo, expected--);
    below = page.back()->number;
  }
  EXPECT_EQ(expected, 0u);
}

TEST(TraceStore, FindsByRangeAndSaysWhenThereAreSeveral) {
  TraceStore store(1 << 22, 1'000'000);
  for (std::uint64_t i = 1; i <= 10; ++i) add(store, call(i));
  bool several = false;
  EXPECT_TRUE(store.find({0, 0}, {UINT64_MAX, UINT64_MAX}, several));
  EXPECT_TRUE(several);
  const std::uint64_t hi = 3 * 0x9E3779B97F4A7C15ull;
  const auto one = store.find({hi, 0}, {hi, UINT64_MAX}, several);
  ASSERT_TRUE(one);
  EXPECT_FALSE(several);
  EXPECT_EQ(one->id.lo, 3u);
  EXPECT_FALSE(store.find({1, 0}, {2, 0}, several));
}

}  // namespace
}  // namespace workbench::recorder
