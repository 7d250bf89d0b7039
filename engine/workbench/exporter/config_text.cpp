#include "workbench/exporter/config_text.h"

#include <algorithm>

#include "slipway/codec/codec.h"
#include "slipway/config/folder_source.h"

namespace workbench::exporter {

using slipway::Value;
using slipway::config::KeySpec;
using slipway::config::KeyType;

namespace {

// Keys that the prototype has for its own experiments, for single instances of several, and for what the project's own code
// decides (its design, its files).
bool of_the_prototype(const ProjectModel& m, const std::string& key) {
  const auto below = [&](const std::string& section) { return key.starts_with(m.name() + "." + section + "."); };
  if (below("middleware") || below("instance")) return true;
  for (const char* decided : {".design", ".database.file", ".database.schema"})
    if (key == m.name() + decided) return true;
  for (const auto& instance : m.service->instance_names())
    if (instance != m.name() && below(instance)) return true;
  return false;
}

std::string type_text(KeyType t) {
  switch (t) {
    case KeyType::Bool: return "Bool";
    case KeyType::Int: return "Int";
    case KeyType::Float: return "Float";
    case KeyType::String: return "String";
    case KeyType::Duration: return "Duration";
    case KeyType::Size: return "Size";
    case KeyType::Enum: return "Enum";
    case KeyType::List: return "List";
    case KeyType::Secret: return "Secret";
    case KeyType::Url: return "Url";
  }
  return "String";
}

std::string cpp_value(const Value& v) {
  if (v.is_bool()) return v.as_bool() ? "true" : "false";
  if (v.is_int()) return "std::int64_t{" + std::to_string(v.as_int()) + "}";
  if (v.is_double()) return slipway::codec::to_json(v);
  if (v.is_string()) return behaviour::cpp_string(v.as_string());
  return "{}";
}

Value upstreams_of(const ProjectModel& m, const std::string& target, bool grpc) {
  Value::List list;
  const auto* s = m.workspace->find(target);
  if (s && !grpc && s->http)
    for (int k = 0; k < s->instances; ++k) list.emplace_back("http://" + s->http->address + ":" + std::to_string(s->http->port + k));
  if (s && grpc && s->grpc) list.emplace_back("grpc://" + s->grpc->address + ":" + std::to_string(s->grpc->port));
  return Value(std::move(list));
}

Value schema_of(const KeySpec& spec) {
  Value out = Value::object({});
  const auto is = [&](const char* type) { out["type"] = Value(type); };
  switch (spec.type) {
    case KeyType::Bool: is("boolean"); break;
    case KeyType::Int: is("integer"); break;
    case KeyType::Float: is("number"); break;
    case KeyType::List: out["type"] = Value::array({Value("array"), Value("string")}); break;
    case KeyType::Duration:
    case KeyType::Size: out["type"] = Value::array({Value("string"), Value("number")}); break;
    case KeyType::Url: is("string"), out["format"] = Value("uri"); break;
    case KeyType::Enum: {
      Value::List choices;
      for (const auto& c : spec.choices) choices.emplace_back(c);
      out["enum"] = Value(std::move(choices));
      break;
    }
    case KeyType::String:
    case KeyType::Secret: is("string"); break;
  }
  std::string doc = spec.doc;
  if (!spec.unit.empty()) doc += (doc.empty() ? "" : " ") + std::string("Unit: ") + spec.unit + ".";
  if (!spec.live) doc += (doc.empty() ? "" : " ") + std::string("Needs a restart.");
  if (!doc.empty()) out["description"] = Value(doc);
  if (!spec.fallback.is_null()) out["default"] = spec.fallback;
  if (spec.min.is_number()) out["minimum"] = spec.min;
  if (spec.max.is_number()) out["maximum"] = spec.max;
  return out;
}

std::vector<std::string> segments(const std::string& key) {
  std::vector<std::string> out;
  for (std::size_t at = 0; at <= key.size();) {
    const std::size_t dot = std::min(key.find('.', at), key.size());
    out.push_back(key.substr(at, dot - at));
    at = dot + 1;
  }
  return out;
}

}  // namespace

std::string environment_name(const std::string& key) {
  return slipway::config::variable_of("SLIPWAY_", key);
}

std::vector<ConfigRow> config_rows(const ProjectModel& m) {
  std::vector<ConfigRow> out;
  for (const auto& e : m.config->entries()) {
    if (!e.spec || !e.key.starts_with(m.name() + ".") || of_the_prototype(m, e.key)) continue;
    ConfigRow row{e.key, *e.spec};
    row.spec.fallback = e.winner >= 0 && !e.secret() ? e.value : Value();
    out.push_back(std::move(row));
  }
  const auto add = [&](const std::string& key, KeySpec spec) { out.push_back({m.name() + "." + key, std::move(spec)}); };
  add("stop.delay", {.name = "", .type = KeyType::Duration, .fallback = "0s", .doc = "How long it goes on accepting after SIGTERM, while /readyz says no already.", .live = false});
  add("stop.timeout", {.name = "", .type = KeyType::Duration, .fallback = "20s", .doc = "The whole stop ends within this time.", .live = false});
  if (m.own_ops_server()) {
    add("ops.address", {.name = "", .type = KeyType::String, .fallback = m.service->grpc ? m.service->grpc->address : "127.0.0.1", .doc = "Address of the server for /livez, /readyz and /metrics.", .live = false});
    add("ops.port", {.name = "", .type = KeyType::Int, .fallback = m.ops_port(), .doc = "Its port; 0 is any free one.", .live = false, .min = 0, .max = 65535});
  }
  const auto upstream = [&](const std::string& target, bool grpc) {
    out.push_back({"upstreams." + target, {.name = "", .type = KeyType::List, .fallback = upstreams_of(m, target, grpc), .doc = "Addresses of the service " + target + ".", .live = false}});
  };
  for (const auto& t : m.http_targets) upstream(t, false);
  for (const auto& [t, proto] : m.grpc_targets) upstream(t, true);
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.key < b.key; });
  return out;
}

