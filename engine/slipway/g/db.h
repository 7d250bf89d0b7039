// g::db(): the SQL database of that name, made on first use and kept by the scope. Throws instance::InstanceError when it cannot
// be made; the error names the config key. Keys (for another name `database.NAME.…`):
//   database.file        the SQLite file (":memory:" is one of its own); must be set
//   database.schema      a script that runs when it is opened; none by default
//   database.durability  normal (default) or full: whether a commit survives a power cut
// Pass the call's context inside handlers, so that each service gets its own.
#pragma once

#include "slipway/data/database.h"
#include "slipway/g/config.h"
#include "slipway/g/scope.h"

namespace slipway::g {

// What g::db() makes, for those who wire by hand. Blocks on the file.
inline Result<std::unique_ptr<data::Database>> open_database(const config::Config& config, const std::string& name, const Place& place = {}) {
  const std::string file_key = place.key("database", name, "file"), schema_key = place.key("database", name, "schema");
  const std::string durability_key = place.key("database", name, "durability");
  auto file = setting<std::string>(config, file_key, "");
  if (!file) return file.error();
  if (file->empty())
    return not_found(file_key + " is not set, so the database " + name + " cannot be opened (set it to the SQLite file, for example " + file_key + ": data.db)", "CONFIG_KEY_MISSING")
        .with_metadata("key", file_key);
  auto durability = setting<std::string>(config, durability_key, "normal");
  if (!durability) return durability.error();
  if (*durability != "normal" && *durability != "full")
    return bad_request(durability_key + ": \"" + *durability + "\" is not one of normal, full", "BAD_CONFIG").with_metadata("key", durability_key);
  auto schema = setting<std::string>(config, schema_key, "");
  if (!schema) return schema.error();

  std::string path = *file;
  if (path != ":memory:") {
    auto below = place.path(place.data, file_key, path);
    if (!below) return below.error();
    path = *below;
    std::error_code code;
    if (const auto folder = std::filesystem::path(path).parent_path(); !folder.empty()) std::filesystem::create_directories(folder, code);
  }
  data::Options options;
  if (*durability == "full") options.durability = data::Durability::Full;
  auto opened = data::Database::open(path, options);
  if (!opened) return opened.error().with_message(file_key + ": " + opened.error().message()).with_metadata("key", file_key);
  if (schema->empty()) return opened;
  auto script = place.path(place.files, schema_key, *schema);
  if (!script) return script.error();
  if (auto s = (*opened)->exec_file(*script); !s) return s.error().with_metadata("key", schema_key);
  return opened;
}

// The factory behind g::db(), for a scope whose service reads elsewhere: scope.provide<data::Database>("db", db_factory(place)).
inline auto db_factory(Place place = {}) {
  return [place = std::move(place)](instance::InstanceScope& scope, const std::string& name) -> Result<std::unique_ptr<data::Database>> {
    auto config = find_config(scope);
    if (!config) return config.error();
    return open_database(**config, name, place);
  };
}

inline Result<std::unique_ptr<data::Database>> usual_database(instance::InstanceScope& scope, const std::string& name) { return db_factory()(scope, name); }

inline data::Database& db(std::string_view name = instance::InstanceScope::kDefault) {
  return scope().get_or_provide<data::Database>(name, "db", usual_database);
}
inline data::Database& db(const context::Context& context, std::string_view name = instance::InstanceScope::kDefault) {
  return scope(context).get_or_provide<data::Database>(name, "db", usual_database);
}

}  // namespace slipway::g
