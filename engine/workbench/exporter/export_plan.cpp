#include "workbench/exporter/export_plan.h"

#include <algorithm>
#include <filesystem>

#include "workbench/exporter/engine_copy.h"
#include "workbench/exporter/locate.h"
#include "workbench/exporter/lock.h"
#include "workbench/exporter/merge.h"
#include "workbench/exporter/parts.h"
#include "workbench/exporter/test_text.h"

namespace workbench::exporter {

namespace fs = std::filesystem;
using slipway::Result;
using slipway::Status;
using Action = PlannedFile::Action;

std::string_view design_name(Design d) { return d == Design::G ? "g" : "injected"; }

std::vector<std::string> ExportPlan::marked() const {
  std::vector<std::string> out;
  for (const auto& f : files)
    if (f.marked > 0) out.push_back(f.path);
  return out;
}

namespace {

Status check_parts(const ExportOptions& options) {
  for (const auto& name : options.without) {
    std::string known;
    bool found = false;
    for (const auto& p : part_infos()) {
      found = found || p.name == name;
      if (p.name == name && p.required) return slipway::bad_request("the part '" + name + "' cannot be left out: " + p.doc, "PART_REQUIRED");
      if (!p.required) known += (known.empty() ? "" : ", ") + p.name;
    }
    if (!found) return slipway::bad_request("there is no part '" + name + "' (" + known + ")", "PART_UNKNOWN");
  }
  return {};
}

// Whether the project can become this export file by file.
Status check_folder(const ExportOptions& options, const std::string& service, const Lock& lock) {
  std::error_code ec;
  const fs::path folder(options.folder);
  if (options.folder.empty() || !fs::exists(folder, ec)) return {};
  if (!fs::is_directory(folder, ec)) return slipway::conflict(folder.string() + " is a file; an export needs a folder", "FOLDER_NOT_EMPTY");
  if (lock.empty()) {
    // A repository may have been made first: .git and its like are not in the way.
    if (std::all_of(fs::directory_iterator(folder, ec), fs::directory_iterator(), [](const auto& e) { return e.path().filename().string().starts_with("."); })) return {};
    return slipway::conflict(folder.string() + " holds other files and no earlier export; name a new or empty folder", "FOLDER_NOT_EMPTY");
  }
  if (lock.service != service || lock.design != design_name(options.design))
    return slipway::conflict(folder.string() + " was exported from the service " + lock.service + " with the design " + lock.design + ", and its handlers are yours by now; export " + service + " with the design " +
                                 std::string(design_name(options.design)) + " into another folder",
                             "EXPORT_DIFFERS");
  return {};
}

class Comparison {
 public:
  Comparison(const fs::path& folder, const Lock& lock, ExportPlan& plan) : folder_(folder), lock_(lock), plan_(plan) {}

  // What writing does to `f`, given what stands there and what was written last.
  Status compare(PlannedFile& f) {
    const LockedFile* known = lock_.find(f.path);
    if (f.file_class == FileClass::Generated && ((known && known->adopted) || plan_.options.adopt.contains(f.path))) f.file_class = FileClass::Scaffold;
    const fs::path path = folder_ / f.path;
    if (plan_.options.folder.empty() || !fs::exists(path)) {
      // What the user deleted of his own stays deleted.
      if (known && (f.file_class == FileClass::Scaffold || f.file_class == FileClass::Merged)) f.action = Action::Keep;
      return {};
    }
    f.present = read_text(path.string());
    if (f.present == f.content) {
      f.action = Action::Same;
      return {};
    }
    const bool edited = !known || known->sha256 != sha256(f.present);
    switch (f.file_class) {
      case FileClass::Scaffold:
        f.action = Action::Keep;
        // The user's own; but he should know when a new export would write it otherwise, as for an operation that was added.
        if (known && known->sha256 != sha256(f.content)) note(f.path + " is yours and is kept; the prototype changed since: the new text is written to .slipway/merge/" + f.path);
        break;
      case FileClass::Generated: f.action = edited ? Action::Conflict : Action::Overwrite; break;
      case FileClass::Traffic:
        f.action = edited ? Action::Keep : Action::Overwrite;
        if (edited) note(f.path + " was edited and is kept");
        break;
      case FileClass::Merged: return merge(f, edited);
    }
    return {};
  }

