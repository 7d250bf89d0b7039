#include "workbench/traffic/load_window.h"

#include <algorithm>
#include <limits>

namespace workbench::traffic {
namespace {
constexpr auto kFinished = std::numeric_limits<std::int64_t>::max();
}

std::string error_kind_name(int kind) {
  switch (kind) {
    case kConnectError:
      return "connect";
    case kTimeoutError:
      return "timeout";
    case kResetError:
      return "reset";
    case kClosedError:
      return "closed";
    case kProtocolError:
      return "protocol";
    default:
      return "status_" + std::to_string(kind);
  }
}

void LoadWindow::clear() {
  index = intended = sent = done = errors = dropped = in_flight = capped = 0;
  if (service.count()) service.reset();
  if (response.count()) response.reset();
  if (lag.count()) lag.reset();
  if (late.count()) late.reset();
  cells.fill(0);
  traces.fill({});
  error_kinds.clear();
  cpu_ns = last_done_ns = 0;
}

std::unique_ptr<LoadWindow> LoadFeed::take() {
  std::lock_guard lock(mutex_);
  if (free_.empty()) return std::make_unique<LoadWindow>();
  auto w = std::move(free_.back());
  free_.pop_back();
  return w;
}

void LoadFeed::give_back(std::unique_ptr<LoadWindow> window) {
  window->clear();
  std::lock_guard lock(mutex_);
  free_.push_back(std::move(window));
}

void LoadFeed::put(int thread, std::unique_ptr<LoadWindow> window, bool finished) {
  std::lock_guard lock(mutex_);
  last_[static_cast<std::size_t>(thread)] = finished ? kFinished : window->index;
  full_.push_back(std::move(window));
  came_.notify_one();
}

bool LoadFeed::get(std::vector<std::unique_ptr<LoadWindow>>& out) {
  std::unique_lock lock(mutex_);
  const auto all_finished = [&] { return std::all_of(last_.begin(), last_.end(), [](auto l) { return l == kFinished; }); };
  came_.wait(lock, [&] { return !full_.empty() || all_finished(); });
  out.swap(full_);
  full_.clear();
  return !out.empty();
}

std::int64_t LoadFeed::complete_until() const {
  std::lock_guard lock(mutex_);
  return *std::min_element(last_.begin(), last_.end());
}

}  // namespace workbench::traffic
