// What a step of the middleware chain costs, beside what it is made of: an indirect call for a synchronous step, a bare coroutine
// frame for an awaitable one. The figure of interest is the ratio of the slopes: (ten steps - none) / 10 over the yardstick.
// Allocations are counted over the timed loop and shown as allocs_per_call.
#include <benchmark/benchmark.h>

#include <atomic>
#include <cstdlib>
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

void BM_TenBareFrames(benchmark::State& state) {
  for (auto _ : state) start(bare(10), [](const Status& s) { benchmark::DoNotOptimize(&s); });
}
BENCHMARK(BM_TenBareFrames);

void BM_AwaitableSteps(benchmark::State& state) {
  const Chain chain = chain_of(std::make_shared<Awaiting>(), state.range(0));
  Prepared p;
  const CountAllocations count(state);
  for (auto _ : state) {
    Outcome o = chain.run(p.call);
    if (o.suspended()) start(std::move(o.task()), [](const Status& s) { benchmark::DoNotOptimize(&s); });
  }
}
BENCHMARK(BM_AwaitableSteps)->Arg(0)->Arg(10);

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

}  // namespace

BENCHMARK_MAIN();
