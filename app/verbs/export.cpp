#include "app/verbs/export.h"

#include "app/verbs/verb.h"
#include "workbench/exporter/export_plan.h"
#include "workbench/workspace/load.h"

namespace app {
namespace {

using namespace workbench::exporter;
using slipway::Value;

struct Options {
  std::string workspace, folder, service, design = "injected", verify;
  bool dry_run = false, json = false;
};

const char* action_name(PlannedFile::Action a) {
  switch (a) {
    case PlannedFile::Action::Create: return "create";
    case PlannedFile::Action::Keep: return "keep";
    case PlannedFile::Action::Overwrite: return "overwrite";
    case PlannedFile::Action::Same: return "same";
    case PlannedFile::Action::Conflict: return "CONFLICT";
  }
  return "";
}

int run(const Options& o) {
  auto loaded = workbench::workspace::load(o.workspace);
  if (!loaded.ok()) return fail(loaded.error());
  ExportOptions options;
  options.service = o.service;
  options.folder = o.folder;
  options.design = o.design == "g" ? Design::G : Design::Injected;
  if (options.service.empty()) {
    // The only service with something to record, or the only one at all.
    for (const auto& s : loaded.workspace->scenarios) {
      const auto at = s.find("record-");
      if (at != std::string::npos) options.service = s.substr(at + 7, s.rfind('.') - at - 7);
    }
    if (options.service.empty() && loaded.workspace->services.size() == 1) options.service = loaded.workspace->services.front().name;
  }
  ExportControl control;
  if (on_terminal(2)) control.on_output = [](const std::string& step, const std::string& line) { std::fprintf(stderr, "%-10s %s\n", step.c_str(), line.c_str()); };
  auto planned = plan(*loaded.workspace, options, control);
  if (!planned.ok()) return fail(planned.error());
  Value::List files;
  for (const auto& f : planned->files)
    files.push_back(Value::object({{"path", Value(f.path)}, {"class", Value(class_name(f.file_class))}, {"action", Value(action_name(f.action))}, {"bytes", Value(f.content.size())}}));
  Value out = Value::object({{"service", Value(options.service)}, {"design", Value(o.design)}, {"exchanges", Value(planned->exchanges)}, {"files", Value(std::move(files))}, {"vendored_files", Value(planned->vendored_files)}});
  if (!o.json) {
    Table t({"file", "class", "action"});
    for (const auto& f : planned->files) t.row({f.path, std::string(class_name(f.file_class)), action_name(f.action)});
    t.print();
    std::printf("and %zu files of the engine in third_party/slipway; %zu exchanges recorded\n", planned->vendored_files, planned->exchanges);
    for (const auto& n : planned->notes) std::printf("note: %s\n", n.c_str());
  }
  int code = kDone;
  if (!o.dry_run) {
    if (auto s = write(*planned, control); !s.ok()) return fail(s.error());
    if (!o.verify.empty()) {
      auto report = verify(options, o.verify == "vendored" ? VerifyMode::Vendored : VerifyMode::Installed, control);
      if (!report.ok()) return fail(report.error());
      Value::List steps;
      for (const auto& s : report->steps) {
        steps.push_back(Value::object({{"name", Value(s.name)}, {"passed", Value(s.passed)}, {"took_ns", Value(s.took_ns)}}));
        if (!o.json) std::printf("%s  %-10s %s\n", s.passed ? "ok  " : "FAIL", s.name.c_str(), human_ns(s.took_ns).c_str());
        if (!s.passed) std::fprintf(stderr, "%s\n", s.output.c_str());
      }
      if (!o.json) std::printf("%zu replayed, %zu equal, %zu different, %zu fields masked\n", report->replayed, report->equal, report->different, report->masked);
      out["verify"] = Value::object({{"passed", Value(report->passed())}, {"steps", Value(std::move(steps))}, {"replayed", Value(report->replayed)}, {"equal", Value(report->equal)}, {"different", Value(report->different)}, {"masked", Value(report->masked)}});
      if (!report->passed()) code = kNotHeld;
    }
  }
  if (o.json) print_json(out);
  return code;
}

}  // namespace

void add_export(CLI::App& root, int& exit_code) {
  auto o = std::make_shared<Options>();
  auto* verb = root.add_subcommand("export", "Write a service as a C++ project of its own");
  verb->add_option("workspace", o->workspace, "Folder of the workspace")->required();
  verb->add_option("folder", o->folder, "Folder of the project")->required();
  verb->add_option("--service", o->service, "Which service (default: the one with a recording)");
  verb->add_option("--design", o->design, "injected: constructors; g: named lazy instances")->check(CLI::IsMember({"injected", "g"}));
  verb->add_flag("--dry-run", o->dry_run, "Only list what would be written");
  verb->add_option("--verify", o->verify, "Build, test, start and replay it: installed (against this engine) or vendored")->expected(0, 1)->default_str("installed")->check(CLI::IsMember({"installed", "vendored"}));
  verb->add_flag("--json", o->json, "Print one JSON object");
  verb->callback([o, verb, &exit_code] {
    if (verb->count("--verify") && o->verify.empty()) o->verify = "installed";
    exit_code = run(*o);
  });
}

}  // namespace app
