// slipway export: a service as a C++ project of its own; with --verify it is built, tested, started and replayed.
#pragma once
#include <CLI/CLI.hpp>
namespace app {
void add_export(CLI::App& root, int& exit_code);
}
