#include "workbench/compare/designs.h"

#include <fmt/format.h>

#include <ctime>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>
#include <tuple>
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

double cpu_now_ns() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
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

// The same four objects made by hand, as a main() would.
struct ByHand {
  std::unique_ptr<Clock> clock = std::make_unique<Clock>();
  std::unique_ptr<Store> store = std::make_unique<Store>();
  std::unique_ptr<Rates> rates = std::make_unique<Rates>(*clock);
  std::unique_ptr<Pricing> pricing = std::make_unique<StorePricing>(*store, *rates, *clock);
};

// One of the designs, wired: `find` gives the service as its user comes by it.
struct Wired {
  std::unique_ptr<InstanceScope> scope;
  std::unique_ptr<Graph> graph;
  std::unique_ptr<ByHand> by_hand;
  Pricing* held = nullptr;  // what a constructor was given

  explicit Wired(Design design) {
    switch (design) {
      case Design::Singleton:
        scope = std::make_unique<InstanceScope>();
        provide_pricing(*scope);
        break;
      case Design::Injected:
        graph = wire_pricing();
        held = &graph->get<Pricing>();
        break;
      case Design::ByHand:
        by_hand = std::make_unique<ByHand>();
        held = by_hand->pricing.get();
        break;
    }
  }
  Pricing& find() { return held ? *held : scope->get<Pricing>(); }
};

Timing time_cold(Design design) {
  const double begun = now_ns(), cpu_begun = cpu_now_ns();
  Wired wired(design);
  int price = wired.find().price(5);
  keep(price);
  const double ended = now_ns();
  return {ended - begun, cpu_now_ns() - cpu_begun, 1};
}

// The first use by all threads at once; they spin for the start, since waking one up takes longer than what is measured.
Timing time_first(Design design, int threads) {
  Wired wired(design);
  std::atomic<int> ready{0};
  std::vector<double> took(static_cast<std::size_t>(threads));
  double cpu_begun = 0;
  const auto use = [&](int index) {
    if (ready.fetch_add(1) + 1 == threads) cpu_begun = cpu_now_ns();
    while (ready.load() < threads)
      if (threads > 1) std::this_thread::yield();
    const double begun = now_ns();
    int price = wired.find().price(5);
    keep(price);
    took[static_cast<std::size_t>(index)] = now_ns() - begun;
  };
  std::vector<std::jthread> others;
  for (int i = 1; i < threads; ++i) others.emplace_back(use, i);
  use(0);
  others.clear();
  return {*std::max_element(took.begin(), took.end()), cpu_now_ns() - cpu_begun, 1};
}

// Batches of a fixed number of uses, sized to a 150th of the time, so that on a busy machine most are not interrupted; the median batch.
template <class Use>
Timing time_loop(double seconds, Use use) {
  std::uint64_t batch = 1;
  const auto time_batch = [&](std::uint64_t count) {
    const double begun = now_ns();
    for (std::uint64_t i = 0; i < count; ++i) use(static_cast<int>(i));
    return now_ns() - begun;
  };
  while (time_batch(batch) < seconds * 1e9 / 150 && batch < (1ull << 40)) batch *= 2;
  std::vector<double> batches;
  std::uint64_t total = 0;
  const double cpu_begun = cpu_now_ns();
  const double until = now_ns() + seconds * 1e9;
  while (batches.size() < 5 || now_ns() < until) {
    batches.push_back(time_batch(batch) / static_cast<double>(batch));
    total += batch;
  }
  const double cpu = cpu_now_ns() - cpu_begun;
  std::nth_element(batches.begin(), batches.begin() + static_cast<std::ptrdiff_t>(batches.size() / 2), batches.end());
  return {batches[batches.size() / 2], cpu / static_cast<double>(total), total};
}

void use_once(Pricing* pricing, int sku) {
  keep(pricing);
  int price = pricing->price(sku);
  keep(price);
}

// `make_use` gives each thread its own way to the service.
template <class MakeUse>
Timing time_threads(int threads, double seconds, MakeUse make_use) {
  std::vector<Timing> timings(static_cast<std::size_t>(threads));
  std::atomic<int> ready{0};
  std::vector<std::jthread> others;
  const auto body = [&](int index) {
    auto use = make_use();
    ready.fetch_add(1);
    while (ready.load() < threads) std::this_thread::yield();
    timings[static_cast<std::size_t>(index)] = time_loop(seconds, use);
  };
  for (int i = 1; i < threads; ++i) others.emplace_back(body, i);
  body(0);
  others.clear();
  Timing out;
  for (const auto& timing : timings) {
    out.ns += timing.ns / threads;
    out.cpu_ns += timing.cpu_ns / threads;
    out.iterations += timing.iterations;
  }
  return out;
}

Timing time_hot(const DesignCase& what) {
  const int threads = what.name == "contended" ? what.threads : 1;
  Wired wired(what.design);
  if (what.name == "held" && wired.scope) {
    Handle<Pricing> pricing(*wired.scope);
    return time_threads(threads, what.seconds, [&] { return [&pricing](int i) { use_once(&pricing.get(), i); }; });
  }
  if (wired.scope)
    return time_threads(threads, what.seconds, [&] { return [&scope = *wired.scope](int i) { use_once(&scope.get<Pricing>(), i); }; });
  return time_threads(threads, what.seconds, [&] { return [&wired](int i) { use_once(wired.held, i); }; });
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

template <int I, class Made>
void make_service(Made& made) {
  auto& slot = std::get<I>(made);
  if constexpr (I == 0) slot = std::make_unique<Service<0>>();
  else if constexpr (I < 4) slot = std::make_unique<Service<I>>(*std::get<I - 1>(made));
  else slot = std::make_unique<Service<I>>(*std::get<I - 1>(made), *std::get<I / 2>(made), *std::get<I / 3>(made));
}

template <int... I>
int make_by_hand(std::integer_sequence<int, I...>) {
  std::tuple<std::unique_ptr<Service<I>>...> made;
  (make_service<I>(made), ...);
  return std::get<sizeof...(I) - 1>(made)->sum;
}

Timing time_graph(Design design, double seconds) {
  constexpr auto all = std::make_integer_sequence<int, kGraphServices>();
  return time_loop(seconds, [&](int) {
    int sum = design == Design::Injected ? make_by_graph(all) : design == Design::Singleton ? make_by_scope(all) : make_by_hand(all);
    keep(sum);
  });
}

}  // namespace

Result<Design> read_design(const std::string& name) {
  if (name == "singleton") return Design::Singleton;
  if (name == "injected") return Design::Injected;
  if (name == "by_hand") return Design::ByHand;
  return slipway::bad_request(fmt::format("there is no design \"{}\" (use singleton, injected, by_hand)", name), "SCENARIO_INVALID");
}

Result<Timing> time_design(const DesignCase& what) {
  const int threads = std::clamp(what.threads, 1, 64);
  if (what.name == "cold") return time_cold(what.design);
  if (what.name == "first") return time_first(what.design, 1);
  if (what.name == "race") return time_first(what.design, threads);
  if (what.name == "graph") return time_graph(what.design, what.seconds);
  if (what.name == "hot" || what.name == "held" || what.name == "contended") return time_hot({what.name, what.design, threads, what.seconds});
  return slipway::not_found(fmt::format("there is no case \"{}\" (use cold, first, race, hot, held, contended, graph)", what.name));
}

}  // namespace workbench::compare
