// slipway simulate: one balancer in front of simulated nodes. Exit 1 when the system did not settle.
#pragma once
#include <CLI/CLI.hpp>
namespace app {
void add_simulate(CLI::App& root, int& exit_code);
}
