#include "app/verbs/reference.h"

#include <fmt/format.h>

#include <memory>

#include "app/verbs/verb.h"
#include "slipway/base/code_registry.h"

namespace app {
namespace {

using slipway::Value;

struct ReferenceOptions {
  std::string what, workspace;
  bool json = false;
};

int errors(const ReferenceOptions& o) {
  const auto codes = slipway::CodeRegistry::system().search(o.what);
  if (codes.empty()) return fail(slipway::not_found("no error code has \"" + o.what + "\" in its number, status, reason, text or owner (slipway errors lists all)", "NO_SUCH_CODE"));
  if (o.json) {
    Value::List out;
    for (const auto& c : codes)
      out.push_back(Value::object({{"code", c.number}, {"reason", c.reason}, {"text", c.text}, {"http_status", c.http}, {"grpc_status", c.grpc},
                                   {"grpc_name", std::string(slipway::grpc_code_name(c.grpc))}, {"owner", c.owner}}));
    print_json(Value(std::move(out)));
    return kDone;
  }
  Table t({"code", "reason", "text", "HTTP", "gRPC", "", "defined by"}, {true, false, false, true, true, false, false});
  for (const auto& c : codes)
    t.row({std::to_string(c.number), c.reason, c.text, std::to_string(c.http), std::to_string(c.grpc), std::string(slipway::grpc_code_name(c.grpc)), c.owner});
  t.print();
  return kDone;
}

int plugins(const ReferenceOptions& o) {
  auto session = WorkspaceSession::open(o.workspace, WorkspaceSession::Start::Nothing);
  if (!session.ok()) return fail(session.error());
  auto rows = (*session)->call("plugins");
  if (!rows.ok()) return fail(rows.error());
  if (o.json) {
    print_json(*rows);
    return kDone;
  }
  if (rows->as_list().empty()) {
    fmt::print("this workspace lists no plugins; name shared libraries under `plugins:` in workspace.yaml\n");
    return kDone;
  }
  Table t({"plugin", "version", "adds", "used by", "file", "about"});
  for (const auto& p : rows->as_list()) {
    std::string adds, users;
    for (const auto& a : p["adds"].as_list()) adds += (adds.empty() ? "" : ", ") + a["family"].as_string() + " " + a["name"].as_string();
    for (const auto& u : p["users"].as_list()) users += (users.empty() ? "" : ", ") + u.as_string();
    t.row({p["name"].as_string(), p["version"].as_string(), adds, users, p["path"].as_string(), p["about"].as_string()});
  }
  t.print();
  return kDone;
}

}  // namespace

void add_reference(CLI::App& root, int& exit_code) {
  auto o = std::make_shared<ReferenceOptions>();
  auto* codes = root.add_subcommand("errors", "The error codes, with the HTTP and gRPC status of each");
  codes->add_option("what", o->what, "A number or its beginning, an HTTP status, or a part of the reason, text, owner or gRPC name; none: all");
  codes->add_flag("--json", o->json, "As JSON");
  codes->callback([o, &exit_code] { exit_code = errors(*o); });
  auto* list = root.add_subcommand("plugins", "The plugins of a workspace and what each adds");
  list->add_option("workspace", o->workspace, "Folder of the workspace")->required();
  list->add_flag("--json", o->json, "As JSON");
  list->callback([o, &exit_code] { exit_code = plugins(*o); });
}

}  // namespace app
