// g::config(): the layered configuration of that name, made on first use and kept by the scope: the file config.yaml (or .yml, .toml,
// .json; NAME.yaml for another name) of ./config or the working directory, below the environment's SLIPWAY_A__B. Without a file it
// has the environment alone. Throws instance::InstanceError when it cannot be made, with every problem of the file.
// Pass the call's context inside handlers, so that each service gets its own.
#pragma once

#include <filesystem>

#include "slipway/config/config.h"
#include "slipway/g/scope.h"

namespace slipway::g {

inline Result<std::unique_ptr<config::Config>> open_config(instance::InstanceScope&, const std::string& name) {
  auto made = std::make_unique<config::Config>();
  const std::string stem = name == instance::InstanceScope::kDefault ? "config" : name;
  for (const char* folder : {"config/", ""})
    for (const char* extension : {".yaml", ".yml", ".toml", ".json"}) {
      const std::string file = folder + stem + extension;
      std::error_code none;
      if (!std::filesystem::exists(file, none)) continue;
      if (auto s = made->add_source(std::make_unique<config::FileSource>(file)); !s) return s.error();
    }
  if (auto s = made->add_source(std::make_unique<config::EnvironmentSource>()); !s) return s.error();
  if (auto s = made->start(); !s) return s.error();
  return made;
}

inline Result<config::Config*> find_config(instance::InstanceScope& scope, std::string_view name = instance::InstanceScope::kDefault) {
  return scope.find_or_provide<config::Config>(name, "config", open_config);
}
inline config::Config& config(std::string_view name = instance::InstanceScope::kDefault) {
  return scope().get_or_provide<config::Config>(name, "config", open_config);
}
inline config::Config& config(const context::Context& context, std::string_view name = instance::InstanceScope::kDefault) {
  return scope(context).get_or_provide<config::Config>(name, "config", open_config);
}

}  // namespace slipway::g
