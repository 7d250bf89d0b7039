// Where log lines go: the console, files that rotate, a ring for a window.
//
// Console and file hand lines to a thread of their own through a bounded queue: a log call never waits for a disk or a terminal.
// What does not fit, or cannot be written, is dropped, counted and told in a line of its own.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "slipway/telemetry/log.h"

namespace slipway::telemetry {

enum class LogFormat { Text, Json };

struct QueueOptions {
  LogFormat format = LogFormat::Text;
  std::size_t most_waiting = 8192;             // lines; and at most 16 MiB of text
  Duration repeats = Duration::zero();         // window in which the same line is written once and then counted; 0 = all are written
  const Clock* clock = &Clock::system();
};

// A sink with a queue and a thread. Its end waits until everything queued is written.
class QueuedSink : public LogSink {
 public:
  struct Counts {
    std::uint64_t written = 0;   // lines
    std::uint64_t dropped = 0;   // for want of room in the queue
    std::uint64_t failed = 0;    // could not be written
    std::uint64_t repeated = 0;  // held back as repeats
  };
  virtual Counts counts() const = 0;
  // Returns when what was queued before has been written, repeats whose window is over included. For tests and before an exit.
  virtual void flush() = 0;
};

// Lines to a file descriptor (2 = stderr), which stays the caller's.
std::shared_ptr<QueuedSink> console_sink(LogFormat format, int descriptor = 2);
std::shared_ptr<QueuedSink> console_sink(const QueueOptions& options, int descriptor = 2);

struct FileOptions {
  std::string path;                            // folders are made as needed; lines are appended
  std::uint64_t max_size = 100 << 20;          // bytes: a line that would not fit opens a new file; 0 = never
  int backups = 7;                             // PATH.1 (the newest) … PATH.N; 0: a full file is deleted
  bool daily = false;                          // a new file at midnight UTC, too
  QueueOptions queue{};
};
// A file that was moved away or deleted from outside is made anew. The error when it cannot be opened: LOG_FILE.
Result<std::shared_ptr<QueuedSink>> file_sink(const FileOptions& options);

// The last lines, for a window.
class LogRing final : public LogSink {
 public:
  explicit LogRing(std::size_t capacity = 10'000) : capacity_(capacity) {}
  void write(const LogLine& line) override;
  std::vector<LogLine> lines(std::size_t limit) const;  // newest first
  std::uint64_t version() const { return version_.load(std::memory_order_acquire); }

 private:
  std::size_t capacity_;
  mutable std::mutex mutex_;
  std::vector<LogLine> lines_;
  std::size_t next_ = 0;
  std::atomic<std::uint64_t> version_{0};
};

}  // namespace slipway::telemetry
