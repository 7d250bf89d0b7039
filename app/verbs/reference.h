// slipway errors: the error codes and the status that stands for each. slipway plugins: what a workspace's plugins add.
#pragma once
#include <CLI/CLI.hpp>
namespace app {
void add_reference(CLI::App& root, int& exit_code);
}
