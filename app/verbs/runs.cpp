#include "app/verbs/runs.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <optional>

#include "app/verbs/verb.h"
#include "slipway/base/time.h"
#include "workbench/recorder/run_archive.h"
#include "workbench/traffic/run_store.h"

namespace app {
namespace {

using slipway::Value;
using workbench::recorder::RunFolder;
using workbench::recorder::RunInfo;
using workbench::traffic::RunStore;
using workbench::traffic::RunSummary;

struct RunsOptions {
  std::string workspace, id, other;
  bool json = false;
};

// A workspace keeps runs of two kinds: load runs, and recorded runs of its hosts. Their ids differ.
struct Kept {
  explicit Kept(const std::string& workspace) : loads(workspace), recorded(workspace) {}
  RunStore loads;
  RunFolder recorded;

  std::optional<RunSummary> load(const std::string& id) const {
    for (const auto& r : loads.list())
      if (r.id == id) return r;
    return std::nullopt;
  }
  // Of which of the two kinds it is; NOT_FOUND / NO_RUN names what there is of both.
  slipway::Result<RunInfo> recording(const std::string& id) const {
    auto found = recorded.find(id);
    if (found.ok() || found.error().reason() != "NO_RUN") return found;
    std::string there;
    const auto all = loads.list();
    for (std::size_t i = 0; i < all.size() && i < 5; ++i) there += (i > 0 ? ", " : "") + all[i].id;
    return slipway::not_found(found.error().message() + (there.empty() ? "; and no load run is kept" : "; the newest load runs are " + there), "NO_RUN");
  }
};

slipway::Result<std::unique_ptr<Kept>> kept_in(const RunsOptions& o) {
  if (!std::filesystem::exists(o.workspace + "/workspace.yaml"))
    return slipway::bad_request(o.workspace + " is no workspace: there is no workspace.yaml in it", "BAD_WORKSPACE");
  return std::make_unique<Kept>(o.workspace);
}

std::string_view state_of(const RunInfo& r) {
  if (!r.problem.empty()) return "unreadable";
  switch (r.state) {
    case RunInfo::State::Recording: return "recording";
    case RunInfo::State::Closed: return "closed";
    case RunInfo::State::Cut: return "cut";
  }
  return "";
}

std::string when(std::int64_t wall_ns) { return slipway::format_rfc3339(slipway::WallTime(slipway::Duration(wall_ns))); }

std::string lasted(const RunInfo& r) {
  const auto seconds = std::chrono::round<std::chrono::seconds>(slipway::Duration(r.ended_ns - r.started_ns));
  return slipway::format_duration(seconds);
}

Value to_value(const RunInfo& r) {
  return Value::object({{"kind", "recorded"}, {"id", r.id}, {"started", when(r.started_ns)}, {"starred", r.starred}, {"state", std::string(state_of(r))}, {"ended", when(r.ended_ns)},
                        {"requests", r.requests}, {"errors", r.errors}, {"traces", r.traces}, {"traces_not_kept", r.not_kept}, {"stopped_writing", r.stopped_writing}, {"problem", r.problem},
                        {"file_bytes", r.bytes}});
}

std::string started(const RunSummary& r) { return when(r.started_wall_ns); }

Value to_value(const workbench::traffic::Percentiles& p) {
  return Value::object({{"p50", p.p50}, {"p90", p.p90}, {"p99", p.p99}, {"p99_9", p.p99_9}, {"max", p.max}});
}

Value to_value(const RunSummary& r) {
  return Value::object({{"kind", "load"}, {"id", r.id}, {"started", started(r)}, {"starred", r.starred}, {"request", r.request}, {"url", r.url}, {"state", r.state}, {"elapsed_s", r.elapsed_s},
                        {"target_rate_per_s", r.target_rate_per_s}, {"users", r.users}, {"achieved_rate_per_s", r.achieved_rate_per_s}, {"requests", r.requests}, {"errors", r.errors},
                        {"dropped", r.dropped}, {"response_ns", to_value(r.response_ns)}, {"file_bytes", r.bytes}});
}

int list(const RunsOptions& o) {
  auto kept = kept_in(o);
  if (!kept.ok()) return fail(kept.error());
  const auto loads = (*kept)->loads.list();
  const auto recorded = (*kept)->recorded.list();
  if (o.json) {
    std::vector<std::pair<std::int64_t, Value>> all;
    for (const auto& r : recorded) all.emplace_back(r.started_ns, to_value(r));
    for (const auto& r : loads) all.emplace_back(r.started_wall_ns, to_value(r));
    std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
    Value out = Value::List{};
    for (auto& [at, value] : all) out.as_list().push_back(std::move(value));
    print_json(out);
    return kDone;
  }
  if (recorded.empty()) fmt::print("no run is recorded yet; serve and the window record each in which something happens\n");
  Table r({"recorded run", "", "state", "lasted", "requests", "errors", "traces", "not kept", "size", ""}, {false, false, false, true, true, true, true, true, true, false});
  std::uint64_t bytes = 0;
  for (const auto& x : recorded) {
    r.row({x.id, x.starred ? "*" : "", std::string(state_of(x)), lasted(x), std::to_string(x.requests), std::to_string(x.errors), std::to_string(x.traces),
           std::to_string(x.not_kept), fmt::format("{:.1f} MB", static_cast<double>(x.bytes) * 1e-6),
           !x.problem.empty() ? x.problem : x.stopped_writing.empty() ? "" : "nothing more was written: " + x.stopped_writing});
    bytes += x.bytes;
  }
  if (!recorded.empty()) {
    r.print();
    fmt::print("{:.1f} MB in {}\n", static_cast<double>(bytes) * 1e-6, (*kept)->recorded.path().string());
  }
  if (loads.empty()) fmt::print("\nno load run is kept yet; one is when a load on this workspace ends\n");
  Table t({"load run", "", "request", "offered", "achieved", "p50", "p99", "errors"}, {false, false, false, true, true, true, true, true});
  for (const auto& x : loads)
    t.row({x.id, x.starred ? "*" : "", x.request.empty() ? x.url : x.request, x.users > 0 ? fmt::format("{} users", x.users) : fmt::format("{:.0f}/s", x.target_rate_per_s),
           fmt::format("{:.0f}/s", x.achieved_rate_per_s), human_ns(x.response_ns.p50), human_ns(x.response_ns.p99), std::to_string(x.errors)});
  if (!loads.empty()) {
    fmt::print("\n");
    t.print();
  }
  return kDone;
}

int show(const RunsOptions& o, const RunInfo& r) {
  if (o.json) {
    print_json(to_value(r));
    return kDone;
  }
  fmt::print("{}{}  {}\nstarted {}, lasted {}{}\n\n", r.id, r.starred ? " *" : "", state_of(r), when(r.started_ns), lasted(r),
             r.state == RunInfo::State::Cut ? " (until the last thing written; its process ended without closing it)" : "");
  if (!r.problem.empty()) fmt::print("  {}\n", r.problem);
  fmt::print("  requests {}   errors {}   traces {}   not kept {}   {:.1f} MB\n", r.requests, r.errors, r.traces, r.not_kept, static_cast<double>(r.bytes) * 1e-6);
  if (!r.stopped_writing.empty()) fmt::print("  nothing more was written: {}\n", r.stopped_writing);
  fmt::print("\n  its traces: slipway traces {} list --run {}\n", o.workspace, r.id);
  return kDone;
}

int show(const RunsOptions& o) {
  auto kept = kept_in(o);
  if (!kept.ok()) return fail(kept.error());
  if (!(*kept)->load(o.id)) {
    const auto recorded = (*kept)->recording(o.id);
    return recorded.ok() ? show(o, *recorded) : fail(recorded.error());
  }
  auto run = (*kept)->loads.open(o.id);
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

int star(const RunsOptions& o, bool on) {
  auto kept = kept_in(o);
  if (!kept.ok()) return fail(kept.error());
  const auto done = [&]() -> slipway::Status {
    if ((*kept)->load(o.id)) return (*kept)->loads.star(o.id, on);
    const auto run = (*kept)->recording(o.id);
    return run.ok() ? (*kept)->recorded.star(run->id, on) : slipway::Status(run.error());
  }();
  return done.ok() ? kDone : fail(done.error());
}

int remove(const RunsOptions& o) {
  auto kept = kept_in(o);
  if (!kept.ok()) return fail(kept.error());
  const auto done = [&]() -> slipway::Status {
    if ((*kept)->load(o.id)) return (*kept)->loads.remove(o.id);
    const auto run = (*kept)->recording(o.id);
    return run.ok() ? (*kept)->recorded.remove(run->id) : slipway::Status(run.error());
  }();
  return done.ok() ? kDone : fail(done.error());
}

int clean(const RunsOptions& o) {
  auto kept = kept_in(o);
  if (!kept.ok()) return fail(kept.error());
  const auto freed = (*kept)->recorded.clean();
  if (!freed.ok()) return fail(freed.error());
  if (o.json)
    print_json(Value::object({{"removed", freed->runs}, {"freed_bytes", freed->bytes}}));
  else
    fmt::print("{} recorded run{} removed, {:.1f} MB\n", freed->runs, freed->runs == 1 ? "" : "s", static_cast<double>(freed->bytes) * 1e-6);
  return kDone;
}

int compare(const RunsOptions& o) {
  auto kept = kept_in(o);
  if (!kept.ok()) return fail(kept.error());
  for (const auto& id : {o.id, o.other})
    if (!(*kept)->load(id) && (*kept)->recorded.find(id).ok())
      return fail(slipway::bad_request(id + " is a recorded run; load runs can be compared (list names them)", "NOT_A_LOAD_RUN"));
  auto a = (*kept)->loads.open(o.id), b = (*kept)->loads.open(o.other);
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
  auto* verb = root.add_subcommand("runs", "Runs that a workspace keeps: recorded ones and load runs");
  verb->add_option("workspace", o->workspace, "Folder of the workspace")->required();
  verb->require_subcommand(1);
  auto* l = verb->add_subcommand("list", "Newest first; a star marks those that stay");
  l->add_flag("--json", o->json, "Print JSON");
  l->callback([o, &exit_code] { exit_code = list(*o); });
  auto* s = verb->add_subcommand("show", "One run");
  s->add_option("id", o->id, "Id of the run, from list")->required();
  s->add_flag("--json", o->json, "Print JSON");
  s->callback([o, &exit_code] { exit_code = show(*o); });
  const auto one = [&](const char* name, const char* about, std::function<int(const RunsOptions&)> what) {
    auto* c = verb->add_subcommand(name, about);
    c->add_option("id", o->id, "Id of the run, from list")->required();
    c->callback([o, &exit_code, what] { exit_code = what(*o); });
    return c;
  };
  one("star", "Keep it for good", [](const RunsOptions& x) { return star(x, true); });
  one("unstar", "Let it go when newer ones take its place", [](const RunsOptions& x) { return star(x, false); });
  one("remove", "Delete it", remove)->alias("rm");
  auto* clear = verb->add_subcommand("clean", "Delete every recorded run that has no star and is not being recorded");
  clear->add_flag("--json", o->json, "Print JSON");
  clear->callback([o, &exit_code] { exit_code = clean(*o); });
  auto* c = verb->add_subcommand("compare", "Two load runs, figure by figure");
  c->add_option("a", o->id, "Id of the first run")->required();
  c->add_option("b", o->other, "Id of the second run")->required();
  c->add_flag("--json", o->json, "Print JSON");
  c->callback([o, &exit_code] { exit_code = compare(*o); });
}

}  // namespace app
