// SignalWatch: SIGTERM and SIGINT as calls on an ordinary thread. One at a time per process; the former
// dispositions come back when it ends. Works whichever thread the kernel picks, so no masks have to be set
// before other threads start.
#pragma once

#include <functional>
#include <memory>
#include <thread>

#include "slipway/base/result.h"

namespace slipway::app {

class SignalWatch {
 public:
  // `on_signal(number)` runs on the watch's thread, once per signal.
  static Result<std::unique_ptr<SignalWatch>> begin(std::function<void(int)> on_signal);
  ~SignalWatch();  // no call runs after it returned
  SignalWatch(const SignalWatch&) = delete;

 private:
  explicit SignalWatch(std::function<void(int)> on_signal) : on_signal_(std::move(on_signal)) {}
  std::function<void(int)> on_signal_;
  std::thread thread_;
};

}  // namespace slipway::app
