#include "workbench/host/config_health.h"

namespace workbench::host {

void ConfigHealth::look(const std::vector<slipway::config::Problem>& problems) {
  std::map<std::string, std::string> now;
  for (const auto& p : problems) {
    std::string& text = now[p.source];
    text += (text.empty() ? "" : "\n") + p.text();
  }
  for (const auto& [layer, text] : now)
    if (const auto old = told_.find(layer); old == told_.end() || old->second != text) say_(true, layer, text);
  for (const auto& [layer, text] : told_)
    if (!now.contains(layer)) say_(false, layer, layer + " is good again");
  told_ = std::move(now);
}

}  // namespace workbench::host
