#include "workbench/compare/child.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <thread>

extern char** environ;

namespace workbench::compare {

using slipway::Duration;
using slipway::Error;
using slipway::Result;
using Steady = std::chrono::steady_clock;

namespace {

Error failed(const std::vector<std::string>& command, std::string why) {
  return slipway::unavailable(fmt::format("measuring in a child process ({}): {}", command.empty() ? "" : command[0], why),
                              "CHILD_FAILED");
}

struct Pipe {
  int read = -1, write = -1;
  bool open() {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return false;
    read = ends[0];
    write = ends[1];
    return true;
  }
  void close_read() { close_end(read); }
  void close_write() { close_end(write); }
  ~Pipe() {
    close_read();
    close_write();
  }

 private:
  static void close_end(int& fd) {
    if (fd >= 0) ::close(fd);
    fd = -1;
  }
};

// -1 and errno when it could not be started. An fd of -1 leaves that stream as it is.
int spawn(const std::vector<std::string>& command, int in, int out, int err) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  if (in >= 0) posix_spawn_file_actions_adddup2(&actions, in, 0);
  if (out >= 0) posix_spawn_file_actions_adddup2(&actions, out, 1);
  if (err >= 0) posix_spawn_file_actions_adddup2(&actions, err, 2);
  // A child begins with no signal blocked, whatever this thread has blocked.
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none;
  sigemptyset(&none);
  posix_spawnattr_setsigmask(&attributes, &none);
  // And in a process group of its own: a terminal's Ctrl+C comes to us, and what the child started ends with it.
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
  std::vector<char*> arguments;
  for (const auto& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  pid_t pid = -1;
  const int error = posix_spawnp(&pid, command[0].c_str(), &actions, &attributes, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  if (error == 0) return pid;
  errno = error;
  return -1;
}

std::string how_it_ended(int status) {
  if (WIFEXITED(status)) return fmt::format("exit code {}", WEXITSTATUS(status));
  if (WIFSIGNALED(status)) return fmt::format("killed by {}", strsignal(WTERMSIG(status)));
  return "ended strangely";
}

void kill_and_reap(int pid) {
  ::kill(-pid, SIGKILL);
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
}

// Appends what is there; false at the end of the stream.
bool take(int fd, std::string& out) {
  char chunk[65'536];
  const auto n = ::read(fd, chunk, sizeof chunk);
  if (n > 0) out.append(chunk, static_cast<std::size_t>(n));
  return n > 0 || (n < 0 && (errno == EINTR || errno == EAGAIN));
}

}  // namespace

Result<std::string> run_child(const std::vector<std::string>& command, Duration limit, const std::atomic<bool>* cancel) {
  Pipe out, err;
  if (command.empty() || !out.open() || !err.open()) return failed(command, "no pipe: " + std::string(std::strerror(errno)));
  const int null = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  const int pid = spawn(command, null, out.write, err.write);
  const int why = errno;
  if (null >= 0) ::close(null);
  if (pid < 0) return failed(command, std::strerror(why));
  out.close_write();
  err.close_write();

  std::string text, complaint;
  bool out_open = true, err_open = true;
  const auto until = Steady::now() + limit;
  while (out_open || err_open) {
    if (cancel && cancel->load(std::memory_order_relaxed)) {
      kill_and_reap(pid);
      return slipway::client_closed("compare: cancelled");
    }
    if (Steady::now() > until) {
      kill_and_reap(pid);
      return failed(command, fmt::format("no result within {}", slipway::format_duration(limit)));
    }
    pollfd fds[2] = {{out_open ? out.read : -1, POLLIN, 0}, {err_open ? err.read : -1, POLLIN, 0}};
    if (::poll(fds, 2, 100) <= 0) continue;
    if (fds[0].revents) out_open = take(out.read, text);
    if (fds[1].revents) err_open = take(err.read, complaint);
  }
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  if (status != 0) return failed(command, how_it_ended(status) + (complaint.empty() ? "" : ": " + complaint.substr(0, 500)));
  return text;
}

std::vector<std::string> own_child_command() {
  char path[4096];
  const auto n = ::readlink("/proc/self/exe", path, sizeof path - 1);
  return {n > 0 ? std::string(path, static_cast<std::size_t>(n)) : std::string("slipway"), "bench-child"};
}

Result<Companion> Companion::start(const std::vector<std::string>& command) {
  Pipe in, out;
  if (command.empty() || !in.open() || !out.open()) return failed(command, "no pipe: " + std::string(std::strerror(errno)));
  const int pid = spawn(command, in.read, out.write, -1);
  if (pid < 0) return failed(command, std::strerror(errno));
  return Companion(pid, std::exchange(in.write, -1), std::exchange(out.read, -1));
}

Companion::Companion(Companion&& o) noexcept
    : pid_(std::exchange(o.pid_, -1)), in_(std::exchange(o.in_, -1)), out_(std::exchange(o.out_, -1)), buffer_(std::move(o.buffer_)) {}

Companion::~Companion() {
  if (pid_ < 0) return;
  ::close(in_);
  const auto until = Steady::now() + std::chrono::seconds(2);
  int status = 0;
  // Its output ends when it does: that is the signal to wait for.
  std::string rest;
  bool open = true;
  while (open && Steady::now() < until) {
    pollfd fd{out_, POLLIN, 0};
    if (::poll(&fd, 1, 50) > 0) open = take(out_, rest);
  }
  ::close(out_);
  if (open || waitpid(pid_, &status, WNOHANG) == 0) kill_and_reap(pid_);
}

Result<std::string> Companion::read_line(Duration limit) {
  const auto until = Steady::now() + limit;
  for (;;) {
    if (const auto end = buffer_.find('\n'); end != std::string::npos) {
      auto line = buffer_.substr(0, end);
      buffer_.erase(0, end + 1);
      return line;
    }
    if (Steady::now() > until) return slipway::unavailable("a child process said nothing in time", "CHILD_FAILED");
    pollfd fd{out_, POLLIN, 0};
    if (::poll(&fd, 1, 100) > 0 && !take(out_, buffer_)) return slipway::unavailable("a child process ended before it was ready", "CHILD_FAILED");
  }
}

}  // namespace workbench::compare
