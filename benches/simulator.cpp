// How fast the simulator goes through events, beside a bare std::priority_queue of the same size doing one push and one
// pop per event (budget: at least 0.4 of it for p2c over 1 000 nodes). One job is two events: arrival and completion.
#include <benchmark/benchmark.h>

#include <queue>

#include "slipway/base/random.h"
#include "workbench/simulate/simulation.h"

namespace {

void simulate(benchmark::State& state, const char* balancer) {
  workbench::simulate::Options options;
  options.balancer = balancer;
  options.nodes = static_cast<int>(state.range(0));
  options.load = 0.9;
  options.jobs = 200'000;
  options.warm_up_jobs = 10'000;
  std::uint64_t events = 0;
  for (auto _ : state) {
    auto outcome = workbench::simulate::run(options);
    benchmark::DoNotOptimize(outcome);
    events += 2 * (options.jobs + *options.warm_up_jobs);
    ++options.seed;
  }
  state.counters["events_per_s"] = benchmark::Counter(static_cast<double>(events), benchmark::Counter::kIsRate);
}

void priority_queue(benchmark::State& state) {
  struct Event {
    double at;
    std::uint32_t node;
    bool operator<(const Event& other) const { return at > other.at; }
  };
  slipway::Random random(1);
  std::priority_queue<Event> queue;
  for (std::uint32_t i = 0; i < static_cast<std::uint32_t>(state.range(0)); ++i) queue.push({random.uniform(), i});
  for (auto _ : state) {
    const Event next = queue.top();
    queue.pop();
    queue.push({next.at + random.uniform(), next.node});
  }
  state.counters["events_per_s"] = benchmark::Counter(static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
}

}  // namespace

BENCHMARK(priority_queue)->Name("yardstick/priority_queue")->Arg(1000);
BENCHMARK_CAPTURE(simulate, random, "random")->Arg(1000)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(simulate, wrr, "wrr")->Arg(1000)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(simulate, p2c, "p2c")->Arg(1000)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(simulate, p2c_ewma, "p2c_ewma")->Arg(1000)->Unit(benchmark::kMillisecond);
BENCHMARK_MAIN();
