#include "workbench/host/workspace_plugins.h"

#include <filesystem>

#include "slipway/codec/codec.h"
#include "slipway/config/atomic_file.h"
#include "workbench/host/consent.h"

namespace workbench::host {

namespace fs = std::filesystem;
using slipway::Error;
using slipway::Result;
using slipway::Status;

namespace {

struct Listed {
  std::string file;  // as written
  slipway::Mark where;
};

// What cannot be read here is told by workspace::load.
std::vector<Listed> listed(const std::string& folder) {
  std::vector<Listed> out;
  const auto text = slipway::config::read_file(folder + "/workspace.yaml");
  if (!text.ok()) return out;
  const auto root = slipway::codec::parse_yaml(*text);
  if (!root.ok() || !root->is_map() || !(*root)["plugins"].is_list()) return out;
  for (const auto& item : (*root)["plugins"].as_list())
    if (item.is_string()) out.push_back({item.as_string(), {"workspace.yaml", item.line, item.column}});
  return out;
}

std::vector<std::string> files_of(const std::vector<Listed>& plugins) {
  std::vector<std::string> out;
  for (const auto& p : plugins) out.push_back(p.file);
  return out;
}

slipway::plugin::Tables tables_of(behaviour::Extensions& extensions) {
  slipway::plugin::Tables tables;
  tables.open(extensions.behaviours);
  tables.open(extensions.steps);
  tables.open(extensions.balancers);
  return tables;
}

}  // namespace

WorkspacePlugins::WorkspacePlugins() : extensions_(std::make_shared<behaviour::Extensions>()), plugins_(tables_of(*extensions_)) {}

Result<std::unique_ptr<WorkspacePlugins>> WorkspacePlugins::open(const std::string& folder, bool allow_them) {
  std::unique_ptr<WorkspacePlugins> out(new WorkspacePlugins());
  const auto plugins = listed(folder);
  if (plugins.empty()) return out;
  const Consent consent(folder, "plugins");
  if (!allow_them && !consent.covers(files_of(plugins))) {
    std::string files;
    for (const auto& p : plugins) files += (files.empty() ? "" : ", ") + p.file;
    return slipway::forbidden("the workspace lists plugins, code that would run in this process with your rights: " + files +
                                  " (when you trust them, allow them once for this folder: slipway serve " + folder + " --allow-plugins)",
                              "PLUGINS_NOT_ALLOWED")
        .with_mark(plugins.front().where);
  }
  for (const auto& p : plugins) {
    const fs::path path(p.file);
    if (auto s = out->plugins_.load(path.is_absolute() ? p.file : folder + "/" + p.file); !s.ok()) return s.error().with_mark(p.where);
  }
  if (auto s = out->plugins_.install(); !s.ok()) return s.error().with_mark(plugins.front().where);
  if (allow_them)
    if (auto s = consent.give(files_of(plugins)); !s.ok()) return s.error();
  return out;
}

std::shared_ptr<const behaviour::Extensions> WorkspacePlugins::extensions() const {
  return plugins_.rows().empty() ? nullptr : extensions_;
}

}  // namespace workbench::host
