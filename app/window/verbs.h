// The verbs that open windows or draw them: open, tour, shots; and what the bare command does.
#pragma once

#include <CLI/CLI.hpp>

namespace app {

void add_window_verbs(CLI::App& root, int argc, char** argv, int& exit_code);
// The window on a copy of the sample workspace in ~/slipway/orders-lab, made on first use.
int open_default_window(int argc, char** argv);

}  // namespace app
