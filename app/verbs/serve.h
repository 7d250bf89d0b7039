// slipway serve: servers without a window; one line per endpoint; SIGTERM drains.
#pragma once
#include <CLI/CLI.hpp>
namespace app {
void add_serve(CLI::App& root, int& exit_code);
}
