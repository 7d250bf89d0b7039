#include "workbench/host/past_run.h"

#include <gtest/gtest.h>

#include "tests/support/folder.h"
#include "workbench/host/operations.h"
#include "workbench/recorder/run_writer.h"

namespace workbench::host {
namespace {

using recorder::RunWriter;

struct Written {
  tests::Folder root;
  Written() {
    std::filesystem::create_directories(root / ".slipway");
    writer = *RunWriter::begin(recorder::RunFolder(root.path()));
  }
  std::shared_ptr<RunWriter> writer;
  std::unique_ptr<PastRun> close() {
    writer->close(true);
    return std::move(*PastRun::open(root.path(), writer->id()));
  }
};

TEST(PastRunViews, RatesAreThoseOfTheLastMinuteWithTraffic) {
  Written w;
  w.writer->put_document("services", R"({"at_ns": 0, "rows": [{"service": "a", "instance": "a", "state": "Running", "uptime": "2s"}, {"service": "idle", "instance": "idle"}]})");
  for (std::int64_t s = 1000; s < 1100; s += 2) w.writer->add_second({s, "a", static_cast<std::uint64_t>(s - 1000), 1, 5'000'000, 3'000'000, 4'000'000}, true);
  const auto run = w.close();
  const auto rows = run->services();
  ASSERT_EQ(rows.size(), 2u);
  const auto& rate = rows[0].rate;
  EXPECT_EQ(rows[0].state, ServiceState::Running);
  EXPECT_GT(rows[0].uptime, std::chrono::seconds(2)) << "until the run ended";
  ASSERT_EQ(rate.history.size(), 60u);
  EXPECT_EQ(rate.history.back(), 98.0f);
  EXPECT_EQ(rate.history[58], 0.0f) << "a second that was left out had none";
  EXPECT_EQ(rate.history[57], 96.0f);
  EXPECT_EQ(rate.history[1], 40.0f);
  EXPECT_FLOAT_EQ(rate.p99_history_ms.back(), 5.0f);
  EXPECT_EQ(rate.p50_ns, 3'000'000);
  EXPECT_EQ(rate.p99_ns, 4'000'000);
  EXPECT_EQ(rate.requests_per_s, 98);
  EXPECT_EQ(rate.errors_per_s, 1);
  EXPECT_EQ(rate.total, 49u * 50u);
  EXPECT_EQ(rate.errors, 50u);
  EXPECT_TRUE(rows[1].rate.history.empty());
  EXPECT_EQ(rows[1].state, ServiceState::Stopped) << "what a file does not say is the default";
  EXPECT_EQ(run->info().requests, 49u * 50u);
}

TEST(PastRunViews, WithoutTheEntryAllServicesCount) {
  Written w;
  w.writer->add_second({1000, "a", 3, 1, 0, 0, 0}, false);
  w.writer->add_second({1000, "b", 4, 0, 0, 0, 0}, false);
  const auto run = w.close();
  EXPECT_EQ(run->info().requests, 7u);
  EXPECT_EQ(run->info().errors, 1u);
}

TEST(PastRunViews, WhatDoesNotReadIsLeftOut) {
  Written w;
  w.writer->put_document("services", "{ this is no JSON");
  w.writer->put_document("config", R"({"version": 3, "rows": [{"key": "a.b", "type": "Colour"}]})");
  w.writer->put_change(1, "a", R"({"version": 1, "key": "a"})");
  w.writer->put_change(2, "b", "[]");
  w.writer->on_event({7, recorder::Event::Level::Error, "service", "a", "fell"});
  w.writer->add_log(1, "{}");
  w.writer->add_log(2, "no");
  w.writer->count_log(5);
  const auto run = w.close();
  EXPECT_TRUE(run->services().empty());
  EXPECT_TRUE(run->config().rows.empty());
  ASSERT_EQ(run->history().size(), 1u);
  EXPECT_EQ(run->history()[0].key, "a");
  ASSERT_EQ(run->events().size(), 1u);
  EXPECT_EQ(run->events()[0].text, "fell");
  const auto logs = run->logs();
  ASSERT_TRUE(logs.lines);
  EXPECT_EQ(logs.lines->size(), 1u);
  EXPECT_EQ(logs.total, 5u);
  EXPECT_EQ(run->totals().services, 0);
  EXPECT_TRUE(run->edges().empty());
}

TEST(PastRunViews, NothingCanBeChangedInIt) {
  Written w;
  const auto run = w.close();
  EXPECT_EQ(run_operation(*run, "config.set", {}).error().reason(), "RUN_IS_PAST");
  EXPECT_TRUE(run_operation(*run, "traces.list", {}).ok());
  EXPECT_TRUE(run_operation(*run, "services", {}).ok());
  EXPECT_TRUE(run_operation(*run, "totals", {}).ok());
  EXPECT_TRUE(run_operation(*run, "config.history", {}).ok());
  EXPECT_EQ(run_operation(*run, "traces.show", slipway::Value::object({{"id", "00ff"}})).error().reason(), "TRACE_NOT_FOUND");
}

}  // namespace
}  // namespace workbench::host
