// The scope that the `g` functions mean, and how they find what an instance is made from: a section of that scope's config.
//
//   g::db()            keys below `database`           g::db("reports")    keys below `database.reports`
//   g::cache()         keys below `cache`              g::config()         the files config.yaml (.toml, .json)
//
// Each g header says its keys. Provide a factory for the type in the scope (InstanceScope::provide) to make it another way;
// its Place says where a service reads when several share one config.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "slipway/base/result.h"
#include "slipway/config/config.h"
#include "slipway/context/context.h"
#include "slipway/instance/scope.h"

namespace slipway::g {

inline instance::InstanceScope& scope() { return instance::process_scope(); }
// The call's own when it carries one, else the process's.
inline instance::InstanceScope& scope(const context::Context& context) {
  return context.scope() ? *context.scope() : instance::process_scope();
}

// Where factories read: config keys below `prefix` ("orders."); relative files that they write below `data`, and files that
// they read below `files`. Empty folders mean the working directory; with `confined` no path may leave its folder.
struct Place {
  std::string prefix;
  std::string data, files;
  bool confined = false;

  // "orders.database.file" for the default instance, "orders.database.reports.file" for another.
  std::string key(std::string_view section, std::string_view name, std::string_view option) const {
    std::string out = prefix + std::string(section) + ".";
    if (name != instance::InstanceScope::kDefault) out += std::string(name) + ".";
    return out + std::string(option);
  }
  // The path that the key's value means.
  Result<std::string> path(const std::string& folder, const std::string& key, const std::string& value) const {
    const auto plain = std::filesystem::path(value).lexically_normal();
    if (confined && (plain.is_absolute() || (!plain.empty() && *plain.begin() == "..")))
      return bad_request(key + ": \"" + value + "\" leaves its folder (use a path inside it)", "BAD_CONFIG").with_metadata("key", key);
    return folder.empty() || plain.is_absolute() ? value : folder + "/" + value;
  }
};

// The value of a key, or `otherwise` when it is not set; one that does not fit is an error that names the key.
template <class T>
Result<T> setting(const config::Config& config, const std::string& key, T otherwise) {
  const auto snapshot = config.snapshot();
  const auto* entry = snapshot->find(key);
  if (!entry || entry->winner < 0) return otherwise;
  auto value = snapshot->get<T>(key);
  if (!value) return value.error().with_metadata("key", key);
  return value;
}

}  // namespace slipway::g
