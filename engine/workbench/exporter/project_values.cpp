#include "workbench/exporter/project_values.h"

#include "workbench/exporter/code_text.h"
#include "workbench/exporter/config_text.h"
#include "workbench/exporter/test_text.h"

namespace workbench::exporter {

namespace {

std::string lines(const std::vector<std::string>& all, const std::string& indent) {
  std::string out;
  for (const auto& l : all) out += indent + l + "\n";
  return out;
}

// The gRPC server's place in src/wire.cpp.
std::string grpc_server(const ProjectModel& m) {
  if (!m.grpc()) return {};
  const std::string s = "\"" + m.name() + ".grpc.";
  return "  auto protos = slipway::grpc::ProtoSet::linked({\"" + proto_name(m.service->grpc->proto) + "\"});\n  if (!protos.ok()) return protos.error();\n  slipway::grpc::ServerOptions g;\n"
         "  g.host = config_.get_or<std::string>(" + s + "address\", \"127.0.0.1\");\n  g.port = config_.get_or<int>(" + s + "port\", 0);\n  g.service = \"" + m.name() + "\";\n" +
         (m.design() == Design::G ? "  g.scope = &scope_;\n" : "") +
         "  auto grpc = std::make_shared<slipway::grpc::Server>(workers_, g);\n  if (auto s = grpc->set_routes(*protos, grpc_routes(handlers, steps)); !s.ok()) return s;\n  servers_.push_back(grpc);\n";
}

// Settings that a container needs otherwise than a desk: every interface, and the other services by their names.
std::vector<std::pair<std::string, std::string>> container_settings(const ProjectModel& m) {
  std::vector<std::pair<std::string, std::string>> out;
  if (m.http()) out.emplace_back(environment_name(m.name() + ".http.address"), "0.0.0.0");
  if (m.grpc()) out.emplace_back(environment_name(m.name() + ".grpc.address"), "0.0.0.0");
  if (m.own_ops_server()) out.emplace_back(environment_name(m.name() + ".ops.address"), "0.0.0.0");
  for (const auto& t : m.http_targets)
    if (const auto* s = m.workspace->find(t); s && s->http) out.emplace_back(environment_name("upstreams." + t), "http://" + t + ":" + std::to_string(s->http->port));
  for (const auto& [t, proto] : m.grpc_targets)
    if (const auto* s = m.workspace->find(t); s && s->grpc) out.emplace_back(environment_name("upstreams." + t), "grpc://" + t + ":" + std::to_string(s->grpc->port));
  return out;
}

struct Port {
  std::string name;
  int number;
};
std::vector<Port> ports(const ProjectModel& m) {
  std::vector<Port> out;
  if (m.http()) out.push_back({"http", m.service->http->port});
  if (m.grpc()) out.push_back({"grpc", m.service->grpc->port});
  if (m.own_ops_server()) out.push_back({"ops", m.ops_port()});
  return out;
}

}  // namespace

TemplateValues project_values(const ProjectModel& m) {
  const std::string& service = m.name();
  const WireText wire = wire_text(m);
  const bool g = m.design() == Design::G;
  const std::string http_section = service + (m.own_ops_server() ? ".ops" : ".http");
  std::size_t exchanges = 0;
  for (const auto& s : m.sessions) exchanges += s.exchanges.size();

  std::string endpoints, operations, k8s_ports, service_ports, compose_ports, environment, settings, calls, keys, policy_ports;
  for (const auto& h : m.handlers) {
    endpoints += "| " + h.method + " | `" + h.path + "` | `src/handlers/" + h.function + ".cpp` |\n";
    operations += "    " + h.function + "\n";
  }
  for (const auto& p : ports(m)) {
    const std::string n = std::to_string(p.number);
    k8s_ports += "            - { name: " + p.name + ", containerPort: " + n + " }\n";
    service_ports += "    - { name: " + p.name + ", port: " + n + ", targetPort: " + p.name + " }\n";
    compose_ports += "      - \"127.0.0.1:" + n + ":" + n + "\"\n";
    policy_ports += "        - { protocol: TCP, port: " + p.name + " }\n";
  }
  for (const auto& [name, value] : container_settings(m)) {
    environment += "      " + name + ": \"" + value + "\"\n";
    settings += "  " + name + ": \"" + value + "\"\n";
  }
  std::string protos;
  for (const auto& p : m.protos()) protos += (protos.empty() ? "" : " ") + proto_name(p);
  for (const auto& t : m.http_targets) calls += "- `" + t + "` over HTTP\n";
  for (const auto& [t, proto] : m.grpc_targets) calls += "- `" + t + "` over gRPC, `api/protos/" + proto_name(proto) + "`\n";
  for (const auto& row : config_rows(m))
    keys += "| `" + row.key + "` | " + std::string(slipway::config::type_name(row.spec.type)) + (row.spec.unit.empty() ? "" : " " + row.spec.unit) + " | " +
            (row.spec.fallback.is_null() ? "" : "`" + row.spec.fallback.to_text() + "`") + " | `" + environment_name(row.key) + "` |\n";
  std::string chain;
  for (const auto& step : m.service->middleware) chain += (chain.empty() ? "" : " → ") + step.name;
  std::vector<std::string> image;
  for (const auto& [name, value] : container_settings(m))
    if (name.ends_with("__ADDRESS")) image.push_back("ENV " + name + "=" + value);

  const bool database = m.service->database.has_value();
  return {
      {"service", service},
      {"namespace", m.name_space()},
      {"target", service},
      {"about", m.service->doc.empty() ? "" : m.service->doc + "\n"},
      {"design", g ? "named lazy instances (`g`)" : "a composition root with constructors"},
      {"engine_version", "0.1"},
      {"endpoints", endpoints},
      {"operations", operations},
      {"protos", protos},
      {"calls", calls.empty() ? "none\n" : calls},
      {"chain", chain.empty() ? "none" : chain},
      {"config_keys", keys},
      {"storage", database ? "SQLite, `" + m.service->database->file + "` below `--data`" : "none"},
      {"http_section", http_section},
      {"http_section_lines", service + ":\\n  " + http_section.substr(service.size() + 1) + ":\\n"},
      {"handler_includes", wire.includes},
      {"members", wire.members},
      {"make_parts", wire.make_parts},
      {"handlers", wire.handlers},
      {"middleware", wire.middleware},
      {"route_members", wire.route_members},
      {"add_routes", wire.add_routes},
      {"grpc_routes", wire.grpc_routes},
      {"grpc_server", grpc_server(m)},
      {"schema_keys", config_cpp_rows(m)},
      {"exchanges", std::to_string(exchanges)},
      {"replay_line", exchanges > 0 ? "unit, contract and functional tests, replay of " + std::to_string(exchanges) + " recorded exchanges" : "unit, contract and functional tests"},
      {"scope_member", g ? "  slipway::instance::InstanceScope scope_{\"" + service + "\"};\n" : ""},
      {"server_scope", g ? "  o.scope = &scope_;\n" : ""},
      {"parts_functions", g ? "\n// Named lazy instances of this service's scope, as the call carries it.\nnamespace parts {\ntemplate <class T>\nT& get(slipway::middleware::Call& call, std::string_view name = slipway::instance::InstanceScope::kDefault) {\n  return call.context.scope()->get<T>(name);\n}\n}  // namespace parts\n"
                            : ""},
      {"unit_tests", unit_tests(m)},
      {"contract_tests", m.options.with("contract") ? contract_tests(m) : ""},
      {"benchmarks", benchmarks(m)},
      {"grpc_test_include", m.grpc() ? "#include \"tests/support/grpc_call.h\"\n" : ""},
      {"bench_package", m.options.with("bench") ? "libbenchmark-dev\n" : ""},
      {"image_settings", lines(image, "")},
      {"container_ports", k8s_ports},
      {"service_ports", service_ports},
      {"policy_ports", policy_ports},
      {"compose_ports", compose_ports},
      {"environment", environment},
      {"settings", settings},
      {"health_port", m.own_ops_server() ? "ops" : "http"},
      // A file on one disk has one writer.
      {"replicas", database ? "1" : "2"},
      {"strategy", database ? "Recreate" : "RollingUpdate"},
      {"config_setting", environment_name(service + ".log.level")},
  };
}

}  // namespace workbench::exporter
