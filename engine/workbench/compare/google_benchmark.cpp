#include "workbench/compare/google_benchmark.h"

#include <unistd.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <thread>

#include "slipway/base/time.h"
#include "workbench/compare/run.h"

namespace workbench::compare {

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
                               {"cpu_time", run.real_time_ns},
                               {"time_unit", "ns"}});
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
      runs.push_back({name, s.runs[i], 1, 1, static_cast<int>(i), static_cast<int>(s.runs.size())});
  }
  return google_benchmark_text(runs);
}

}  // namespace workbench::compare
