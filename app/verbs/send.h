// slipway send: one saved request; the response and its trace.
#pragma once
#include <CLI/CLI.hpp>
namespace app {
void add_send(CLI::App& root, int& exit_code);
}
