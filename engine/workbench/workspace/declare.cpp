// What service files say, as config: sections with their keys, and the defaults document with the places of its values.
#include <algorithm>
#include <filesystem>
#include <map>

#include "slipway/config/atomic_file.h"
#include "slipway/middleware/builtin.h"
#include "workbench/behaviour/behaviour.h"
#include "workbench/behaviour/extensions.h"
#include "workbench/workspace/layers.h"
#include "workbench/workspace/load.h"
#include "workbench/workspace/read_context.h"

namespace workbench::workspace {

namespace config = slipway::config;
namespace fs = std::filesystem;
using config::KeySpec;
using config::KeyType;
using slipway::Value;

namespace {

KeyType type_of(std::string_view name) {
  for (int t = 0; t <= static_cast<int>(KeyType::Url); ++t)
    if (config::type_name(static_cast<KeyType>(t)) == name) return static_cast<KeyType>(t);
  return KeyType::String;
}

// Collects keys by section and the values that the file gives.
class Declarer {
 public:
  explicit Declarer(const Service& service) : service_(service) {
    section("");
    if (service.instances > 1)
      for (const auto& name : service.instance_names()) sections_[service.name + "." + name];
  }

  void key(const std::string& section_name, KeySpec spec, bool per_instance) {
    if (per_instance && service_.instances > 1) {
      KeySpec own = spec;
      own.fallback = Value();
      for (const auto& name : service_.instance_names()) put(service_.name + "." + name + "." + section_name, own);
    }
    put(service_.name + (section_name.empty() ? "" : "." + section_name), std::move(spec));
  }

  void value(const std::string& section_name, const std::string& name, const Value& v) {
    if (v.is_null()) return;
    const std::string path = service_.name + "." + (section_name.empty() ? "" : section_name + ".") + name;
    if (!document_.at_path(path)) document_.set_path(path, v);
  }

  config::Config::Declaration finish() {
    config::Config::Declaration out;
    out.owner = service_.name;
    for (auto& [prefix, keys] : sections_) out.sections.push_back({prefix, std::move(keys), false});
    if (service_.overrides.is_map()) {
      const auto names = service_.instance_names();
      for (const auto& [instance, keys] : service_.overrides.as_map())
        if (keys.is_map() && std::find(names.begin(), names.end(), instance) != names.end()) document_.set_path(service_.name + "." + instance, keys);
    }
    out.defaults.root = std::move(document_);
    out.defaults.file = service_.file;
    return out;
  }

 private:
  void section(const std::string& name) { sections_[service_.name + (name.empty() ? "" : "." + name)]; }
  void put(const std::string& prefix, KeySpec spec) {
    auto& keys = sections_[prefix];
    const bool known = std::any_of(keys.begin(), keys.end(), [&](const KeySpec& k) { return k.name == spec.name; });
    if (!known) keys.push_back(std::move(spec));
  }

