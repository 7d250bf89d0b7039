#include "workbench/compare/designs.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <latch>
#include <thread>
#include <utility>
#include <vector>

#include "slipway/inject/graph.h"
#include "slipway/instance/scope.h"

namespace workbench::compare {

using slipway::Result;
using slipway::inject::Bindings;
using slipway::inject::Graph;
using slipway::instance::Handle;
using slipway::instance::InstanceScope;

namespace {

template <class T>
void keep(T& value) {
  asm volatile("" : "+r"(value) : : "memory");
}

double now_ns() {
  return static_cast<double>(std::chrono::steady_clock::now().time_since_epoch() / std::chrono::nanoseconds(1));
}

// ---- a service with three parts, for cold, hot, held and contended
struct Clock {
  virtual ~Clock() = default;
  virtual int now() const { return 3; }
};
struct Store {
  std::vector<int> prices = std::vector<int>(64, 7);
};
struct Rates {
  explicit Rates(Clock& c) : clock(c) {}
  Clock& clock;
};
struct Pricing {
  virtual ~Pricing() = default;
  virtual int price(int sku) const = 0;
};
struct StorePricing final : Pricing {
  StorePricing(Store& s, Rates& r, Clock& c) : store(s), rates(r), clock(c) {}
  int price(int sku) const override { return store.prices[static_cast<std::size_t>(sku) & 63]; }
  Store& store;
  Rates& rates;
  Clock& clock;
};

void provide_pricing(InstanceScope& scope) {
  scope.provide<Clock>("clock", [](InstanceScope&, const std::string&) { return std::make_unique<Clock>(); });
  scope.provide<Store>("store", [](InstanceScope&, const std::string&) { return std::make_unique<Store>(); });
  scope.provide<Rates>("rates", [](InstanceScope& s, const std::string&) { return std::make_unique<Rates>(s.get<Clock>()); });
  scope.provide<Pricing>("pricing", [](InstanceScope& s, const std::string&) {
    return std::make_unique<StorePricing>(s.get<Store>(), s.get<Rates>(), s.get<Clock>());
  });
}

std::unique_ptr<Graph> wire_pricing() {
  Bindings b;
  b.singleton<Clock>();
  b.singleton<Store>();
  b.singleton<Rates, Clock&>();
  b.singleton<Pricing, StorePricing, Store&, Rates&, Clock&>();
  auto graph = std::move(Graph::build(std::move(b))).value();
  if (auto started = graph->start(); !started) throw std::logic_error(started.error().to_string());
  return graph;
}

Timing time_cold(bool injected) {
  const double begun = now_ns();
  int price = 0;
  if (injected) {
    auto graph = wire_pricing();
    price = graph->get<Pricing>().price(5);
    const double ended = now_ns();
    keep(price);
    return {ended - begun, 1};
  }
  InstanceScope scope;
  provide_pricing(scope);
  price = scope.get<Pricing>().price(5);
  const double ended = now_ns();
  keep(price);
  return {ended - begun, 1};
}

// Batches of a fixed number of uses, sized to a twentieth of the time; the median batch.
template <class Use>
Timing time_loop(double seconds, Use use) {
  std::uint64_t batch = 64;
  const auto time_batch = [&](std::uint64_t count) {
    const double begun = now_ns();
    for (std::uint64_t i = 0; i < count; ++i) use(static_cast<int>(i));
    return now_ns() - begun;
  };
  while (time_batch(batch) < seconds * 1e9 / 20 && batch < (1ull << 40)) batch *= 2;
  std::vector<double> batches;
  std::uint64_t total = 0;
  const double until = now_ns() + seconds * 1e9;
  while (batches.size() < 5 || now_ns() < until) {
    batches.push_back(time_batch(batch) / static_cast<double>(batch));
    total += batch;
  }
  std::nth_element(batches.begin(), batches.begin() + static_cast<std::ptrdiff_t>(batches.size() / 2), batches.end());
  return {batches[batches.size() / 2], total};
}

void use_once(Pricing* pricing, int sku) {
  keep(pricing);
  int price = pricing->price(sku);
  keep(price);
}

struct InjectedUser {
  Pricing& pricing;
};

// `make_use` gives each thread its own way to the service.
template <class MakeUse>
Timing time_threads(int threads, double seconds, MakeUse make_use) {
  std::vector<Timing> timings(static_cast<std::size_t>(threads));
  std::latch start(threads);
  std::vector<std::jthread> others;
  const auto body = [&](int index) {
    auto use = make_use();
    start.arrive_and_wait();
    timings[static_cast<std::size_t>(index)] = time_loop(seconds, use);
  };
  for (int i = 1; i < threads; ++i) others.emplace_back(body, i);
  body(0);
  others.clear();
  Timing out;
  for (const auto& timing : timings) {
    out.ns += timing.ns / threads;
    out.iterations += timing.iterations;
  }
  return out;
}

Timing time_hot(const DesignCase& what) {
  const int threads = what.name == "contended" ? std::clamp(what.threads, 1, 64) : 1;
  if (what.injected) {
    auto graph = wire_pricing();
    InjectedUser user{graph->get<Pricing>()};
    return time_threads(threads, what.seconds, [&] { return [&user](int i) { use_once(&user.pricing, i); }; });
  }
  InstanceScope scope;
  provide_pricing(scope);
  if (what.name == "held") {
    Handle<Pricing> pricing(scope);
    return time_threads(threads, what.seconds, [&] { return [&pricing](int i) { use_once(&pricing.get(), i); }; });
  }
  return time_threads(threads, what.seconds, [&] { return [&scope](int i) { use_once(&scope.get<Pricing>(), i); }; });
}

// ---- a graph of services, each standing on up to three before it
template <int I>
struct Service {
  Service() = default;
  template <class... Parts>
  explicit Service(Parts&... parts) : sum(1 + (parts.sum + ... + 0)) {}
  int sum = 1;
};

template <int I>
void provide_service(InstanceScope& scope) {
  scope.provide<Service<I>>("service", [](InstanceScope& s, const std::string&) {
    if constexpr (I == 0) return (void)s, std::make_unique<Service<0>>();
    else if constexpr (I < 4) return std::make_unique<Service<I>>(s.get<Service<I - 1>>());
    else return std::make_unique<Service<I>>(s.get<Service<I - 1>>(), s.get<Service<I / 2>>(), s.get<Service<I / 3>>());
  });
}

template <int I>
void bind_service(Bindings& b) {
  if constexpr (I == 0) b.singleton<Service<0>>();
  else if constexpr (I < 4) b.singleton<Service<I>, Service<I - 1>&>();
  else b.singleton<Service<I>, Service<I - 1>&, Service<I / 2>&, Service<I / 3>&>();
}

template <int... I>
int make_by_scope(std::integer_sequence<int, I...>) {
  InstanceScope scope;
  (provide_service<I>(scope), ...);
  return scope.get<Service<sizeof...(I) - 1>>().sum;
}

template <int... I>
int make_by_graph(std::integer_sequence<int, I...>) {
  Bindings b;
  (bind_service<I>(b), ...);
  auto graph = std::move(Graph::build(std::move(b))).value();
  if (auto started = graph->start(); !started) throw std::logic_error(started.error().to_string());
  return graph->get<Service<sizeof...(I) - 1>>().sum;
}

Timing time_graph(bool injected, double seconds) {
  constexpr auto all = std::make_integer_sequence<int, kGraphServices>();
  return time_loop(seconds, [&](int) {
    int sum = injected ? make_by_graph(all) : make_by_scope(all);
    keep(sum);
  });
}

}  // namespace

Result<Timing> time_design(const DesignCase& what) {
  if (what.name == "cold") return time_cold(what.injected);
  if (what.name == "graph") return time_graph(what.injected, what.seconds);
  if (what.name == "hot" || what.name == "held" || what.name == "contended") return time_hot(what);
  return slipway::not_found(fmt::format("there is no case \"{}\" (use cold, hot, held, contended, graph)", what.name));
}

}  // namespace workbench::compare
