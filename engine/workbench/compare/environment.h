// The machine a comparison ran on, as far as it decides how much to trust it.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace workbench::compare {

// "cpu", "cores", "kernel", "governor", "load", "build", "virtual", "slipway". What cannot be read is left out.
std::vector<std::pair<std::string, std::string>> describe_environment();

}  // namespace workbench::compare
