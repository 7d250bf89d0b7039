#include "workbench/exporter/project_text.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "slipway/codec/codec.h"

namespace workbench::exporter {

namespace fs = std::filesystem;
using slipway::Result;
using slipway::Value;

namespace {

Result<std::string> read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return slipway::not_found(path + " cannot be read", "FILE_UNREADABLE");
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::string snake(std::string text) {
  for (char& c : text)
    if (!std::isalnum(static_cast<unsigned char>(c))) c = '_';
  return text;
}

std::string handler_file(const ProjectModel& m, const HandlerText& h) {
  std::string out = "// " + h.method + " " + h.path + "\n#include \"handlers/handlers.h\"\n\n#include \"gen/support.h\"\n\nnamespace " + snake(m.service->name) +
                    " {\n\nusing slipway::Status;\nusing slipway::Task;\nusing slipway::Value;\nusing slipway::middleware::Call;\nnamespace values = slipway::values;\n\n";
  out += m.design == Design::G ? "Task<Status> " + h.function + "(Call& call) {\n" : "Task<Status> " + h.type + "::operator()(Call& call) {\n";
  out += h.body + "  co_return Status();\n}\n\n}  // namespace " + snake(m.service->name) + "\n";
  return out;
}

std::string handlers_header(const ProjectModel& m) {
  std::string out = "// The service's handlers, one per route.\n#pragma once\n\n#include \"gen/support.h\"\n\nnamespace " + snake(m.service->name) + " {\n";
  for (const auto& h : m.handlers) {
    out += "\n// " + h.method + " " + h.path + "\n";
    if (m.design == Design::G) {
      out += "slipway::Task<slipway::Status> " + h.function + "(slipway::middleware::Call& call);\n";
      continue;
    }
    std::string parameters, initial, members;
    for (const auto& need : h.needs) {
      const Part p = part_of(need);
      parameters += (parameters.empty() ? "" : ", ") + p.type + "& " + p.name;
      initial += (initial.empty() ? " : " : ", ") + p.name + "_(" + p.name + ")";
      members += "  " + p.type + "& " + p.name + "_;\n";
    }
    out += "class " + h.type + " {\n public:\n";
    if (!h.needs.empty()) out += std::string("  ") + (h.needs.size() == 1 ? "explicit " : "") + h.type + "(" + parameters + ")" + initial + " {}\n";
    out += "  slipway::Task<slipway::Status> operator()(slipway::middleware::Call& call);\n";
    if (!members.empty()) out += "\n private:\n" + members;
    out += "};\n";
  }
  return out + "\n}  // namespace " + snake(m.service->name) + "\n";
}

std::set<std::string> all_needs(const ProjectModel& m) {
  std::set<std::string> out;
  for (const auto& h : m.handlers) out.insert(h.needs.begin(), h.needs.end());
  return out;
}

// The steps of wire.cpp that make the parts and hand them to the handlers.
struct WireText {
  std::string members, make, routes;
};

WireText wire_text(const ProjectModel& m) {
  WireText w;
  const std::string& service = m.service->name;
  auto part = [&](const std::string& need, const std::string& type, const std::string& name, const std::string& expression) {
    if (m.design == Design::Injected) {
      w.members += "  " + type + " " + name + "_;\n";
      w.make += expression + "  " + name + "_ = std::move(made);\n  }\n";
    } else {
      const Part p = part_of(need);
      const std::string label = need.find(':') == std::string::npos ? "" : ", \"" + need.substr(need.find(':') + 1) + "\"";
      w.make += expression + "  scope_.put<" + p.type + ">(std::move(made)" + label + ");\n  }\n";
    }
  };
  for (const auto& need : all_needs(m)) {
    const Part p = part_of(need);
    const std::string type = "std::shared_ptr<" + p.type + ">";
    if (need == "config") {
      if (m.design == Design::G) w.make += "  scope_.put<slipway::config::Config>(std::shared_ptr<slipway::config::Config>(&config_, [](auto*) {}));\n";
      continue;
    }
    if (need == "db") {
      std::string make = "  {\n    slipway::data::Options o;\n    if (config_.get_or<std::string>(\"" + service + ".database.durability\", \"normal\") == \"full\") o.durability = slipway::data::Durability::Full;\n"
                         "    auto opened = slipway::data::Database::open(options_.data + \"/" + m.service->database->file + "\", o);\n    if (!opened.ok()) return opened.error();\n    " + type +
                         " made = std::move(*opened);\n";
      if (!m.service->database->schema.empty()) make += "    if (auto s = made->exec_file(options_.share + \"/" + m.service->database->schema + "\"); !s.ok()) return s;\n";
      part(need, type, p.name, make + "  ");
    } else if (need == "cache") {
      part(need, type, p.name,
           "  {\n    slipway::cache::MemoryOptions o;\n    o.max_entries = static_cast<std::size_t>(config_.get_or<std::int64_t>(\"" + service + ".cache.max_entries\", " +
               std::to_string(m.service->cache ? m.service->cache->max_entries : 10000) + "));\n    " + type + " made = slipway::cache::make_memory_cache(o);\n  ");
    } else if (need == "http") {
      part(need, type, p.name,
           "  {\n    slipway::http::ClientOptions o;\n    o.service = \"" + service + "\";\n    o.discovery = &registry_;\n    auto made = std::make_shared<slipway::http::Client>(workers_, o);\n  ");
    } else if (need.starts_with("grpc:")) {
      const std::string target = need.substr(5);
      const fs::path proto(m.grpc_targets.count(target) ? m.grpc_targets.at(target) : "");
      part(need, type, p.name,
           "  {\n    auto protos = slipway::grpc::ProtoSet::load({options_.share + \"/" + proto.parent_path().string() + "\"}, {\"" + proto.filename().string() +
               "\"});\n    if (!protos.ok()) return protos.error();\n    slipway::grpc::ClientOptions o;\n    o.target = \"discovery:///" + target +
               "\";\n    o.discovery = &registry_;\n    auto client = slipway::grpc::Client::create(*protos, o);\n    if (!client.ok()) return client.error();\n    " + type + " made = std::move(*client);\n  ");
    } else if (need.starts_with("queue:")) {
      part(need, type, p.name, "  {\n    auto made = std::make_shared<slipway::values::WorkQueue>();\n  ");
    } else {
      const std::string section = need.substr(need.find(':') + 1);
      part(need, type, p.name,
           "  {\n    auto made = std::make_shared<slipway::values::Chance>(static_cast<std::uint64_t>(config_.get_or<std::int64_t>(\"" + service + "." + section + ".seed\", 0)));\n  ");
    }
  }
  for (const auto& h : m.handlers) {
    std::string handler = h.function;
    if (m.design == Design::Injected) {
      std::string arguments;
      for (const auto& need : h.needs) arguments += (arguments.empty() ? "" : ", ") + (need == "config" ? std::string("config_") : "*" + part_of(need).name + "_");
      w.routes += "  add(\"" + h.method + "\", \"" + h.path + "\", std::make_shared<" + h.type + ">(" + arguments + "));\n";
    } else {
      w.routes += "  add(\"" + h.method + "\", \"" + h.path + "\", std::make_shared<slipway::Task<slipway::Status> (*)(slipway::middleware::Call&)>(&" + h.function + "));\n";
    }
  }
  return w;
}

std::string type_text(slipway::config::KeyType t) {
  switch (t) {
    case slipway::config::KeyType::Bool: return "Bool";
    case slipway::config::KeyType::Int: return "Int";
    case slipway::config::KeyType::Float: return "Float";
    case slipway::config::KeyType::String: return "String";
    case slipway::config::KeyType::Duration: return "Duration";
    case slipway::config::KeyType::Size: return "Size";
    case slipway::config::KeyType::Enum: return "Enum";
    case slipway::config::KeyType::List: return "List";
    case slipway::config::KeyType::Secret: return "Secret";
    case slipway::config::KeyType::Url: return "Url";
  }
  return "String";
}

bool exported_key(const std::string& key, const std::string& service) {
  // What the project's own code decides (its design, its files) is no setting of it.
  for (const char* decided : {".middleware.", ".instance.", ".design", ".database.file", ".database.schema"})
    if (key.starts_with(service + decided)) return false;
  return key.starts_with(service + ".");
}

// The effective values as a YAML tree, each with its doc. Secrets are left empty.
std::string config_yaml(const ProjectModel& m, bool testing) {
  Value tree = Value::object({});
  std::string docs;
  for (const auto& e : m.config->entries()) {
    if (!exported_key(e.key, m.service->name) || e.winner < 0 || !e.spec) continue;
    Value v = e.value;
    if (e.secret()) v = Value("");
    if (testing && e.key == m.service->name + ".http.port") v = Value(0);
    tree.set_path(e.key, v);
    docs += "#   " + e.key + "  " + std::string(slipway::config::type_name(e.spec->type)) + (e.spec->unit.empty() ? "" : " " + e.spec->unit) + (e.spec->live ? "" : ", needs a restart") +
            (e.spec->doc.empty() ? "" : ": " + e.spec->doc) + "\n";
  }
  Value::Map upstreams;
  for (const auto& t : m.http_targets) {
    Value::List list;
    if (const auto* s = m.workspace->find(t); s && s->http && !testing)
      for (int k = 0; k < s->instances; ++k) list.emplace_back("http://" + s->http->address + ":" + std::to_string(s->http->port + k));
    upstreams[t] = Value(std::move(list));
  }
  for (const auto& [t, proto] : m.grpc_targets) {
    Value::List list;
    if (const auto* s = m.workspace->find(t); s && s->grpc && !testing) list.emplace_back("grpc://" + s->grpc->address + ":" + std::to_string(s->grpc->port));
    upstreams[t] = Value(std::move(list));
  }
  tree["upstreams"] = Value(std::move(upstreams));
  std::string head = testing ? "# Settings of the tests: a free port, upstreams given by the test.\n"
                             : "# Settings of " + m.service->name + ". Any of them can be set by the environment (" + "SLIPWAY_" + "A__B for a.b) or by --set a.b=value.\n";
  return head + docs + slipway::codec::to_yaml(tree);
}

std::string schema_source(const ProjectModel& m) {
  std::string rows;
  for (const auto& e : m.config->entries()) {
    if (!exported_key(e.key, m.service->name) || !e.spec) continue;
    std::string choices;
    for (const auto& c : e.spec->choices) choices += (choices.empty() ? "" : ", ") + behaviour::cpp_string(c);
    const std::string name = e.key.substr(m.service->name.size() + 1);
    rows += "  keys.push_back({" + behaviour::cpp_string(name) + ", KeyType::" + type_text(e.spec->type) + ", {}, " + behaviour::cpp_string(e.spec->unit) + ", " + behaviour::cpp_string(e.spec->doc) + ", " +
            (e.spec->live ? "true" : "false") + ", {" + choices + "}, {}, {}, {}});\n";
  }
  return rows;
}

// Options that are trees of rules (validate) are written into the project as JSON.
std::string middleware_source(const ProjectModel& m) {
  std::string out;
  for (const auto& step : m.service->middleware) {
    const std::string options = step.options.is_map() ? slipway::codec::to_json(step.options) : "{}";
    out += "  if (auto s = add_step(steps, " + behaviour::cpp_string(step.name) + ", " + behaviour::cpp_string(m.service->name + "." + step.section) + ", " + behaviour::cpp_string(options) + "); !s.ok()) return s;\n";
  }
  return out;
}

}  // namespace

Result<std::string> render_template(const std::string& folder, const std::string& name, const std::map<std::string, std::string>& values) {
  auto text = read_file(folder + "/" + name);
  if (!text.ok()) return text;
  // Templates use <<name>>: neither C++, YAML, shell nor CMake writes that.
  std::string out;
  const std::string& t = *text;
  for (std::size_t at = 0; at < t.size();) {
    const auto open = t.find("<<", at);
    const auto close = open == std::string::npos ? open : t.find(">>", open);
    if (close == std::string::npos) {
      out += t.substr(at);
      break;
    }
    const std::string key = t.substr(open + 2, close - open - 2);
    const bool is_name = !key.empty() && std::all_of(key.begin(), key.end(), [](unsigned char c) { return std::islower(c) || c == '_'; });
    if (!is_name) {
      // One character on: the second < may open a name, as in unique_ptr<<<name>>::Service>.
      out += t.substr(at, open + 1 - at);
      at = open + 1;
      continue;
    }
    auto it = values.find(key);
    if (it == values.end()) return slipway::internal_error("the template " + name + " uses <<" + key + ">>, which nothing gives", "TEMPLATE_NAME");
    out += t.substr(at, open - at) + it->second;
    at = close + 2;
  }
  return out;
}

Result<std::vector<PlannedFile>> project_files(const ProjectModel& m, const std::string& templates) {
  const std::string& service = m.service->name;
  const WireText wire = wire_text(m);
  std::string endpoints, sources, unit_tests, keys;
  for (const auto& h : m.handlers) {
    endpoints += "| " + h.method + " | `" + h.path + "` | `src/handlers/" + h.function + ".cpp` |\n";
    sources += "  src/handlers/" + h.function + ".cpp\n";
    std::string target = h.path;
    for (std::size_t at; (at = target.find('{')) != std::string::npos;) target.replace(at, target.find('}', at) - at + 1, "1");
    std::string test_name;
    for (char c : h.type) test_name += c;
    unit_tests += "TEST(Routes, " + test_name + "IsServed) { expect_served(\"" + h.method + "\", \"" + target + "\"); }\n";
  }
  std::size_t exchanges = 0;
  for (const auto& s : m.sessions) exchanges += s.exchanges.size();
  std::map<std::string, std::string> v = {
      {"service", service},
      {"namespace", snake(service)},
      {"target", service},
      {"design", m.design == Design::G ? "named lazy instances (`g`)" : "a composition root with constructors"},
      {"endpoints", endpoints},
      {"handler_sources", sources},
      {"unit_tests", unit_tests},
      {"members", wire.members},
      {"make_parts", wire.make},
      {"add_routes", wire.routes},
      {"schema_keys", schema_source(m)},
      {"middleware", middleware_source(m)},
      {"exchanges", std::to_string(exchanges)},
      {"scope_member", m.design == Design::G ? "  slipway::instance::InstanceScope scope_{\"" + service + "\"};\n" : ""},
      {"server_scope", m.design == Design::G ? "  o.scope = &scope_;\n" : ""},
      {"parts_functions", m.design == Design::G
                              ? "\n// Named lazy instances of this service's scope, as the call carries it.\nnamespace parts {\ntemplate <class T>\nT& get(slipway::middleware::Call& call, std::string_view name = slipway::instance::InstanceScope::kDefault) {\n  return call.context.scope()->get<T>(name);\n}\n}  // namespace parts\n"
                              : ""},
  };
  std::vector<PlannedFile> out;
  auto from = [&](const std::string& path, const std::string& name, FileClass c, bool executable = false) -> slipway::Status {
    auto text = render_template(templates, name, v);
    if (!text.ok()) return text.error();
    out.push_back({path, c, *text, executable, PlannedFile::Action::Create, {}});
    return {};
  };
  struct Row {
    const char *path, *name;
    FileClass c;
    bool executable;
  };
  const Row rows[] = {
      {"CMakeLists.txt", "CMakeLists.txt.in", FileClass::Scaffold, false},
      {"CMakePresets.json", "CMakePresets.json.in", FileClass::Merged, false},
      {"README.md", "README.md.in", FileClass::Merged, false},
      {"dev", "dev.in", FileClass::Merged, true},
      {"deps/debian.txt", "debian.txt.in", FileClass::Generated, false},
      {".gitignore", "gitignore.in", FileClass::Scaffold, false},
      {".clang-format", "clang-format.in", FileClass::Scaffold, false},
      {"src/main.cpp", "main.cpp.in", FileClass::Scaffold, false},
      {"src/wire.h", "wire.h.in", FileClass::Scaffold, false},
      {"src/wire.cpp", "wire.cpp.in", FileClass::Scaffold, false},
      {"gen/support.h", "support.h.in", FileClass::Generated, false},
      {"gen/support.cpp", "support.cpp.in", FileClass::Generated, false},
      {"gen/schema.h", "schema.h.in", FileClass::Generated, false},
      {"gen/schema.cpp", "schema.cpp.in", FileClass::Generated, false},
      {"tests/unit/routes_test.cpp", "routes_test.cpp.in", FileClass::Scaffold, false},
      {"tests/unit/config_test.cpp", "config_test.cpp.in", FileClass::Scaffold, false},
      {"tests/replay/replay.cpp", "replay.cpp.in", FileClass::Generated, false},
      {"deploy/Dockerfile", "Dockerfile.in", FileClass::Merged, false},
      {".github/workflows/ci.yml", "ci.yml.in", FileClass::Merged, false},
  };
  for (const Row& r : rows)
    if (auto s = from(r.path, r.name, r.c, r.executable); !s.ok()) return s.error();
  out.push_back({"src/handlers/handlers.h", FileClass::Scaffold, handlers_header(m), false, PlannedFile::Action::Create, {}});
  for (const auto& h : m.handlers) out.push_back({"src/handlers/" + h.function + ".cpp", FileClass::Scaffold, handler_file(m, h), false, PlannedFile::Action::Create, {}});
  out.push_back({"config/config.yaml", FileClass::Merged, config_yaml(m, false), false, PlannedFile::Action::Create, {}});
  out.push_back({"config/config.testing.yaml", FileClass::Merged, config_yaml(m, true), false, PlannedFile::Action::Create, {}});
  std::vector<std::string> copied;
  if (m.service->database && !m.service->database->schema.empty()) copied.push_back(m.service->database->schema);
  for (const auto& [t, proto] : m.grpc_targets) copied.push_back(proto);
  for (const auto& file : copied) {
    auto text = read_file(m.workspace->path(file));
    if (!text.ok()) return text.error();
    out.push_back({file, FileClass::Generated, *text, false, PlannedFile::Action::Create, {}});
  }
  for (const auto& s : m.sessions) {
    std::string name;
    for (char c : s.name) name += std::isalnum(static_cast<unsigned char>(c)) ? c : (name.empty() || name.back() == '_') ? '\0' : '_';
    std::erase(name, '\0');
    out.push_back({"tests/replay/cases/" + name + ".json", FileClass::Traffic, s.to_json(), false, PlannedFile::Action::Create, {}});
  }
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
  return out;
}

}  // namespace workbench::exporter
