#include "app/verbs/compare.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "app/verbs/verb.h"
#include "slipway/codec/codec.h"
#include "workbench/compare/bench_child.h"
#include "workbench/compare/run.h"

namespace app {

namespace {

namespace compare = workbench::compare;

struct Arguments {
  std::string workspace, scenario, kind;
  std::string json_file, html_file, benchmark_prefix;
  bool json = false;
  compare::RunOptions options;
};

// "p2c-vs-wrr (simulated, live): Power of ..."
std::string describe(const compare::Preset& preset) {
  return fmt::format("{} ({}): {}", preset.name, fmt::join(preset.kinds, ", "), preset.description);
}

// A path, a scenario of the workspace by name, or a preset; `kind` picks the parts of a preset.
slipway::Result<std::vector<compare::Scenario>> find_scenarios(const Arguments& a) {
  for (const auto& path : {a.scenario, a.workspace + "/scenarios/" + a.scenario + ".yaml"})
    if (std::filesystem::is_regular_file(path)) {
      auto read = compare::Scenario::read(path);
      if (!read) return read.error();
      return std::vector{std::move(*read)};
    }
  auto all = compare::preset(a.scenario);
  if (!all) {
    std::string known;
    for (const auto& p : compare::presets()) known += (known.empty() ? "" : ", ") + p.name;
    std::error_code absent;
    std::vector<std::string> own;
    for (const auto& file : std::filesystem::directory_iterator(a.workspace + "/scenarios", absent))
      if (auto read = compare::Scenario::read(file.path()); read) own.push_back(file.path().stem());
    std::sort(own.begin(), own.end());
    for (const auto& name : own) known += ", " + name;
    return slipway::not_found(fmt::format("there is no scenario or preset \"{}\" (use {})", a.scenario, known));
  }
  std::string kinds;
  for (const auto& part : *all) kinds += (kinds.empty() ? "" : ", ") + part.kind;
  if (!a.kind.empty()) std::erase_if(*all, [&](const auto& s) { return s.kind != a.kind; });
  if (all->empty()) return slipway::bad_request(fmt::format("compare: preset {} has no {} part (it has {})", a.scenario, a.kind, kinds));
  return all;
}

std::string amount(double value, const std::string& unit) {
  if (unit == "ns") return human_ns(static_cast<std::int64_t>(value));
  return fmt::format("{:.3f}", value);
}

std::string small_amount(double value, const std::string& unit) {
  return unit == "ns" && value < 1000 ? fmt::format("{:.2f} ns", value) : amount(value, unit);
}

void print_report(const compare::Report& report) {
  fmt::print("{} ({})\n  {}\n", report.scenario, report.kind, report.verdict);
  for (const auto& s : report.sections) {
    fmt::print("\n  {}: {} against {}\n", s.title, s.b.name, s.a.name);
    if (report.sections.size() > 1) fmt::print("  {}\n", s.verdict);
    const std::string header = s.unit == "service_times" ? s.metric + ", service times" : s.metric;
    const bool figures = s.outcome != compare::Section::Outcome::NotSteady;
    Table table({"", header, "ratio", "95 % CI", "p", "A against A", "runs"}, {false, true, true, true, true, true, true});
    table.row({"  " + s.a.name, small_amount(s.a.median, s.unit), "", "", "", fmt::format("±{:.1f} %", s.noise_floor * 100), std::to_string(s.a.runs.size())});
    table.row({"  " + s.b.name, small_amount(s.b.median, s.unit), figures ? fmt::format("{:.3f}", s.ratio) : "none",
               figures ? fmt::format("{:.3f} … {:.3f}", s.ci_low, s.ci_high) : "", figures ? fmt::format("{:.2g}", s.p_value) : "", "",
               std::to_string(s.b.runs.size())});
    table.print();
  }
  for (const auto& doubt : report.doubts) fmt::print("\n  doubt: {}\n", doubt);
  fmt::print("\n  on:");
  for (const auto& [name, value] : report.environment) fmt::print(" {} {};", name, value);
  fmt::print("\n");
}

bool write(const std::string& path, const std::string& text) {
  std::ofstream out(path, std::ios::binary);
  out << text;
  out.flush();
  if (!out) fmt::print(stderr, "slipway compare: {} could not be written\n", path);
  return static_cast<bool>(out);
}

// "name.json" for one report; "name-live.json" for the second of two.
std::string numbered(const std::string& path, const compare::Report& report, bool first) {
  if (first) return path;
  const auto dot = path.rfind('.');
  const auto stem = dot == std::string::npos ? path : path.substr(0, dot);
  return stem + "-" + report.kind + (dot == std::string::npos ? "" : path.substr(dot));
}

int run(Arguments a) {
  for (const auto& file : {a.json_file, a.html_file})
    if (std::filesystem::is_directory(file)) {
      fmt::print(stderr, "slipway compare: {} is a folder, not a file to write (put --json behind the other words, or write --json=FILE)\n", file);
      return kUsage;
    }
  auto scenarios = find_scenarios(a);
  if (!scenarios) return fail(scenarios.error());
  ProgressLine progress("compare");
  a.options.on_progress = [&progress](const compare::Progress& p) { progress.at(p.done, p.doing); };
  a.options.cancel = &interrupted();
  for (const auto& scenario : *scenarios)
    if (auto enough = compare::enough_runs(scenario, a.options.runs); !enough) return fail(enough.error());

  bool first = true, written = true, steady = true;
  for (const auto& scenario : *scenarios) {
    auto report = compare::run(scenario, a.options);
    progress.clear();
    if (!report) {
      if (interrupted()) return kInterrupted;
      return fail(report.error());
    }
    if (!a.json_file.empty()) written &= write(numbered(a.json_file, *report, first), report->to_json() + "\n");
    if (!a.html_file.empty()) written &= write(numbered(a.html_file, *report, first), compare::html_report(*report));
    if (!a.benchmark_prefix.empty())
      for (char side : {'a', 'b'})
        written &= write(numbered(fmt::format("{}.{}.json", a.benchmark_prefix, side), *report, first), compare::google_benchmark_json(*report, side));
    if (a.json) fmt::print("{}\n", report->to_json());
    else print_report(*report);
    if (!a.json && scenarios->size() > 1 && first) fmt::print("\n");
    std::fflush(stdout);
    first = false;
    steady &= report->steady();
    if (report->partial() || interrupted()) {
      fmt::print(stderr, "slipway compare: stopped; what was measured by then is kept\n");
      return kInterrupted;
    }
  }
  return !written ? kUnavailable : steady ? kDone : kNotHeld;
}

}  // namespace

void add_compare(CLI::App& root, int& exit_code) {
  auto a = std::make_shared<Arguments>();
  auto* verb = root.add_subcommand("compare", "Two designs or balancers, one difference, interleaved, with a verdict");
  std::string names;
  for (const auto& p : compare::presets()) names += "\n  " + describe(p);
  verb->add_option("workspace", a->workspace, "The workspace whose scenarios/ are searched; may be left out for a preset");
  verb->add_option("scenario", a->scenario, "A scenario of the workspace, a file, or a preset:" + names);
  verb->add_option("--runs", a->options.runs, "Repetitions of each side (default: the scenario's)")->check(CLI::Range(1, 1000));
  verb->add_option("--kind", a->kind, "Only this part of a preset: simulated (virtual clock), live (real servers in child processes) or micro (one case per child process)")->check(CLI::IsMember({"simulated", "live", "micro"}));
  verb->add_option("--seed", a->options.seed, "Of the simulated and generated traffic")->capture_default_str();
  verb->add_option("--jobs", a->options.jobs, "Simulated jobs per repetition (default: the scenario's)");
  verb->add_flag("--against-itself", a->options.against_itself, "Run side a in the place of every other: what noise alone would say");
  verb->add_option("--slow-down", a->options.slow_down_others, "Multiply the other sides' times: 1.05 is a known 5 % to be found")->check(CLI::Range(0.01, 100.0));
  auto* json = verb->add_option("--json", a->json_file, "JSON on standard output, or into that file")->expected(0, 1);
  verb->add_option("--html", a->html_file, "A one-file report");
  verb->add_option("--benchmark-json", a->benchmark_prefix, "PREFIX.a.json and PREFIX.b.json for Google Benchmark's compare.py");
  verb->callback([a, json, &exit_code] {
    if (a->scenario.empty()) std::swap(a->scenario, a->workspace);
    if (a->scenario.empty()) {
      std::string text = "slipway compare: name a scenario or one of the presets:\n";
      for (const auto& p : compare::presets()) text += "  " + describe(p) + "\n";
      text += "or a scenario of a workspace: slipway compare WORKSPACE NAME. One part of a preset: --kind simulated. More: slipway compare --help\n";
      fmt::print(stderr, "{}", text);
      exit_code = kUsage;
      return;
    }
    a->json = json->count() > 0 && a->json_file.empty();
    exit_code = run(*a);
  });

  auto words = std::make_shared<std::vector<std::string>>();
  auto* child = root.add_subcommand("bench-child")->group("");
  child->add_option("words", *words);
  child->callback([words, &exit_code] { exit_code = compare::bench_child(*words); });
}

}  // namespace app