  // A file of an earlier export that this one does not have any more.
  void gone(const std::string& path, const LockedFile& known) {
    PlannedFile f;
    f.path = path;
    f.file_class = known.file_class;
    if (!fs::exists(folder_ / path)) return;
    f.present = read_text((folder_ / path).string());
    const bool edited = known.sha256 != sha256(f.present);
    const bool operation = path.starts_with("src/handlers/");
    f.action = !edited && (known.file_class == FileClass::Generated || operation) ? Action::Remove : Action::Keep;
    if (operation && path.ends_with(".cpp"))
      note("the operation of " + path + " is gone from the prototype; " + (edited ? "the file was edited and is kept, but no longer built" : "the file goes to .slipway/removed/") + ": take its line out of src/wire.cpp");
    else if (f.action == Action::Keep && !operation)
      note(path + " is no longer part of the export and is kept");
    plan_.files.push_back(std::move(f));
  }

 private:
  void note(std::string text) { plan_.notes.push_back(std::move(text)); }

  Status merge(PlannedFile& f, bool edited) {
    f.action = Action::Overwrite;
    if (!edited) return {};
    if (holds_markers(f.present)) {
      f.action = Action::Conflict;
      return {};
    }
    const std::string base = (folder_ / ".slipway" / "base" / f.path).string();
    if (!fs::exists(base)) {
      f.action = Action::Keep;
      note(f.path + " was edited, and what was exported before is not known (.slipway/base); it is kept: the new text is written to .slipway/merge/" + f.path);
      return {};
    }
    auto both = merge_texts(read_text(base), f.present, f.content);
    if (!both.ok()) return both.error();
    f.merged = std::move(both->text);
    f.marked = both->conflicts;
    if (f.merged == f.present) f.action = Action::Same;
    if (f.marked > 0)
      note(f.path + " was changed on both sides in " + std::to_string(f.marked) + (f.marked == 1 ? " place" : " places") + "; both stand there between conflict markers, the three texts are in .slipway/merge/");
    return {};
  }

  const fs::path folder_;
  const Lock& lock_;
  ExportPlan& plan_;
};

}  // namespace

Result<ExportPlan> plan(const workspace::Workspace& workspace, const ExportOptions& options, ExportControl& control) {
  const workspace::Service* service = workspace.find(options.service);
  if (!service) {
    std::string known;
    for (const auto& s : workspace.services) known += (known.empty() ? "" : ", ") + s.name;
    return slipway::not_found("there is no service '" + options.service + "' to export (" + known + ")", "SERVICE_UNKNOWN");
  }
  if (auto s = check_parts(options); !s.ok()) return s.error();
  auto where = locate();
  if (!where.ok()) return where.error();
  const Lock lock = read_lock(options.folder);
  if (auto s = check_folder(options, service->name, lock); !s.ok()) return s.error();
  auto model = read_model(workspace, *service, options);
  if (!model.ok()) return model.error();

  ExportPlan out;
  out.options = options;
  if (options.with("replay")) {
    auto sessions = record(workspace, service->name, control);
    if (sessions.ok())
      model->sessions = std::move(*sessions);
    else if (sessions.error().reason() == "NO_RECORDING")
      out.notes.push_back(sessions.error().message());
    else
      return sessions.error();
  }
  for (const auto& s : model->sessions) out.exchanges += s.exchanges.size();
  auto files = project_files(*model, where->templates);
  if (!files.ok()) return files.error();
  out.files = std::move(*files);
  if (options.with("engine")) out.vendored_files = engine_files(where->engine).size();
  for (const auto& f : out.files) out.tests += count_tests_in(f.path, f.content).count;

  Comparison comparison(options.folder, lock, out);
  std::set<std::string> planned;
  for (auto& f : out.files) {
    planned.insert(f.path);
    if (auto s = comparison.compare(f); !s.ok()) return s.error();
  }
  for (const auto& [path, known] : lock.files)
    if (!planned.contains(path)) comparison.gone(path, known);
  std::sort(out.files.begin(), out.files.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
  return out;
}

}  // namespace workbench::exporter
