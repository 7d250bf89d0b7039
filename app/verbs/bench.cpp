#include "app/verbs/bench.h"

#include <fmt/format.h>
#include <filesystem>
#include <fstream>

#include "app/verbs/verb.h"
#include "workbench/bench/suites.h"

namespace app {

namespace {

namespace bench = workbench::bench;

struct Arguments {
  std::vector<std::string> suites;
  std::string json_file;
  bool json = false;
  bench::Options options;
};

int list() {
  const auto all = bench::suites();
  if (all.empty()) return fail(bench::find_suite("").error());
  Table table({"suite", "measures", "prints"});
  for (const auto& suite : all) table.row({suite.name, suite.about, suite.google ? "Google Benchmark" : "a table of its own"});
  table.print();
  fmt::print("\nslipway bench --suite NAME runs one in a child process; --suite all runs those of Google Benchmark.\n");
  return kDone;
}

std::string time_text(double ns) { return ns < 1000 ? fmt::format("{:.2f} ns", ns) : human_ns(static_cast<std::int64_t>(ns)); }

void print(const bench::Suite& suite, const bench::Outcome& outcome) {
  fmt::print("{}: {}\n\n", suite.name, suite.about);
  if (!outcome.text.empty()) fmt::print("{}", outcome.text);
  if (outcome.rows.empty()) return;
  Table table({"", "time", "processor", "spread", "repetitions"}, {false, true, true, true, true});
  for (const auto& row : outcome.rows)
    table.row({row.name, time_text(row.time_ns), time_text(row.cpu_ns), fmt::format("±{:.1f} %", row.spread * 100), std::to_string(row.repetitions)});
  table.print();
  if (!outcome.ratios.empty()) fmt::print("\n");
  for (const auto& r : outcome.ratios)
    fmt::print("  {} takes {:.2f} of {} (budget: {} {:g}): {}\n", r.what, r.ratio, r.yardstick, r.at_least ? "at least" : "at most", r.budget, r.held() ? "held" : "NOT HELD");
  if (suite.google && outcome.ratios.empty()) fmt::print("\n  no yardstick was measured with these\n");
}

int run(const Arguments& a) {
  if (a.suites.empty()) return list();
  std::vector<bench::Suite> chosen;
  if (a.suites == std::vector<std::string>{"all"}) {
    for (auto& suite : bench::suites())
      if (suite.google) chosen.push_back(std::move(suite));
    if (chosen.empty()) return fail(bench::find_suite("").error());
  } else {
    for (const auto& name : a.suites) {
      auto suite = bench::find_suite(name);
      if (!suite) return fail(suite.error());
      chosen.push_back(std::move(*suite));
    }
  }
  const bool wants_json = a.json || !a.json_file.empty();
  for (const auto& suite : chosen)
    if (wants_json && (!suite.google || chosen.size() > 1)) {
      fmt::print(stderr, "slipway bench: --json passes one suite's Google Benchmark JSON on{}\n", suite.google ? ", so name one suite" : "; " + suite.name + " prints a table of its own");
      return kUsage;
    }
  bool held = true;
  ProgressLine progress("bench");
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    progress.at(static_cast<double>(i) / static_cast<double>(chosen.size()), "measuring " + chosen[i].name);
    auto options = a.options;
    options.cancel = &interrupted();
    auto outcome = bench::run(chosen[i], options);
    progress.clear();
    if (interrupted()) return kInterrupted;
    if (!outcome) return fail(outcome.error());
    for (const auto& ratio : outcome->ratios) held &= ratio.held();
    if (!a.json_file.empty()) {
      std::ofstream out(a.json_file, std::ios::binary);
      out << outcome->json;
      out.flush();
      if (!out) return fail(slipway::unavailable("bench: " + a.json_file + " could not be written"));
    }
    if (a.json) fmt::print("{}", outcome->json);
    else print(chosen[i], *outcome);
    std::fflush(stdout);
    if (i + 1 < chosen.size()) fmt::print("\n");
  }
  return held ? kDone : kNotHeld;
}

}  // namespace

void add_bench(CLI::App& root, int& exit_code) {
  auto a = std::make_shared<Arguments>();
  auto* verb = root.add_subcommand("bench", "The framework's benchmark suites, each beside its yardstick");
  verb->add_option("--suite", a->suites, "A suite, or all; without it the suites are listed");
  auto* json = verb->add_option("--json", a->json_file, "Google Benchmark's JSON on standard output, or into that file")->expected(0, 1);
  verb->add_option("--min-time", a->options.min_time_s, "Seconds for each measurement")->capture_default_str()->check(CLI::Range(0.0001, 60.0));
  verb->add_option("--repetitions", a->options.repetitions, "Of each measurement, interleaved")->capture_default_str()->check(CLI::Range(1, 100));
  verb->add_option("--filter", a->options.filter, "Only benchmarks whose name matches this regular expression");
  verb->callback([a, json, &exit_code] {
    a->json = json->count() > 0 && a->json_file.empty();
    exit_code = run(*a);
  });
}

}  // namespace app
