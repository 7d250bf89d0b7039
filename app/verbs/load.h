// slipway load: traffic against a URL or a saved request, with honest times; exit 1 when an objective does not hold.
#pragma once
#include <CLI/CLI.hpp>
namespace app {
void add_load(CLI::App& root, int& exit_code);
}
