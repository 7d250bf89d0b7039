#include "app/verbs/runs.h"

#include <fmt/format.h>

#include <filesystem>

#include "app/verbs/verb.h"
#include "slipway/base/time.h"
#include "workbench/traffic/run_store.h"

namespace app {
namespace {

using slipway::Value;
using workbench::traffic::RunStore;
using workbench::traffic::RunSummary;

struct RunsOptions {
  std::string workspace, id, other;
  bool json = false;
};

slipway::Result<std::unique_ptr<RunStore>> store_of(const RunsOptions& o) {
  if (!std::filesystem::exists(o.workspace + "/workspace.yaml"))
    return slipway::bad_request(o.workspace + " is no workspace: there is no workspace.yaml in it", "BAD_WORKSPACE");
  return std::make_unique<RunStore>(o.workspace);
}

std::string started(const RunSummary& r) { return slipway::format_rfc3339(slipway::WallTime(slipway::Duration(r.started_wall_ns))); }

Value to_value(const workbench::traffic::Percentiles& p) {
  return Value::object({{"p50", p.p50}, {"p90", p.p90}, {"p99", p.p99}, {"p99_9", p.p99_9}, {"max", p.max}});
}

Value to_value(const RunSummary& r) {
  return Value::object({{"id", r.id}, {"started", started(r)}, {"starred", r.starred}, {"request", r.request}, {"url", r.url}, {"state", r.state}, {"elapsed_s", r.elapsed_s},
                        {"target_rate_per_s", r.target_rate_per_s}, {"users", r.users}, {"achieved_rate_per_s", r.achieved_rate_per_s}, {"requests", r.requests}, {"errors", r.errors},
                        {"dropped", r.dropped}, {"response_ns", to_value(r.response_ns)}, {"file_bytes", r.bytes}});
}

int list(const RunsOptions& o) {
  auto store = store_of(o);
  if (!store.ok()) return fail(store.error());
  const auto all = (*store)->list();
  if (o.json) {
    Value out = Value::List{};
    for (const auto& r : all) out.as_list().push_back(to_value(r));
    print_json(out);
    return kDone;
  }
  if (all.empty()) fmt::print("no run is kept yet; one is when a load on this workspace ends\n");
  Table t({"id", "", "request", "offered", "achieved", "p50", "p99", "errors"}, {false, false, false, true, true, true, true, true});
  for (const auto& r : all)
    t.row({r.id, r.starred ? "*" : "", r.request.empty() ? r.url : r.request, r.users > 0 ? fmt::format("{} users", r.users) : fmt::format("{:.0f}/s", r.target_rate_per_s),
           fmt::format("{:.0f}/s", r.achieved_rate_per_s), human_ns(r.response_ns.p50), human_ns(r.response_ns.p99), std::to_string(r.errors)});
  if (!all.empty()) t.print();
  return kDone;
}

int show(const RunsOptions& o) {
  auto store = store_of(o);
  if (!store.ok()) return fail(store.error());
  auto run = (*store)->open(o.id);
  if (!run.ok()) return fail(run.error());
  const auto& p = run->progress;
  if (o.json) {
    Value out = to_value(run->summary);
    out["service_ns"] = to_value(p.service_ns);
    out["limit"] = std::string(limit_name(p.limit));
    out["honesty"] = p.honesty;
    print_json(out);
    return kDone;
  }
  fmt::print("{} {}\nstarted {}, {:.1f} s, {}\n\n", run->options.request.method, run->summary.url, started(run->summary), run->summary.elapsed_s, run->summary.state);
  fmt::print("  intended {}   sent {}   done {}   errors {}   dropped {}   {:.1f}/s\n\n", p.intended, p.sent, p.requests, p.errors, p.dropped, p.achieved_rate_per_s);
  Table t({"", "p50", "p90", "p99", "p99.9", "max"}, {false, true, true, true, true, true});
  const auto row = [&t](const char* name, const workbench::traffic::Percentiles& x) { t.row({name, human_ns(x.p50), human_ns(x.p90), human_ns(x.p99), human_ns(x.p99_9), human_ns(x.max)}); };
  row("  response, from when it was due", p.response_ns);
  row("  service, from when it was sent", p.service_ns);
  t.print();
  for (const auto& s : p.slos) fmt::print("  {}  {}  (found {})\n", s.held ? "ok  " : "FAIL", s.text, s.found);
  if (!p.honesty.empty()) fmt::print("\n  {}\n", p.honesty);
  return kDone;
}

int change(const RunsOptions& o, const std::function<slipway::Status(RunStore&)>& what) {
  auto store = store_of(o);
  if (!store.ok()) return fail(store.error());
  if (auto s = what(**store); !s.ok()) return fail(s.error());
  return kDone;
}

int compare(const RunsOptions& o) {
  auto store = store_of(o);
  if (!store.ok()) return fail(store.error());
  auto a = (*store)->open(o.id), b = (*store)->open(o.other);
  if (!a.ok()) return fail(a.error());
  if (!b.ok()) return fail(b.error());
  const auto all = workbench::traffic::differences(a->progress, b->progress);
  if (o.json) {
    Value out = Value::List{};
    for (const auto& d : all) out.as_list().push_back(Value::object({{"figure", d.name}, {"unit", d.unit}, {"a", d.a}, {"b", d.b}, {"ratio", d.ratio() > 0 ? Value(d.ratio()) : Value()}}));
    print_json(out);
    return kDone;
  }
  Table t({"figure", "A " + o.id, "B " + o.other, "B to A"}, {false, true, true, true});
  const auto text = [](const std::string& unit, double v) {
    return unit == "ns" ? human_ns(static_cast<std::int64_t>(v)) : unit == "share" ? fmt::format("{:.2f} %", v * 100) : fmt::format("{:.0f}/s", v);
  };
  for (const auto& d : all) t.row({d.name, text(d.unit, d.a), text(d.unit, d.b), d.ratio() > 0 ? fmt::format("{:+.1f} %", (d.ratio() - 1) * 100) : ""});
  t.print();
  fmt::print("\n  One run of each: what noise alone moves is not known from them; slipway compare repeats both sides, interleaved.\n");
  return kDone;
}

}  // namespace

void add_runs(CLI::App& root, int& exit_code) {
  auto o = std::make_shared<RunsOptions>();
  auto* verb = root.add_subcommand("runs", "Load runs that a workspace keeps");
  verb->add_option("workspace", o->workspace, "Folder of the workspace")->required();
  verb->require_subcommand(1);
  auto* l = verb->add_subcommand("list", "Newest first; a star marks those that stay");
  l->add_flag("--json", o->json, "Print JSON");
  l->callback([o, &exit_code] { exit_code = list(*o); });
  auto* s = verb->add_subcommand("show", "One run");
  s->add_option("id", o->id, "Id of the run, from list")->required();
  s->add_flag("--json", o->json, "Print JSON");
  s->callback([o, &exit_code] { exit_code = show(*o); });
  const auto simple = [&](const char* name, const char* about, std::function<slipway::Status(RunStore&, const std::string&)> what) {
    auto* c = verb->add_subcommand(name, about);
    c->add_option("id", o->id, "Id of the run, from list")->required();
    c->callback([o, &exit_code, what] { exit_code = change(*o, [&](RunStore& store) { return what(store, o->id); }); });
  };
  simple("star", "Keep it for good", [](RunStore& store, const std::string& id) { return store.star(id, true); });
  simple("unstar", "Let it go when 20 newer ones are there", [](RunStore& store, const std::string& id) { return store.star(id, false); });
  simple("remove", "Delete it", [](RunStore& store, const std::string& id) { return store.remove(id); });
  auto* c = verb->add_subcommand("compare", "Two runs, figure by figure");
  c->add_option("a", o->id, "Id of the first run")->required();
  c->add_option("b", o->other, "Id of the second run")->required();
  c->add_flag("--json", o->json, "Print JSON");
  c->callback([o, &exit_code] { exit_code = compare(*o); });
}

}  // namespace app
