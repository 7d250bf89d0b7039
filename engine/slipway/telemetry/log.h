// Log: structured lines, from loggers whose level can be changed while they run, to sinks.
//
//   telemetry::Logger& log = Log::system().logger("orders");
//   log.info("order placed", {{"id", id}, {"total", total}});
//
// A line below the logger's level costs one relaxed load (ask enabled() before computing costly fields). Fields whose name says
// that they are secret (password, token, authorization, ...) are masked before any sink sees them. Thread-safe.
// Without a sink nothing is written. A sink's write must not block: the console sink hands lines to a thread of its own.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "slipway/base/value.h"

namespace slipway::telemetry {

enum class Level : std::uint8_t { Debug, Info, Warning, Error, Off };
std::string_view level_name(Level level);          // "debug", "info", "warning", "error", "off"
Result<Level> parse_level(std::string_view name);  // also "warn"

using Field = std::pair<std::string_view, Value>;

struct LogLine {
  std::int64_t wall_ns = 0;
  Level level = Level::Info;
  std::string logger;
  std::string text;
  std::string trace_id;  // 32 hex digits, or empty
  std::vector<std::pair<std::string, Value>> fields;
  std::string to_text() const;  // "14:09:12.318 warning orders  slow call  operation=... trace=..."
  std::string to_json() const;  // {"time":"...","level":"warning","logger":"orders","message":"...",...}
};

class LogSink {
 public:
  virtual ~LogSink() = default;
  virtual void write(const LogLine& line) = 0;
};

class Log;

class Logger {
 public:
  const std::string& name() const { return name_; }
  bool enabled(Level level) const { return level >= level_.load(std::memory_order_relaxed); }
  Level level() const { return level_.load(std::memory_order_relaxed); }
  void set_level(Level level) { level_.store(level, std::memory_order_relaxed); }
  void log(Level level, std::string_view text, std::initializer_list<Field> fields = {}, std::string_view trace_id = {});
  void debug(std::string_view text, std::initializer_list<Field> fields = {}) { log(Level::Debug, text, fields); }
  void info(std::string_view text, std::initializer_list<Field> fields = {}) { log(Level::Info, text, fields); }
  void warning(std::string_view text, std::initializer_list<Field> fields = {}) { log(Level::Warning, text, fields); }
  void error(std::string_view text, std::initializer_list<Field> fields = {}) { log(Level::Error, text, fields); }

 private:
  friend class Log;
  Logger(Log& log, std::string name, Level level) : log_(log), name_(std::move(name)), level_(level) {}
  Log& log_;
  std::string name_;
  std::atomic<Level> level_;
};

class Log {
 public:
  Log();
  ~Log();
  Log(const Log&) = delete;
  static Log& system();

  // Made on first use; lives as long as the Log.
  Logger& logger(std::string_view name);
  std::vector<Logger*> loggers() const;  // by name
  // Of all loggers, and of those still to come.
  void set_level(Level level);
  void add_sink(std::shared_ptr<LogSink> sink);
  void remove_sink(const LogSink* sink);

 private:
  friend class Logger;
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// True for field and header names that hold secrets.
bool is_secret_name(std::string_view name);

enum class LogFormat { Text, Json };
// Lines to a file descriptor (2 = stderr) by a thread of its own; at most 8 192 wait, more are dropped and counted in the next line.
std::shared_ptr<LogSink> console_sink(LogFormat format, int descriptor = 2);

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
