// Honesty: what limited a load run, judged from the run's own measurements, so that the generator's limits are never read as the
// service's nor the service's as the generator's. Pure; any thread.
#pragma once

#include <string>

#include "workbench/traffic/load_run.h"

namespace workbench::traffic {

// What a run knows beyond its progress.
struct RunEvidence {
  std::int64_t late_p99_ns = 0;   // when the loop noticed that a request was due, less when it was due: the loop's own delay
  int threads = 1;                // of the generator
  int connections = 0;            // the most there may be
  std::string authority;          // "127.0.0.1:8080"
  std::string connect_error;      // of the last connection that failed
};

// Sets limit and honesty from the other figures. Silent (Limit::None) under 20 replies, unless not one connection was made.
void judge(LoadProgress& progress, const RunEvidence& evidence);

}  // namespace workbench::traffic
