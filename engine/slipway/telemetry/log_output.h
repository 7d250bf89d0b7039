// LogOutput: where a queued sink's thread writes. Private to the log sinks.
#pragma once

#include <memory>
#include <string_view>

#include "slipway/telemetry/log_sink.h"

namespace slipway::telemetry {

class LogOutput {
 public:
  virtual ~LogOutput() = default;
  // Whole lines, each with its '\n'. How many of the bytes were taken; fewer only with `error` set.
  virtual std::size_t write(std::string_view lines, std::string& error) = 0;
};

// write(2) until all is out. How many bytes were taken; fewer only with `error` set.
std::size_t write_all(int descriptor, std::string_view bytes, std::string& error);

std::shared_ptr<QueuedSink> queued(std::unique_ptr<LogOutput> output, const QueueOptions& options);

}  // namespace slipway::telemetry
