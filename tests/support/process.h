// Process: a real program as a child, its outputs read as they come. Ends with the test, whatever happens. A pipe
// holds 64 KiB: read what writes more.
#pragma once

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace tests {

class Process {
 public:
  // The first argument is the program, looked for in PATH.
  explicit Process(std::vector<std::string> arguments) {
    std::vector<char*> argv;
    for (auto& a : arguments) argv.push_back(a.data());
    argv.push_back(nullptr);
    int out[2], err[2];
    if (pipe2(out, O_CLOEXEC) != 0 || pipe2(err, O_CLOEXEC) != 0) return;
    pid_ = fork();
    if (pid_ == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      dup2(out[1], 1);
      dup2(err[1], 2);
      execvp(argv[0], argv.data());
      _exit(127);
    }
    ::close(out[1]);
    ::close(err[1]);
    out_.fd = out[0];
    err_.fd = err[0];
  }
  ~Process() {
    if (pid_ > 0 && !ended_) {
      ::kill(pid_, SIGKILL);
      wait();
    }
    ::close(out_.fd);
    ::close(err_.fd);
  }
  Process(const Process&) = delete;

  pid_t pid() const { return pid_; }
  void signal(int number) { ::kill(pid_, number); }
  // Reads until that text has come on stdout or stderr; false when the program ended or half a minute passed
  // first.
  bool says(std::string_view text) {
    while (out_.text.find(text) == std::string::npos && err_.text.find(text) == std::string::npos)
      if (!more()) return false;
    return true;
  }
  // Waits for the end: the exit code, or 128 + the signal.
  int wait() {
    while (more()) {
    }
    if (!ended_) {
      int status = 0;
      ::waitpid(pid_, &status, 0);
      ended_ = true;
      code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }
    return code_;
  }
  const std::string& out() const { return out_.text; }
  const std::string& err() const { return err_.text; }

 private:
  struct Stream {
    int fd = -1;
    bool ended = false;
    std::string text;
  };
  bool more() {
    pollfd fds[2] = {{out_.ended ? -1 : out_.fd, POLLIN, 0}, {err_.ended ? -1 : err_.fd, POLLIN, 0}};
    if ((out_.ended && err_.ended) || ::poll(fds, 2, 30'000) <= 0) return false;
    for (auto [s, p] : {std::pair{&out_, &fds[0]}, std::pair{&err_, &fds[1]}}) {
      if (!p->revents) continue;
      char buffer[4096];
      const ssize_t n = ::read(s->fd, buffer, sizeof buffer);
      if (n <= 0)
        s->ended = true;
      else
        s->text.append(buffer, static_cast<std::size_t>(n));
    }
    return true;
  }
  pid_t pid_ = -1;
  Stream out_, err_;
  bool ended_ = false;
  int code_ = -1;
};

}  // namespace tests
