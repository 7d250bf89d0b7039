// Control: the Unix socket by which one process asks another's host. One JSON object a line: {"op", "arguments"} answered by
// {"result"} or {"error"}. The socket is `.slipway/control`, mode 0600; peers of another user are refused.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "slipway/base/result.h"
#include "slipway/base/time.h"
#include "slipway/base/value.h"

namespace workbench::host {

class ControlServer {
 public:
  using Handler = std::function<slipway::Result<slipway::Value>(std::string_view op, const slipway::Value& arguments)>;
  // `handler` runs on the connection's own thread; at most 32 connections at once.
  static slipway::Result<std::unique_ptr<ControlServer>> listen(const std::string& folder, Handler handler);
  ~ControlServer();  // ends connections, removes the socket

 private:
  ControlServer();
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// A connection to the host of a workspace. Not thread-safe.
class ControlClient {
 public:
  // NOT_FOUND / NO_HOST when nobody serves this workspace.
  static slipway::Result<std::unique_ptr<ControlClient>> connect(const std::string& folder);
  ~ControlClient();
  slipway::Result<slipway::Value> call(std::string_view op, const slipway::Value& arguments, slipway::Duration limit = std::chrono::seconds(60));

 private:
  explicit ControlClient(int fd) : fd_(fd) {}
  int fd_;
  std::string buffer_;
};

}  // namespace workbench::host
