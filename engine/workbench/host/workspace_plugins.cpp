#include "workbench/host/workspace_plugins.h"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>

#include "slipway/codec/codec.h"
#include "slipway/config/atomic_file.h"

namespace workbench::host {

namespace fs = std::filesystem;
using slipway::Error;
using slipway::Result;
using slipway::Status;
using slipway::Value;

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

std::string consent_file(const std::string& folder) { return folder + "/.slipway/plugins.allowed"; }

// Where the folder lies on this machine. The number of its .slipway cannot be known to who packed a copy.
std::string identity(const std::string& folder) {
  struct stat info {};
  if (stat((folder + "/.slipway").c_str(), &info) != 0) return {};
  return std::to_string(info.st_dev) + ":" + std::to_string(info.st_ino) + " " + folder;
}

bool allowed(const std::string& folder, const std::vector<Listed>& plugins) {
  const auto text = slipway::config::read_file(consent_file(folder));
  if (!text.ok()) return false;
  const auto record = slipway::codec::parse_json(*text);
  if (!record.ok() || !record->is_map() || !(*record)["plugins"].is_list()) return false;
  const std::string here = identity(folder);
  if (here.empty() || (*record)["folder"] != Value(here)) return false;
  const auto& agreed = (*record)["plugins"].as_list();
  return std::all_of(plugins.begin(), plugins.end(), [&](const Listed& p) { return std::find(agreed.begin(), agreed.end(), Value(p.file)) != agreed.end(); });
}

Status allow(const std::string& folder, const std::vector<Listed>& plugins) {
  Value::List names;
  for (const auto& p : plugins) names.emplace_back(p.file);
  const Value record = Value::object({{"folder", Value(identity(folder))}, {"plugins", Value(std::move(names))}});
  return slipway::config::write_file(consent_file(folder), slipway::codec::to_json_pretty(record) + "\n");
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
  if (!allow_them && !allowed(folder, plugins)) {
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
    if (auto s = allow(folder, plugins); !s.ok()) return s.error();
  return out;
}

std::shared_ptr<const behaviour::Extensions> WorkspacePlugins::extensions() const {
  return plugins_.rows().empty() ? nullptr : extensions_;
}

}  // namespace workbench::host
