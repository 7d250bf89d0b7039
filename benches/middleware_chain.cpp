// What a step of the middleware chain costs, beside what it is made of: an indirect call for a synchronous step, a bare coroutine
// frame for an awaitable one. Compared are slopes, so that what a chain or a start costs once falls out: ten synchronous steps less
// none over ten calls; eleven awaitable steps less one over eleven bare frames less one. Budgets: 1.5 and 1.2, no allocation.
// A step that awaits must find out whether the rest suspended, so its frame holds an Outcome: shown too is the ratio to a bare frame
// that does the same, which is what the chain itself costs. The least of interleaved repetitions; allocations are counted over the timed loop and shown as allocs_per_call. A yardstick's calls give
// what the steps give (optional<Status>, Task<Status>): their memory is part of both.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdlib>
#include <map>
#include <new>

#include "slipway/middleware/builtin.h"
#include "slipway/middleware/recording.h"

namespace {

std::atomic<std::uint64_t> g_allocations{0};

}  // namespace

void* operator new(std::size_t n) {
  g_allocations.fetch_add(1, std::memory_order_relaxed);
  if (void* p = std::malloc(n)) return p;
  throw std::bad_alloc();
}
void operator delete(void* p) noexcept { std::free(p); }
void operator delete(void* p, std::size_t) noexcept { std::free(p); }

namespace {

using namespace slipway;
using namespace slipway::middleware;

class CountAllocations {
 public:
  explicit CountAllocations(benchmark::State& state) : state_(state), before_(g_allocations.load()) {}
  ~CountAllocations() {
    state_.counters["allocs_per_call"] = static_cast<double>(g_allocations.load() - before_) / static_cast<double>(std::max<std::int64_t>(1, static_cast<std::int64_t>(state_.iterations())));
  }

 private:
  benchmark::State& state_;
  std::uint64_t before_;
};

// A step that does next to nothing, so that what is measured is the chain.
class Plain final : public Middleware {
 public:
  std::string_view name() const override { return "plain"; }
  bool has_after() const override { return false; }
  std::optional<Status> before(Call& call) override {
    ++call.received;
    return std::nullopt;
  }
};

class Awaiting final : public Middleware {
 public:
  std::string_view name() const override { return "awaiting"; }
  Shape shape() const override { return Shape::Around; }
  Outcome around(Call& call, Next next) override { return wrap(call, next); }

