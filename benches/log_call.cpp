// What a log call costs: with its level off beside an `if` on an atomic (the budget is twice that), with fields and a call's context
// too; and with its level on, up to the queue of a file sink. Allocations are counted and shown as allocs_per_call. Making an Error
// stands beside it: of a refused call, and of a mistake with its stack.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <new>
#include <vector>

#include "slipway/base/stack.h"
#include "slipway/telemetry/log_sink.h"

namespace {

std::atomic<std::uint64_t> g_allocations{0};

}  // namespace

[[gnu::noinline]] void* operator new(std::size_t n) {
  g_allocations.fetch_add(1, std::memory_order_relaxed);
  if (void* p = std::malloc(n)) return p;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* p) noexcept { std::free(p); }
[[gnu::noinline]] void operator delete(void* p, std::size_t) noexcept { std::free(p); }

namespace {

using namespace slipway;
using namespace slipway::telemetry;

constexpr int kCalls = 64;  // in a row, so that the loop itself does not count
constexpr int kRepetitions = 7;  // the fastest counts: what is slower was disturbed

struct Counted {
  explicit Counted(benchmark::State& s) : state(s), before(g_allocations.load()) {}
  ~Counted() {
    const double calls = static_cast<double>(std::max<std::int64_t>(1, static_cast<std::int64_t>(state.iterations()))) * kCalls;
    state.counters["allocs_per_call"] = static_cast<double>(g_allocations.load() - before) / calls;
    state.SetItemsProcessed(static_cast<std::int64_t>(calls));
  }
  benchmark::State& state;
  std::uint64_t before;
};

// The yardstick: the same call written by hand, an `if` on the level of an object whose place is only known at run time.
struct Gate {
  std::atomic<Level> level{Level::Info};
};
[[gnu::noinline, gnu::cold]] void by_hand(const char* text, std::string_view id, int total) { std::printf("%s %.*s %d\n", text, static_cast<int>(id.size()), id.data(), total); }

void if_on_an_atomic(benchmark::State& state) {
  const auto gate = std::make_unique<Gate>();
  Gate* at = gate.get();
  benchmark::DoNotOptimize(at);
  const std::string id = "4f1c0a52-7c1e-4a51-9d0e-1b9f5be0a3c2";
  Counted counted(state);
  for (auto _ : state)
    for (int i = 0; i < kCalls; ++i) {
      if (at->level.load(std::memory_order_relaxed) <= Level::Debug) [[unlikely]]
        by_hand("order placed", id, i);
      benchmark::ClobberMemory();
    }
}
BENCHMARK(if_on_an_atomic)->Repetitions(kRepetitions);

struct Quiet {
  Log log;
  Logger& logger = log.logger("orders");
};

void off(benchmark::State& state) {
  Quiet q;
  Logger& logger = q.logger;
  Counted counted(state);
  for (auto _ : state)
    for (int i = 0; i < kCalls; ++i) {
      logger.debug("order placed");
      benchmark::ClobberMemory();
    }
}
BENCHMARK(off)->Repetitions(kRepetitions);

void off_with_fields(benchmark::State& state) {
  Quiet q;
  Logger& logger = q.logger;
  const std::string id = "an id that is longer than what a string holds without a heap";
  Counted counted(state);
  for (auto _ : state)
    for (int i = 0; i < kCalls; ++i) {
      logger.debug("order placed", "id", id, "total", i, "currency", "EUR");
      benchmark::ClobberMemory();
    }
}
BENCHMARK(off_with_fields)->Repetitions(kRepetitions);

void off_with_context(benchmark::State& state) {
  Quiet q;
  Logger& logger = q.logger;
  context::Context context;
  const std::string id = "an id that is longer than what a string holds without a heap";
  Counted counted(state);
  for (auto _ : state)
    for (int i = 0; i < kCalls; ++i) {
      logger.debug(context, "order placed", "id", id, "total", i);
      benchmark::ClobberMemory();
    }
}
BENCHMARK(off_with_context)->Repetitions(kRepetitions);

// The queue is as long as the run: what is measured is the caller's side.
void on_to_a_file(benchmark::State& state, LogFormat format) {
  Quiet q;
  Logger& logger = q.logger;
  FileOptions options;
  options.path = "/dev/null";
  options.max_size = 0;
  options.queue.format = format;
  auto sink = file_sink(options);
  q.log.add_sink(*sink);
  const std::string id = "4f1c0a52-order";
  Counted counted(state);
  for (auto _ : state)
    for (int i = 0; i < kCalls; ++i) logger.info("order placed", "id", id, "total", i);
  state.counters["dropped_percent"] = 100.0 * static_cast<double>((*sink)->counts().dropped) / std::max(1.0, static_cast<double>(state.iterations()) * kCalls);
}
BENCHMARK_CAPTURE(on_to_a_file, text, LogFormat::Text);
BENCHMARK_CAPTURE(on_to_a_file, json, LogFormat::Json);

void error_refused(benchmark::State& state) {
  Counted counted(state);
  for (auto _ : state)
    for (int i = 0; i < kCalls; ++i) benchmark::DoNotOptimize(not_found("no such order", "ORDER_NOT_FOUND"));
}
BENCHMARK(error_refused);

void error_with_stack(benchmark::State& state) {
  Counted counted(state);
  for (auto _ : state)
    for (int i = 0; i < kCalls; ++i) benchmark::DoNotOptimize(internal_error("a mistake"));
}
BENCHMARK(error_with_stack);

[[gnu::noinline]] Result<int> half_of(int n) {
  benchmark::DoNotOptimize(n);
  if (n < 0) return bad_request("negative");
  return n / 2;
}
void result_of_success(benchmark::State& state) {
  Counted counted(state);
  for (auto _ : state)
    for (int i = 0; i < kCalls; ++i) benchmark::DoNotOptimize(half_of(i));
}
BENCHMARK(result_of_success);

// The ratios of the budget, from the same run.
class Ratios : public benchmark::ConsoleReporter {
 public:
  Ratios() : ConsoleReporter(OO_Tabular) {}
  void ReportRuns(const std::vector<Run>& runs) override {
    ConsoleReporter::ReportRuns(runs);
    for (const Run& run : runs) {
      if (run.run_type != Run::RT_Iteration) continue;  // their aggregates
      const std::string& name = run.run_name.function_name;
      auto& fastest = fastest_.try_emplace(name, 1e9).first->second;
      fastest = std::min(fastest, run.GetAdjustedCPUTime() / kCalls);
      if (name.starts_with("off") && run.counters.at("allocs_per_call") > 0) allocates_ = true;
    }
  }
  void print() const {
    const auto yardstick = fastest_.find("if_on_an_atomic");
    if (yardstick == fastest_.end()) return;
    for (const auto& [name, fastest] : fastest_)
      if (name.starts_with("off")) std::printf("  %s: %.2f ns = %.2f x the if (budget 2)\n", name.c_str(), fastest, fastest / yardstick->second);
  }
  bool allocates() const { return allocates_; }

 private:
  std::map<std::string, double> fastest_;  // by name
  bool allocates_ = false;
};

}  // namespace

// Counted, not timed, so it is a check: a call whose level is off allocates nothing.
int main(int argc, char** argv) {
  // In turn with the yardstick, so that what disturbs the machine for a while disturbs both.
  char in_turn[] = "--benchmark_enable_random_interleaving=true";
  std::vector<char*> arguments(argv, argv + argc);
  arguments.insert(arguments.begin() + std::min(argc, 1), in_turn);
  argc = static_cast<int>(arguments.size());
  argv = arguments.data();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  Ratios reporter;
  benchmark::RunSpecifiedBenchmarks(&reporter);
  reporter.print();
  if (reporter.allocates()) std::fprintf(stderr, "log_call: a call with its level off allocates\n");
  return reporter.allocates() ? 1 : 0;
}
