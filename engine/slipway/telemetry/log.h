// Log: structured lines, from loggers whose level can be changed while they run, to sinks (telemetry/log_sink.h).
//
//   telemetry::Logger& log = Log::system().logger("orders");
//   log.info("order placed", "id", id, "total", total);            // names and values in turn
//   log.warning(call, "stock is low", "sku", sku, "left", left);    // with the call's trace, operation and service
//
// A line below the logger's level costs one relaxed load: nothing is allocated or copied (what the arguments themselves compute is
// the caller's; ask enabled() before computing something costly). Secrets are masked before any sink sees them
// (telemetry/log_mask.h). Thread-safe. Without a sink nothing is written.
#pragma once

#include <array>
#include <atomic>
#include <concepts>
#include <cstdint>
#include <map>
#include <memory>
#include <source_location>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "slipway/base/time.h"
#include "slipway/base/value.h"
#include "slipway/context/context.h"

namespace slipway::telemetry {

enum class Level : std::uint8_t { Debug, Info, Warning, Error, Off };
std::string_view level_name(Level level);  // "debug", "info", "warning", "error", "off"
// Any case; also "warn" and GoFrame's names ("WARN", "ERRO", "CRIT", "NOTICE", "PROD", "ALL", …). BAD_LEVEL otherwise.
Result<Level> parse_level(std::string_view name);

// A field's value, borrowed for the duration of the call.
class FieldValue {
 public:
  FieldValue(bool v) : kind_(Kind::Bool), bool_(v) {}  // NOLINT: conversions read naturally
  template <std::signed_integral T>
  FieldValue(T v) : kind_(Kind::Int), int_(v) {}  // NOLINT
  template <std::unsigned_integral T>
  FieldValue(T v) : kind_(Kind::Unsigned), unsigned_(v) {}  // NOLINT
  FieldValue(double v) : kind_(Kind::Double), double_(v) {}  // NOLINT
  FieldValue(std::string_view v) : kind_(Kind::Text), text_(v) {}  // NOLINT
  FieldValue(const std::string& v) : FieldValue(std::string_view(v)) {}  // NOLINT
  FieldValue(const char* v) : FieldValue(std::string_view(v)) {}  // NOLINT
  FieldValue(Duration v) : kind_(Kind::Duration), int_(v.count()) {}  // NOLINT  "2.5ms"
  FieldValue(const Value& v) : kind_(Kind::Tree), tree_(&v) {}  // NOLINT
  FieldValue(const slipway::Error& v) : kind_(Kind::Error), error_(&v) {}  // NOLINT  its one-line form
  Value to_value() const;
  std::string_view text() const { return kind_ == Kind::Text ? text_ : std::string_view("?"); }  // of a name

 private:
  enum class Kind : std::uint8_t { Bool, Int, Unsigned, Double, Text, Duration, Tree, Error } kind_;
  union {
    bool bool_;
    std::int64_t int_;
    std::uint64_t unsigned_;
    double double_;
    std::string_view text_;
    const Value* tree_;
    const slipway::Error* error_;
  };
};

// What a line says and where in the program it is said.
struct Message {
  Message(const char* t, std::source_location at = std::source_location::current()) : text(t), where(at) {}         // NOLINT
  Message(std::string_view t, std::source_location at = std::source_location::current()) : text(t), where(at) {}    // NOLINT
  Message(const std::string& t, std::source_location at = std::source_location::current()) : text(t), where(at) {}  // NOLINT
  std::string_view text;
  std::source_location where;
};

// The call a line belongs to. A type that has one says so with a function log_origin(const T&) in its own namespace.
struct Origin {
  context::TraceIdentity trace{};
  std::string_view operation{}, service{};
};
inline Origin log_origin(const context::Context& context) { return {context.trace(), {}, {}}; }
template <class T>
concept HasOrigin = requires(const T& t) {
  { log_origin(t) } -> std::same_as<Origin>;
};

struct LogLine {
  std::int64_t wall_ns = 0;
  Level level = Level::Info;
  std::string logger;
  std::string text;
  std::string trace_id;   // 32 hex digits, or empty
  std::string operation;  // "POST /orders", or empty
  std::string service;    // empty when the logger's name says it
  std::string caller;     // "orders.cpp:14" when the Log notes callers
  std::vector<std::pair<std::string, Value>> fields;
  std::string to_text() const;  // "14:09:12.318 warning orders  slow call  operation=... trace=..."
  std::string to_json() const;  // {"time":"...","level":"warning","logger":"orders","message":"...",...}
};

class LogSink {
 public:
  virtual ~LogSink() = default;
  virtual void write(const LogLine& line) = 0;  // from any thread; must not block
};

class Log;
class Masking;

class Logger {
 public:
  const std::string& name() const { return name_; }
  bool enabled(Level level) const { return level >= level_.load(std::memory_order_relaxed); }
  Level level() const { return level_.load(std::memory_order_relaxed); }
  void set_level(Level level) { level_.store(level, std::memory_order_relaxed); }

