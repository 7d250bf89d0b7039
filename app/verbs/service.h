// The verb service: new ones, a service's OpenAPI document, and its routes as text.
#pragma once

#include <CLI/CLI.hpp>

namespace app {

void add_service(CLI::App& root, int& exit_code);

}  // namespace app
