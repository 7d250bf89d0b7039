// Process: a child program run to its end, with its output line by line and a way to stop it.
#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <vector>

#include "slipway/base/result.h"

namespace workbench::exporter {

struct Ended {
  int code = -1;         // exit code; 128 + signal when it was killed
  std::string output;    // stdout and stderr together, the last 64 KiB
};

// `environment`: NAME=value pairs on top of PATH and HOME; nothing else is handed on. Runs in `folder`.
slipway::Result<Ended> run_process(const std::vector<std::string>& words, const std::string& folder, const std::vector<std::string>& environment,
                                   const std::function<void(const std::string&)>& on_line, const std::atomic<bool>& cancelled);

}  // namespace workbench::exporter
