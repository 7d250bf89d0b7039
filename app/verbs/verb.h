// What every verb shares: the workspace it works on, exit codes, and printing for people or machines.
#pragma once

#include <atomic>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "slipway/base/result.h"
#include "slipway/base/value.h"

namespace workbench::host {
class Host;
class ControlClient;
struct HostOptions;
}  // namespace workbench::host

namespace app {

// 0 done, 1 a check did not hold, 2 usage, 69 could not be done, 78 bad workspace or config, 130 interrupted.
constexpr int kDone = 0, kNotHeld = 1, kUsage = 2, kUnavailable = 69, kBadWorkspace = 78, kInterrupted = 130;

// Prints "slipway: <error>" on stderr and gives the exit code that fits it.
int fail(const slipway::Error& error);

// A workspace as a verb sees it: attached to the host that runs it, or else a host of this process.
class WorkspaceSession {
 public:
  enum class Start { Nothing, Services };
  // With Start::Services a workspace that nobody runs has its services started here, and stopped at the end.
  static slipway::Result<std::unique_ptr<WorkspaceSession>> open(const std::string& folder, Start start);
  ~WorkspaceSession();
  slipway::Result<slipway::Value> call(std::string_view op, const slipway::Value& arguments = {});
  bool attached() const { return control_ != nullptr; }
  workbench::host::Host* own_host() { return host_.get(); }
  // Tells on stderr which services of this process failed to start, and why.
  void tell_failures() const;

 private:
  WorkspaceSession();
  std::unique_ptr<workbench::host::ControlClient> control_;
  std::unique_ptr<workbench::host::Host> host_;
};

// Columns padded to their widest cell; numbers (by `right`) to the right.
class Table {
 public:
  explicit Table(std::vector<std::string> header, std::vector<bool> right = {}) : rows_{std::move(header)}, right_(std::move(right)) {}
  void row(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  void print(std::FILE* out = stdout) const;

 private:
  std::vector<std::vector<std::string>> rows_;
  std::vector<bool> right_;
};

void print_json(const slipway::Value& value);   // pretty, with a newline
std::string human_ns(std::int64_t ns);          // "4.20 ms"
bool on_terminal(int fd);

// Progress on stderr: one line rewritten on a terminal, elsewhere a line at every tenth. Cleared by the destructor.
class ProgressLine {
 public:
  explicit ProgressLine(std::string verb) : verb_(std::move(verb)), terminal_(on_terminal(2)) {}
  ~ProgressLine() { clear(); }
  void at(double done, const std::string& doing);   // 0 ... 1
  void clear();

 private:
  std::string verb_;
  bool terminal_, shown_ = false;
  int tenths_ = 0;
};

// Becomes true at the first SIGINT or SIGTERM, for work that looks at a flag; a second one ends the program at once.
const std::atomic<bool>& interrupted();

// Blocks SIGINT and SIGTERM in every thread made afterwards; wait() gives the one that came.
class Signals {
 public:
  Signals();
  int wait();                 // blocks
  int poll();                 // 0 when none came yet
};

}  // namespace app
