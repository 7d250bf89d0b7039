#include "workbench/compare/bench_child.h"

#include <cstdio>
#include <cstdlib>

#include "workbench/compare/designs.h"
#include "workbench/compare/google_benchmark.h"
#include "workbench/compare/live_child.h"

namespace workbench::compare {

namespace {

int measure_design(const std::vector<std::string>& arguments) {
  if (arguments.size() != 4) {
    std::fputs("usage: design CASE singleton|injected|by_hand THREADS\n", stderr);
    return 2;
  }
  DesignCase what;
  what.name = arguments[1];
  const auto design = read_design(arguments[2]);
  if (!design) {
    std::fprintf(stderr, "%s\n", design.error().message().c_str());
    return 2;
  }
  what.design = *design;
  what.threads = std::atoi(arguments[3].c_str());
  const auto timing = time_design(what);
  if (!timing) {
    std::fprintf(stderr, "%s\n", timing.error().to_string().c_str());
    return 2;
  }
  std::puts(google_benchmark_text({{what.name + "/" + arguments[2], timing->ns, timing->cpu_ns, timing->iterations, what.threads}}).c_str());
  return 0;
}

}  // namespace

int bench_child(const std::vector<std::string>& arguments) {
  const std::string verb = arguments.empty() ? "" : arguments[0];
  if (verb == "design") return measure_design(arguments);
  if (verb == "live-servers") return live_servers(arguments);
  if (verb == "live-load") return live_load(arguments);
  std::fputs("usage: design | live-servers | live-load\n", stderr);
  return 2;
}

}  // namespace workbench::compare
