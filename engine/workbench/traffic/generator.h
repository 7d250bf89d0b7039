// Generator: one thread of a load run. Non-blocking sockets on its own epoll set, request bytes built once, no allocation
// per request. It knows nothing of charts: it fills windows and hands them to the feed.
#pragma once

#include <atomic>
#include <cstdint>

#include "workbench/traffic/load_window.h"
#include "workbench/traffic/request_bytes.h"
#include "workbench/traffic/schedule.h"
#include "workbench/traffic/target.h"

namespace workbench::traffic {

// What all threads of a run share.
struct LoadPlan {
  LoadOptions options;
  Target target;
  Address address;
  RequestBytes request;
  std::int64_t start_ns = 0;  // steady clock; intended times count from here
  std::atomic<double> rate{0};
  std::atomic<std::uint32_t> rate_version{0};
  std::atomic<bool> cancelled{false};
  std::atomic<bool> sending_over{false};
  std::atomic<int> last_connect_errno{0};
};

// Runs to the end of the plan on the calling thread; returns after its last window is in the feed.
void generate(LoadPlan& plan, LoadFeed& feed, int thread);

std::int64_t steady_now_ns();

}  // namespace workbench::traffic
