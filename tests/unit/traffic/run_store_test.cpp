#include "workbench/traffic/run_store.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <fstream>

namespace workbench::traffic {
namespace {

namespace fs = std::filesystem;

class RunStoreTest : public ::testing::Test {
 protected:
  RunStoreTest() {
    std::string name = (fs::temp_directory_path() / "run_store_XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
  }
  ~RunStoreTest() override { fs::remove_all(folder_); }

  static LoadOptions options() {
    LoadOptions o;
    o.request.id = "orders/create", o.request.method = "POST", o.request.url = "http://127.0.0.1:8080/orders";
    o.request.headers = {{"authorization", "Bearer secret-token"}};
    o.request.body = "{\"customer\":\"c-118\"}";
    o.rate_per_s = 500;
    o.arrivals = Arrivals::Poisson;
    o.duration = std::chrono::seconds(5);
    return o;
  }
  static LoadProgress progress(std::int64_t p99 = 7'000'000) {
    LoadProgress p;
    p.state = LoadProgress::State::Done;
    p.elapsed_s = 5, p.target_rate_per_s = 500, p.achieved_rate_per_s = 499.5;
    p.requests = p.intended = p.sent = 2500, p.errors = 25;
    p.errors_by_kind = {{"status_429", 25}};
    p.service_ns = {1, 2, 3, 4, 5}, p.response_ns = {2'000'000, 3'000'000, p99, 8'000'000, 9'000'000};
    p.response_spectrum = {{0, 900'000}, {50, 2'000'000}, {99, p99}};
    p.limit = Limit::Errors, p.honesty = "1 % failed.";
    p.slos = {{"p99<20ms", true, "7ms"}};
    LoadSlice s;
    s.at_s = 0.25, s.intended = s.sent = s.done = 125, s.in_flight = 3, s.p99_ns = p99;
    s.cells[12] = 120, s.cells[20] = 5;
    s.cell_traces[20] = "7f3a91c2d40b6e8f51c7a2d93b0e64f8";
    p.slices = {s};
    return p;
  }

  fs::path folder_;
};

TEST_F(RunStoreTest, WhatWasKeptIsOpenedAgainWhole) {
  RunStore store(folder_.string());
  const auto id = store.add(options(), progress(), 1'700'000'000'118'000'000);
  ASSERT_TRUE(id.ok()) << id.error().to_string();
  const auto run = RunStore(folder_.string()).open(*id);
  ASSERT_TRUE(run.ok()) << run.error().to_string();
  EXPECT_EQ(run->summary.request, "orders/create");
  EXPECT_EQ(run->summary.response_ns.p99, 7'000'000);
  EXPECT_GT(run->summary.bytes, 100u);
  EXPECT_EQ(run->options.rate_per_s, 500);
  EXPECT_EQ(run->options.arrivals, Arrivals::Poisson);
  EXPECT_EQ(run->options.duration, std::chrono::seconds(5));
  const LoadProgress &p = run->progress, was = progress();
  EXPECT_EQ(p.state, LoadProgress::State::Done);
  EXPECT_EQ(p.errors_by_kind, was.errors_by_kind);
  EXPECT_EQ(p.response_spectrum, was.response_spectrum);
  EXPECT_EQ(p.limit, Limit::Errors);
  EXPECT_EQ(p.honesty, was.honesty);
  ASSERT_EQ(p.slos.size(), 1u);
  EXPECT_TRUE(p.slos[0].held);
  ASSERT_EQ(p.slices.size(), 1u);
  EXPECT_EQ(p.slices[0].cells, was.slices[0].cells);
  EXPECT_EQ(p.slices[0].cell_traces, was.slices[0].cell_traces);
  EXPECT_EQ(p.slices[0].in_flight, 3u);
}

TEST_F(RunStoreTest, NeitherHeadersNorBodyOfTheRequestReachTheDisk) {
  RunStore store(folder_.string());
  const auto id = store.add(options(), progress(), 1'700'000'000'000'000'000);
  ASSERT_TRUE(id.ok());
  std::ifstream in(folder_ / ".slipway" / "runs" / (*id + ".json"));
  const std::string text((std::istreambuf_iterator<char>(in)), {});
  EXPECT_EQ(text.find("secret-token"), std::string::npos);
  EXPECT_EQ(text.find("c-118"), std::string::npos);
}

TEST_F(RunStoreTest, TheOldestUnstarredGoAndTheStarredStay) {
  RunStore store(folder_.string());
  const std::int64_t start = 1'700'000'000'000'000'000;
  std::string first;
  for (int i = 0; i < 23; ++i) {
    const auto id = store.add(options(), progress(), start + i * 1'000'000'000LL);
    ASSERT_TRUE(id.ok());
    if (i == 0) {
      first = *id;
      ASSERT_TRUE(store.star(first, true).ok());
    }
  }
  const auto all = store.list();
  ASSERT_EQ(all.size(), RunStore::kUnstarred + 1);
  EXPECT_EQ(all.front().started_wall_ns, start + 22'000'000'000LL);
  EXPECT_EQ(all.back().id, first);
  EXPECT_TRUE(all.back().starred);
  EXPECT_EQ(all[19].started_wall_ns, start + 3'000'000'000LL);
}

TEST_F(RunStoreTest, TwoRunsOfOneInstantHaveTwoNames) {
  RunStore store(folder_.string());
  const auto a = store.add(options(), progress(), 1'700'000'000'000'000'000), b = store.add(options(), progress(), 1'700'000'000'000'000'000);
  ASSERT_TRUE(a.ok() && b.ok());
  EXPECT_NE(*a, *b);
  EXPECT_EQ(store.list().size(), 2u);
}

TEST_F(RunStoreTest, AFileThatIsNoRunIsLeftOutAndSaysWhyWhenOpened) {
  RunStore store(folder_.string());
  const auto id = store.add(options(), progress(), 1'700'000'000'000'000'000);
  ASSERT_TRUE(id.ok());
  std::ofstream(folder_ / ".slipway" / "runs" / "broken.json") << "{\"version\":";
  EXPECT_EQ(RunStore(folder_.string()).list().size(), 1u);
  const auto missing = store.open("../../etc/passwd");
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().reason(), "NO_RUN");
  EXPECT_NE(missing.error().message().find(*id), std::string::npos) << missing.error().message();
}

TEST_F(RunStoreTest, ARemovedRunIsGone) {
  RunStore store(folder_.string());
  const auto id = store.add(options(), progress(), 1'700'000'000'000'000'000);
  ASSERT_TRUE(store.remove(*id).ok());
  EXPECT_TRUE(store.list().empty());
  EXPECT_FALSE(store.remove(*id).ok());
}

TEST(RunDifferences, NamesEveryFigureWithItsUnit) {
  LoadProgress a, b;
  a.response_ns.p99 = 8'000'000, b.response_ns.p99 = 4'000'000;
  const auto all = differences(a, b);
  const auto p99 = std::find_if(all.begin(), all.end(), [](const auto& d) { return d.name == "p99 response"; });
  ASSERT_NE(p99, all.end());
  EXPECT_EQ(p99->ratio(), 0.5);
  EXPECT_EQ(p99->unit, "ns");
  EXPECT_EQ(all.front().ratio(), 0);   // nothing was achieved in A: no ratio is said
}

}  // namespace
}  // namespace workbench::traffic
