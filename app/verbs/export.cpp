#include "app/verbs/export.h"

#include <signal.h>

#include <algorithm>
#include <filesystem>

#include "app/verbs/verb.h"
#include "slipway/codec/codec.h"
#include "workbench/exporter/export_plan.h"
#include "workbench/exporter/process.h"
#include "workbench/workspace/load.h"

namespace app {
namespace {

using namespace workbench::exporter;
using slipway::Value;

struct Options {
  std::string workspace, folder, service, design, verify;
  std::vector<std::string> parts, without, adopt;
  bool dry_run = false, json = false, git = false, list_parts = false;
};

std::atomic<ExportControl*> running{nullptr};   // what Ctrl+C stops

const char* action_name(PlannedFile::Action a) {
  switch (a) {
    case PlannedFile::Action::Create: return "create";
    case PlannedFile::Action::Keep: return "keep";
    case PlannedFile::Action::Overwrite: return "overwrite";
    case PlannedFile::Action::Same: return "same";
    case PlannedFile::Action::Conflict: return "CONFLICT";
    case PlannedFile::Action::Remove: return "remove";
  }
  return "";
}

// A project remembers how it was exported; what the command line says wins.
ExportOptions remembered(const Options& o) {
  ExportOptions out;
  out.folder = o.folder;
  std::string design = o.design;
  if (auto v = slipway::codec::read_document(o.folder + "/.slipway/export.json"); v.ok()) {
    out.service = (*v)["service"].to_text();
    if (design.empty()) design = (*v)["design"].to_text();
    if ((*v)["without"].is_list())
      for (const auto& p : (*v)["without"].as_list()) out.without.insert(p.to_text());
  }
  if (!o.service.empty()) out.service = o.service;
  out.design = design == "g" ? Design::G : Design::Injected;
  if (!o.parts.empty() || !o.without.empty()) out.without = {o.without.begin(), o.without.end()};
  if (!o.parts.empty())
    for (const auto& p : part_infos())
      if (!p.required && std::find(o.parts.begin(), o.parts.end(), p.name) == o.parts.end()) out.without.insert(p.name);
  out.adopt = {o.adopt.begin(), o.adopt.end()};
  return out;
}

// A repository around a new project, with the export as its first commit. A folder inside one is left as it is.
slipway::Status make_repository(const std::string& folder, ExportControl& control) {
  for (const auto& words : {std::vector<std::string>{"git", "init", "-q"}, {"git", "add", "-A"}, {"git", "commit", "-q", "-m", "Exported from its prototype"}}) {
    auto ended = run_process(words, folder, {}, {}, control.cancelled);
    if (!ended.ok()) return ended.error();
    if (ended->code != 0) return slipway::unavailable(words[0] + " " + words[1] + " in " + folder + " failed: " + ended->output, "GIT");
  }
  return {};
}

int list_parts(bool json) {
  Value::List rows;
  Table t({"part", "", "what it is"});
  for (const auto& p : part_infos()) {
    rows.push_back(Value::object({{"name", Value(p.name)}, {"required", Value(p.required)}, {"doc", Value(p.doc)}}));
    t.row({p.name, p.required ? "always" : "", p.doc});
  }
  if (json)
    print_json(Value::object({{"parts", Value(std::move(rows))}}));
  else
    t.print();
  return kDone;
}

int export_service(const Options& o, const workbench::workspace::Workspace& workspace, const ExportOptions& options, ExportControl& control) {
  auto planned = plan(workspace, options, control);
  if (!planned.ok()) return control.cancelled ? kInterrupted : fail(planned.error());
  Value::List files;
  for (const auto& f : planned->files)
    files.push_back(Value::object({{"path", Value(f.path)}, {"part", Value(f.part)}, {"class", Value(class_name(f.file_class))}, {"action", Value(action_name(f.action))}, {"bytes", Value(f.content.size())}}));
  Value::List notes, marked;
  for (const auto& n : planned->notes) notes.emplace_back(n);
  for (const auto& m : planned->marked()) marked.emplace_back(m);
  Value out = Value::object({{"service", Value(options.service)}, {"design", Value(options.design == Design::G ? "g" : "injected")}, {"exchanges", Value(planned->exchanges)}, {"files", Value(std::move(files))}, {"vendored_files", Value(planned->vendored_files)}, {"tests", Value(planned->tests)}, {"conflicts", Value(std::move(marked))}, {"notes", Value(std::move(notes))}});
  if (!o.json) {
    Table t({"file", "part", "class", "action"});
    for (const auto& f : planned->files) t.row({f.path, f.part, std::string(class_name(f.file_class)), f.marked > 0 ? "merge with conflicts" : action_name(f.action)});
    t.print();
    std::printf("and %zu files of the engine in third_party/slipway; %zu exchanges recorded; %zu tests\n", planned->vendored_files, planned->exchanges, planned->tests);
    for (const auto& n : planned->notes) std::printf("note: %s\n", n.c_str());
  }
  // Conflicts are to be resolved before anything else can be said of the project.
  int code = planned->marked().empty() ? kDone : kNotHeld;
  if (!o.dry_run) {
    const bool fresh = o.git && !std::filesystem::exists(o.folder + "/.git");
    if (auto s = write(*planned, control); !s.ok()) return fail(s.error());
    if (fresh)
      if (auto s = make_repository(options.folder, control); !s.ok()) return fail(s.error());
    if (!o.verify.empty() && code == kDone) {
      auto report = verify(options, o.verify == "vendored" ? VerifyMode::Vendored : VerifyMode::Installed, control);
      if (!report.ok()) return control.cancelled ? kInterrupted : fail(report.error());
      Value::List steps;
      for (const auto& s : report->steps) {
        steps.push_back(Value::object({{"name", Value(s.name)}, {"passed", Value(s.passed)}, {"took_ns", Value(s.took_ns)}}));
        if (!o.json) std::printf("%s  %-10s %s\n", s.passed ? "ok  " : "FAIL", s.name.c_str(), human_ns(s.took_ns).c_str());
        if (!s.passed) std::fprintf(stderr, "%s\n", s.output.c_str());
      }
      if (!o.json) std::printf("%zu replayed, %zu equal, %zu different, %zu fields masked; %zu tests of %zu\n", report->replayed, report->equal, report->different, report->masked, report->tests_run, report->tests_expected);
      out["verify"] = Value::object({{"passed", Value(report->passed())}, {"steps", Value(std::move(steps))}, {"tests_run", Value(report->tests_run)}, {"tests_expected", Value(report->tests_expected)}, {"replayed", Value(report->replayed)}, {"equal", Value(report->equal)}, {"different", Value(report->different)}, {"masked", Value(report->masked)}});
      if (!report->passed()) code = kNotHeld;
    }
  }
  if (o.json) print_json(out);
  return code;
}

int run(const Options& o) {
  if (o.list_parts) return list_parts(o.json);
  if (o.workspace.empty() || o.folder.empty()) {
    std::fprintf(stderr, "slipway: export takes a workspace and a folder: slipway export WORKSPACE FOLDER\n");
    return kUsage;
  }
  // A part that is not there would silently be left out of --parts.
  for (const auto& name : o.parts)
    if (std::none_of(part_infos().begin(), part_infos().end(), [&](const auto& p) { return p.name == name; }))
      return std::fprintf(stderr, "slipway: there is no part '%s'; slipway export --list-parts names them\n", name.c_str()), kUsage;
  auto loaded = workbench::workspace::load(o.workspace);
  if (!loaded.ok()) return fail(loaded.error());
  ExportOptions options = remembered(o);
  if (options.service.empty()) {
    // The only service with something to record, or the only one at all.
    for (const auto& s : loaded.workspace->scenarios) {
      const auto at = s.find("record-");
      if (at != std::string::npos) options.service = s.substr(at + 7, s.rfind('.') - at - 7);
    }
    if (options.service.empty() && loaded.workspace->services.size() == 1) options.service = loaded.workspace->services.front().name;
  }
  ExportControl control;
  // Every line for a person, each step for a log.
  control.on_output = [last = std::string(), all = on_terminal(2)](const std::string& step, const std::string& line) mutable {
    if (all && !line.empty())
      std::fprintf(stderr, "%-10s %s\n", step.c_str(), line.c_str());
    else if (step != last)
      std::fprintf(stderr, "%s\n", step.c_str());
    last = step;
  };
  running = &control;
  struct sigaction action {};
  action.sa_handler = [](int) {
    if (ExportControl* c = running) c->cancelled = true;
  };
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  const int code = export_service(o, *loaded.workspace, options, control);
  running = nullptr;
  return control.cancelled ? kInterrupted : code;
}

}  // namespace

void add_export(CLI::App& root, int& exit_code) {
  auto o = std::make_shared<Options>();
  auto* verb = root.add_subcommand("export", "Write a service as a C++ project of its own");
  verb->add_option("workspace", o->workspace, "Folder of the workspace");
  verb->add_option("folder", o->folder, "Folder of the project");
  verb->add_option("--service", o->service, "Which service (default: that of an earlier export, else the one with a recording)");
  verb->add_option("--design", o->design, "injected: constructors; g: named lazy instances")->check(CLI::IsMember({"injected", "g"}));
  verb->add_option("--parts", o->parts, "Only these parts and those that are always there")->delimiter(',')->take_all();
  verb->add_option("--without", o->without, "Leave these parts out")->delimiter(',')->take_all();
  verb->add_flag("--list-parts", o->list_parts, "Name the parts and end");
  verb->add_option("--adopt", o->adopt, "A generated file that you edited becomes yours")->delimiter(',')->take_all();
  verb->add_flag("--dry-run", o->dry_run, "Only list what would be written");
  verb->add_flag("--git", o->git, "Make a repository of a new project, with a first commit");
  // A flag: it never takes the next word for its value.
  verb->add_flag("--verify{installed}", o->verify, "Build, test, start and replay it: against this engine, or --verify=vendored")->check(CLI::IsMember({"installed", "vendored"}));
  verb->add_flag("--json", o->json, "Print one JSON object");
  verb->callback([o, &exit_code] { exit_code = run(*o); });
}

}  // namespace app
