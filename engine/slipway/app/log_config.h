// LogConfig: the log as config says, live: levels, console, a rotating file, masking, repeats.
//
//   auto log = app::LogConfig::start(config);         // after the sources were added; keep it as long as the program logs
//
//   log:
//     level: info                    # and the exceptions from it
//     levels: { orders/stock: debug }
//     format: json                   # of the console
//     file: { path: logs/orders.log, max_size: 100MiB, backups: 7, daily: true }
//     mask: { keys: ["iban", "*_pin"], values: ["\\b\\d{16}\\b"] }
//     repeats: 5s
//
// A change that cannot be applied (a file that cannot be opened, a pattern that is none) leaves what was there and is told to whoever
// made it. Thread-safe.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "slipway/config/config.h"
#include "slipway/telemetry/log_sink.h"

namespace slipway::app {

class LogConfig {
 public:
  // Declares the section `prefix` and applies it. Errors: the section clashes, or what is configured cannot be applied.
  struct Place {
    bool console = true;      // what `console` is unless config says otherwise
    std::string folder{};     // the file lies below it and nowhere else; empty: anywhere, from the working directory
  };
  // The section alone, for before config.start(), so that its values are checked with all others.
  static Status declare(config::Config& config, const std::string& prefix, const Place& place);
  static Result<std::unique_ptr<LogConfig>> start(config::Config& config, telemetry::Log& log = telemetry::Log::system(), std::string prefix = "log", Place place = Place{true, {}});
  ~LogConfig();  // its sinks write what they hold and go
  LogConfig(const LogConfig&) = delete;

  // The console's and the file's, as far as there are any.
  std::vector<std::shared_ptr<telemetry::QueuedSink>> sinks() const;

 private:
  LogConfig(config::Config& config, telemetry::Log& log, std::string prefix, Place place);
  Result<std::string> file_of(const std::string& path) const;
  Status apply(const config::ConfigSnapshot& s);
  Status apply_sinks(const config::ConfigSnapshot& s);
  Status apply_masking(const config::ConfigSnapshot& s);
  Status apply_levels(const config::ConfigSnapshot& s);

  config::Config& config_;
  telemetry::Log& log_;
  const std::string prefix_;
  const Place place_;
  mutable std::mutex mutex_;
  std::vector<std::shared_ptr<telemetry::QueuedSink>> sinks_;
  std::string sinks_as_ = "none yet";  // the settings they were made with
  std::string masking_as_;
  config::Subscription changes_;
};

}  // namespace slipway::app
