// slipway doctor: what is installed, what is missing, what limits this machine.
#pragma once
#include <CLI/CLI.hpp>
namespace app {
void add_doctor(CLI::App& root, int& exit_code);
}
