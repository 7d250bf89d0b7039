// Steps that a program adds to the built-in ones, by plugins for example. Options are set through set_option, as those of built-ins.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "slipway/base/family.h"
#include "slipway/middleware/builtin.h"

namespace slipway::middleware {

// What a step's factory is given.
struct StepSetup {
  std::string config_prefix;  // "gateway.polite", or "" without a config
  telemetry::Log& log;
  telemetry::Metrics& metrics;
  const Clock* clock = nullptr;  // as Surroundings'
};

class Steps final : public Family<Middleware, const StepSetup&> {
 public:
  Steps();
  Status add(std::string name, std::vector<OptionSpec> options, Make make, std::shared_ptr<Uses> owner = {});
  std::vector<OptionSpec> options_of(std::string_view name) const;  // of one that was added

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::vector<OptionSpec>, std::less<>> options_;
};

// As those of builtin.h, over the built-in steps and, with `more`, those.
Result<MiddlewarePtr> make_middleware(std::string_view name, const Value& options, const std::string& config_prefix, const Surroundings& surroundings,
                                      const Steps* more);
std::vector<std::string> middleware_names(const Steps* more);
Result<std::vector<OptionSpec>> options_of(std::string_view name, const Steps* more);

}  // namespace slipway::middleware
