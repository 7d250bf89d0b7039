// The queue and the thread behind console and file.
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <thread>

#include "slipway/telemetry/log_output.h"
#include "slipway/telemetry/log_repeat.h"

namespace slipway::telemetry {
namespace {

constexpr std::size_t kMostBytes = 16 << 20;

class Queue final : public QueuedSink {
 public:
  Queue(std::unique_ptr<LogOutput> output, const QueueOptions& options)
      : options_(options), output_(std::move(output)), repeats_(options.repeats), writer_([this] { run(); }) {}
  ~Queue() override {
    {
      std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    came_.notify_one();
    writer_.join();
  }

  void write(const LogLine& line) override {
    if (options_.repeats > Duration::zero()) {
      const TimePoint now = options_.clock->now();
      std::lock_guard lock(mutex_);
      if (!repeats_.passes(line, now)) {
        ++counts_.repeated;
        return;
      }
      if (!has_room()) return;
    }
    std::string text = formatted(line);
    std::lock_guard lock(mutex_);
    if (!has_room()) return;
    ++waiting_lines_;
    waiting_ += text;
    came_.notify_one();
  }

  Counts counts() const override {
    std::lock_guard lock(mutex_);
    return counts_;
  }

  void flush() override {
    std::unique_lock lock(mutex_);
    const std::uint64_t mine = ++flushes_wanted_;
    came_.notify_one();
    done_.wait(lock, [&] { return flushes_done_ >= mine; });
  }

 private:
  bool has_room() {
    if (waiting_lines_ < options_.most_waiting && waiting_.size() < kMostBytes) return true;
    ++counts_.dropped;
    return false;
  }
  std::string formatted(const LogLine& line) const {
    std::string text = options_.format == LogFormat::Json ? line.to_json() : line.to_text();
    return text += '\n';
  }
  std::string warning(const std::string& text) const {
    LogLine line;
    line.wall_ns = options_.clock->wall().time_since_epoch().count();
    line.level = Level::Warning;
    line.logger = "log";
    line.text = text;
    return formatted(line);
  }

  // Sleeps until there is work. Repeats that nobody's line wakes up are looked at when their window is over.
  void wait(std::unique_lock<std::mutex>& lock) {
    const auto work = [this] { return stopping_ || !waiting_.empty() || flushes_wanted_ > flushes_done_; };
    const TimePoint due = repeats_.next();
    if (due == TimePoint::max())
      came_.wait(lock, [&] { return work() || repeats_.next() != TimePoint::max(); });
    else
      came_.wait_for(lock, std::max(due - options_.clock->now(), Duration(1'000'000)), work);
  }

  void run() {
    std::unique_lock lock(mutex_);
    std::uint64_t told = 0, told_failed = 0;
    std::string error;
    for (;;) {
      wait(lock);
      const bool last = stopping_;
      const std::uint64_t flushes = flushes_wanted_;
      std::string out = std::exchange(waiting_, {});
      std::uint64_t lines = std::exchange(waiting_lines_, 0);
      for (const LogLine& line : repeats_.due(options_.clock->now(), last)) out += formatted(line), ++lines;
      const std::uint64_t dropped = counts_.dropped - std::exchange(told, counts_.dropped), failed = counts_.failed - told_failed;
      lock.unlock();
      // Before what came after them.
      std::string news;
      if (dropped > 0) news += warning(std::to_string(dropped) + " lines were dropped: they came faster than they could be written"), ++lines;
      if (failed > 0 && !out.empty()) news += warning(std::to_string(failed) + " lines could not be written: " + error), ++lines;
      out.insert(0, news);
      std::size_t taken = 0;
      if (!out.empty()) taken = output_->write(out, error);
      const auto lost = static_cast<std::uint64_t>(std::count(out.begin() + static_cast<std::ptrdiff_t>(taken), out.end(), '\n'));
      lock.lock();
      if (taken > 0 && failed > 0) told_failed += failed;
      counts_.written += lines - std::min(lines, lost);
      counts_.failed += lost;
      flushes_done_ = flushes;
      done_.notify_all();
      if (last && waiting_.empty()) return;
    }
  }

  const QueueOptions options_;
  const std::unique_ptr<LogOutput> output_;
  mutable std::mutex mutex_;
  std::condition_variable came_, done_;
  std::string waiting_;
  std::size_t waiting_lines_ = 0;
  RepeatFilter repeats_;
  Counts counts_;
  std::uint64_t flushes_wanted_ = 0, flushes_done_ = 0;
  bool stopping_ = false;
  std::thread writer_;  // the last: it uses all of the above
};

class Descriptor final : public LogOutput {
 public:
  explicit Descriptor(int descriptor) : descriptor_(descriptor) {}
  std::size_t write(std::string_view lines, std::string& error) override { return write_all(descriptor_, lines, error); }

 private:
  const int descriptor_;
};

}  // namespace

std::size_t write_all(int descriptor, std::string_view bytes, std::string& error) {
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t n = ::write(descriptor, bytes.data() + done, bytes.size() - done);
    if (n > 0) {
      done += static_cast<std::size_t>(n);
      continue;
    }
    if (n < 0 && errno == EINTR) continue;
    pollfd ready{descriptor, POLLOUT, 0};
    if (n < 0 && errno == EAGAIN && ::poll(&ready, 1, 1000) == 1 && (ready.revents & POLLOUT) != 0) continue;
    error = std::strerror(errno);
    break;
  }
  return done;
}

std::shared_ptr<QueuedSink> queued(std::unique_ptr<LogOutput> output, const QueueOptions& options) { return std::make_shared<Queue>(std::move(output), options); }

std::shared_ptr<QueuedSink> console_sink(const QueueOptions& options, int descriptor) { return queued(std::make_unique<Descriptor>(descriptor), options); }
std::shared_ptr<QueuedSink> console_sink(LogFormat format, int descriptor) {
  QueueOptions options;
  options.format = format;
  return console_sink(options, descriptor);
}

}  // namespace slipway::telemetry
