#include "app/verbs/service.h"

#include <iostream>
#include <iterator>

#include "app/verbs/verb.h"
#include "slipway/config/atomic_file.h"
#include "workbench/host/control.h"
#include "workbench/host/operations.h"
#include "workbench/scaffold/new_service.h"

namespace app {
namespace {

using slipway::Value;

struct ServiceOptions {
  std::string workspace, name, from = "empty", route, set;
  int port = 0;
  bool json = false;
};

int say_made(const ServiceOptions& o, const Value& made) {
  if (o.json) {
    print_json(made);
    return kDone;
  }
  for (const Value& f : made["files"].as_list()) std::printf("%s\n", f["path"].as_string().c_str());
  for (const Value& n : made["notes"].as_list()) std::fprintf(stderr, "note: %s\n", n.as_string().c_str());
  std::fprintf(stderr, "service %s on port %s\n", made["service"].as_string().c_str(), made["port"].to_text().c_str());
  return kDone;
}

// By the host that runs the workspace, or on the files alone: a workspace without any service has no host.
int make(const ServiceOptions& o) {
  if (auto control = workbench::host::ControlClient::connect(o.workspace); control.ok()) {
    auto r = (*control)->call("service.new", Value::object({{"name", Value(o.name)}, {"from", Value(o.from)}, {"port", Value(o.port)}}));
    return r.ok() ? say_made(o, *r) : fail(r.error());
  }
  auto made = workbench::scaffold::new_service(o.workspace, {o.name, o.from, o.port});
  return made.ok() ? say_made(o, workbench::host::to_value(*made)) : fail(made.error());
}

slipway::Result<Value> ask(const ServiceOptions& o, std::string_view op, const Value& arguments) {
  auto s = WorkspaceSession::open(o.workspace, WorkspaceSession::Start::Nothing);
  if (!s.ok()) return s.error();
  return (*s)->call(op, arguments);
}

int openapi(const ServiceOptions& o) {
  auto r = ask(o, "service.openapi", Value::object({{"service", Value(o.name)}}));
  if (!r.ok()) return fail(r.error());
  std::fputs(r->as_string().c_str(), stdout);
  return kDone;
}

int route(const ServiceOptions& o) {
  Value arguments = Value::object({{"service", Value(o.name)}, {"route", Value(o.route)}});
  if (o.set == "-") {
    arguments["yaml"] = Value(std::string(std::istreambuf_iterator<char>(std::cin), {}));
  } else if (!o.set.empty()) {
    auto text = slipway::config::read_file(o.set);
    if (!text.ok()) return fail(text.error());
    arguments["yaml"] = Value(*text);
  }
  auto r = ask(o, "service.route", arguments);
  if (!r.ok()) return fail(r.error());
  if (o.set.empty()) std::fputs(r->as_string().c_str(), stdout);
  return kDone;
}

}  // namespace

void add_service(CLI::App& root, int& exit_code) {
  auto o = std::make_shared<ServiceOptions>();
  auto* verb = root.add_subcommand("service", "Services of a workspace: make one, describe one, edit a route");
  verb->add_option("workspace", o->workspace, "Folder of the workspace")->required();
  verb->require_subcommand(1);
  std::string known = "empty";
  for (const auto& s : workbench::scaffold::samples()) known += ", " + std::string(s.name);
  auto* n = verb->add_subcommand("new", "A new service, written into the workspace");
  n->add_option("name", o->name, "Its name; without it, that of what it is made from");
  n->add_option("--from", o->from, known + ", or a .proto or OpenAPI 3 file");
  n->add_option("--port", o->port, "Port; without it the first free from 8080 on")->check(CLI::Range(1, 65535));
  n->add_flag("--json", o->json, "Print JSON");
  n->callback([o, &exit_code] { exit_code = make(*o); });
  auto* d = verb->add_subcommand("openapi", "The OpenAPI 3 document of a service, as YAML");
  d->add_option("name", o->name, "The service")->required();
  d->callback([o, &exit_code] { exit_code = openapi(*o); });
  auto* r = verb->add_subcommand("route", "A route as it is written; --set replaces it, comments elsewhere kept");
  r->add_option("name", o->name, "The service")->required();
  r->add_option("route", o->route, "For example: \"POST /orders\"")->required();
  r->add_option("--set", o->set, "A file with the new text, - for standard input");
  r->callback([o, &exit_code] { exit_code = route(*o); });
}

}  // namespace app
