// The tour: the first five minutes of the product, driven through the real window on real servers. Each step prints what it
// measured beside the reply or file that proves it, and saves a picture; the first step that fails ends it with exit code 1.
// Counts and shares are checked, never latencies.
#pragma once

#include <string>

namespace app {

struct TourOptions {
  std::string sample;     // workspace to copy and use
  std::string shots;      // folder for pictures; empty = none
  std::string broken;     // a service that is stopped before the first step
  bool quick = false;     // shorter loads; leaves out building the exported project
  bool light = false;     // the light theme
  int width = 1600, height = 900;   // of the window
};

int run_tour(int argc, char** argv, const TourOptions& options);

}  // namespace app
