// slipway config: get, explain, set, unset, undo, watch, history of a workspace's layered config.
#pragma once
#include <CLI/CLI.hpp>
namespace app {
void add_config(CLI::App& root, int& exit_code);
}
