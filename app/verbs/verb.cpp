#include "app/verbs/verb.h"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "slipway/base/time.h"
#include "slipway/codec/codec.h"
#include "workbench/host/control.h"
#include "workbench/host/host.h"
#include "workbench/host/operations.h"

namespace app {

using slipway::Result;
using slipway::Value;

int fail(const slipway::Error& error) {
  std::fprintf(stderr, "slipway: %s\n", error.to_string().c_str());
  const std::string& r = error.reason();
  if (r == "BAD_WORKSPACE" || r == "BAD_CONFIG" || r == "BEHAVIOUR_INVALID" || r == "TEMPLATE_INVALID") return kBadWorkspace;
  if (error.code() == 400 || error.code() == 404 || error.code() == 422) return r == "NO_HOST" ? kUnavailable : kUsage;
  return kUnavailable;
}

void ProgressLine::at(double done, const std::string& doing) {
  if (terminal_) {
    std::fprintf(stderr, "\r\033[K%3.0f %%  %s", done * 100, doing.c_str());
    shown_ = true;
    return;
  }
  const int tenths = static_cast<int>(done * 10 + 1e-9);
  if (tenths > tenths_ && tenths < 10) std::fprintf(stderr, "slipway %s: %d %%, %s\n", verb_.c_str(), tenths * 10, doing.c_str());
  tenths_ = tenths;
}

void ProgressLine::clear() {
  if (shown_) std::fputs("\r\033[K", stderr);
  shown_ = false;
}

const std::atomic<bool>& interrupted() {
  static std::atomic<bool> flag{false};
  static const bool installed = [] {
    struct sigaction action {};
    action.sa_handler = [](int) { flag = true; };
    action.sa_flags = static_cast<int>(SA_RESETHAND);
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGTERM, &action, nullptr);
    return true;
  }();
  (void)installed;
  return flag;
}

WorkspaceSession::WorkspaceSession() = default;
WorkspaceSession::~WorkspaceSession() = default;

Result<std::unique_ptr<WorkspaceSession>> WorkspaceSession::open(const std::string& folder, Start start) {
  std::unique_ptr<WorkspaceSession> s(new WorkspaceSession());
  if (!std::filesystem::exists(folder + "/workspace.yaml"))
    return slipway::not_found(folder + " is no workspace: there is no workspace.yaml in it", "BAD_WORKSPACE");
  if (auto c = workbench::host::ControlClient::connect(folder); c.ok()) {
    s->control_ = std::move(*c);
    return s;
  }
  workbench::host::HostOptions options;
  options.start_services = start == Start::Services;
  auto h = workbench::host::Host::open(folder, options);
  if (!h.ok()) return h.error();
  s->host_ = std::move(*h);
  return s;
}

Result<Value> WorkspaceSession::call(std::string_view op, const Value& arguments) {
  if (control_) return control_->call(op, arguments);
  return workbench::host::run_operation(*host_, op, arguments);
}

void WorkspaceSession::tell_failures() const {
  if (!host_) return;
  for (const auto& row : host_->services())
    if (row.state == workbench::host::ServiceState::Failed) std::fprintf(stderr, "slipway: %s: %s\n", row.instance.c_str(), row.error.c_str());
}

namespace {

// Columns on a terminal: UTF-8 continuation bytes take none.
std::size_t width_of(const std::string& s) {
  return static_cast<std::size_t>(std::count_if(s.begin(), s.end(), [](unsigned char c) { return (c & 0xC0) != 0x80; }));
}

}  // namespace

void Table::print(std::FILE* out) const {
  std::vector<std::size_t> widths;
  for (const auto& row : rows_) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width_of(row[i]));
  }
  for (const auto& row : rows_) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string pad(widths[i] - width_of(row[i]), ' ');
      const bool right = i < right_.size() && right_[i];
      line += (right ? pad + row[i] : row[i] + pad) + "  ";
    }
    line.erase(line.find_last_not_of(' ') + 1);
    std::fprintf(out, "%s\n", line.c_str());
  }
}

void print_json(const Value& value) { std::printf("%s\n", slipway::codec::to_json_pretty(value).c_str()); }

std::string human_ns(std::int64_t ns) {
  char text[32];
  const double v = static_cast<double>(ns);
  if (ns >= 10'000'000'000)
    std::snprintf(text, sizeof text, "%.1f s", v / 1e9);
  else if (ns >= 1'000'000)
    std::snprintf(text, sizeof text, "%.2f ms", v / 1e6);
  else
    std::snprintf(text, sizeof text, "%.1f us", v / 1e3);
  return text;
}

bool on_terminal(int fd) { return ::isatty(fd) == 1; }

namespace {
sigset_t stop_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  return set;
}
}  // namespace

Signals::Signals() {
  const sigset_t set = stop_signals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

int Signals::wait() {
  const sigset_t set = stop_signals();
  int signal = 0;
  sigwait(&set, &signal);
  return signal;
}

int Signals::poll() {
  const sigset_t set = stop_signals();
  const timespec none{};
  const int signal = sigtimedwait(&set, nullptr, &none);
  return signal > 0 ? signal : 0;
}

}  // namespace app
