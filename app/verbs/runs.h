// slipway runs: the load runs that a workspace keeps: list, show, star, remove, compare two. Works on the files; no host is needed.
#pragma once
#include <CLI/CLI.hpp>
namespace app {
void add_runs(CLI::App& root, int& exit_code);
}
