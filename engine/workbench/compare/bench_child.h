// What the measuring child does: read its arguments, measure, print. Reached by the hidden verb `slipway bench-child`.
#pragma once

#include <string>
#include <vector>

namespace workbench::compare {

// One of
//   design CASE singleton|injected|by_hand THREADS     prints Google Benchmark JSON
//   live-servers ...  / live-load ...          the two halves of a live comparison, live_child.h
// Gives the exit code.
int bench_child(const std::vector<std::string>& arguments);

}  // namespace workbench::compare
