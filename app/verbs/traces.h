// slipway traces: list, show and export the traces kept by the host of a workspace.
#pragma once
#include <CLI/CLI.hpp>
namespace app {
void add_traces(CLI::App& root, int& exit_code);
}
