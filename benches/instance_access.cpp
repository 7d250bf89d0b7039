// What it costs to reach a service: named lazy instance, held handle, injected reference, beside a Meyers static, a bare
// flat map find and a direct reference in the same run. Budgets: handle at most 1.2 of the Meyers static, by name at most 2
// of the find, injected equal to direct. Every use is a virtual call through a pointer the optimiser cannot see through.
#include <benchmark/benchmark.h>

#include <boost/unordered/unordered_flat_map.hpp>
#include <string>

#include "slipway/inject/graph.h"
#include "slipway/instance/scope.h"

namespace {

struct Pricing {
  virtual ~Pricing() = default;
  virtual int price(int sku) const = 0;
};
struct FlatPricing final : Pricing {
  int price(int sku) const override { return sku + 7; }
};

void use(Pricing* pricing, int& sku) {
  asm volatile("" : "+r"(pricing));  // from here on it may be any Pricing
  benchmark::DoNotOptimize(pricing->price(sku++));
}

[[gnu::noinline]] Pricing& meyers() {
  static FlatPricing pricing;
  return pricing;
}

slipway::instance::InstanceScope& scope() {
  static slipway::instance::InstanceScope* scope = [] {
    auto* s = new slipway::instance::InstanceScope("bench");
    s->provide<Pricing>("pricing", [](auto&, const std::string&) { return std::make_unique<FlatPricing>(); });
    for (int i = 0; i < 20; ++i) s->get<Pricing>("other-" + std::to_string(i));
    return s;
  }();
  return *scope;
}

void direct_reference(benchmark::State& state) {
  FlatPricing pricing;
  Pricing& it = pricing;
  int sku = 0;
  for (auto _ : state) use(&it, sku);
}
void meyers_static(benchmark::State& state) {
  int sku = 0;
  for (auto _ : state) use(&meyers(), sku);
}
void flat_map_find(benchmark::State& state) {
  static const auto map = [] {
    boost::unordered_flat_map<std::string, std::unique_ptr<Pricing>> m;
    m.emplace("default", std::make_unique<FlatPricing>());
    for (int i = 0; i < 20; ++i) m.emplace("other-" + std::to_string(i), std::make_unique<FlatPricing>());
    return m;
  }();
  const std::string name = "default";
  int sku = 0;
  for (auto _ : state) use(map.find(name)->second.get(), sku);
}
void by_name(benchmark::State& state) {
  auto& instances = scope();
  int sku = 0;
  for (auto _ : state) use(&instances.get<Pricing>(), sku);
}
void by_handle(benchmark::State& state) {
  const slipway::instance::Handle<Pricing> pricing(scope());
  int sku = 0;
  for (auto _ : state) use(&pricing.get(), sku);
}
void injected(benchmark::State& state) {
  slipway::inject::Bindings b;
  b.singleton<Pricing, FlatPricing>();
  auto graph = std::move(slipway::inject::Graph::build(std::move(b))).value();
  struct User {
    Pricing& pricing;
  } user{graph->get<Pricing>()};
  int sku = 0;
  for (auto _ : state) use(&user.pricing, sku);
}

}  // namespace

BENCHMARK(direct_reference)->Name("yardstick/direct_reference")->ThreadRange(1, 2);
BENCHMARK(meyers_static)->Name("yardstick/meyers_static")->ThreadRange(1, 2);
BENCHMARK(flat_map_find)->Name("yardstick/flat_map_find")->ThreadRange(1, 2);
BENCHMARK(by_name)->ThreadRange(1, 2);
BENCHMARK(by_handle)->ThreadRange(1, 2);
BENCHMARK(injected)->ThreadRange(1, 2);
BENCHMARK_MAIN();
