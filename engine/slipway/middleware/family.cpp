#include "slipway/middleware/family.h"

#include "slipway/telemetry/log.h"
#include "slipway/telemetry/metrics.h"

namespace slipway::middleware {

Steps::Steps() : Family("middleware", middleware_names()) {}

Status Steps::add(std::string name, std::vector<OptionSpec> options, Make make, std::shared_ptr<Uses> owner) {
  if (auto s = Family::add(name, std::move(make), std::move(owner)); !s) return s;
  std::lock_guard lock(mutex_);
  options_.insert_or_assign(std::move(name), std::move(options));
  return {};
}

std::vector<OptionSpec> Steps::options_of(std::string_view name) const {
  std::lock_guard lock(mutex_);
  const auto it = options_.find(name);
  return it == options_.end() ? std::vector<OptionSpec>() : it->second;
}

Result<MiddlewarePtr> make_middleware(std::string_view name, const Value& options, const std::string& config_prefix, const Surroundings& surroundings,
                                      const Steps* more) {
  if (!more || !more->has(name)) return make_middleware(name, options, config_prefix, surroundings);
  if (!options.is_null() && !options.is_map())
    return bad_request(std::string(name) + ": \"" + options.to_text() + "\" is not a map of options", "BAD_OPTION");
  const StepSetup setup{config_prefix, surroundings.log ? *surroundings.log : telemetry::Log::system(),
                        surroundings.metrics ? *surroundings.metrics : telemetry::Metrics::system(), surroundings.clock};
  auto made = more->make(name, config_prefix.empty() ? "a " + std::string(name) + " step" : config_prefix, setup);
  if (!made || options.is_null()) return made;
  if (auto s = set_options(**made, name, options); !s) return s.error();
  return made;
}

std::vector<std::string> middleware_names(const Steps* more) { return more ? more->names() : middleware_names(); }

Result<std::vector<OptionSpec>> options_of(std::string_view name, const Steps* more) {
  if (more && more->has(name)) return more->options_of(name);
  return options_of(name);
}

}  // namespace slipway::middleware