  // Inlined to the load and the branch; what a line needs is made behind it, so an argument that lives in a register stays there.
  template <class... A>
  [[gnu::always_inline]] void log(Level level, const Message& message, const A&... fields) {
    static_assert(sizeof...(A) % 2 == 0, "fields are names and values in turn: log.info(\"text\", \"name\", value, ...)");
    if (enabled(level)) [[unlikely]]
      say(level, message.text, message.where, Origin(), FieldValue(fields)...);
  }
  template <HasOrigin From, class... A>
  [[gnu::always_inline]] void log(Level level, const From& from, const Message& message, const A&... fields) {
    static_assert(sizeof...(A) % 2 == 0, "fields are names and values in turn: log.info(call, \"text\", \"name\", value, ...)");
    if (enabled(level)) [[unlikely]]
      say(level, message.text, message.where, log_origin(from), FieldValue(fields)...);
  }
  template <class... A>
  [[gnu::always_inline]] void debug(const Message& message, const A&... fields) { log(Level::Debug, message, fields...); }
  template <class... A>
  [[gnu::always_inline]] void info(const Message& message, const A&... fields) { log(Level::Info, message, fields...); }
  template <class... A>
  [[gnu::always_inline]] void warning(const Message& message, const A&... fields) { log(Level::Warning, message, fields...); }
  template <class... A>
  [[gnu::always_inline]] void error(const Message& message, const A&... fields) { log(Level::Error, message, fields...); }
  template <HasOrigin From, class... A>
  [[gnu::always_inline]] void debug(const From& from, const Message& message, const A&... fields) { log(Level::Debug, from, message, fields...); }
  template <HasOrigin From, class... A>
  [[gnu::always_inline]] void info(const From& from, const Message& message, const A&... fields) { log(Level::Info, from, message, fields...); }
  template <HasOrigin From, class... A>
  [[gnu::always_inline]] void warning(const From& from, const Message& message, const A&... fields) { log(Level::Warning, from, message, fields...); }
  template <HasOrigin From, class... A>
  [[gnu::always_inline]] void error(const From& from, const Message& message, const A&... fields) { log(Level::Error, from, message, fields...); }

 private:
  friend class Log;
  Logger(Log& log, std::string name, Level level) : log_(log), name_(std::move(name)), level_(level) {}
  template <class... F>
  [[gnu::noinline, gnu::cold]] void say(Level level, std::string_view text, std::source_location where, const Origin& origin, F... names_and_values) {
    const std::array<FieldValue, sizeof...(F)> all{names_and_values...};
    write(level, text, where, origin, all);
  }
  void write(Level level, std::string_view text, std::source_location where, const Origin& origin, std::span<const FieldValue> names_and_values);
  Log& log_;
  std::string name_;
  std::atomic<Level> level_;
};

class Log {
 public:
  explicit Log(const Clock& clock = Clock::system());
  ~Log();
  Log(const Log&) = delete;
  static Log& system();

  // Made on first use; lives as long as the Log.
  Logger& logger(std::string_view name);
  std::vector<Logger*> loggers() const;  // by name
  // Of all loggers, and of those still to come.
  void set_level(Level level);
  // `levels` holds exceptions: "orders" is for the logger of that name and for "orders/stock", unless that has its own. Replaces what
  // was set before, by Logger::set_level too.
  void set_levels(Level level, std::map<std::string, Level, std::less<>> levels);

  void add_sink(std::shared_ptr<LogSink> sink);
  void remove_sink(const LogSink* sink);
  // In one step, so that every line reaches the old ones or the new ones.
  void replace_sinks(const std::vector<std::shared_ptr<LogSink>>& old_sinks, const std::vector<std::shared_ptr<LogSink>>& new_sinks);
  void set_masking(std::shared_ptr<const Masking> masking);
  void set_callers(bool on);  // file and line of the log call in every line; off at first

 private:
  friend class Logger;
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace slipway::telemetry

#include "slipway/telemetry/log_sink.h"  // a Log without sinks is of little use
