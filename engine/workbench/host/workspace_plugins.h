// The plugins that a workspace lists (`plugins:` in workspace.yaml), and the user's consent to them: a plugin is code that runs in
// this process with the user's rights, so a folder must not bring it by being opened.
//
// Consent (consent.h) is given once per folder: slipway serve WORKSPACE --allow-plugins.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "slipway/plugin/plugins.h"
#include "workbench/behaviour/extensions.h"

namespace workbench::host {

class WorkspacePlugins {
 public:
  // Loads and installs what the workspace lists; `allow` gives and records the consent. FORBIDDEN / PLUGINS_NOT_ALLOWED without it,
  // before any file of a plugin is opened; else the loader's errors, at their place in workspace.yaml. Blocks.
  static slipway::Result<std::unique_ptr<WorkspacePlugins>> open(const std::string& folder, bool allow);

  // Null when the workspace lists none.
  std::shared_ptr<const behaviour::Extensions> extensions() const;
  std::vector<slipway::plugin::Row> rows() const { return plugins_.rows(); }

 private:
  WorkspacePlugins();
  std::shared_ptr<behaviour::Extensions> extensions_;
  slipway::plugin::Plugins plugins_;
};

}  // namespace workbench::host
