#include "slipway/telemetry/telemetry.h"

#include <gtest/gtest.h>

#include <thread>

namespace slipway::telemetry {
namespace {

struct Kept final : Sink {
  std::vector<CallRecord> calls;
  std::uint64_t requests = 0, errors = 0;
  LatencyCounts latency;
  void on_calls(std::vector<CallRecord> c) override {
    for (auto& x : c) calls.push_back(std::move(x));
  }
  void on_traffic(std::span<const OperationTraffic> traffic) override {
    for (const auto& t : traffic) {
      requests += t.requests, errors += t.errors;
      for (const auto& [b, n] : t.latency) latency.add(b, n);
    }
  }
};

Telemetry::Options by_hand(double ceiling = 50'000) {
  Telemetry::Options o;
  o.collect_every = Duration::zero();
  o.max_spans_per_s = ceiling;
  return o;
}

struct Service {
  explicit Service(Telemetry& t, std::string_view name = "orders") : telemetry(t), service(intern(name)), operation(intern("POST /orders")) {}
  // One call; gives the identity it had.
  context::TraceIdentity call(int status = 200, std::string traceparent = "", bool keep = false, Duration took = {}) {
    context::Context context;
    const std::uint64_t now = Ticks::now();
    telemetry.begin_call(trace, context, {traceparent, keep, service, operation, now});
    const auto step = trace.open(intern("recovery"), SpanKind::Step);
    trace.close(step);
    std::uint64_t received = now;
    if (took > Duration::zero()) {  // so many ticks ago
      const double ticks_per_ns = 1e6 / static_cast<double>(Ticks::to_ns(1'000'000));
      received -= static_cast<std::uint64_t>(static_cast<double>(took.count()) * ticks_per_ns);
    }
    telemetry.end_call(trace, {service, operation, received, status});
    return context.trace();
  }
  Telemetry& telemetry;
  NameId service, operation;
  CallTrace trace;
};

TEST(Names, TheSameTextHasTheSameIdAndReadsBack) {
  const NameId a = intern("POST /orders");
  EXPECT_EQ(intern(std::string("POST ") + "/orders"), a);
  EXPECT_NE(intern("GET /orders"), a);
  EXPECT_EQ(name_of(a), "POST /orders");
  EXPECT_EQ(name_of(0), "");
  EXPECT_EQ(name_of(4'000'000'000u), "");
}

TEST(CallTrace, NestedSpansHaveTheInnermostOpenOneAsParent) {
  CallTrace t;
  t.begin({TraceId{1, 2}, 77, true}, 5, 0, 0);
  const auto server = t.open(intern("op"), SpanKind::Server);
  const auto step = t.open(intern("step"), SpanKind::Step);
  const auto a = t.open_concurrent(intern("call a"), SpanKind::Client);
  const auto b = t.open_concurrent(intern("call b"), SpanKind::Client);
  t.close_concurrent(a, SpanStatus::Error);
  t.close(step);
  const auto after = t.open(intern("write"), SpanKind::Internal);
  EXPECT_EQ(t.span(server).id, 77u);
  EXPECT_EQ(t.span(server).parent, 5u);
  EXPECT_EQ(t.span(step).parent, 77u);
  EXPECT_EQ(t.span(a).parent, t.span(step).id);
  EXPECT_EQ(t.span(b).parent, t.span(step).id);
  EXPECT_EQ(t.span(after).parent, 77u);
  EXPECT_EQ(t.span(a).status, SpanStatus::Error);
}

TEST(CallTrace, ClosingAnOuterSpanClosesWhatWasLeftOpenInside) {
  CallTrace t;
  t.begin({TraceId{1, 2}, 77, true}, 0, 0, 0);
  const auto outer = t.open(intern("outer"), SpanKind::Step);
  const auto inner = t.open(intern("inner"), SpanKind::Step);
  t.close(outer);
  EXPECT_NE(t.span(inner).end, 0u);
  EXPECT_EQ(t.innermost(), CallTrace::kNone);
}

TEST(CallTrace, SpansBeyondTheInlineOnesAreKeptAndBeyondTheLimitCounted) {
  CallTrace t;
  t.begin({TraceId{1, 2}, 77, true}, 0, 0, 0);
  (void)t.open(intern("server"), SpanKind::Server);
  for (std::uint32_t i = 1; i < CallTrace::kMost + 10; ++i) t.close(t.open(intern("sql"), SpanKind::Sql));
  EXPECT_EQ(t.size(), CallTrace::kMost);
  EXPECT_EQ(t.lost(), 10u);
  EXPECT_EQ(t.span(CallTrace::kMost - 1).parent, 77u);
}

TEST(Latency, BucketsAreRightToOnePercent) {
  for (std::int64_t ns : {0ll, 1ll, 63ll, 100ll, 999ll, 12'345ll, 1'000'000ll, 123'456'789ll, 60'000'000'000ll}) {
    const std::int64_t v = LatencyScale::value_of(LatencyScale::bucket_of(ns));
    EXPECT_NEAR(static_cast<double>(v), static_cast<double>(ns), static_cast<double>(ns) * 0.01 + 0.5) << ns;
  }
  EXPECT_LT(LatencyScale::bucket_of(INT64_MAX), LatencyScale::kBuckets);
}

TEST(Telemetry, KeepsEveryCallBelowTheCeilingWithItsSpans) {
  Kept kept;
  Telemetry t(by_hand(), &kept);
  Service s(t);
  const auto identity = s.call();
  t.drain();
  ASSERT_EQ(kept.calls.size(), 1u);
  EXPECT_EQ(kept.calls[0].identity.trace, identity.trace);
  EXPECT_EQ(kept.calls[0].spans.size(), 2u);
  EXPECT_EQ(kept.calls[0].spans[0].id, identity.span);
  EXPECT_EQ(name_of(kept.calls[0].service), "orders");
  EXPECT_EQ(t.sampling(), 1.0);
}

TEST(Telemetry, ContinuesTheCallersTrace) {
  Kept kept;
  Telemetry t(by_hand(), &kept);
  const auto identity = Service(t).call(200, "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
  t.drain();
  EXPECT_EQ(identity.trace.hex(), "0af7651916cd43dd8448eb211c80319c");
  EXPECT_TRUE(identity.sampled);
  EXPECT_EQ(span_hex(kept.calls[0].remote_parent), "b7ad6b7169203331");
}

// The slowest call of each second is kept: what depends on it begins anew when a second ended meanwhile.
std::int64_t this_second() { return Ticks::to_ns(Ticks::now()) / 1'000'000'000; }

TEST(Telemetry, WithoutSamplingKeepsFailuresTheSlowestAndWhatWasAskedFor) {
  Kept kept;
  for (std::int64_t second = -1; second != this_second();) {
    kept = {};
    Telemetry t(by_hand(0), &kept);
    Service s(t);
    second = this_second();
    EXPECT_FALSE(s.call(500).sampled);
    (void)s.call(200, "", false, std::chrono::milliseconds(80));
    (void)s.call(200, "", false, std::chrono::milliseconds(70));  // same band, faster
    EXPECT_TRUE(s.call(200, "", true).sampled);
    t.drain();
  }
  std::vector<CallRecord::Why> why;
  for (const auto& c : kept.calls) why.push_back(c.why);
  using W = CallRecord::Why;
  ASSERT_EQ(why.size(), 3u);
  EXPECT_EQ(why[0], W::Failed);
  EXPECT_EQ(why[1], W::Slow);
  EXPECT_EQ(why[2], W::Forced);
  EXPECT_EQ(kept.requests, 4u) << "every call is counted";
  EXPECT_EQ(kept.errors, 1u);
}

TEST(Telemetry, PartsOfAKeptTraceAreFetchedFromWhatWasLetGo) {
  Kept kept;
  for (std::int64_t second = -1; second != this_second();) {
    kept = {};
    Telemetry t(by_hand(0), &kept);
    Service gateway(t, "gateway"), orders(t, "orders");
    second = this_second();
    (void)orders.call(200, "", false, std::chrono::milliseconds(95));  // the slowest of its band, so the next is let go
    // orders answers, then the gateway fails
    (void)orders.call(200, "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00", false, std::chrono::milliseconds(70));
    t.drain();
    if (second != this_second()) continue;
    ASSERT_EQ(kept.calls.size(), 1u);
    (void)gateway.call(500, "00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-00");
    t.drain();
  }
  ASSERT_EQ(kept.calls.size(), 3u);
  EXPECT_EQ(kept.calls[1].identity.trace, kept.calls[2].identity.trace);
  EXPECT_EQ(kept.calls[2].why, CallRecord::Why::PartOfKept);
  EXPECT_EQ(name_of(kept.calls[2].service), "orders");
}

TEST(Telemetry, AllServicesChooseTheSameTraces) {
  Kept kept;
  Telemetry t(by_hand(), &kept);
  const std::string caller = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00";
  Service a(t, "a"), b(t, "b");
  EXPECT_EQ(a.call(200, caller).sampled, b.call(200, caller).sampled);
}

TEST(Telemetry, AFullRingDropsAndCounts) {
  Kept kept;
  Telemetry::Options o = by_hand();
  o.ring_calls = 4;
  Telemetry t(o, &kept);
  Service s(t);
  for (int i = 0; i < 10; ++i) (void)s.call(200, "", true);
  t.drain();
  EXPECT_EQ(kept.calls.size(), 4u);
  EXPECT_EQ(t.dropped(), 6u);
  EXPECT_EQ(kept.requests, 10u);
}

TEST(Telemetry, SwitchedOffRecordsNothingButCountsAndPassesTheTraceOn) {
  Kept kept;
  Telemetry t(by_hand(), &kept);
  t.set_recording(false);
  const auto identity = Service(t).call(200, "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
  t.drain();
  EXPECT_TRUE(kept.calls.empty());
  EXPECT_EQ(kept.requests, 1u);
  EXPECT_TRUE(identity.sampled);
  EXPECT_EQ(identity.trace.hex(), "0af7651916cd43dd8448eb211c80319c");
}

TEST(Telemetry, CountsOfAllThreadsAddUpWhileTheCollectorReads) {
  Kept kept;
  {
    Telemetry t(Telemetry::Options(), &kept);
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i)
      threads.emplace_back([&t] {
        Service s(t);
        for (int n = 0; n < 2000; ++n) (void)s.call(n % 100 == 0 ? 500 : 200);
      });
    for (auto& x : threads) x.join();
  }
  EXPECT_EQ(kept.requests, 8000u);
  EXPECT_EQ(kept.errors, 80u);
  EXPECT_EQ(kept.latency.total(), 8000u);
}

TEST(Telemetry, TwoOfThemOnOneThreadDoNotMix) {
  Kept one, two;
  Telemetry a(by_hand(), &one);
  {
    Telemetry b(by_hand(), &two);
    (void)Service(b).call();
    (void)Service(a).call();
  }
  Telemetry c(by_hand(), &two);
  (void)Service(c).call();
  a.drain(), c.drain();
  EXPECT_EQ(one.requests, 1u);
  EXPECT_EQ(two.requests, 2u);
}

}  // namespace
}  // namespace slipway::telemetry
