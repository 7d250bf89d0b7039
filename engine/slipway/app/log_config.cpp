#include "slipway/app/log_config.h"

#include <filesystem>
#include <stdexcept>

#include "slipway/telemetry/log_mask.h"

namespace slipway::app {
namespace {

using config::ConfigSnapshot;
using config::KeyType;
using telemetry::LogFormat;

std::vector<config::Section> sections(const std::string& prefix, bool console) {
  const std::vector<std::string> levels = {"debug", "info", "warning", "error", "off"}, formats = {"text", "json"};
  return {
      {.prefix = prefix,
       .keys = {{.name = "level", .type = KeyType::Enum, .fallback = "info", .doc = "The least severe lines that are written.", .choices = levels},
                {.name = "console", .type = KeyType::Bool, .fallback = console, .doc = "Lines go to stderr."},
                {.name = "format", .type = KeyType::Enum, .fallback = "text", .doc = "Format of the console's lines.", .choices = formats},
                {.name = "caller", .type = KeyType::Bool, .fallback = false, .doc = "Lines say which file and line of the program wrote them."},
                {.name = "repeats", .type = KeyType::Duration, .fallback = "0s", .doc = "Within this time a line that says the same again is counted, not written; 0s writes all."},
                {.name = "queue", .type = KeyType::Int, .fallback = 8192, .doc = "Lines that wait for the console or the file; more are dropped and counted.", .min = 1, .max = 1'000'000},
                {.name = "file.path", .type = KeyType::String, .fallback = "", .doc = "File that lines are appended to; empty is none."},
                {.name = "file.format", .type = KeyType::Enum, .fallback = "json", .doc = "Format of the file's lines.", .choices = formats},
                {.name = "file.max_size", .type = KeyType::Size, .fallback = "100MiB", .doc = "A fuller file is moved to PATH.1 and a new one begun; 0 never."},
                {.name = "file.backups", .type = KeyType::Int, .fallback = 7, .doc = "Old files kept, PATH.1 is the newest; 0 deletes a full file.", .min = 0, .max = 1000},
                {.name = "file.daily", .type = KeyType::Bool, .fallback = false, .doc = "A new file at midnight UTC."},
                {.name = "mask.keys", .type = KeyType::List, .doc = "Names of fields whose values are masked, beside password, token and their like; * is any text, a dot makes it a path."},
                {.name = "mask.values", .type = KeyType::List, .doc = "RE2 patterns of what is masked in texts; the first group when there is one."}}},
      {.prefix = prefix + ".levels", .keys = {}, .open = true}};
}

std::vector<std::string> texts(const ConfigSnapshot& s, const std::string& key) {
  std::vector<std::string> out;
  if (const auto* e = s.find(key); e && e->winner >= 0 && e->value.is_list())
    for (const Value& v : e->value.as_list()) out.push_back(v.to_text());
  return out;
}

std::string joined(const std::vector<std::string>& list) {
  std::string out;
  for (const auto& s : list) out.append(std::to_string(s.size())).append(":").append(s);
  return out;
}

LogFormat format_of(const ConfigSnapshot& s, const std::string& key) { return s.get_or<std::string>(key, "text") == "json" ? LogFormat::Json : LogFormat::Text; }

}  // namespace

LogConfig::LogConfig(config::Config& config, telemetry::Log& log, std::string prefix, Place place)
    : config_(config), log_(log), prefix_(std::move(prefix)), place_(std::move(place)) {}

Status LogConfig::declare(config::Config& config, const std::string& prefix, const Place& place) { return config.define(prefix, sections(prefix, place.console)); }

Result<std::unique_ptr<LogConfig>> LogConfig::start(config::Config& config, telemetry::Log& log, std::string prefix, Place place) {
  std::unique_ptr<LogConfig> made(new LogConfig(config, log, std::move(prefix), std::move(place)));
  if (auto s = declare(config, made->prefix_, made->place_); !s.ok()) return s.error();
  if (auto s = made->apply(*config.snapshot()); !s.ok()) return s.error();
  made->changes_ = config.observe(made->prefix_, made->prefix_, [raw = made.get()](const config::Notice& n) {
    if (auto s = raw->apply(*n.snapshot); !s.ok()) throw std::runtime_error(s.error().to_string());
  });
  return made;
}

LogConfig::~LogConfig() {
  changes_ = {};
  log_.replace_sinks({sinks_.begin(), sinks_.end()}, {});
}

std::vector<std::shared_ptr<telemetry::QueuedSink>> LogConfig::sinks() const {
  std::lock_guard lock(mutex_);
  return sinks_;
}

// Every part is tried: one that fails does not keep the others back.
Status LogConfig::apply(const ConfigSnapshot& s) {
  std::lock_guard lock(mutex_);
  log_.set_callers(s.get_or<bool>(prefix_ + ".caller", false));
  Status first;
  for (Status done : {apply_levels(s), apply_masking(s), apply_sinks(s)})
    if (first.ok() && !done.ok()) first = std::move(done);
  return first;
}

Status LogConfig::apply_levels(const ConfigSnapshot& s) {
  auto root = telemetry::parse_level(s.get_or<std::string>(prefix_ + ".level", "info"));
  if (!root) return root.error();
  Status first;
  std::map<std::string, telemetry::Level, std::less<>> levels;
  const std::string below = prefix_ + ".levels.";
  for (const auto& e : s.entries()) {
    if (!e.key.starts_with(below) || e.winner < 0) continue;
    auto level = telemetry::parse_level(e.value.to_text());
    if (level)
      levels[e.key.substr(below.size())] = *level;
    else if (first.ok())
      first = level.error().with_message(e.key + ": " + level.error().message());
  }
  log_.set_levels(*root, std::move(levels));
  return first;
}

Status LogConfig::apply_masking(const ConfigSnapshot& s) {
  const telemetry::MaskingOptions options{texts(s, prefix_ + ".mask.keys"), texts(s, prefix_ + ".mask.values")};
  const std::string as = joined(options.keys) + "|" + joined(options.values);
  if (as == masking_as_) return {};
  auto made = telemetry::Masking::make(options);
  if (!made) return made.error();
  log_.set_masking(std::move(*made));
  masking_as_ = as;
  return {};
}

// A workspace from elsewhere must not write to files that are not its own.
Result<std::string> LogConfig::file_of(const std::string& path) const {
  namespace fs = std::filesystem;
  if (place_.folder.empty()) return path;
  std::error_code code;
  const fs::path root = fs::canonical(place_.folder, code), real = fs::weakly_canonical(root / path, code);
  if (code || *real.lexically_relative(root).begin() == "..") return bad_request(prefix_ + ".file.path: \"" + path + "\" leaves " + place_.folder + " (use a path inside it)", "LOG_FILE");
  return real.string();
}

Status LogConfig::apply_sinks(const ConfigSnapshot& s) {
  std::string as;
  for (const char* key : {".console", ".format", ".repeats", ".queue", ".file.path", ".file.format", ".file.max_size", ".file.backups", ".file.daily"})
    if (const auto* e = s.find(prefix_ + key)) as += e->text() + "|";
  if (as == sinks_as_) return {};

  telemetry::QueueOptions queue;
  queue.most_waiting = static_cast<std::size_t>(s.get_or<std::int64_t>(prefix_ + ".queue", 8192));
  queue.repeats = s.get_or<Duration>(prefix_ + ".repeats", Duration::zero());
  std::vector<std::shared_ptr<telemetry::QueuedSink>> made;
  if (s.get_or<bool>(prefix_ + ".console", place_.console)) {
    queue.format = format_of(s, prefix_ + ".format");
    made.push_back(telemetry::console_sink(queue));
  }
  if (const auto path = s.get_or<std::string>(prefix_ + ".file.path", ""); !path.empty()) {
    telemetry::FileOptions file;
    auto inside = file_of(path);
    if (!inside) return inside.error();
    file.path = std::move(*inside);
    file.max_size = s.get_or<std::uint64_t>(prefix_ + ".file.max_size", file.max_size);
    file.backups = static_cast<int>(s.get_or<std::int64_t>(prefix_ + ".file.backups", file.backups));
    file.daily = s.get_or<bool>(prefix_ + ".file.daily", false);
    queue.format = format_of(s, prefix_ + ".file.format");
    file.queue = queue;
    auto opened = telemetry::file_sink(file);
    if (!opened) return opened.error();
    made.push_back(std::move(*opened));
  }
  log_.replace_sinks({sinks_.begin(), sinks_.end()}, {made.begin(), made.end()});
  sinks_ = std::move(made);
  sinks_as_ = std::move(as);
  return {};
}

}  // namespace slipway::app
