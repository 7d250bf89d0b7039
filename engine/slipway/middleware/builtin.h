// The built-in middleware: a strategy family, by name.
//
//   recovery      turns exceptions of what it wraps into 500 PANIC; their text goes to the log only
//   tracing       gives replies the call's trace id
//   logging       one line per call; slow and failed ones as warnings
//   metrics       requests and latencies for Prometheus
//   metadata      x-md-* headers into the context
//   timeout       a deadline; a call that is suspended when it passes is answered 504
//   rate_limit    token bucket, global or per key header: 429 TOO_MANY_REQUESTS with Retry-After
//   validate      rules on the body: 422 VALIDATION_FAILED with every violation
//   auth          API key in a header: 401
//   cors, body_limit, retry
//
// Options come as a map of the names that options_of() lists; a value is written as config files write it ("2s", 2000, true).
// An option with a config key is named by "config.key" in detailed traces.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "slipway/middleware/middleware.h"

namespace slipway::telemetry {
class Log;
class Metrics;
}  // namespace slipway::telemetry

namespace slipway::middleware {

// One option of a built-in, as a config schema needs it.
struct OptionSpec {
  std::string name;      // "rate"
  std::string type;      // "bool" | "int" | "float" | "string" | "duration" | "size" | "list" | "map" | "secret"
  Value fallback{};      // null = none
  std::string unit{};    // "/s"
  std::string doc{};
};

// What built-ins write to and tell the time by; null = the process's. They must outlive the steps.
struct Surroundings {
  telemetry::Log* log = nullptr;
  telemetry::Metrics* metrics = nullptr;
  const Clock* clock = nullptr;  // rate limits fill up by it, and Retry-After follows; deadlines are the event loop's
};

// `options` is a map or null. `config_prefix`: the config section its options can be changed in, "gateway.rate_limit".
// Errors: BAD_REQUEST / UNKNOWN_MIDDLEWARE, or BAD_OPTION at the option's place when it has one.
Result<MiddlewarePtr> make_middleware(std::string_view name, const Value& options = {}, const std::string& config_prefix = {},
                                      const Surroundings& surroundings = {});
// Sets every option of a map; the error is at the option's place when it has one.
Status set_options(Middleware& step, std::string_view name, const Value& options);
// In the table's order.
const std::vector<std::string>& middleware_names();
// All of them can be changed live. NOT_FOUND for an unknown middleware.
Result<std::vector<OptionSpec>> options_of(std::string_view name);

}  // namespace slipway::middleware
