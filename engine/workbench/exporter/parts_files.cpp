// The files of parts that no template gives: one per operation, the settings, the contract, recorded cases.
#include <cctype>
#include <filesystem>
#include <map>

#include "workbench/exporter/code_text.h"
#include "workbench/exporter/config_text.h"
#include "workbench/exporter/locate.h"
#include "workbench/exporter/lock.h"
#include "workbench/exporter/parts.h"
#include "workbench/openapi/document.h"

namespace workbench::exporter {

namespace fs = std::filesystem;
using slipway::Status;
using slipway::Value;

namespace {

Status copy(const ProjectModel& m, const std::string& from, const std::string& to, ProjectFiles& out) {
  const std::string path = m.workspace->path(from);
  if (!fs::exists(path)) return slipway::not_found(path + " cannot be read", "FILE_UNREADABLE");
  out.add(to, FileClass::Generated, read_text(path));
  return {};
}

// Every {status, reason, message} below a step's options.
void collect_errors(const Value& v, std::map<std::string, std::pair<std::string, std::string>>& out) {
  if (v.is_list())
    for (const Value& item : v.as_list()) collect_errors(item, out);
  if (!v.is_map()) return;
  if (v["reason"].is_string() && v["status"].is_int()) out[v["reason"].as_string()] = {v["status"].to_text(), v["message"].to_text()};
  for (const auto& [key, item] : v.as_map()) collect_errors(item, out);
}

std::string errors_table(const ProjectModel& m) {
  // reason -> (status, when)
  std::map<std::string, std::pair<std::string, std::string>> rows = {{"INTERNAL", {"500", "a bug; the log has the cause"}}, {"NOT_IMPLEMENTED", {"501", "an operation without a handler"}}};
  if (m.http()) {
    rows["ROUTE_NOT_FOUND"] = {"404", "no such path"};
    rows["METHOD_NOT_ALLOWED"] = {"405", "the path takes other methods: see Allow"};
  }
  for (const auto& step : m.service->middleware) {
    if (step.name == "recovery") rows["PANIC"] = {"500", "an exception; the log has its text"};
    if (step.name == "validate") rows["VALIDATION_FAILED"] = {"422", "the body breaks rules; `metadata` names each field"};
    if (step.name == "rate_limit") rows["TOO_MANY_REQUESTS"] = {"429", "above the rate; see Retry-After"};
    if (step.name == "auth") rows["UNAUTHORIZED"] = {"401", "no key, or a wrong one"};
    if (step.name == "timeout") rows["DEADLINE_EXCEEDED"] = {"504", "it took too long"};
  }
  if (!m.http_targets.empty() || !m.grpc_targets.empty()) rows["NO_NODES"] = {"503", "a service that this one calls has no address"};
  for (const auto& route : m.service->routes)
    for (const auto& step : route.steps) collect_errors(step.options, rows);
  std::string out =
      "# Errors\nEvery failed call answers `{\"code\", \"reason\", \"message\", \"metadata\"}`; `reason` is what programs decide by. Over gRPC the code\n"
      "maps to a status and the reason travels in `google.rpc.ErrorInfo`.\n\n| reason | HTTP | gRPC | when | worth a retry |\n|---|---|---|---|---|\n";
  static const char* kGrpc[] = {"OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED"};
  for (const auto& [reason, row] : rows) {
    const int status = std::atoi(row.first.c_str());
    const int code = slipway::grpc_status_of_http(status);
    out += "| `" + reason + "` | " + row.first + " | " + (code >= 0 && code <= 16 ? kGrpc[code] : "UNKNOWN") + " | " + row.second + " | " + (status == 429 || status == 503 || status == 504 ? "yes" : "no") + " |\n";
  }
  return out;
}

}  // namespace

Status add_operations(const ProjectModel& m, ProjectFiles& out) {
  for (const auto& h : m.handlers) {
    out.add("src/handlers/" + h.function + ".h", FileClass::Scaffold, handler_header(m, h));
    out.add("src/handlers/" + h.function + ".cpp", FileClass::Scaffold, handler_source(m, h));
  }
  if (m.service->database && !m.service->database->schema.empty())
    if (auto s = copy(m, m.service->database->schema, m.service->database->schema, out); !s.ok()) return s;
  for (const auto& proto : m.protos())
    if (auto s = copy(m, proto, "api/protos/" + proto_name(proto), out); !s.ok()) return s;
  return {};
}

Status add_config(const ProjectModel& m, ProjectFiles& out) {
  out.add("config/config.yaml", FileClass::Merged, config_yaml(m, false));
  out.add("config/config.testing.yaml", FileClass::Merged, config_yaml(m, true));
  out.add("config/config.schema.json", FileClass::Generated, config_json_schema(m));
  return {};
}

Status add_api(const ProjectModel& m, ProjectFiles& out) {
  if (m.http()) out.add("api/openapi.yaml", FileClass::Generated, openapi::document_yaml(*m.service, m.workspace));
  out.add("api/errors.md", FileClass::Generated, errors_table(m));
  return {};
}

Status add_cases(const ProjectModel& m, ProjectFiles& out) {
  for (const auto& s : m.sessions) {
    std::string name;
    for (char c : s.name) {
      if (std::isalnum(static_cast<unsigned char>(c)))
        name += c;
      else if (!name.empty() && name.back() != '_')
        name += '_';
    }
    out.add("tests/replay/cases/" + name + ".json", FileClass::Traffic, s.to_json());
  }
  return {};
}

Status add_licence(const ProjectModel&, ProjectFiles& out) {
  auto where = locate();
  if (!where.ok()) return where.error();
  // The text of Apache-2.0, which the framework is under as well.
  out.add("LICENSE", FileClass::Scaffold, read_text(where->engine + "/LICENSE"));
  return {};
}

}  // namespace workbench::exporter
