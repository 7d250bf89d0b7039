#include "workbench/exporter/process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>

namespace workbench::exporter {

slipway::Result<Ended> run_process(const std::vector<std::string>& words, const std::string& folder, const std::vector<std::string>& environment,
                                   const std::function<void(const std::string&)>& on_line, const std::atomic<bool>& cancelled) {
  int out[2];
  if (::pipe2(out, O_CLOEXEC) != 0) return slipway::unavailable(std::string("no pipe: ") + std::strerror(errno), "PROCESS");
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, out[1], 1);
  posix_spawn_file_actions_adddup2(&actions, out[1], 2);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addchdir_np(&actions, folder.c_str());
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  // A group of its own, so that what it starts ends with it; and no signal mask of ours.
  sigset_t none;
  sigemptyset(&none);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK);
  std::vector<std::string> pairs = environment;
  for (const char* name : {"PATH", "HOME"})
    if (const char* value = ::getenv(name)) pairs.push_back(std::string(name) + "=" + value);
  std::vector<char*> argv, envp;
  for (const auto& w : words) argv.push_back(const_cast<char*>(w.c_str()));
  argv.push_back(nullptr);
  for (const auto& p : pairs) envp.push_back(const_cast<char*>(p.c_str()));
  envp.push_back(nullptr);
  pid_t pid = -1;
  const int failed = ::posix_spawnp(&pid, words[0].c_str(), &actions, &attributes, argv.data(), envp.data());
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  ::close(out[1]);
  if (failed != 0) {
    ::close(out[0]);
    return slipway::unavailable(words[0] + " cannot be run: " + std::strerror(failed) + " (is it installed? see slipway doctor)", "PROCESS");
  }
  Ended ended;
  std::string line;
  char chunk[8192];
  // Asked to end, and 5 s later made to.
  int rounds_since_cancel = 0;
  for (;;) {
    if (cancelled) {
      if (rounds_since_cancel == 0) ::kill(-pid, SIGTERM);
      if (rounds_since_cancel == 50) ::kill(-pid, SIGKILL);
      ++rounds_since_cancel;
    }
    pollfd p{out[0], POLLIN, 0};
    const int ready = ::poll(&p, 1, 100);
    if (ready == 0 || (ready < 0 && errno == EINTR)) continue;
    const ssize_t n = ::read(out[0], chunk, sizeof chunk);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    ended.output.append(chunk, static_cast<std::size_t>(n));
    if (ended.output.size() > 128 * 1024) ended.output.erase(0, ended.output.size() - 64 * 1024);
    for (ssize_t i = 0; i < n; ++i) {
      if (chunk[i] != '\n') {
        line += chunk[i];
        continue;
      }
      if (on_line) on_line(line);
      line.clear();
    }
  }
  if (on_line && !line.empty()) on_line(line);
  ::close(out[0]);
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  ended.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  if (cancelled) return slipway::client_closed("cancelled", "CANCELLED");
  return ended;
}

}  // namespace workbench::exporter
