#include "workbench/exporter/code_text.h"

#include "slipway/codec/codec.h"

namespace workbench::exporter {

using behaviour::cpp_string;

std::string handler_source(const ProjectModel& m, const HandlerText& h) {
  std::string out = "#include \"handlers/" + h.function + ".h\"\n\nnamespace " + m.name_space() +
                    " {\n\nusing slipway::Status;\nusing slipway::Task;\nusing slipway::Value;\nusing slipway::middleware::Call;\nnamespace values = slipway::values;\n\n";
  out += m.design() == Design::G ? "Task<Status> " + h.function + "(Call& call) {\n" : "Task<Status> " + h.type + "::operator()(Call& call) {\n";
  return out + h.body + "  co_return Status();\n}\n\n}  // namespace " + m.name_space() + "\n";
}

std::string handler_header(const ProjectModel& m, const HandlerText& h) {
  std::string out = "// " + h.title() + "\n#pragma once\n\n#include \"gen/support.h\"\n\nnamespace " + m.name_space() + " {\n\n";
  if (m.design() == Design::G) {
    out += "slipway::Task<slipway::Status> " + h.function + "(slipway::middleware::Call& call);\n";
  } else {
    std::string parameters, initial, members;
    for (const auto& need : h.needs) {
      const Dependency d = dependency_of(need);
      parameters += (parameters.empty() ? "" : ", ") + d.type + "& " + d.name;
      initial += (initial.empty() ? " : " : ", ") + d.name + "_(" + d.name + ")";
      members += "  " + d.type + "& " + d.name + "_;\n";
    }
    out += "class " + h.type + " {\n public:\n";
    if (!h.needs.empty()) out += std::string("  ") + (h.needs.size() == 1 ? "explicit " : "") + h.type + "(" + parameters + ")" + initial + " {}\n";
    out += "  slipway::Task<slipway::Status> operator()(slipway::middleware::Call& call);\n";
    if (!members.empty()) out += "\n private:\n" + members;
    out += "};\n";
  }
  return out + "\n}  // namespace " + m.name_space() + "\n";
}

namespace {

// The balancer towards a called service is a setting, followed live. `set` is the call on `client` that takes `name`.
std::string follow_balancer(const ProjectModel& m, const std::string& target, const std::string& set) {
  const std::string key = m.name() + ".call." + target + ".balancer";
  if (!m.config->find(key)) return {};
  return "    if (auto s = follow(" + cpp_string(key) + ", [client = made](const std::string& name) { return client->" + set + "; }); !s.ok()) return s;\n";
}

std::set<std::string> all_needs(const ProjectModel& m) {
  std::set<std::string> out;
  for (const auto& h : m.handlers) out.insert(h.needs.begin(), h.needs.end());
  return out;
}

// Statements that leave the part in `made`, one level inside a block.
std::string make_part(const ProjectModel& m, const Dependency& d) {
  const std::string& service = m.name();
  const std::string type = "std::shared_ptr<" + d.type + ">";
  const std::string section = d.need.substr(d.need.find(':') + 1);
  if (d.need == "db") {
    std::string out = "    slipway::data::Options o;\n    if (config_.get_or<std::string>(\"" + m.service->name + ".database.durability\", \"normal\") == \"full\") o.durability = slipway::data::Durability::Full;\n"
                      "    auto opened = slipway::data::Database::open(options_.data + \"/" + m.service->database->file + "\", o);\n    if (!opened.ok()) return opened.error();\n    " + type + " made = std::move(*opened);\n";
    if (!m.service->database->schema.empty()) out += "    if (auto s = made->exec_file(options_.share + \"/" + m.service->database->schema + "\"); !s.ok()) return s;\n";
    return out;
  }
  if (d.need == "cache")
    return "    slipway::cache::MemoryOptions o;\n    o.max_entries = static_cast<std::size_t>(config_.get_or<std::int64_t>(\"" + service + ".cache.max_entries\", " +
           std::to_string(m.service->cache ? m.service->cache->max_entries : 10000) + "));\n    " + type + " made = slipway::cache::make_memory_cache(o);\n";
  if (d.need == "http") {
    std::string out = "    slipway::http::ClientOptions o;\n    o.service = \"" + service + "\";\n    o.discovery = &registry_;\n    auto made = std::make_shared<slipway::http::Client>(workers_, o);\n";
    for (const auto& target : m.http_targets) out += follow_balancer(m, target, "set_balancer(" + cpp_string(target) + ", name)");
    return out;
  }
  if (d.need.starts_with("grpc:")) {
    return "    auto protos = slipway::grpc::ProtoSet::linked({\"" + proto_name(m.grpc_targets.count(section) ? m.grpc_targets.at(section) : "") + "\"});\n    if (!protos.ok()) return protos.error();\n    slipway::grpc::ClientOptions o;\n    o.target = \"discovery:///" + section +
           "\";\n    o.discovery = &registry_;\n    auto client = slipway::grpc::Client::create(*protos, o);\n    if (!client.ok()) return client.error();\n    " + type + " made = std::move(*client);\n" + follow_balancer(m, section, "set_balancer(name)");
  }
  if (d.need.starts_with("queue:")) return "    auto made = std::make_shared<slipway::values::WorkQueue>();\n";
  return "    auto made = std::make_shared<slipway::values::Chance>(static_cast<std::uint64_t>(config_.get_or<std::int64_t>(\"" + service + "." + section + ".seed\", 0)));\n";
}

}  // namespace

WireText wire_text(const ProjectModel& m) {
  WireText w;
  for (const auto& h : m.handlers) w.includes += "#include \"handlers/" + h.function + ".h\"\n";
  for (const auto& need : all_needs(m)) {
    const Dependency d = dependency_of(need);
    if (need == "config") {
      if (m.design() == Design::G) w.make_parts += "  scope_.put<slipway::config::Config>(std::shared_ptr<slipway::config::Config>(&config_, [](auto*) {}));\n";
      continue;
    }
    w.make_parts += "  {\n" + make_part(m, d);
    if (m.design() == Design::Injected) {
      w.members += "  std::shared_ptr<" + d.type + "> " + d.name + "_;\n";
      w.make_parts += "    " + d.name + "_ = std::move(made);\n  }\n";
    } else {
      const std::string label = need.find(':') == std::string::npos ? "" : ", \"" + need.substr(need.find(':') + 1) + "\"";
      w.make_parts += "    scope_.put<" + d.type + ">(std::move(made)" + label + ");\n  }\n";
    }
  }
  for (const auto& h : m.handlers) {
    w.route_members += "  slipway::middleware::Handler " + h.function + " = not_implemented();   // " + h.title() + "\n";
    if (h.grpc())
      w.grpc_routes += "  out.push_back({" + cpp_string(h.path) + ", std::make_shared<slipway::middleware::Chain>(steps, handlers." + h.function + ")});\n";
    else
      w.add_routes += "  if (auto s = add(" + cpp_string(h.method) + ", " + cpp_string(h.path) + ", handlers." + h.function + "); !s.ok()) return s;\n";
    if (m.design() == Design::G) {
      w.handlers += "  handlers." + h.function + " = " + h.function + ";\n";
      continue;
    }
    std::string arguments;
    for (const auto& need : h.needs) arguments += (arguments.empty() ? "" : ", ") + (need == "config" ? std::string("config_") : "*" + dependency_of(need).name + "_");
    w.handlers += "  handlers." + h.function + " = held(std::make_shared<" + h.type + ">(" + arguments + "));\n";
  }
  // Options that are trees of rules (validate) are written into the project as JSON.
  for (const auto& step : m.service->middleware) {
    const std::string options = step.options.is_map() ? slipway::codec::to_json(step.options) : "{}";
    w.middleware += "  if (auto s = add_step(steps, " + cpp_string(step.name) + ", " + cpp_string(m.name() + "." + step.section) + ", " + cpp_string(options) + "); !s.ok()) return s;\n";
  }
  return w;
}

}  // namespace workbench::exporter