  const Service& service_;
  std::map<std::string, std::vector<KeySpec>> sections_;
  Value document_{Value::Map()};
};

void servers(const Service& s, Declarer& out) {
  const auto server = [&](const std::string& section, const Value& written, const std::string& what) {
    out.key(section, {.name = "address", .type = KeyType::String, .fallback = "127.0.0.1", .doc = "Address the " + what + " server listens on; 0.0.0.0 is every interface.", .live = false}, true);
    out.key(section, {.name = "port", .type = KeyType::Int, .fallback = 0, .doc = "Port of the " + what + " server; instance k of several takes the k-th from here; 0 is any free one.", .live = false, .min = 0, .max = 65535}, true);
    out.value(section, "address", written["address"]);
    out.value(section, "port", written["port"]);
  };
  if (s.http) server("http", s.source["http"], "HTTP");
  if (s.grpc) server("grpc", s.source["grpc"], "gRPC");
}

void middleware(const Service& s, Declarer& out) {
  out.key("middleware", {.name = "order", .type = KeyType::List, .doc = "Steps of the chain from the outside in; those not named follow in the file's order."}, false);
  out.key("middleware", {.name = "off", .type = KeyType::List, .doc = "Steps of the chain that are switched off."}, false);
  for (const auto& step : s.middleware) {
    auto options = slipway::middleware::options_of(step.name, s.extensions ? &s.extensions->steps : nullptr);
    if (!options) continue;
    for (const auto& option : *options) {
      if (option.type == "map") continue;  // structure, not a tunable
      out.key(step.section, {.name = option.name, .type = type_of(option.type), .fallback = option.fallback, .unit = option.unit, .doc = option.doc}, false);
      out.value(step.section, option.name, step.options[option.name]);
    }
  }
}

void resources(const Service& s, Declarer& out) {
  out.key("", {.name = "design", .type = KeyType::Enum, .fallback = s.design, .doc = "How steps get their database, cache and clients: named instances made on first use, or parts made and injected before it serves.", .choices = {"singleton", "injected"}}, false);
  out.value("", "design", s.source["design"]);
  if (s.database) {
    out.key("database", {.name = "file", .type = KeyType::String, .fallback = s.database->file, .doc = "SQLite file, below .slipway/data.", .live = false}, false);
    out.key("database", {.name = "schema", .type = KeyType::String, .fallback = s.database->schema, .doc = "Script of the workspace that runs when the database is opened.", .live = false}, false);
    out.key("database", {.name = "durability", .type = KeyType::Enum, .fallback = s.database->durability, .doc = "Whether a commit survives a power cut (full) or only the end of the process (normal).", .live = false, .choices = {"normal", "full"}}, false);
    for (const char* name : {"file", "schema", "durability"}) out.value("database", name, s.source["database"][name]);
  }
  if (!s.cache) return;
  out.key("cache", {.name = "max_entries", .type = KeyType::Int, .fallback = s.cache->max_entries, .doc = "Entries the cache holds before it drops the least recently used one.", .live = false, .min = 1}, false);
  out.key("cache", {.name = "ttl", .type = KeyType::Duration, .fallback = s.cache->ttl, .doc = "How long an entry lives unless a step says otherwise."}, true);
  out.value("cache", "max_entries", s.source["cache"]["max_entries"]);
  out.value("cache", "ttl", s.source["cache"]["ttl"]);
}

// What the Balancer tab does to an instance.
void instance(Declarer& out) {
  out.key("instance", {.name = "weight", .type = KeyType::Int, .fallback = 10, .doc = "Weight that weighted balancers give the instance.", .min = 1, .max = 1000}, true);
  out.key("instance", {.name = "added_latency", .type = KeyType::Duration, .fallback = "0s", .doc = "Time added to every call the instance serves."}, true);
  out.key("instance", {.name = "failure_percent", .type = KeyType::Float, .fallback = 0, .unit = "%", .doc = "Share of its calls that the instance fails.", .min = 0, .max = 100}, true);
}

void log(Declarer& out) {
  out.key("log", {.name = "level", .type = KeyType::Enum, .fallback = "${log.level:info}", .doc = "The least severe lines the service writes; unless set, as log.level says.", .choices = {"debug", "info", "warning", "error", "off"}}, false);
}

void behaviours(const Service& s, Declarer& out) {
  for (const auto& route : s.routes) {
    behaviour::ReadContext context = read_context(s, route);
    for (const auto& step : route.steps) {
      context.names.where = step.where;
      auto read = behaviour::read_behaviour(step.kind, step.options, step.section, context);
      if (!read) {
        if (step.options.is_map() && step.options["as"].is_string()) context.names.variables.insert(step.options["as"].as_string());
        continue;
      }
      bool first = true;
      for (const auto& t : (*read)->tunables()) {
        const std::size_t dot = t.name.rfind('.');
        const std::string section = dot == std::string::npos ? "" : t.name.substr(0, dot), name = t.name.substr(dot == std::string::npos ? 0 : dot + 1);
        out.key(section, {.name = name, .type = type_of(t.type), .fallback = t.value, .doc = t.doc, .choices = t.choices}, true);
        if (section != step.section) continue;  // of a step inside the step; its value is the fallback
        if (step.options.is_map())
          out.value(section, name, step.options[name]);
        else if (first)
          out.value(section, name, step.options);  // `- delay: 5ms`
        first = false;
      }
    }
  }
}

// KEY=VALUE lines; quotes are taken off, `export` and comments are allowed.
std::vector<std::pair<std::string, std::string>> env_file(const std::string& path) {
  std::vector<std::pair<std::string, std::string>> out;
  const auto text = config::read_file(path);
  if (!text) return out;
  for (std::size_t at = 0; at < text->size();) {
    const std::size_t end = std::min(text->find('\n', at), text->size());
    std::string_view line = std::string_view(*text).substr(at, end - at);
    at = end + 1;
    const auto trim = [](std::string_view s) {
      while (!s.empty() && std::isspace(static_cast<unsigned char>(s.front()))) s.remove_prefix(1);
      while (!s.empty() && std::isspace(static_cast<unsigned char>(s.back()))) s.remove_suffix(1);
      return s;
    };
    line = trim(line);
    if (line.starts_with("export ")) line = trim(line.substr(7));
    const std::size_t eq = line.find('=');
    if (line.empty() || line.front() == '#' || eq == std::string_view::npos) continue;
    std::string_view value = trim(line.substr(eq + 1));
    if (value.size() >= 2 && (value.front() == '"' || value.front() == '\'') && value.back() == value.front()) value = value.substr(1, value.size() - 2);
    out.emplace_back(trim(line.substr(0, eq)), value);
  }
  return out;
}

}  // namespace

config::Config::Declaration declaration(const Service& service) {
  Declarer out(service);
  servers(service, out);
  middleware(service, out);
  resources(service, out);
  instance(out);
  log(out);
  behaviours(service, out);
  return out.finish();
}

std::vector<config::Config::Declaration> declarations(const Workspace& workspace) {
  std::vector<config::Config::Declaration> out;
  for (const auto& service : workspace.services) out.push_back(declaration(service));
  return out;
}

namespace {

// One rank of the listed layers.
std::vector<std::unique_ptr<config::Source>> sources_of(const Workspace& workspace, config::Rank rank, Servers servers) {
  std::vector<std::unique_ptr<config::Source>> out;
  for (const auto& layer : workspace.layers) {
    const config::Rank own = layer.remote ? config::Rank::Remote : layer.kind == "dotenv" ? config::Rank::Environment : config::Rank::File;
    if (own != rank) continue;
    if (auto source = layer_source(layer, workspace.folder, servers)) out.push_back(std::move(source));
  }
  return out;
}

// The process's own variables above .env: they are set for this very run.
std::unique_ptr<config::Source> environment(const Workspace& workspace) {
  const bool listed = std::any_of(workspace.layers.begin(), workspace.layers.end(), [](const Layer& l) { return l.kind == "dotenv" && l.name == ".env"; });
  auto variables = listed ? std::vector<std::pair<std::string, std::string>>() : env_file(workspace.path(".env"));
  for (char** v = environ; v && *v; ++v) {
    const std::string_view text(*v);
    const std::size_t eq = text.find('=');
    if (eq == std::string_view::npos || !text.starts_with("SLIPWAY_")) continue;
    std::erase_if(variables, [&](const auto& old) { return old.first == text.substr(0, eq); });
    variables.emplace_back(text.substr(0, eq), text.substr(eq + 1));
  }
  return std::make_unique<config::EnvironmentSource>("SLIPWAY_", std::move(variables));
}

slipway::Status lay(config::Config& config, const Workspace& workspace, Servers servers) {
  slipway::Status first;
  for (const config::Rank rank : {config::Rank::File, config::Rank::Remote, config::Rank::Environment}) {
    auto sources = sources_of(workspace, rank, servers);
    if (rank == config::Rank::Environment) sources.push_back(environment(workspace));
    if (auto s = config.set_sources(rank, std::move(sources)); !s && first.ok()) first = std::move(s);
  }
  return first;
}

}  // namespace

slipway::Status set_layers(config::Config& config, const Workspace& workspace, const std::vector<Layer>& before, Servers servers) {
  for (const auto& layer : workspace.layers)
    if (std::any_of(before.begin(), before.end(), [&](const Layer& old) { return old.name == layer.name && !(old == layer); })) config.remove_source(layer.name);
  return lay(config, workspace, servers);
}

slipway::Status add_layers(config::Config& config, const Workspace& workspace, std::vector<std::pair<std::string, std::string>> command_line, Servers servers) {
  if (auto s = lay(config, workspace, servers); !s) return s;
  if (auto s = config.add_source(std::make_unique<config::CommandLineSource>(std::move(command_line))); !s) return s;
  const bool kept = fs::exists(workspace.path("config/overrides.yaml"));
  if (auto s = config.add_source(config::make_overrides(workspace.path(kept ? "config/overrides.yaml" : ".slipway/overrides.yaml"))); !s) return s;
  return config.define_all(declarations(workspace));
}

}  // namespace workbench::workspace
