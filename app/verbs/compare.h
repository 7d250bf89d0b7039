// slipway compare: a scenario or preset, interleaved, with its verdict. Also the hidden verb its children run.
#pragma once
#include <CLI/CLI.hpp>
namespace app {
void add_compare(CLI::App& root, int& exit_code);
}
