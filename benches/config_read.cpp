// Reading config beside its yardsticks, in one run:
//   bound_handle   against   relaxed_load     budget: <= 4x, also while the config is published every millisecond
//   by_path        against   flat_map_find    budget: <= 2x
// and what a reload costs beside parsing the same files (budget: <= 3x).
// At the end the medians of interleaved repetitions are printed as ratios.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <map>
#include <thread>

#include <boost/unordered/unordered_flat_map.hpp>

#include "slipway/codec/codec.h"
#include "slipway/config/config.h"

namespace {

using namespace slipway;
using namespace slipway::config;

constexpr int kKeys = 1000;

std::string key_of(int i) { return "service" + std::to_string(i % 10) + ".section" + std::to_string(i / 10 % 10) + ".key" + std::to_string(i / 100); }

Config& config() {
  static Config c({.watch_files = false});
  static const bool once = [] {
    Document d;
    for (int i = 0; i < kKeys; ++i) d.root.set_path(key_of(i), i);
    static_cast<void>(c.add_source(std::make_unique<MemorySource>("file", Rank::File, std::move(d))));
    static_cast<void>(c.start());
    return true;
  }();
  static_cast<void>(once);
  return c;
}

// Publishes a new snapshot every millisecond while it lives.
class Publisher {
 public:
  Publisher() : thread_([this] {
      for (int i = 0; !stop_; ++i) {
        static_cast<void>(config().set_value(key_of(7), i, "bench"));
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
      }
    }) {}
  ~Publisher() {
    stop_ = true;
    thread_.join();
  }

 private:
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

void relaxed_load(benchmark::State& state) {
  std::atomic<double> value{5};
  for (auto _ : state) benchmark::DoNotOptimize(value.load(std::memory_order_relaxed));
}

void bound_handle(benchmark::State& state) {
  const auto rate = config().bind<double>(key_of(5), 1);
  for (auto _ : state) benchmark::DoNotOptimize(rate.get());
}

void bound_handle_reloading(benchmark::State& state) {
  const auto rate = config().bind<double>(key_of(7), 1);
  Publisher publisher;
  for (auto _ : state) benchmark::DoNotOptimize(rate.get());
}

void flat_map_find(benchmark::State& state) {
  static const auto map = [] {
    boost::unordered_flat_map<std::string, double> m;
    for (int i = 0; i < kKeys; ++i) m[key_of(i)] = i;
    return m;
  }();
  const std::string key = key_of(555);
  for (auto _ : state) {
    const auto it = map.find(key);
    benchmark::DoNotOptimize(it->second);
  }
}

void by_path(benchmark::State& state) {
  const std::string key = key_of(555);
  auto& c = config();
  for (auto _ : state) benchmark::DoNotOptimize(c.get_or<double>(key, 1));
}

// 10 000 keys in five documents: the texts parsed alone, and the whole reload of each one.
const std::vector<std::string>& documents() {
  static const auto texts = [] {
    std::vector<std::string> out;
    for (int file = 0; file < 5; ++file) {
      std::string text;
      for (int s = 0; s < 20; ++s) {
        text += "service" + std::to_string(s) + "_" + std::to_string(file) + ":\n";
        for (int k = 0; k < 100; ++k) text += "  key" + std::to_string(k) + ": value " + std::to_string(k) + "\n";
      }
      out.push_back(std::move(text));
    }
    return out;
  }();
  return texts;
}

void parse_10k_keys(benchmark::State& state) {
  for (auto _ : state)
    for (const auto& text : documents()) benchmark::DoNotOptimize(codec::parse_yaml(text));
}

// A source that parses its text at every load, as a file does.
class TextSource final : public Source {
 public:
  TextSource(std::string name, std::string text) : Source(std::move(name), Rank::File), text_(std::move(text)) {}
  Result<Document> load() override {
    auto root = codec::parse_yaml(text_ + "generation: " + std::to_string(++generation_) + "\n");
    if (!root) return root.error();
    Document d;
    d.root = std::move(*root);
    return d;
  }

 private:
  std::string text_;
  int generation_ = 0;
};

void reload_10k_keys(benchmark::State& state) {
  Config c({.watch_files = false});
  for (std::size_t i = 0; i < documents().size(); ++i) static_cast<void>(c.add_source(std::make_unique<TextSource>("file" + std::to_string(i), documents()[i])));
  static_cast<void>(c.start());
  for (auto _ : state) static_cast<void>(c.reload());
}

BENCHMARK(relaxed_load);
BENCHMARK(bound_handle);
BENCHMARK(bound_handle_reloading);
BENCHMARK(flat_map_find);
BENCHMARK(by_path);
BENCHMARK(parse_10k_keys)->Unit(benchmark::kMillisecond);
BENCHMARK(reload_10k_keys)->Unit(benchmark::kMillisecond);

class Ratios final : public benchmark::ConsoleReporter {
 public:
  void ReportRuns(const std::vector<Run>& runs) override {
    for (const auto& r : runs)
      if (r.run_type == Run::RT_Iteration && !r.error_occurred) times_[r.run_name.function_name].push_back(r.GetAdjustedCPUTime());
    ConsoleReporter::ReportRuns(runs);
  }
  void print() {
    const std::tuple<const char*, const char*, double> budgets[] = {{"bound_handle", "relaxed_load", 4},
                                                                    {"bound_handle_reloading", "relaxed_load", 4},
                                                                    {"by_path", "flat_map_find", 2},
                                                                    {"reload_10k_keys", "parse_10k_keys", 3}};
    for (const auto& [what, yardstick, budget] : budgets) {
      if (!times_.contains(what) || !times_.contains(yardstick)) continue;
      const double ratio = median(times_[what]) / median(times_[yardstick]);
      std::printf("%-24s %5.2f x %-16s (budget %.0f x) %s\n", what, ratio, yardstick, budget, ratio <= budget ? "held" : "NOT HELD");
    }
  }

 private:
  static double median(std::vector<double> v) {
    std::sort(v.begin(), v.end());
    return v[v.size() / 2];
  }
  std::map<std::string, std::vector<double>> times_;
};

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  Ratios reporter;
  benchmark::RunSpecifiedBenchmarks(&reporter);
  reporter.print();
  return 0;
}
