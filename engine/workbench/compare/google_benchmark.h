// Google Benchmark's JSON (schema version 1), so that its compare.py and other tools read what we measure.
#pragma once

#include <string>
#include <vector>

namespace workbench::compare {

struct BenchmarkRun {
  std::string name;
  double real_time_ns = 0, cpu_time_ns = 0;
  std::uint64_t iterations = 1;
  int threads = 1;
  int repetition = 0, repetitions = 1;
};

std::string google_benchmark_text(const std::vector<BenchmarkRun>& runs);

}  // namespace workbench::compare
