#include "app/verbs/traces.h"

#include "app/verbs/verb.h"
#include "slipway/base/time.h"
#include "workbench/host/operations.h"
#include "workbench/host/past_run.h"

namespace app {
namespace {

using slipway::Value;

struct TracesOptions {
  std::string workspace, filter, id, format = "otlp", run;
  std::int64_t limit = 50;
  bool json = false;
};

slipway::Result<Value> ask(const TracesOptions& o, std::string_view op, const Value& arguments) {
  if (!o.run.empty()) {
    auto run = workbench::host::PastRun::open(o.workspace, o.run);
    return run.ok() ? workbench::host::run_operation(**run, op, arguments) : slipway::Result<Value>(run.error());
  }
  auto s = WorkspaceSession::open(o.workspace, WorkspaceSession::Start::Nothing);
  if (!s.ok()) return s.error();
  if (!(*s)->attached()) return slipway::unavailable("nothing serves " + o.workspace + ", so no traces are in memory; start it with: slipway serve " + o.workspace + ", or name a recorded run with --run (slipway runs " + o.workspace + " list)", "NO_HOST");
  return (*s)->call(op, arguments);
}

int list(const TracesOptions& o) {
  auto r = ask(o, "traces.list", Value::object({{"filter", Value(o.filter)}, {"limit", Value(o.limit)}}));
  if (!r.ok()) return fail(r.error());
  if (o.json) {
    print_json(*r);
    return kDone;
  }
  Table t({"id", "started", "service", "name", "status", "duration", "spans", "stopped by"}, {false, false, false, false, true, true, true, false});
  for (const Value& x : r->as_list())
    t.row({x["id"].as_string().substr(0, 12), slipway::format_rfc3339(slipway::WallTime(slipway::Duration(x["start_ns"].as_int()))).substr(11, 12), x["service"].as_string(),
           x["name"].as_string(), x["status"].to_text(), human_ns(x["duration_ns"].as_int()), x["spans"].to_text(), x["stopped_by"].as_string()});
  t.print();
  return kDone;
}

int show(const TracesOptions& o) {
  auto r = ask(o, "traces.show", Value::object({{"id", Value(o.id)}}));
  if (!r.ok()) return fail(r.error());
  if (o.json) {
    print_json(*r);
    return kDone;
  }
  Table t({"span", "service", "duration", "self", "status"}, {false, false, true, true, false});
  for (const Value& s : (*r)["spans"].as_list())
    t.row({std::string(static_cast<std::size_t>(s["depth"].as_int()) * 2, ' ') + s["name"].as_string(), s["service"].as_string(), human_ns(s["duration_ns"].as_int()),
           human_ns(s["self_ns"].as_int()), s["status"].as_string()});
  t.print();
  return kDone;
}

int export_them(const TracesOptions& o) {
  Value arguments = Value::object({{"filter", Value(o.filter)}, {"format", Value(o.format)}});
  if (!o.id.empty()) arguments["id"] = Value(o.id);
  auto r = ask(o, "traces.export", arguments);
  if (!r.ok()) return fail(r.error());
  std::printf("%s\n", r->as_string().c_str());
  return kDone;
}

}  // namespace

void add_traces(CLI::App& root, int& exit_code) {
  auto o = std::make_shared<TracesOptions>();
  auto* verb = root.add_subcommand("traces", "Traces kept by the host of a workspace, or in a recorded run");
  verb->add_option("workspace", o->workspace, "Folder of the workspace")->required();
  verb->require_subcommand(1);
  const auto of_run = [o](CLI::App* v) { v->add_option("--run", o->run, "A recorded run instead of what is served now; runs list names them"); };
  auto* l = verb->add_subcommand("list", "Newest traces");
  l->add_option("filter", o->filter, "For example: service=orders dur>5ms status!=ok");
  l->add_option("--limit", o->limit, "How many")->check(CLI::Range(1, 100000));
  l->add_flag("--json", o->json, "Print JSON");
  of_run(l);
  l->callback([o, &exit_code] { exit_code = list(*o); });
  auto* s = verb->add_subcommand("show", "One trace");
  s->add_option("id", o->id, "Trace id or the beginning of one")->required();
  s->add_flag("--json", o->json, "Print JSON");
  of_run(s);
  s->callback([o, &exit_code] { exit_code = show(*o); });
  auto* e = verb->add_subcommand("export", "Traces in another tool's format");
  e->add_option("id", o->id, "One trace; all that match --filter without it");
  e->add_option("--filter", o->filter);
  of_run(e);
  e->add_option("--format", o->format)->check(CLI::IsMember({"otlp", "jaeger", "chrome", "json"}));
  e->add_flag("--json", o->json, "Every format is JSON; accepted so that all verbs take it");
  e->callback([o, &exit_code] { exit_code = export_them(*o); });
}

}  // namespace app
