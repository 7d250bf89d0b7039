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

// One cell of the plan: a side in a situation, and its runs.
struct Cell {
  const Situation* situation;
  const Contender* side;
  bool is_a = false;
  std::vector<double> values;
  std::vector<Sample> samples;
};

std::string cancelled_text() { return "compare: cancelled"; }

void add_doubts(Report& report, const Cell& cell) {
  std::size_t doubted = 0;
  std::string why;
  for (const auto& sample : cell.samples)
    if (!sample.doubt.empty()) {
      ++doubted;
      why = sample.doubt;
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

Result<Report> run(const Scenario& scenario, const RunOptions& options) {
  auto kind = make_kind(scenario.kind);
  if (!kind) return kind.error();
  const int runs = options.runs > 0 ? options.runs : scenario.runs;

  std::vector<Cell> cells;  // situation by situation: a, then the others
  for (const auto& situation : scenario.situations) {
    cells.push_back({&situation, &scenario.a, true, {}, {}});
    for (const auto& other : scenario.others) cells.push_back({&situation, &other, false, {}, {}});
  }
  const auto total = static_cast<double>(cells.size()) * runs;
  std::size_t done = 0;
  for (int repetition = 0; repetition < runs; ++repetition) {
    for (std::size_t i = 0; i < cells.size(); ++i) {
      Cell& cell = cells[repetition % 2 == 0 ? i : cells.size() - 1 - i];
      if (options.cancel && options.cancel->load(std::memory_order_relaxed)) return slipway::client_closed(cancelled_text());
      if (options.on_progress)
        options.on_progress({static_cast<double>(done) / total, fmt::format("repetition {} of {}: {}, {}", repetition + 1, runs,
                                                                             cell.side->name, cell.situation->title)});
      const Contender& side = options.against_itself ? scenario.a : *cell.side;
      const Value keys = slipway::overlay(cell.situation->keys, side.keys);
      const auto seed = options.seed * 1'000'003 + static_cast<std::uint64_t>(&cell - cells.data()) * 10'007 + static_cast<std::uint64_t>(repetition);
      auto sample = (*kind)->measure(scenario, keys, seed, options);
      if (!sample) return sample.error();
      if (!cell.is_a) {
        sample->value *= options.slow_down_others;
        for (auto& point : sample->spectrum) point.second *= options.slow_down_others;
      }
      cell.values.push_back(sample->value);
      cell.samples.push_back(std::move(*sample));
      ++done;
    }
  }
  if (options.on_progress) options.on_progress({1, "done"});

  Report report;
  report.scenario = scenario.name;
  report.kind = scenario.kind;
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
  report.environment.emplace_back("repetitions", std::to_string(runs));
  report.environment.emplace_back("seed", std::to_string(options.seed));
  if (options.slow_down_others != 1)
    report.doubts.push_back(fmt::format("the times of the other sides were multiplied by {} on request", options.slow_down_others));
  return report;
}

}  // namespace workbench::compare
