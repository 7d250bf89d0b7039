// Which benchmark of a suite stands beside which yardstick, and what the ratio may be: the budgets of the design.
#pragma once

#include <string_view>
#include <vector>

namespace workbench::bench {

// Names are as Google Benchmark prints them.
struct Yardstick {
  std::string_view suite, what, yardstick;      // for people
  std::string_view measured, less;              // time of `measured`, without that of `less` when it is not empty
  std::string_view beside, beside_less;         // the yardstick in the same way
  double budget;
  std::string_view counter = {};                // this counter in the place of the time; then the budget is the least
};

const std::vector<Yardstick>& yardsticks();

}  // namespace workbench::bench
