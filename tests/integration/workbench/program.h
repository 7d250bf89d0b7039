// Program: the slipway binary as a child process.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/process.h"

namespace tests {

inline std::string slipway_binary() {
  return std::string(SLIPWAY_BINARY_DIR) + "/bin/slipway";
}

class Program : public Process {
 public:
  explicit Program(std::vector<std::string> arguments) : Process(with_binary(std::move(arguments))) {}

 private:
  static std::vector<std::string> with_binary(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), slipway_binary());
    return arguments;
  }
};

}  // namespace tests