std::string config_yaml(const ProjectModel& m, bool testing) {
  std::string out = testing ? "# Settings of the tests: free ports, upstreams given by the test.\n" : "# Settings of " + m.name() + ". The environment and --set KEY=VALUE win over this file.\n";
  out += "# yaml-language-server: $schema=config.schema.json\n";
  std::vector<std::string> open;
  for (const auto& row : config_rows(m)) {
    Value v = row.spec.fallback;
    if (row.spec.type == KeyType::Secret) v = Value("");
    if (testing && row.key.ends_with(".port")) v = Value(0);
    if (testing && row.key.starts_with("upstreams.")) v = Value(Value::List{});
    if (v.is_null()) continue;
    const auto parts = segments(row.key);
    std::size_t common = 0;
    while (common < open.size() && common + 1 < parts.size() && open[common] == parts[common]) ++common;
    open.assign(parts.begin(), parts.end() - 1);
    for (std::size_t i = common; i + 1 < parts.size(); ++i) out += std::string(i * 2, ' ') + parts[i] + ":\n";
    const std::string indent((parts.size() - 1) * 2, ' ');
    out += indent + "# " + std::string(slipway::config::type_name(row.spec.type)) + (row.spec.unit.empty() ? "" : " " + row.spec.unit) + (row.spec.live ? "" : ", needs a restart") + ", " + environment_name(row.key) +
           (row.spec.doc.empty() ? "" : ": " + row.spec.doc) + "\n";
    const std::string leaf = slipway::codec::to_yaml(Value::object({{parts.back(), v}}));
    for (std::size_t at = 0; at < leaf.size();) {
      const std::size_t end = std::min(leaf.find('\n', at), leaf.size() - 1);
      out += indent + leaf.substr(at, end + 1 - at);
      at = end + 1;
    }
  }
  return out;
}

std::string config_json_schema(const ProjectModel& m) {
  Value root = Value::object({{"$schema", Value("https://json-schema.org/draft/2020-12/schema")}, {"title", Value("Settings of " + m.name())}, {"type", Value("object")}, {"additionalProperties", Value(false)}, {"properties", Value::object({})}});
  for (const auto& row : config_rows(m)) {
    const auto parts = segments(row.key);
    Value* at = &root;
    for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
      Value& next = (*at)["properties"][parts[i]];
      if (next.is_null()) next = Value::object({{"type", Value("object")}, {"additionalProperties", Value(false)}, {"properties", Value::object({})}});
      at = &next;
    }
    (*at)["properties"][parts.back()] = schema_of(row.spec);
  }
  return slipway::codec::to_json_pretty(root) + "\n";
}

std::string config_cpp_rows(const ProjectModel& m) {
  std::string out;
  for (const auto& row : config_rows(m)) {
    const std::size_t dot = row.key.find('.');
    std::string choices;
    for (const auto& c : row.spec.choices) choices += (choices.empty() ? "" : ", ") + behaviour::cpp_string(c);
    out += std::string("  ") + (row.key.starts_with("upstreams.") ? "upstreams" : "own") + ".keys.push_back({" + behaviour::cpp_string(row.key.substr(dot + 1)) + ", KeyType::" + type_text(row.spec.type) + ", " + cpp_value(row.spec.fallback) + ", " +
           behaviour::cpp_string(row.spec.unit) + ", " + behaviour::cpp_string(row.spec.doc) + ", " + (row.spec.live ? "true" : "false") + ", {" + choices + "}, " + cpp_value(row.spec.min) + ", " + cpp_value(row.spec.max) + ", {}});\n";
  }
  return out;
}

}  // namespace workbench::exporter
