// slipway bench: the framework's benchmark suites in child processes, with the ratios to their yardsticks.
#pragma once
#include <CLI/CLI.hpp>
namespace app {
void add_bench(CLI::App& root, int& exit_code);
}
