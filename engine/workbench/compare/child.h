// A child process that measures something and prints it: run, wait, take what it wrote.
#pragma once

#include <atomic>
#include <string>
#include <vector>

#include "slipway/base/result.h"
#include "slipway/base/time.h"

namespace workbench::compare {

// Runs command[0] with the rest as arguments and gives its standard output. Killed when `limit` passes or `cancel` becomes
// true. UNAVAILABLE / CHILD_FAILED when it cannot be started or does not exit with 0; the text holds what it wrote to
// standard error. Blocks. Safe in a process with threads.
slipway::Result<std::string> run_child(const std::vector<std::string>& command, slipway::Duration limit,
                                       const std::atomic<bool>* cancel = nullptr);

// This program and its hidden verb that measures.
std::vector<std::string> own_child_command();

// A child that stays: a server whose end the other side waits for. Told to stop (its standard input is closed) and
// reaped by the destructor, killed when it does not go within two seconds.
class Companion {
 public:
  static slipway::Result<Companion> start(const std::vector<std::string>& command);
  Companion(Companion&& o) noexcept;
  Companion& operator=(Companion&&) = delete;
  ~Companion();
  // The next line of its standard output, without the newline. Blocks until `limit`.
  slipway::Result<std::string> read_line(slipway::Duration limit);
  int pid() const { return pid_; }

 private:
  Companion(int pid, int in, int out) : pid_(pid), in_(in), out_(out) {}
  int pid_ = -1, in_ = -1, out_ = -1;
  std::string buffer_;
};

}  // namespace workbench::compare
