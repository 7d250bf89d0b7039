#include "slipway/app/signals.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>

namespace slipway::app {
namespace {

constexpr std::array kSignals = {SIGTERM, SIGINT};

// What the handler may touch: it runs on any thread at any moment.
std::atomic<int> g_write_end{-1};
int g_read_end = -1;
std::array<struct sigaction, kSignals.size()> g_former;

void forward(int number) {
  const int kept = errno;
  const auto byte = static_cast<unsigned char>(number);
  const int to = g_write_end.load(std::memory_order_relaxed);
  if (to >= 0) [[maybe_unused]]
    const auto written = write(to, &byte, 1);
  errno = kept;
}

}  // namespace

Result<std::unique_ptr<SignalWatch>> SignalWatch::begin(std::function<void(int)> on_signal) {
  if (g_write_end.load() >= 0)
    return conflict("signals are already handled by another app of this process", "SIGNALS_TAKEN");
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0)
    return internal_error("no pipe for signals: " + std::string(std::strerror(errno)), "SIGNALS");
  fcntl(ends[1], F_SETFL, O_NONBLOCK);  // a handler must never wait
  g_read_end = ends[0];
  g_write_end.store(ends[1]);
  std::unique_ptr<SignalWatch> watch(new SignalWatch(std::move(on_signal)));
  watch->thread_ = std::thread([w = watch.get()] {
    unsigned char number = 0;
    for (;;) {
      const auto got = read(g_read_end, &number, 1);
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0 || number == 0) return;
      w->on_signal_(number);
    }
  });
  struct sigaction action {};
  action.sa_handler = forward;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  for (std::size_t i = 0; i < kSignals.size(); ++i) sigaction(kSignals[i], &action, &g_former[i]);
  return watch;
}

SignalWatch::~SignalWatch() {
  for (std::size_t i = 0; i < kSignals.size(); ++i) sigaction(kSignals[i], &g_former[i], nullptr);
  const int end = g_write_end.load();
  const unsigned char stop = 0;
  while (write(end, &stop, 1) < 0 && (errno == EINTR || errno == EAGAIN)) std::this_thread::yield();
  thread_.join();
  g_write_end.store(-1);
  close(end);
  close(g_read_end);
}

}  // namespace slipway::app
