#include "workbench/traffic/honesty.h"

#include <gtest/gtest.h>

namespace workbench::traffic {
namespace {

// A run that went well: 10 s at 500/s, replies in 2 ms, the generator at a tenth of a core.
LoadProgress good() {
  LoadProgress p;
  p.state = LoadProgress::State::Done;
  p.elapsed_s = 10, p.target_rate_per_s = 500, p.achieved_rate_per_s = 500;
  p.requests = p.intended = p.sent = 5000;
  p.service_ns = p.response_ns = {2'000'000, 3'000'000, 5'000'000, 8'000'000, 9'000'000};
  p.lag_p99_ns = 50'000, p.lag_max_ns = 90'000;
  p.generator_cpu = 0.1;
  return p;
}

RunEvidence evidence() { return {50'000, 1, 256, "127.0.0.1:8080", "Connection refused"}; }

TEST(Honesty, ARunThatKeptItsScheduleNeedsNoSentence) {
  LoadProgress p = good();
  judge(p, evidence());
  EXPECT_EQ(p.limit, Limit::None);
  EXPECT_EQ(p.honesty, "");
}

TEST(Honesty, ConnectionsThatAllWaitBlameTheServiceAndSayWhatTheyCarry) {
  LoadProgress p = good();
  p.service_ns.p50 = 400'000'000;
  p.capped = 3000, p.lag_p99_ns = p.lag_max_ns = 3'456'000'000, p.dropped = 12;
  RunEvidence e = evidence();
  e.late_p99_ns = 3'000'000;   // a full machine wakes the loop late too; that is not what made the requests wait
  judge(p, e);
  EXPECT_EQ(p.limit, Limit::Service);
  EXPECT_FALSE(p.generator_limited());
  EXPECT_EQ(p.honesty,
            "The service was the limit: 60.0 % of the requests came due while all 256 connections waited for a reply; at 400ms a reply they carry about 640/s. "
            "The wait, up to 3.45s, is in the response times, and 12 requests were never sent.");
}

TEST(Honesty, AGeneratorOutOfCpuIsTheLimitEvenWhenItsConnectionsWait) {
  LoadProgress p = good();
  p.generator_cpu = 1.9, p.capped = 3000;
  RunEvidence e = evidence();
  e.threads = 2;
  judge(p, e);
  EXPECT_EQ(p.limit, Limit::GeneratorBusy);
  EXPECT_NE(p.honesty.find("busy 95.0 % of the time"), std::string::npos) << p.honesty;
}

TEST(Honesty, ALoopThatWokeLateSaysHowLateAndThatTheMachineIsShared) {
  LoadProgress p = good();
  RunEvidence e = evidence();
  e.late_p99_ns = 1'234'567;
  judge(p, e);
  EXPECT_EQ(p.limit, Limit::GeneratorLate);
  EXPECT_NE(p.honesty.find("noticed 1.23ms or more after they were due"), std::string::npos) << p.honesty;
  EXPECT_NE(p.honesty.find("only 10.0 % of its cores"), std::string::npos) << p.honesty;
}

TEST(Honesty, ErrorsThatComeQuicklyAreNamed) {
  LoadProgress p = good();
  p.errors = 1000;
  p.errors_by_kind = {{"timeout", 1}, {"status_429", 999}};
  judge(p, evidence());
  EXPECT_EQ(p.limit, Limit::Errors);
  EXPECT_NE(p.honesty.find("20.0 % of the requests failed (999 status_429, 1 timeout)"), std::string::npos) << p.honesty;
}

TEST(Honesty, NobodyThereIsSaidFromTheFirstRequest) {
  LoadProgress p;
  p.requests = 1, p.errors = 1;
  p.errors_by_kind = {{"connect", 1}};
  judge(p, evidence());
  EXPECT_EQ(p.limit, Limit::Refused);
  EXPECT_EQ(p.honesty, "No reply at all: connecting to 127.0.0.1:8080 failed (Connection refused); is the service running?");
}

TEST(Honesty, AFewRepliesJudgeNothing) {
  LoadProgress p = good();
  p.requests = 19, p.generator_cpu = 1;
  judge(p, evidence());
  EXPECT_EQ(p.limit, Limit::None);
}

TEST(Honesty, EveryLimitHasAName) {
  for (const Limit l : {Limit::None, Limit::Refused, Limit::Service, Limit::GeneratorBusy, Limit::GeneratorLate, Limit::Errors}) EXPECT_NE(limit_name(l), "");
}

}  // namespace
}  // namespace workbench::traffic
