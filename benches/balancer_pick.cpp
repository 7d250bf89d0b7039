// What one pick and its done cost, for 4 ... 1 024 nodes and 1 ... 8 threads on one balancer, beside what the parts cost
// in the same run: one draw of Random, one atomic increment, one read of the clock. Budgets: random at most 2 draws, p2c 6
// draws, wrr 3 increments, p2c_ewma one clock read plus twice p2c; none grows with the number of nodes.
#include <benchmark/benchmark.h>

#include "slipway/balance/balancer.h"
#include "slipway/base/time.h"

namespace {

using slipway::balance::Balancer;

void draw(benchmark::State& state) {
  slipway::Random random(1);
  for (auto _ : state) benchmark::DoNotOptimize(random.below(1000));
}

std::atomic<std::uint64_t> shared_counter{0};
void increment(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(shared_counter.fetch_add(1, std::memory_order_relaxed));
}

void clock_read(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(slipway::Clock::system().now());
}

void ticks_read(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(slipway::Ticks::now());
}

std::unique_ptr<Balancer> balancer;

// Arguments: nodes, index of the strategy in the table.
void set_up(const benchmark::State& state) {
  const auto nodes = state.range(0);
  balancer = std::move(slipway::balance::make_balancer(slipway::balance::balancer_names()[state.range(1)])).value();
  std::vector<slipway::balance::NodePtr> list;
  for (std::int64_t i = 0; i < nodes; ++i)
    list.push_back(std::make_shared<slipway::balance::Node>("n" + std::to_string(i), "", 1 + static_cast<int>(i % 10)));
  balancer->update(std::move(list));
}

void pick_done(benchmark::State& state) {
  slipway::Random random(static_cast<std::uint64_t>(state.thread_index()) + 1);
  std::int64_t now = 1'000'000'000;
  for (auto _ : state) {
    const auto picked = balancer->pick(random, now);
    benchmark::DoNotOptimize(picked.node);
    now += 1000;
    balancer->done(picked, now, {});
  }
}

// As a client pays it: one read of the clock serves the pick and the done of the call before.
void pick_done_clock(benchmark::State& state) {
  slipway::Random random(static_cast<std::uint64_t>(state.thread_index()) + 1);
  for (auto _ : state) {
    const auto now = slipway::Clock::system().now().time_since_epoch().count();
    const auto picked = balancer->pick(random, now);
    benchmark::DoNotOptimize(picked.node);
    balancer->done(picked, now + 1000, {});
  }
}

void add(const std::string& label, std::int64_t strategy, void (*body)(benchmark::State&)) {
  auto* bench = benchmark::RegisterBenchmark(label.c_str(), body)->ArgNames({"nodes", "strategy"});
  for (int nodes : {4, 16, 128, 1024}) bench->Args({nodes, strategy});
  bench->Setup(set_up)->ThreadRange(1, 8)->UseRealTime();
}

}  // namespace

int main(int argc, char** argv) {
  benchmark::RegisterBenchmark("yardstick/draw", draw);
  benchmark::RegisterBenchmark("yardstick/increment", increment)->ThreadRange(1, 8)->UseRealTime();
  benchmark::RegisterBenchmark("yardstick/clock", clock_read);
  benchmark::RegisterBenchmark("yardstick/ticks", ticks_read);
  std::int64_t strategy = 0;
  for (auto name : slipway::balance::balancer_names()) {
    add("pick_done/" + std::string(name), strategy, pick_done);
    if (name == "p2c_ewma") add("pick_done_clock/" + std::string(name), strategy, pick_done_clock);
    ++strategy;
  }
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
}
