// Running a comparison: interleaved repetitions of every side in every situation, then the judgement.
//
// Each repetition runs all sides once in each situation, in an order that turns round every time (ABBA), so that drift of
// the machine falls on both. Every run has its own seed; none is shared between sides, so the test's assumption of
// independent runs holds. Blocks: call it on a thread of your own.
#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <vector>

#include "slipway/base/result.h"
#include "workbench/compare/report.h"
#include "workbench/compare/scenario.h"

namespace workbench::compare {

struct Progress {
  double done = 0;        // 0 ... 1
  std::string doing;      // "repetition 3 of 20: p2c_ewma, five equal nodes"
};

struct RunOptions {
  int runs = 0;                       // repetitions; 0 = the scenario's
  std::uint64_t seed = 1;
  std::function<void(const Progress&)> on_progress;
  const std::atomic<bool>* cancel = nullptr;
  bool against_itself = false;        // A in the place of every other side: what the noise alone would say
  double slow_down_others = 1;        // the other sides' times are multiplied by it: 1.05 = a known difference to be found
  std::uint64_t jobs = 0;             // simulated: jobs per run; 0 = the scenario's
  // What runs the measuring children of micro and live: program and first arguments. Empty: this very program, verb
  // "bench-child".
  std::vector<std::string> child;
};

// Whether so many repetitions (0 = the scenario's) can show a difference at all: BAD_REQUEST / TOO_FEW_RUNS says how many can.
slipway::Status enough_runs(const Scenario& scenario, int runs);

// Cancelled: a partial report of the repetitions that were complete by then; CLIENT_CLOSED when none was. BAD_REQUEST /
// TOO_FEW_RUNS as of enough_runs; else what a run failed with.
slipway::Result<Report> run(const Scenario& scenario, const RunOptions& options = {});

// One file to send to somebody: verdict, figures and drawings, no script, nothing loaded from elsewhere.
std::string html_report(const Report& report);

// The runs of side 'a' or 'b' as Google Benchmark writes them (schema version 1), for its compare.py. The format knows no unit
// but times: one service time of a simulation stands there as 1 ns. cpu_time is the time again where only that was measured.
std::string google_benchmark_json(const Report& report, char side);

}  // namespace workbench::compare
