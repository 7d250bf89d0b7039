// ConfigHealth: tells when a layer of config stops being good and when it is good again, once each: a file that does not parse, a
// server that does not answer. What it says goes to the log (logger "config") and to the timeline. One thread at a time.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "slipway/config/config.h"

namespace workbench::host {

class ConfigHealth {
 public:
  // `bad`: a problem came, or (false) a layer has none any more.
  using Say = std::function<void(bool bad, const std::string& layer, const std::string& text)>;
  explicit ConfigHealth(Say say) : say_(std::move(say)) {}
  void look(const std::vector<slipway::config::Problem>& problems);

 private:
  Say say_;
  std::map<std::string, std::string> told_;  // by layer
};

}  // namespace workbench::host
