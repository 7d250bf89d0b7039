#include "workbench/compare/run.h"

#include <fmt/format.h>

#include <algorithm>

#include "workbench/compare/environment.h"
#include "workbench/compare/judge.h"
#include "workbench/compare/kind.h"
#include "workbench/compare/statistics.h"

namespace workbench::compare {

using slipway::Result;
using slipway::Value;

namespace {

constexpr double kOthersDisturb = 0.15;  // of all cores

// One cell of the plan: a side in a situation, and its runs.
struct Cell {
  const Situation* situation;
  const Contender* side;
  bool is_a = false;
  std::vector<double> values;
  std::vector<Sample> samples;
};

// Why most runs of this cell were not steady; empty when they were.
std::string unsteadiness(const Cell& cell) {
  std::size_t count = 0;
  std::string why;
  for (const auto& sample : cell.samples)
    if (!sample.not_steady.empty()) {
      ++count;
      why = sample.not_steady;
    }
  return 2 * count >= cell.samples.size() ? why : std::string();
}

void add_doubts(Report& report, const Cell& cell) {
  std::size_t doubted = 0;
  std::string why;
  for (const auto& sample : cell.samples)
    if (const auto& doubt = sample.doubt.empty() ? sample.not_steady : sample.doubt; !doubt.empty()) {
      ++doubted;
      why = doubt;
    }
  if (doubted > 0)
    report.doubts.push_back(fmt::format("{}, {}: {} of {} runs: {}", cell.situation->title, cell.side->name, doubted, cell.samples.size(), why));
  if (const auto far = outliers(cell.values); !far.empty())
    report.doubts.push_back(fmt::format("{}, {}: {} of {} runs lie far from the others; they were kept", cell.situation->title,
                                        cell.side->name, far.size(), cell.values.size()));
}

// Median over the runs of each percentile, and mean of each node's share.
void fill_side(Side& side, const Cell& cell, const std::string& name) {
  side.name = name;
  side.runs = cell.values;
  for (const auto& sample : cell.samples)
    if (sample.cpu > 0) side.cpu_runs.push_back(sample.cpu);
  side.not_steady = unsteadiness(cell);
  for (std::size_t i = 0; i < cell.samples.front().spectrum.size(); ++i) {
    std::vector<double> values;
    for (const auto& sample : cell.samples)
      if (i < sample.spectrum.size()) values.push_back(sample.spectrum[i].second);
    side.spectrum.emplace_back(cell.samples.front().spectrum[i].first, median(values));
  }
  for (std::size_t i = 0; i < cell.samples.front().share.size(); ++i) {
    double sum = 0;
    for (const auto& sample : cell.samples)
      if (i < sample.share.size()) sum += sample.share[i].second;
    side.share.emplace_back(cell.samples.front().share[i].first, sum / static_cast<double>(cell.samples.size()));
  }
}

}  // namespace

Result<std::unique_ptr<Kind>> make_kind(const std::string& name) {
  if (name == "simulated") return make_simulated_kind();
  if (name == "micro") return make_micro_kind();
  if (name == "live") return make_live_kind();
  return slipway::not_found("there is no kind of comparison \"" + name + "\" (use simulated, micro, live)");
}

namespace {

// One repetition of every cell, in an order that turns round every time. False when cancelled on the way.
Result<bool> measure_once(const Scenario& scenario, const RunOptions& options, Kind& kind, std::vector<Cell>& cells, int repetition, int runs) {
  const auto cancelled = [&options] { return options.cancel && options.cancel->load(std::memory_order_relaxed); };
  for (std::size_t i = 0; i < cells.size(); ++i) {
    Cell& cell = cells[repetition % 2 == 0 ? i : cells.size() - 1 - i];
    if (cancelled()) return false;
    if (options.on_progress)
      options.on_progress({(repetition + static_cast<double>(i) / static_cast<double>(cells.size())) / runs,
                           fmt::format("repetition {} of {}: {}, {}", repetition + 1, runs, cell.side->name, cell.situation->title)});
    const Contender& side = options.against_itself ? scenario.a : *cell.side;
    const Value keys = slipway::overlay(cell.situation->keys, side.keys);
    const auto seed = options.seed * 1'000'003 + static_cast<std::uint64_t>(&cell - cells.data()) * 10'007 + static_cast<std::uint64_t>(repetition);
    auto sample = kind.measure(scenario, keys, seed, options);
    if (!sample && cancelled()) return false;
    if (!sample) return sample.error();
    if (!cell.is_a) {
      sample->value *= options.slow_down_others;
      for (auto& point : sample->spectrum) point.second *= options.slow_down_others;
    }
    cell.values.push_back(sample->value);
    cell.samples.push_back(std::move(*sample));
  }
  return true;
}

}  // namespace

slipway::Status enough_runs(const Scenario& scenario, int runs) {
  if (runs <= 0) runs = scenario.runs;
  const auto sections = scenario.situations.size() * scenario.others.size();
  const int least = least_repetitions(sections);
  if (runs >= least) return {};
  return slipway::bad_request(fmt::format("compare: {} repetitions of {} ({}) could not show any difference: {} comparison{} at least {} of each side",
                                          runs, scenario.name, scenario.kind, sections, sections == 1 ? " needs" : "s need", least),
                              "TOO_FEW_RUNS");
}

Result<Report> run(const Scenario& scenario, const RunOptions& options) {
  auto kind = make_kind(scenario.kind);
  if (!kind) return kind.error();
  if (auto enough = enough_runs(scenario, options.runs); !enough) return enough.error();
  const int runs = options.runs > 0 ? options.runs : scenario.runs;

  std::vector<Cell> cells;  // situation by situation: a, then the others
  for (const auto& situation : scenario.situations) {
    cells.push_back({&situation, &scenario.a, true, {}, {}});
    for (const auto& other : scenario.others) cells.push_back({&situation, &other, false, {}, {}});
  }
  const ProcessorUse use;
  int complete = 0;
  for (; complete < runs; ++complete) {
    auto all_measured = measure_once(scenario, options, **kind, cells, complete, runs);
    if (!all_measured) return all_measured.error();
    if (!*all_measured) break;
  }
  if (complete == 0) return slipway::client_closed("compare: cancelled before every side had run once");
  for (auto& cell : cells) {
    cell.values.resize(static_cast<std::size_t>(complete));
    cell.samples.resize(static_cast<std::size_t>(complete));
  }
  const double others = (*kind)->on_this_machine() ? use.others() : 0;
  if (options.on_progress) options.on_progress({1, "done"});

  Report report;
  report.scenario = scenario.name;
  report.kind = scenario.kind;
  report.repetitions = complete;
  report.planned = runs;
  const Cell* a = nullptr;
  for (const auto& cell : cells) {
    add_doubts(report, cell);
    if (cell.is_a) {
      a = &cell;
      continue;
    }
    Section section;
    section.title = cell.situation->title;
    section.metric = (*kind)->metric(scenario, *cell.situation);
    section.unit = (*kind)->unit();
    fill_side(section.a, *a, scenario.a.name);
    fill_side(section.b, cell, options.against_itself ? scenario.a.name + " again" : cell.side->name);
    section.theory = a->samples.front().theory;
    report.sections.push_back(std::move(section));
  }
  judge(report.sections);
  report.verdict = report.sections.front().verdict;
  report.environment = describe_environment();
  if ((*kind)->on_this_machine()) report.environment.emplace_back("other work", fmt::format("{:.0f} % of the processor", others * 100));
#ifndef NDEBUG
  if ((*kind)->on_this_machine()) report.doubts.push_back("this is a debug build: its times are not those of a release build");
#endif
  if (others > kOthersDisturb)
    report.doubts.push_back(fmt::format("other work took {:.0f} % of the processor meanwhile: repeat this on a quiet machine", others * 100));
  report.environment.emplace_back("repetitions", std::to_string(complete));
  if (report.partial()) report.doubts.push_back(fmt::format("stopped after {} of {} repetitions", complete, runs));
  report.environment.emplace_back("seed", std::to_string(options.seed));
  if (options.slow_down_others != 1)
    report.doubts.push_back(fmt::format("the times of the other sides were multiplied by {} on request", options.slow_down_others));
  return report;
}

}  // namespace workbench::compare
