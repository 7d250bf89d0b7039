#include "workbench/compare/google_benchmark.h"

#include <unistd.h>

#include <chrono>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>
#include <thread>
#include <tuple>

#include "slipway/base/time.h"
#include "workbench/compare/run.h"
#include "workbench/compare/statistics.h"

namespace workbench::compare {

namespace {

double deviation_of(const std::vector<double>& values, double mean) {
  double squares = 0;
  for (double v : values) squares += (v - mean) * (v - mean);
  return values.size() > 1 ? std::sqrt(squares / static_cast<double>(values.size() - 1)) : 0;
}

// Mean, median and standard deviation of each name, as Google Benchmark writes them when there are repetitions.
void add_aggregates(nlohmann::ordered_json& all, const std::vector<BenchmarkRun>& runs) {
  for (std::size_t from = 0; from < runs.size();) {
    auto to = from;
    std::vector<double> time, cpu;
    for (; to < runs.size() && runs[to].name == runs[from].name; ++to) {
      time.push_back(runs[to].real_time_ns);
      cpu.push_back(runs[to].cpu_time_ns);
    }
    if (to - from > 1) {
      const auto mean = [](const std::vector<double>& values) { return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size()); };
      const double mean_time = mean(time), mean_cpu = mean(cpu);
      const std::tuple<const char*, double, double> aggregates[] = {{"mean", mean_time, mean_cpu},
                                                                    {"median", median(time), median(cpu)},
                                                                    {"stddev", deviation_of(time, mean_time), deviation_of(cpu, mean_cpu)}};
      for (const auto& [name, real, processor] : aggregates)
        all.push_back({{"name", runs[from].name + "_" + name},
                       {"run_name", runs[from].name},
                       {"run_type", "aggregate"},
                       {"repetitions", runs[from].repetitions},
                       {"threads", runs[from].threads},
                       {"aggregate_name", name},
                       {"aggregate_unit", "time"},
                       {"iterations", to - from},
                       {"real_time", real},
                       {"cpu_time", processor},
                       {"time_unit", "ns"}});
    }
    from = to;
  }
}

}  // namespace

std::string google_benchmark_text(const std::vector<BenchmarkRun>& runs) {
  nlohmann::ordered_json j;
  char host[256] = {};
  gethostname(host, sizeof host - 1);
  j["context"] = {{"date", slipway::format_rfc3339(slipway::Clock::system().wall())},
                  {"host_name", host},
                  {"executable", "slipway"},
                  {"num_cpus", std::thread::hardware_concurrency()},
                  {"mhz_per_cpu", 0},
                  {"cpu_scaling_enabled", false},
                  {"caches", nlohmann::json::array()},
                  {"load_avg", nlohmann::json::array()},
#ifdef NDEBUG
                  {"library_build_type", "release"},
#else
                  {"library_build_type", "debug"},
#endif
                  {"json_schema_version", 1}};
  j["benchmarks"] = nlohmann::json::array();
  for (const auto& run : runs)
    j["benchmarks"].push_back({{"name", run.name},
                               {"run_name", run.name},
                               {"run_type", "iteration"},
                               {"repetitions", run.repetitions},
                               {"repetition_index", run.repetition},
                               {"threads", run.threads},
                               {"iterations", run.iterations},
                               {"real_time", run.real_time_ns},
                               {"cpu_time", run.cpu_time_ns},
                               {"time_unit", "ns"}});
  add_aggregates(j["benchmarks"], runs);
  return j.dump(2);
}

std::string google_benchmark_json(const Report& report, char side) {
  std::vector<BenchmarkRun> runs;
  for (const auto& section : report.sections) {
    const Side& s = side == 'a' ? section.a : section.b;
    // The name holds nothing of the side, so that compare.py finds the pair. Several others against one a: told apart.
    std::string name = report.scenario + "/" + section.title;
    if (report.sections.front().b.name != section.b.name) name += "/" + section.b.name;
    for (std::size_t i = 0; i < s.runs.size(); ++i)
      runs.push_back({name, s.runs[i], i < s.cpu_runs.size() ? s.cpu_runs[i] : s.runs[i], 1, 1, static_cast<int>(i), static_cast<int>(s.runs.size())});
  }
  return google_benchmark_text(runs);
}

}  // namespace workbench::compare
