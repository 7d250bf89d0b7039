#include "slipway/telemetry/log.h"

#include <unistd.h>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <map>
#include <thread>

#include "slipway/base/json_text.h"
#include "slipway/base/time.h"

namespace slipway::telemetry {

std::string_view level_name(Level level) {
  constexpr std::string_view kNames[] = {"debug", "info", "warning", "error", "off"};
  return kNames[static_cast<int>(level)];
}

Result<Level> parse_level(std::string_view name) {
  if (name == "warn") return Level::Warning;
  for (const Level l : {Level::Debug, Level::Info, Level::Warning, Level::Error, Level::Off})
    if (level_name(l) == name) return l;
  return bad_request('"' + std::string(name) + "\" is not a log level (use debug, info, warning, error, off)", "BAD_LEVEL");
}

bool is_secret_name(std::string_view name) {
  std::string folded;
  for (const char c : name)
    if (c != '-' && c != '_' && c != '.') folded += static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  for (const std::string_view word : {"password", "passwd", "secret", "token", "authorization", "cookie", "apikey", "privatekey", "credential"})
    if (folded.find(word) != std::string::npos) return true;
  return false;
}

std::string LogLine::to_text() const {
  std::string out = format_rfc3339(WallTime(Duration(wall_ns)));
  out += ' ';
  out += level_name(level);
  out.append(8 - level_name(level).size(), ' ');
  out += logger + "  ";
  // One line stays one line, whatever was logged.
  const auto append_plain = [&out](const std::string& s) {
    for (const char c : s) out += static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? ' ' : c;
  };
  append_plain(text);
  for (const auto& [key, value] : fields) {
    out += "  ";
    append_plain(key);
    out += '=';
    append_plain(value.to_text());
  }
  if (!trace_id.empty()) out += "  trace=" + trace_id;
  return out;
}

std::string LogLine::to_json() const {
  std::string out = "{\"time\":\"" + format_rfc3339(WallTime(Duration(wall_ns))) + "\",\"level\":\"" + std::string(level_name(level)) + "\",\"logger\":";
  write_json_string(out, logger);
  out += ",\"message\":";
  write_json_string(out, text);
  if (!trace_id.empty()) {
    out += ",\"trace_id\":";
    write_json_string(out, trace_id);
  }
  for (const auto& [key, value] : fields) {
    out += ',';
    write_json_string(out, key);
    out += ':';
    write_json(out, value);
  }
  return out + "}";
}

struct Log::Impl {
  mutable std::mutex mutex;
  std::map<std::string, std::unique_ptr<Logger>, std::less<>> loggers;
  Level level = Level::Info;
  std::atomic<bool> has_sinks{false};
  mutable std::mutex sinks_mutex;
  std::shared_ptr<const std::vector<std::shared_ptr<LogSink>>> sinks = std::make_shared<std::vector<std::shared_ptr<LogSink>>>();
};

Log::Log() : impl_(std::make_unique<Impl>()) {}
Log::~Log() = default;

Log& Log::system() {
  static Log log;
  return log;
}

Logger& Log::logger(std::string_view name) {
  std::lock_guard lock(impl_->mutex);
  if (const auto it = impl_->loggers.find(name); it != impl_->loggers.end()) return *it->second;
  auto made = std::unique_ptr<Logger>(new Logger(*this, std::string(name), impl_->level));
  return *impl_->loggers.emplace(std::string(name), std::move(made)).first->second;
}

std::vector<Logger*> Log::loggers() const {
  std::lock_guard lock(impl_->mutex);
  std::vector<Logger*> out;
  for (const auto& [name, logger] : impl_->loggers) out.push_back(logger.get());
  return out;
}

void Log::set_level(Level level) {
  std::lock_guard lock(impl_->mutex);
  impl_->level = level;
  for (const auto& [name, logger] : impl_->loggers) logger->set_level(level);
}

void Log::add_sink(std::shared_ptr<LogSink> sink) {
  std::lock_guard lock(impl_->sinks_mutex);
  auto next = std::make_shared<std::vector<std::shared_ptr<LogSink>>>(*impl_->sinks);
  next->push_back(std::move(sink));
  impl_->sinks = std::move(next);
  impl_->has_sinks.store(true, std::memory_order_release);
}

void Log::remove_sink(const LogSink* sink) {
  std::lock_guard lock(impl_->sinks_mutex);
  auto next = std::make_shared<std::vector<std::shared_ptr<LogSink>>>(*impl_->sinks);
  std::erase_if(*next, [sink](const auto& s) { return s.get() == sink; });
  impl_->has_sinks.store(!next->empty(), std::memory_order_release);
  impl_->sinks = std::move(next);
}

void Logger::log(Level level, std::string_view text, std::initializer_list<Field> fields, std::string_view trace_id) {
  if (!enabled(level) || level == Level::Off || !log_.impl_->has_sinks.load(std::memory_order_acquire)) return;
  LogLine line;
  line.wall_ns = Clock::system().wall().time_since_epoch().count();
  line.level = level;
  line.logger = name_;
  line.text = text;
  line.trace_id = trace_id;
  for (const auto& [key, value] : fields) line.fields.emplace_back(key, is_secret_name(key) ? Value("***") : value);
  std::shared_ptr<const std::vector<std::shared_ptr<LogSink>>> sinks;
  {
    std::lock_guard lock(log_.impl_->sinks_mutex);
    sinks = log_.impl_->sinks;
  }
  for (const auto& sink : *sinks) sink->write(line);
}

void LogRing::write(const LogLine& line) {
  std::lock_guard lock(mutex_);
  if (lines_.size() < capacity_)
    lines_.push_back(line);
  else
    lines_[next_ % capacity_] = line;
  ++next_;
  version_.fetch_add(1, std::memory_order_release);
}

std::vector<LogLine> LogRing::lines(std::size_t limit) const {
  std::lock_guard lock(mutex_);
  std::vector<LogLine> out;
  for (std::size_t i = 0; i < std::min(limit, lines_.size()); ++i) out.push_back(lines_[(next_ - 1 - i) % capacity_]);
  return out;
}

namespace {

class ConsoleSink final : public LogSink {
 public:
  ConsoleSink(LogFormat format, int descriptor) : format_(format), descriptor_(descriptor), writer_([this] { run(); }) {}
  ~ConsoleSink() override {
    {
      std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    came_.notify_one();
    writer_.join();
  }
  void write(const LogLine& line) override {
    std::string text = format_ == LogFormat::Json ? line.to_json() : line.to_text();
    text += '\n';
    std::lock_guard lock(mutex_);
    if (waiting_.size() >= kMost) {
      ++dropped_;
      return;
    }
    waiting_.push_back(std::move(text));
    came_.notify_one();
  }

 private:
  static constexpr std::size_t kMost = 8192;
  void run() {
    std::unique_lock lock(mutex_);
    for (;;) {
      came_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
      if (waiting_.empty()) return;
      std::deque<std::string> batch;
      batch.swap(waiting_);
      const std::uint64_t dropped = std::exchange(dropped_, 0);
      lock.unlock();
      std::string out;
      if (dropped > 0) {
        LogLine line;
        line.wall_ns = Clock::system().wall().time_since_epoch().count();
        line.level = Level::Warning;
        line.logger = "log";
        line.text = std::to_string(dropped) + " lines were dropped: they came faster than they could be written";
        out += (format_ == LogFormat::Json ? line.to_json() : line.to_text()) + "\n";
      }
      for (const std::string& s : batch) out += s;
      for (std::string_view rest = out; !rest.empty();) {
        const ssize_t n = ::write(descriptor_, rest.data(), rest.size());
        if (n <= 0 && errno != EINTR) break;
        if (n > 0) rest.remove_prefix(static_cast<std::size_t>(n));
      }
      lock.lock();
    }
  }
  const LogFormat format_;
  const int descriptor_;
  std::mutex mutex_;
  std::condition_variable came_;
  std::deque<std::string> waiting_;
  std::uint64_t dropped_ = 0;
  bool stopping_ = false;
  std::thread writer_;
};

}  // namespace

std::shared_ptr<LogSink> console_sink(LogFormat format, int descriptor) { return std::make_shared<ConsoleSink>(format, descriptor); }

}  // namespace slipway::telemetry
