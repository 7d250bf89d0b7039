// Which benchmark of a suite stands beside which yardstick, and what the ratio may be: the budgets of the design.
#pragma once

#include <string_view>
#include <vector>

namespace workbench::bench {

// Names are as Google Benchmark prints them; one '*' stands for anything.
struct Yardstick {
  std::string_view suite, what, yardstick;      // for people
  std::string_view measured, less;              // time of `measured`, without that of `less` when it is not empty
  struct Part {
    double times;
    std::string_view name;
  };
  std::vector<Part> parts;                      // their sum is the yardstick
  double budget;
  std::string_view counter = {};                // this counter in the place of the time; then the budget is the least
};

const std::vector<Yardstick>& yardsticks();

}  // namespace workbench::bench
