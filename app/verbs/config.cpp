#include "app/verbs/config.h"

#include <thread>

#include "app/verbs/verb.h"
#include "workbench/host/check.h"

namespace app {
namespace {

using slipway::Value;

struct ConfigOptions {
  std::string workspace, key, value, file;
  bool json = false, only = false;
  int changes = 0;
  std::int64_t version = 0;
};

std::unique_ptr<WorkspaceSession> session_of(const ConfigOptions& o, int& exit_code) {
  auto s = WorkspaceSession::open(o.workspace, WorkspaceSession::Start::Nothing);
  if (s.ok()) return std::move(*s);
  exit_code = fail(s.error());
  return nullptr;
}

int get(const ConfigOptions& o) {
  int code = kDone;
  auto s = session_of(o, code);
  if (!s) return code;
  auto r = s->call("config.get", Value::object({{"key", Value(o.key)}}));
  if (!r.ok()) return fail(r.error());
  if (o.json) {
    print_json(*r);
  } else if (r->is_map()) {
    std::printf("%s\n", (*r)["value"].as_string().c_str());
  } else {
    Table t({"key", "value", "layer"});
    for (const Value& row : r->as_list()) t.row({row["key"].as_string(), row["value"].as_string(), row["layer"].as_string()});
    t.print();
  }
  return kDone;
}

int explain(const ConfigOptions& o) {
  int code = kDone;
  auto s = session_of(o, code);
  if (!s) return code;
  auto r = s->call("config.explain", Value::object({{"key", Value(o.key)}}));
  if (!r.ok()) return fail(r.error());
  if (o.json) {
    print_json(*r);
    return kDone;
  }
  std::printf("%s = %s%s\n", (*r)["key"].as_string().c_str(), (*r)["value"].as_string().c_str(), (*r)["live"].as_bool() ? "" : "  (needs a restart)");
  if (!(*r)["doc"].as_string().empty()) std::printf("%s\n", (*r)["doc"].as_string().c_str());
  const auto& layers = (*r)["layers"].as_list();
  for (auto it = layers.rbegin(); it != layers.rend(); ++it) {
    // A template is shown beside what it gives.
    const std::string& raw = (*it)["raw"].as_string();
    const bool templated = raw.find("${") != std::string::npos && raw != (*it)["value"].as_string();
    std::printf("  %s %-24s %-20s %s%s\n", (*it)["wins"].as_bool() ? "*" : " ", (*it)["layer"].as_string().c_str(), (*it)["value"].as_string().c_str(), templated ? (raw + "  ").c_str() : "",
                (*it)["place"].as_string().c_str());
  }
  for (const Value& reader : (*r)["readers"].as_list()) std::printf("  read by %s\n", reader.as_string().c_str());
  return kDone;
}

void print_change(const Value& c) {
  if (c["key"].as_string().empty() || (c["before"].is_null() && c["after"].is_null())) {  // a layer was written, what holds stayed
    std::printf("written in %s by %s; no value in force changed\n", c["source"].as_string().c_str(), c["who"].as_string().c_str());
    return;
  }
  const std::string before = c["before"].is_null() ? "(not set)" : c["before"].as_string();
  const std::string after = c["after"].is_null() ? "(not set)" : c["after"].as_string();
  std::printf("%s: %s -> %s  by %s in %s, applied %s", c["key"].as_string().c_str(), before.c_str(), after.c_str(), c["who"].as_string().c_str(), c["source"].as_string().c_str(),
              human_ns(c["applied_ns"].as_int()).c_str());
  for (const Value& who : c["applied_by"].as_list()) std::printf(", %s", who.as_string().c_str());
  std::printf("\n");
  for (const Value& why : c["refused_by"].as_list()) std::fprintf(stderr, "slipway: not applied by %s\n", why.as_string().c_str());
}

int change(const ConfigOptions& o, std::string_view op) {
  int code = kDone;
  auto s = session_of(o, code);
  if (!s) return code;
  auto r = s->call(op, Value::object({{"key", Value(o.key)}, {"value", Value(o.value)}, {"file", Value(o.file)}, {"who", Value("command line")}}));
  if (!r.ok()) return fail(r.error());
  if (o.json)
    print_json(*r);
  else if (op == "config.move")  // which as a rule changes no value in force
    std::printf("%s: moved from the overrides into %s\n", o.key.c_str(), o.file.c_str());
  else
    print_change(*r);
  return kDone;
}

// What only the process that serves the workspace knows.
bool has_history(const ConfigOptions& o, const WorkspaceSession& session) {
  if (session.attached()) return true;
  std::fprintf(stderr, "slipway: nothing serves %s, so no history of changes is kept; start it with: slipway serve %s\n", o.workspace.c_str(), o.workspace.c_str());
  return false;
}

int go_back(const ConfigOptions& o, std::string_view op) {
  int code = kDone;
  auto s = session_of(o, code);
  if (!s) return code;
  if (!has_history(o, *s)) return kUnavailable;
  auto r = s->call(op, Value::object({{"version", Value(o.version)}, {"only", Value(o.only)}, {"key", Value(o.key)}, {"who", Value("command line")}}));
  if (!r.ok()) return fail(r.error());
  if (o.json)
    print_json(*r);
  else
    print_change(*r);
  return kDone;
}

int check(const ConfigOptions& o) {
  const auto problems = workbench::host::check_folder(o.workspace);
  if (o.json) {
    Value::List list;
    for (const auto& p : problems) list.emplace_back(p);
    print_json(Value::object({{"problems", Value(std::move(list))}}));
  } else {
    for (const auto& p : problems) std::printf("%s\n", p.c_str());
    if (problems.empty()) std::printf("%s: its files and config are good\n", o.workspace.c_str());
  }
  return problems.empty() ? kDone : kBadWorkspace;
}

int allow(const ConfigOptions& o) {
  int code = kDone;
  auto s = session_of(o, code);
  if (!s) return code;
  if (auto r = s->call("config.allow"); !r.ok()) return fail(r.error());
  if (!o.json) std::printf("the servers that workspace.yaml of %s lists now may be read; remembered for this folder\n", o.workspace.c_str());
  return kDone;
}

int history(const ConfigOptions& o) {
  int code = kDone;
  auto s = session_of(o, code);
  if (!s) return code;
  if (!has_history(o, *s)) return kUnavailable;
  auto r = s->call("config.history");
  if (!r.ok()) return fail(r.error());
  if (o.json) {
    print_json(*r);
    return kDone;
  }
  for (const Value& c : r->as_list()) {
    std::printf("%6lld  ", static_cast<long long>(c["version"].as_int()));
    print_change(c);
  }
  return kDone;
}

// Prints changes as they come, until interrupted or --changes were seen.
int watch(const ConfigOptions& o) {
  Signals signals;
  int code = kDone;
  auto s = session_of(o, code);
  if (!s) return code;
  auto version = s->call("config.version");
  if (!version.ok()) return fail(version.error());
  std::int64_t seen = version->as_int();
  int printed = 0;
  std::fprintf(stderr, "watching config of %s from version %lld; Ctrl+C ends it\n", o.workspace.c_str(), static_cast<long long>(seen));
  for (;;) {
    if (signals.poll()) return kInterrupted;
    auto now = s->call("config.version");
    if (!now.ok()) return fail(now.error());
    if (now->as_int() != seen) {
      auto changes = s->call("config.history", Value::object({{"limit", Value(200)}}));
      if (!changes.ok()) return fail(changes.error());
      const auto& list = changes->as_list();
      for (auto it = list.rbegin(); it != list.rend(); ++it) {
        if ((*it)["version"].as_int() <= seen) continue;
        if (!o.key.empty() && !(*it)["key"].as_string().starts_with(o.key)) continue;
        if (o.json)
          print_json(*it);
        else
          print_change(*it);
        std::fflush(stdout);
        if (o.changes && ++printed >= o.changes) return kDone;
      }
      seen = now->as_int();
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
}

}  // namespace

void add_config(CLI::App& root, int& exit_code) {
  auto o = std::make_shared<ConfigOptions>();
  auto* verb = root.add_subcommand("config", "Read and change a workspace's layered config");
  verb->add_option("workspace", o->workspace, "Folder of the workspace")->required();
  verb->require_subcommand(1);
  auto sub = [&](const char* name, const char* help) {
    auto* s = verb->add_subcommand(name, help);
    s->add_flag("--json", o->json, "Print JSON");
    return s;
  };
  auto* g = sub("get", "Print a key's effective value, or all keys");
  g->add_option("key", o->key, "Key or prefix");
  g->callback([o, &exit_code] { exit_code = get(*o); });
  auto* e = sub("explain", "Show a key in every layer, who wins and who reads it");
  e->add_option("key", o->key)->required();
  e->callback([o, &exit_code] { exit_code = explain(*o); });
  auto* s = sub("set", "Set a key in the overrides (or --file)");
  s->add_option("key", o->key)->required();
  s->add_option("value", o->value)->required();
  s->add_option("--file", o->file, "Write into this layer file instead, comments kept");
  s->callback([o, &exit_code] { exit_code = change(*o, "config.set"); });
  auto* u = sub("unset", "Remove a key from the overrides");
  u->add_option("key", o->key)->required();
  u->callback([o, &exit_code] { exit_code = change(*o, "config.unset"); });
  auto* m = sub("move", "Write a key's override into a layer file, comments kept, and unset it");
  m->add_option("key", o->key)->required();
  m->add_option("file", o->file, "A layer file: config/default.yaml")->required();
  m->callback([o, &exit_code] { exit_code = change(*o, "config.move"); });
  sub("undo", "Undo the last change made through this host")->callback([o, &exit_code] { exit_code = go_back(*o, "config.undo"); });
  sub("redo", "Do the last undone change again")->callback([o, &exit_code] { exit_code = go_back(*o, "config.redo"); });
  auto* back = sub("revert", "Put the overrides back to what they were right after a version");
  back->add_option("version", o->version, "A version of the history")->required()->check(CLI::PositiveNumber);
  auto* only = back->add_flag("--only", o->only, "Take back what that version did, and leave what came later to other keys");
  back->add_option("--key", o->key, "With --only: of this key alone")->needs(only);
  back->callback([o, &exit_code] { exit_code = go_back(*o, "config.revert"); });
  sub("check", "Say everything that is wrong with the workspace's files, without starting anything")->callback([o, &exit_code] { exit_code = check(*o); });
  sub("allow", "Let the workspace read config from the servers off loopback that it lists")->callback([o, &exit_code] { exit_code = allow(*o); });
  sub("history", "The last changes, newest first")->callback([o, &exit_code] { exit_code = history(*o); });
  auto* w = sub("watch", "Print changes as they come");
  w->add_option("key", o->key, "Only keys that begin with this");
  w->add_option("--changes", o->changes, "Stop after that many");
  w->callback([o, &exit_code] { exit_code = watch(*o); });
}

}  // namespace app
