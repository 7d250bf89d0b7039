#include "workbench/host/check.h"

#include "slipway/config/config.h"
#include "workbench/prototype/prototype.h"
#include "workbench/workspace/load.h"

namespace workbench::host {

std::vector<std::string> check_folder(const std::string& folder) {
  std::vector<std::string> out;
  const auto loaded = workspace::load(folder);
  for (const auto& p : loaded.problems) out.push_back(p.text());
  if (!loaded.ok()) return out;
  for (const auto& e : prototype::Prototype::check(*loaded.workspace)) out.push_back(e.to_string());
  slipway::config::Config config({.watch_files = false});
  if (auto s = workspace::add_layers(config, *loaded.workspace); !s.ok() && config.problems().empty()) out.push_back(s.error().to_string());
  if (auto s = config.start(); !s.ok())
    for (const auto& p : config.problems()) out.push_back(p.text());
  return out;
}

}  // namespace workbench::host
