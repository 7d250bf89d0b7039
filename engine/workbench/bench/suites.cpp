#include "workbench/bench/suites.h"

#include <fmt/format.h>
#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "workbench/bench/yardsticks.h"
#include "workbench/compare/child.h"
#include "workbench/compare/statistics.h"

namespace workbench::bench {

using Json = nlohmann::json;
using slipway::Result;

namespace {

constexpr auto kLongest = std::chrono::hours(2);

// Every repetition of one benchmark, in ns; `counters` by name.
struct Repetitions {
  std::vector<double> time, cpu;
  std::map<std::string, std::vector<double>> counters;
};
using All = std::vector<std::pair<std::string, Repetitions>>;

double to_ns(const std::string& unit) { return unit == "s" ? 1e9 : unit == "ms" ? 1e6 : unit == "us" ? 1e3 : 1; }

All repetitions_in(const Json& document) {
  All all;
  for (const auto& entry : document["benchmarks"]) {
    if (entry.value("run_type", "iteration") != "iteration" || entry.value("error_occurred", false)) continue;
    const auto name = entry.value("run_name", entry.value("name", ""));
    auto at = std::find_if(all.begin(), all.end(), [&](const auto& each) { return each.first == name; });
    if (at == all.end()) at = all.insert(all.end(), {name, {}});
    const double unit = to_ns(entry.value("time_unit", "ns"));
    at->second.time.push_back(entry.value("real_time", 0.0) * unit);
    at->second.cpu.push_back(entry.value("cpu_time", 0.0) * unit);
    for (const auto& [key, value] : entry.items())
      if (value.is_number_float()) at->second.counters[key].push_back(value.get<double>());
  }
  return all;
}

// The median of the benchmark so named; negative when it was not measured.
double median_of(const All& all, std::string_view wanted, std::string_view counter) {
  for (const auto& [name, repetitions] : all) {
    if (name != wanted) continue;
    if (counter.empty()) return compare::median(repetitions.cpu);
    const auto at = repetitions.counters.find(std::string(counter));
    return at == repetitions.counters.end() ? -1 : compare::median(at->second);
  }
  return -1;
}

std::vector<Ratio> ratios_of(const std::string& suite, const All& all) {
  std::vector<Ratio> out;
  for (const auto& y : yardsticks()) {
    if (y.suite != suite) continue;
    const auto difference = [&](std::string_view name, std::string_view less) {
      const double whole = median_of(all, name, y.counter), part = less.empty() ? 0 : median_of(all, less, y.counter);
      return whole > 0 && part >= 0 ? whole - part : -1;
    };
    const double measured = difference(y.measured, y.less), yardstick = difference(y.beside, y.beside_less);
    if (measured > 0 && yardstick > 0) out.push_back({std::string(y.what), std::string(y.yardstick), measured / yardstick, y.budget, !y.counter.empty()});
  }
  return out;
}

}  // namespace

std::vector<Suite> suites() {
  const auto folder = std::filesystem::path(compare::own_child_command().front()).parent_path();
  std::vector<Suite> out;
  std::ifstream in(folder / "benches.txt");
  // name, "google", "plain" or an option, what it measures; by tabulators.
  for (std::string line; std::getline(in, line);) {
    std::istringstream words(line);
    Suite suite;
    std::string kind;
    if (!std::getline(words, suite.name, '\t') || !std::getline(words, kind, '\t')) continue;
    std::getline(words, suite.about);
    suite.google = kind == "google";
    if (kind.starts_with("--")) suite.arguments.push_back(kind);
    suite.program = (folder / suite.name).string();
    if (::access(suite.program.c_str(), X_OK) == 0) out.push_back(std::move(suite));
  }
  return out;
}

Result<Suite> find_suite(const std::string& name) {
  std::string known;
  for (auto& suite : suites()) {
    if (suite.name == name) return suite;
    known += (known.empty() ? "" : ", ") + suite.name;
  }
  if (known.empty())
    return slipway::unavailable("bench: no suites stand beside this program; they are built with the repository (./slipway build)", "NO_SUITES");
  return slipway::not_found(fmt::format("bench: there is no suite \"{}\" (use {})", name, known), "UNKNOWN_SUITE");
}

Result<Outcome> read_outcome(const std::string& suite, std::string json) {
  const auto document = Json::parse(json, nullptr, false);
  if (document.is_discarded() || !document.contains("benchmarks") || !document["benchmarks"].is_array())
    return slipway::unavailable(fmt::format("bench: {} did not write Google Benchmark's JSON", suite), "CHILD_FAILED");
  Outcome out;
  const auto all = repetitions_in(document);
  for (const auto& [name, repetitions] : all) {
    const double middle = compare::median(repetitions.cpu);
    std::vector<double> away;
    for (double cpu : repetitions.cpu) away.push_back(std::abs(cpu - middle));
    out.rows.push_back({name, compare::median(repetitions.time), middle, middle > 0 ? compare::median(away) / middle : 0, static_cast<int>(repetitions.cpu.size())});
  }
  out.ratios = ratios_of(suite, all);
  out.json = std::move(json);
  return out;
}

Result<Outcome> run(const Suite& suite, const Options& options) {
  if (!suite.google) {
    std::vector<std::string> command{suite.program};
    command.insert(command.end(), suite.arguments.begin(), suite.arguments.end());
    auto text = compare::run_child(command, kLongest, options.cancel);
    if (!text) return text.error();
    Outcome out;
    out.text = std::move(*text);
    return out;
  }
  // Into a file: some programs print more than the JSON on their standard output.
  std::string file = (std::filesystem::temp_directory_path() / "slipway-bench-XXXXXX").string();
  const int fd = ::mkstemp(file.data());
  if (fd < 0) return slipway::unavailable("bench: no file could be made in " + std::filesystem::temp_directory_path().string());
  ::close(fd);
  // A frame is drawn without a display.
  std::vector<std::string> command{"/usr/bin/env", "QT_QPA_PLATFORM=offscreen", suite.program, fmt::format("--benchmark_min_time={}", options.min_time_s),
                                   fmt::format("--benchmark_repetitions={}", options.repetitions), "--benchmark_out=" + file, "--benchmark_out_format=json"};
  if (options.repetitions > 1) command.push_back("--benchmark_enable_random_interleaving=true");
  if (!options.filter.empty()) command.push_back("--benchmark_filter=" + options.filter);
  auto printed = compare::run_child(command, kLongest, options.cancel);
  std::ifstream in(file, std::ios::binary);
  std::string json{std::istreambuf_iterator<char>(in), {}};
  ::unlink(file.c_str());
  if (!printed) return printed.error();
  return read_outcome(suite.name, std::move(json));
}

}  // namespace workbench::bench