 private:
  static Task<Status> wrap(Call&, Next next) {
    Outcome o = next();
    if (!o.suspended()) co_return std::move(o.status());
    Task<Status> pending = std::move(o.task());
    co_return co_await pending;
  }
};

Handler ok() {
  return [](Call&) -> Outcome { return {}; };
}

Chain chain_of(const MiddlewarePtr& step, std::int64_t n) { return Chain(std::vector<MiddlewarePtr>(static_cast<std::size_t>(n), step), ok()); }

struct Prepared {
  Prepared() : operation(make_operation("GET /hello/{name}", "hello", "http")) {
    call.operation = &operation;
    call.request.method = "GET";
  }
  Operation operation;
  Call call;
};

// ---- synchronous

// The yardstick: ten functions called through pointers that the compiler cannot see through, each giving a Status.
void BM_TenIndirectCalls(benchmark::State& state) {
  using Step = std::optional<Status> (*)(Call&);
  static Step steps[10];
  for (auto& s : steps) s = [](Call& call) -> std::optional<Status> { return ++call.received, std::nullopt; };
  Prepared p;
  for (auto _ : state) {
    for (auto& s : steps) {
      Step step = s;
      benchmark::DoNotOptimize(step);
      auto stop = step(p.call);
      benchmark::DoNotOptimize(stop);
    }
  }
}
BENCHMARK(BM_TenIndirectCalls);

void BM_SynchronousSteps(benchmark::State& state) {
  const Chain chain = chain_of(std::make_shared<Plain>(), state.range(0));
  Prepared p;
  const CountAllocations count(state);
  for (auto _ : state) {
    Outcome o = chain.run(p.call);
    benchmark::DoNotOptimize(o);
  }
}
BENCHMARK(BM_SynchronousSteps)->Arg(0)->Arg(10);

// ---- awaitable

Task<Status> bare(int depth) {
  if (depth == 0) co_return Status();
  Task<Status> inner = bare(depth - 1);
  co_return co_await inner;
}

void BM_BareFrames(benchmark::State& state) {
  const int depth = static_cast<int>(state.range(0));
  for (auto _ : state) start(bare(depth), [](const Status& s) { benchmark::DoNotOptimize(&s); });
}
BENCHMARK(BM_BareFrames)->Arg(1)->Arg(11);

// The same frame as Awaiting's, with the rest found by one indirect call instead of through a chain: what a step costs that must
// hold an Outcome, which may or may not be suspended, in its frame.
Outcome outcome_frame(int depth);
Outcome (*volatile next_frame)(int) = outcome_frame;
Task<Status> holding_outcome(int depth) {
  Outcome o = next_frame(depth - 1);
  if (!o.suspended()) co_return std::move(o.status());
  Task<Status> pending = std::move(o.task());
  co_return co_await pending;
}
Outcome outcome_frame(int depth) {
  if (depth == 0) return {};
  return holding_outcome(depth);
}

void BM_OutcomeFrames(benchmark::State& state) {
  const int depth = static_cast<int>(state.range(0));
  for (auto _ : state) start(holding_outcome(depth), [](const Status& s) { benchmark::DoNotOptimize(&s); });
}
BENCHMARK(BM_OutcomeFrames)->Arg(1)->Arg(11);

void BM_AwaitableSteps(benchmark::State& state) {
  const Chain chain = chain_of(std::make_shared<Awaiting>(), state.range(0));
  Prepared p;
  const CountAllocations count(state);
  for (auto _ : state) {
    Outcome o = chain.run(p.call);
    if (o.suspended()) start(std::move(o.task()), [](const Status& s) { benchmark::DoNotOptimize(&s); });
  }
}
BENCHMARK(BM_AwaitableSteps)->Arg(1)->Arg(11);

// ---- the usual six, as a server runs them

Chain six() {
  std::vector<MiddlewarePtr> steps;
  for (const char* name : {"recovery", "tracing", "logging", "metrics", "metadata", "timeout"}) steps.push_back(*make_middleware(name));
  return Chain(std::move(steps), ok());
}

void run_served(benchmark::State& state, const Chain& chain, telemetry::Telemetry* telemetry) {
  Prepared p;
  const context::HeaderView headers[] = {{"host", "127.0.0.1"}, {"accept", "*/*"}, {"user-agent", "bench"}};
  for (int i = 0; i < 4096; ++i) {  // rings and tables grow to their size
    p.call.received = Ticks::now();
    begin_recording(telemetry, p.call);
    (void)chain.run(p.call);
    end_recording(telemetry, p.call, 200);
  }
  if (telemetry) telemetry->drain();
  const CountAllocations count(state);
  for (auto _ : state) {
    p.call.reset();
    p.call.operation = &p.operation;
    p.call.request.method = "GET";
    p.call.request.headers = headers;
    p.call.received = Ticks::now();
    begin_recording(telemetry, p.call);
    Outcome o = chain.run(p.call);
    end_recording(telemetry, p.call, 200);
    benchmark::DoNotOptimize(o);
  }
}

void BM_NoChainUnrecorded(benchmark::State& state) { run_served(state, Chain({}, ok()), nullptr); }
BENCHMARK(BM_NoChainUnrecorded);
void BM_SixUnrecorded(benchmark::State& state) { run_served(state, six(), nullptr); }
BENCHMARK(BM_SixUnrecorded);

// Recorded at the default ceiling: most calls of this flood are let go, which is the path that must be cheap.
void BM_SixRecorded(benchmark::State& state) {
  telemetry::Telemetry telemetry({}, nullptr);
  run_served(state, six(), &telemetry);
  state.counters["sampling"] = telemetry.sampling();
}
BENCHMARK(BM_SixRecorded);

class Ratios : public benchmark::ConsoleReporter {
 public:
  void ReportRuns(const std::vector<Run>& runs) override {
    for (const auto& r : runs) {
      if (r.run_type != Run::RT_Iteration || r.error_occurred) continue;
      const auto name = r.run_name.function_name + (r.run_name.args.empty() ? "" : "/" + r.run_name.args);
      auto [best, fresh] = least_.emplace(name, r.GetAdjustedCPUTime());
      if (!fresh) best->second = std::min(best->second, r.GetAdjustedCPUTime());
      if (const auto a = r.counters.find("allocs_per_call"); a != r.counters.end()) allocations_[name] = a->second.value;
    }
    ConsoleReporter::ReportRuns(runs);
  }
  void print() const {
    const double call = least("BM_TenIndirectCalls") / 10, step = (least("BM_SynchronousSteps/10") - least("BM_SynchronousSteps/0")) / 10;
    const double frame = (least("BM_BareFrames/11") - least("BM_BareFrames/1")) / 10;
    const double awaited = (least("BM_AwaitableSteps/11") - least("BM_AwaitableSteps/1")) / 10;
    line("synchronous step", step, call, "an indirect call", 1.5);
    line("awaitable step", awaited, frame, "a bare frame", 1.2);
    const double floor = (least("BM_OutcomeFrames/11") - least("BM_OutcomeFrames/1")) / 10;
    std::printf("                          = %5.2f x a frame that holds an Outcome (%.2f ns)\n", awaited / floor, floor);
    for (const auto& [name, count] : allocations_) std::printf("%-28s %.3f allocations a call\n", name.c_str(), count);
    std::printf("chain of six: %.0f ns a call unrecorded, %.0f ns recorded (of %.0f ns without a chain)\n", least("BM_SixUnrecorded"),
                least("BM_SixRecorded"), least("BM_NoChainUnrecorded"));
  }

 private:
  static void line(const char* what, double ns, double yardstick, const char* name, double budget) {
    const double ratio = ns / yardstick;
    std::printf("%-18s %6.2f ns = %5.2f x %s (%.2f ns)   (budget %.1f) %s\n", what, ns, ratio, name, yardstick, budget, ratio <= budget ? "held" : "NOT HELD");
  }
  double least(const std::string& name) const {
    const auto it = least_.find(name);
    return it == least_.end() ? std::nan("") : it->second;
  }
  std::map<std::string, double> least_, allocations_;
};

}  // namespace

int main(int argc, char** argv) {
  // What the command line says comes later, and wins.
  char repetitions[] = "--benchmark_repetitions=9", interleaved[] = "--benchmark_enable_random_interleaving=true";
  std::vector<char*> words{argv[0], repetitions, interleaved};
  words.insert(words.end(), argv + 1, argv + argc);
  int count = static_cast<int>(words.size());
  benchmark::Initialize(&count, words.data());
  if (benchmark::ReportUnrecognizedArguments(count, words.data())) return 2;
  Ratios reporter;
  benchmark::RunSpecifiedBenchmarks(&reporter);
  reporter.print();
  return 0;
}
