// The machine a comparison ran on, as far as it decides how much to trust it.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace workbench::compare {

// "cpu", "cores", "kernel", "governor", "load", "build", "virtual", "slipway". What cannot be read is left out.
std::vector<std::pair<std::string, std::string>> describe_environment();

// How much of the processor others took between its construction and others(): all work of the machine less that of this
// process and of its children that have ended. Linux counts in hundredths of a second: measure a second or more.
class ProcessorUse {
 public:
  ProcessorUse();
  double others() const;   // 0 ... 1 of all cores; 0 where it cannot be read

 private:
  struct Count {
    double all = 0, busy = 0, own = 0;   // seconds, over all cores
  };
  static Count now();
  Count begun_;
};

}  // namespace workbench::compare
