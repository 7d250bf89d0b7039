// What the built-in middleware share: their name, their option table, the config keys that change them. Internal.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <utility>

#include "slipway/middleware/builtin.h"
#include "slipway/telemetry/log.h"
#include "slipway/telemetry/metrics.h"

namespace slipway::middleware::detail {

struct Wiring {
  std::string config_prefix;
  telemetry::Log& log;
  telemetry::Metrics& metrics;
  const Clock* clock = nullptr;  // null = the system's
};

class Builtin : public Middleware {
 public:
  Builtin(std::string_view name, Wiring wiring);
  std::string_view name() const override { return name_; }
  std::vector<std::string> options() const override;

 protected:
  // An unknown option's error, for the end of set_option.
  Status unknown(std::string_view option) const;
  // Adds "config.key" to the step's span: the keys of all options.
  void note_config(Call& call) const;
  static void note(Call& call, telemetry::NameId key, std::string value);
  telemetry::Logger& logger(const Call& call) const;
  const Wiring wiring_;

 private:
  std::string_view name_;
  std::string config_keys_;
};

// Values as config files write them; the error names the option and the fix.
Result<bool> to_bool(std::string_view option, const Value& v);
Result<double> to_number(std::string_view option, const Value& v, double least);
Result<std::int64_t> to_whole(std::string_view option, const Value& v, std::int64_t least);
Result<Duration> to_duration(std::string_view option, const Value& v);
Result<std::int64_t> to_size(std::string_view option, const Value& v);
Result<std::string> to_string(std::string_view option, const Value& v);
Result<std::vector<std::string>> to_strings(std::string_view option, const Value& v);  // a list, or one text split at commas
Error bad_option(std::string_view option, const Value& v, const std::string& what);

// Stores a converted value, or gives the error.
template <class T, class Store>
Status apply(Result<T> converted, Store store) {
  if (!converted) return converted.error();
  store(std::move(*converted));
  return {};
}

struct Entry {
  std::string_view name;
  MiddlewarePtr (*make)(Wiring);
  std::span<const OptionSpec> options;
};
const std::vector<Entry>& table();
const Entry* find_entry(std::string_view name);

MiddlewarePtr make_recovery(Wiring);
MiddlewarePtr make_tracing(Wiring);
MiddlewarePtr make_logging(Wiring);
MiddlewarePtr make_metrics(Wiring);
MiddlewarePtr make_metadata(Wiring);
MiddlewarePtr make_timeout(Wiring);
MiddlewarePtr make_rate_limit(Wiring);
MiddlewarePtr make_validate(Wiring);
MiddlewarePtr make_auth(Wiring);
MiddlewarePtr make_cors(Wiring);
MiddlewarePtr make_body_limit(Wiring);
MiddlewarePtr make_retry(Wiring);

}  // namespace slipway::middleware::detail
