// Writing a plan: nothing at all when something stands in the way, else file by file, and only the bytes that differ.
#include <filesystem>

#include "slipway/codec/codec.h"
#include "workbench/exporter/engine_copy.h"
#include "workbench/exporter/export_plan.h"
#include "workbench/exporter/locate.h"
#include "workbench/exporter/lock.h"
#include "workbench/exporter/merge.h"

namespace slipway {
const char* version();   // of the framework's library, made by its CMakeLists
}

namespace workbench::exporter {

namespace fs = std::filesystem;
using slipway::Status;
using slipway::Value;
using Action = PlannedFile::Action;

namespace {

// Nothing is written through a link that leads out of the project.
Status check_inside(const fs::path& folder, const std::string& path) {
  std::error_code ec;
  const fs::path root = fs::weakly_canonical(folder, ec);
  const fs::path relative = fs::weakly_canonical(folder / path, ec).lexically_relative(root);
  if (!relative.empty() && *relative.begin() != "..") return {};
  return slipway::bad_request((folder / path).string() + " leads out of the project; remove that link", "PATH_OUTSIDE");
}

Status check_conflicts(const ExportPlan& plan) {
  std::string edited, unresolved;
  for (const auto& f : plan.files) {
    if (f.action != Action::Conflict) continue;
    std::string& list = f.file_class == FileClass::Merged ? unresolved : edited;
    list += (list.empty() ? "" : ", ") + f.path;
  }
  if (!edited.empty())
    return slipway::conflict("these generated files were edited, and the next export would lose that: " + edited + "; move the edits into src/ or delete the files, or make them yours with --adopt", "GENERATED_FILE_EDITED");
  if (!unresolved.empty()) return slipway::conflict("these files hold the conflict markers of an earlier export: " + unresolved + "; resolve them first", "MERGE_UNRESOLVED");
  return {};
}

class Writer {
 public:
  Writer(const ExportPlan& plan, ExportControl& control) : plan_(plan), control_(control), folder_(plan.options.folder), lock_(read_lock(plan.options.folder)) {}

  Status run() {
    lock_.generator = std::string("slipway ") + slipway::version();
    lock_.service = plan_.options.service;
    lock_.design = plan_.options.design == Design::G ? "g" : "injected";
    std::string model;
    for (const auto& f : plan_.files) {
      if (control_.cancelled) return slipway::client_closed("the export was cancelled", "CANCELLED");
      if (auto s = check_inside(folder_, f.path); !s.ok()) return s;
      if (auto s = write_one(f); !s.ok()) return s;
      if (f.action != Action::Remove && !f.content.empty()) model += sha256(f.content);
    }
    lock_.model = sha256(model);
    if (plan_.options.with("engine")) {
      auto where = locate();
      if (!where.ok()) return where.error();
      if (auto s = copy_engine(where->engine, folder_, lock_); !s.ok()) return s;
      lock_.engine = slipway::version();
      say("third_party/slipway");
    }
    if (auto s = write_text(at(".slipway/export.json"), export_json()); !s.ok()) return s;
    return write_text(at(".slipway/lock.json"), lock_.to_json());
  }

 private:
  std::string at(const std::string& path) const { return folder_ + "/" + path; }
  void say(const std::string& path) {
    if (control_.on_output) control_.on_output("write", path);
  }

  Status write_one(const PlannedFile& f) {
    if (f.action == Action::Remove) return remove(f);
    const LockedFile* known = lock_.find(f.path);
    const std::string generated = sha256(f.content);
    const bool adopted = (known && known->adopted) || plan_.options.adopt.contains(f.path);
    if (f.action == Action::Keep) {
      // The new text beside it, where it says something new.
      const bool aside = f.file_class == FileClass::Merged ? !f.present.empty() : f.file_class == FileClass::Scaffold && !f.present.empty() && known && known->sha256 != generated;
      if (aside && !f.content.empty())
        if (auto s = write_text(at(".slipway/merge/" + f.path), f.content); !s.ok()) return s;
      if (adopted && known && !known->adopted) lock_.files[f.path] = {FileClass::Scaffold, known->sha256, true};
      return {};
    }
    if (f.marked > 0)
      // The three texts, for a merge tool.
      for (const auto& [name, text] : {std::pair{"yours", &f.present}, {"theirs", &f.content}})
        if (auto s = write_text(at(".slipway/merge/" + f.path + "." + name), *text); !s.ok()) return s;
    if (f.marked > 0)
      if (auto s = write_text(at(".slipway/merge/" + f.path + ".base"), read_text(at(".slipway/base/" + f.path))); !s.ok()) return s;
    if (f.action != Action::Same) {
      if (auto s = write_text(at(f.path), f.merged.empty() ? f.content : f.merged, f.executable); !s.ok()) return s;
      say(f.path);
    }
    // The base of the next merge.
    if (f.file_class == FileClass::Merged)
      if (auto s = write_text(at(".slipway/base/" + f.path), f.content); !s.ok()) return s;
    lock_.files[f.path] = {f.file_class, generated, adopted};
    return {};
  }

  // Never lost: what was generated can be generated again, what was to be the user's goes aside.
  Status remove(const PlannedFile& f) {
    std::error_code ec;
    if (f.file_class == FileClass::Scaffold)
      if (auto s = write_text(at(".slipway/removed/" + f.path), f.present); !s.ok()) return s;
    fs::remove(at(f.path), ec);
    if (ec) return slipway::unavailable(at(f.path) + " cannot be removed: " + ec.message(), "FILE_UNWRITABLE");
    lock_.files.erase(f.path);
    say(f.path + " removed");
    return {};
  }

  // What the next export takes for granted.
  std::string export_json() const {
    Value::List without;
    for (const auto& p : plan_.options.without) without.emplace_back(p);
    return slipway::codec::to_json_pretty(Value::object({{"service", Value(lock_.service)}, {"design", Value(lock_.design)}, {"without", Value(std::move(without))}})) + "\n";
  }

  const ExportPlan& plan_;
  ExportControl& control_;
  const std::string folder_;
  Lock lock_;
};

}  // namespace

Status write(const ExportPlan& plan, ExportControl& control) {
  const std::string& folder = plan.options.folder;
  if (folder.empty()) return slipway::bad_request("an export needs a folder to write to", "FOLDER_MISSING");
  for (const auto& f : plan.files)
    if (f.path.find("..") != std::string::npos || f.path.starts_with("/")) return slipway::internal_error("the path " + f.path + " leads out of the project");
  if (auto s = check_conflicts(plan); !s.ok()) return s;
  if (plan.options.with("engine")) {
    auto where = locate();
    if (!where.ok()) return where.error();
    if (auto s = check_engine_copy(where->engine, folder, read_lock(folder)); !s.ok()) return s;
  }
  std::error_code ec;
  fs::create_directories(folder, ec);
  if (ec) return slipway::unavailable(folder + " cannot be made: " + ec.message(), "FILE_UNWRITABLE");
  return Writer(plan, control).run();
}

}  // namespace workbench::exporter
