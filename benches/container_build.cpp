// What a container of 1 000 services costs: bindings, check of the whole graph, making and destroying, beside the hand-wired code
// that makes the same objects, in turn in one run. Each service holds references to up to ten others (fruit's shape) and nothing else,
// which is the hardest case: what services hold of their own costs both sides the same. Bindings are written bottom up (`in_order`),
// top down (`backwards`: each stands before what it needs) or in no order at all (`shuffled`, which costs a search for one and is there to
// be seen). Budget for programs written in an order, either way: ratio at most 3.
//
// Medians over the iterations; bind, check, start and destroy say where the time goes, `ratio` is the figure to read.
#include <benchmark/benchmark.h>
#include <malloc.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <random>
#include <utility>
#include <vector>

#include "slipway/inject/graph.h"

namespace {

using slipway::inject::Bindings;
using slipway::inject::Graph;

constexpr int kServices = 1000;

template <int I>
struct Service {
  template <class... Parts>
  explicit Service(Parts&... parts) : needs{&parts...} {}
  const void* needs[10] = {};
};

// Service I stands on I-1, I-4, I-9 … I-100, as far as there are such.
constexpr int needs_of(int i) {
  int n = 0;
  while (n < 10 && i - (n + 1) * (n + 1) >= 0) ++n;
  return n;
}
template <int I>
using NeedsOf = std::make_integer_sequence<int, needs_of(I)>;

// Fifty services to a function: one function of a thousand takes the compiler minutes.
constexpr int kChunk = 50;
constexpr auto kOfChunk = std::make_integer_sequence<int, kChunk>();
constexpr auto kChunks = std::make_integer_sequence<int, kServices / kChunk>();

template <int I, int... K>
void bind_one(Bindings& b, std::integer_sequence<int, K...>) {
  b.singleton<Service<I>, Service<I - (K + 1) * (K + 1)>&...>();
}
template <int First, int... I>
[[gnu::noinline]] void bind_chunk(Bindings& b, std::integer_sequence<int, I...>) {
  (bind_one<First + I>(b, NeedsOf<First + I>()), ...);
}
template <int First, int... I>
[[gnu::noinline]] void bind_chunk_backwards(Bindings& b, std::integer_sequence<int, I...>) {
  (bind_one<First + kChunk - 1 - I>(b, NeedsOf<First + kChunk - 1 - I>()), ...);
}
template <int... C>
Bindings bind_all(bool backwards, std::integer_sequence<int, C...>) {
  Bindings b;
  if (backwards) (bind_chunk_backwards<kServices - (C + 1) * kChunk>(b, kOfChunk), ...);
  else (bind_chunk<C * kChunk>(b, kOfChunk), ...);
  return b;
}

template <int... I>
Bindings bind_shuffled(std::integer_sequence<int, I...>) {
  using Bind = void (*)(Bindings&);
  static const std::vector<Bind> all = [] {
    std::vector<Bind> v{[](Bindings& b) { bind_one<I>(b, NeedsOf<I>()); }...};
    std::shuffle(v.begin(), v.end(), std::mt19937(1));
    return v;
  }();
  Bindings b;
  for (const Bind bind : all) bind(b);
  return b;
}

template <int I, int... K>
void wire_one(void** made, std::integer_sequence<int, K...>) {
  made[I] = std::make_unique<Service<I>>(*static_cast<Service<I - (K + 1) * (K + 1)>*>(made[I - (K + 1) * (K + 1)])...).release();
}
template <int First, int... I>
[[gnu::noinline]] void wire_chunk(void** made, std::integer_sequence<int, I...>) {
  (wire_one<First + I>(made, NeedsOf<First + I>()), ...);
}
template <int First, int... I>
[[gnu::noinline]] void delete_chunk(void** made, std::integer_sequence<int, I...>) {
  (delete static_cast<Service<First + kChunk - 1 - I>*>(made[First + kChunk - 1 - I]), ...);
}
template <int... C>
void wire_all(std::integer_sequence<int, C...>) {
  void* made[kServices];
  (wire_chunk<C * kChunk>(made, kOfChunk), ...);
  benchmark::DoNotOptimize(made);
  (delete_chunk<kServices - (C + 1) * kChunk>(made, kOfChunk), ...);
}

double now_us() { return static_cast<double>(std::chrono::steady_clock::now().time_since_epoch().count()) * 1e-3; }

double median(std::vector<double>& v) {
  std::nth_element(v.begin(), v.begin() + static_cast<std::ptrdiff_t>(v.size() / 2), v.end());
  return v[v.size() / 2];
}

// Both sides begin with the same heap: without this the hand-wired objects would lie in the small free blocks that the container's
// have just left, while the container's tables make malloc join the blocks that the others left.
void tidy_heap() {
  void* large = std::malloc(1 << 16);  // malloc joins small free blocks when a large one is asked for
  benchmark::DoNotOptimize(large);
  std::free(large);
}

enum class Written { BottomUp, TopDown, Shuffled };

Bindings bind_all(Written written) {
  if (written == Written::Shuffled) return bind_shuffled(std::make_integer_sequence<int, kServices>());
  return bind_all(written == Written::TopDown, kChunks);
}

void container(benchmark::State& state, Written written) {
  std::vector<double> hand, whole, bind, check, start, destroy;
  for (auto _ : state) {
    tidy_heap();
    const double hand_begun = now_us();
    wire_all(kChunks);
    const double hand_ended = now_us();
    tidy_heap();
    const double begun = now_us();
    Bindings bindings = bind_all(written);
    const double bound = now_us();
    auto graph = std::move(Graph::build(std::move(bindings))).value();
    const double checked = now_us();
    if (!graph->start().ok()) state.SkipWithError("the graph did not start");
    const double started = now_us();
    graph.reset();
    const double ended = now_us();
    hand.push_back(hand_ended - hand_begun);
    whole.push_back(ended - begun);
    bind.push_back(bound - begun);
    check.push_back(checked - bound);
    start.push_back(started - checked);
    destroy.push_back(ended - started);
    state.SetIterationTime((ended - begun) * 1e-6);
  }
  state.counters["hand_us"] = median(hand);
  state.counters["container_us"] = median(whole);
  state.counters["bind_us"] = median(bind);
  state.counters["check_us"] = median(check);
  state.counters["start_us"] = median(start);
  state.counters["destroy_us"] = median(destroy);
  state.counters["ratio"] = median(whole) / median(hand);
}

}  // namespace

BENCHMARK_CAPTURE(container, in_order, Written::BottomUp)->Name("container_1000/in_order")->UseManualTime()->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(container, backwards, Written::TopDown)->Name("container_1000/backwards")->UseManualTime()->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(container, shuffled, Written::Shuffled)->Name("container_1000/shuffled")->UseManualTime()->Unit(benchmark::kMicrosecond);

int main(int argc, char** argv) {
  // What one iteration gives back, the next one takes: else the container's tables, which are larger than what malloc keeps, would
  // be fetched from the system anew every time, the hand-wired objects never.
  mallopt(M_TRIM_THRESHOLD, 1 << 28);
  mallopt(M_MMAP_THRESHOLD, 1 << 28);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
