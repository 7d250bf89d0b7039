#include "slipway/telemetry/log.h"

#include <algorithm>
#include <cstring>
#include <functional>
#include <mutex>

#include "slipway/telemetry/log_mask.h"

namespace slipway::telemetry {

std::string_view level_name(Level level) {
  constexpr std::string_view kNames[] = {"debug", "info", "warning", "error", "off"};
  return kNames[static_cast<int>(level)];
}

Result<Level> parse_level(std::string_view name) {
  std::string folded(name);
  for (char& c : folded) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  for (const Level l : {Level::Debug, Level::Info, Level::Warning, Level::Error, Level::Off})
    if (level_name(l) == folded) return l;
  static const std::map<std::string_view, Level> kOthers = {
      {"all", Level::Debug},    {"dev", Level::Debug},    {"develop", Level::Debug}, {"debu", Level::Debug},  {"noti", Level::Info},       {"notice", Level::Info},
      {"prod", Level::Warning}, {"product", Level::Warning}, {"warn", Level::Warning}, {"erro", Level::Error}, {"crit", Level::Error}, {"critical", Level::Error}};
  if (const auto it = kOthers.find(folded); it != kOthers.end()) return it->second;
  return bad_request('"' + std::string(name) + "\" is not a log level (use debug, info, warning, error, off)", "BAD_LEVEL");
}

Value FieldValue::to_value() const {
  switch (kind_) {
    case Kind::Bool:
      return Value(bool_);
    case Kind::Int:
      return Value(static_cast<long long>(int_));
    case Kind::Unsigned:
      return Value(static_cast<unsigned long long>(unsigned_));
    case Kind::Double:
      return Value(double_);
    case Kind::Text:
      return Value(text_);
    case Kind::Duration:
      return Value(format_duration(Duration(int_)));
    case Kind::Tree:
      return *tree_;
    case Kind::Error:
      return Value(error_->to_string());
  }
  return {};
}

struct Log::Impl {
  using Sinks = std::vector<std::shared_ptr<LogSink>>;
  // What a line needs on its way out, replaced whole.
  struct Way {
    Sinks sinks;
    std::shared_ptr<const Masking> masking = Masking::standard();
    bool callers = false;
  };
  explicit Impl(const Clock& c) : clock(c) {}
  void change(const std::function<void(Way&)>& edit) {
    std::shared_ptr<const Way> old;  // a sink that goes away writes what it holds: outside the lock
    std::lock_guard order(change_mutex);
    auto next = std::make_shared<Way>(*way_now());
    edit(*next);
    has_sinks.store(!next->sinks.empty(), std::memory_order_release);
    std::lock_guard lock(way_mutex);
    old = std::exchange(way, std::move(next));
  }
  std::shared_ptr<const Way> way_now() const {
    std::lock_guard lock(way_mutex);
    return way;
  }
  // The nearest of "orders/stock", "orders" that has a level of its own.
  Level level_of(std::string_view name) const {
    for (;;) {
      if (const auto it = levels.find(name); it != levels.end()) return it->second;
      const std::size_t slash = name.rfind('/');
      if (slash == std::string_view::npos) return level;
      name = name.substr(0, slash);
    }
  }

  const Clock& clock;
  mutable std::mutex mutex;
  std::map<std::string, std::unique_ptr<Logger>, std::less<>> loggers;
  Level level = Level::Info;
  std::map<std::string, Level, std::less<>> levels;
  std::atomic<bool> has_sinks{false};
  std::mutex change_mutex;
  mutable std::mutex way_mutex;
  std::shared_ptr<const Way> way = std::make_shared<Way>();
};

Log::Log(const Clock& clock) : impl_(std::make_unique<Impl>(clock)) {}
Log::~Log() = default;

Log& Log::system() {
  static Log log;
  return log;
}

Logger& Log::logger(std::string_view name) {
  std::lock_guard lock(impl_->mutex);
  if (const auto it = impl_->loggers.find(name); it != impl_->loggers.end()) return *it->second;
  auto made = std::unique_ptr<Logger>(new Logger(*this, std::string(name), impl_->level_of(name)));
  return *impl_->loggers.emplace(std::string(name), std::move(made)).first->second;
}

std::vector<Logger*> Log::loggers() const {
  std::lock_guard lock(impl_->mutex);
  std::vector<Logger*> out;
  for (const auto& [name, logger] : impl_->loggers) out.push_back(logger.get());
  return out;
}

void Log::set_level(Level level) { set_levels(level, {}); }

void Log::set_levels(Level level, std::map<std::string, Level, std::less<>> levels) {
  std::lock_guard lock(impl_->mutex);
  impl_->level = level;
  impl_->levels = std::move(levels);
  for (const auto& [name, logger] : impl_->loggers) logger->set_level(impl_->level_of(name));
}

void Log::add_sink(std::shared_ptr<LogSink> sink) { replace_sinks({}, {std::move(sink)}); }

void Log::remove_sink(const LogSink* sink) {
  impl_->change([sink](Impl::Way& w) { std::erase_if(w.sinks, [sink](const auto& s) { return s.get() == sink; }); });
}

void Log::replace_sinks(const std::vector<std::shared_ptr<LogSink>>& old_sinks, const std::vector<std::shared_ptr<LogSink>>& new_sinks) {
  impl_->change([&](Impl::Way& w) {
    std::erase_if(w.sinks, [&](const auto& s) { return std::find(old_sinks.begin(), old_sinks.end(), s) != old_sinks.end(); });
    w.sinks.insert(w.sinks.end(), new_sinks.begin(), new_sinks.end());
  });
}

void Log::set_masking(std::shared_ptr<const Masking> masking) {
  impl_->change([&](Impl::Way& w) { w.masking = masking ? std::move(masking) : Masking::standard(); });
}

void Log::set_callers(bool on) {
  impl_->change([on](Impl::Way& w) { w.callers = on; });
}

void Logger::write(Level level, std::string_view text, std::source_location where, const Origin& origin, std::span<const FieldValue> names_and_values) {
  if (level == Level::Off || !log_.impl_->has_sinks.load(std::memory_order_acquire)) return;
  const auto way = log_.impl_->way_now();
  LogLine line;
  line.wall_ns = log_.impl_->clock.wall().time_since_epoch().count();
  line.level = level;
  line.logger = name_;
  line.text = way->masking->text(text);
  if (origin.trace.valid()) line.trace_id = origin.trace.trace.hex();
  line.operation = origin.operation;
  if (origin.service != name_) line.service = origin.service;
  if (way->callers) {
    const char* slash = std::strrchr(where.file_name(), '/');
    line.caller = std::string(slash != nullptr ? slash + 1 : where.file_name()) + ":" + std::to_string(where.line());
  }
  line.fields.reserve(names_and_values.size() / 2);
  for (std::size_t i = 0; i + 1 < names_and_values.size(); i += 2) {
    const std::string_view name = names_and_values[i].text();
    line.fields.emplace_back(name, way->masking->value(name, names_and_values[i + 1].to_value()));
  }
  for (const auto& sink : way->sinks) sink->write(line);
}

}  // namespace slipway::telemetry
