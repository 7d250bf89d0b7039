#include "workbench/exporter/export_plan.h"

#include <openssl/evp.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>

#include "slipway/codec/codec.h"
#include "slipway/config/config.h"
#include "workbench/exporter/locate.h"
#include "workbench/exporter/merge.h"
#include "workbench/exporter/project_text.h"
#include "workbench/prototype/service_run.h"
#include "workbench/workspace/load.h"

namespace workbench::exporter {

namespace fs = std::filesystem;
using slipway::Result;
using slipway::Status;
using slipway::Value;

namespace {

std::string sha256(std::string_view text) {
  unsigned char digest[32];
  unsigned int size = 0;
  EVP_Digest(text.data(), text.size(), digest, &size, EVP_sha256(), nullptr);
  std::string out;
  char two[3];
  for (unsigned int i = 0; i < size; ++i) {
    std::snprintf(two, sizeof two, "%02x", digest[i]);
    out += two;
  }
  return out;
}

std::string read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

Status write_file(const fs::path& path, const std::string& content, bool executable) {
  std::error_code ec;
  fs::create_directories(path.parent_path(), ec);
  const fs::path temporary = path.string() + ".new";
  {
    std::ofstream out(temporary, std::ios::binary);
    out << content;
    if (!out.flush()) return slipway::unavailable(path.string() + " cannot be written (is the disk full?)", "FILE_UNWRITABLE");
  }
  if (executable) fs::permissions(temporary, fs::perms::owner_exec | fs::perms::group_exec | fs::perms::others_exec, fs::perm_options::add, ec);
  fs::rename(temporary, path, ec);
  if (ec) return slipway::unavailable(path.string() + " cannot be written: " + ec.message(), "FILE_UNWRITABLE");
  return {};
}

// Files of the framework that go into third_party/slipway: its sources and how they are built.
std::vector<fs::path> engine_files(const fs::path& engine) {
  std::vector<fs::path> out = {"CMakeLists.txt", "LICENSE"};
  for (const char* folder : {"cmake", "engine/slipway"})
    for (const auto& entry : fs::recursive_directory_iterator(engine / folder))
      if (entry.is_regular_file()) out.push_back(fs::relative(entry.path(), engine));
  std::sort(out.begin(), out.end());
  return out;
}

Value read_lock(const fs::path& folder) {
  const fs::path file = folder / ".slipway" / "lock.json";
  if (!fs::exists(file)) return Value::object({});
  auto v = slipway::codec::parse_json(read_file(file));
  return v.ok() && v->is_map() ? *v : Value::object({});
}

const char* design_name(Design d) { return d == Design::G ? "g" : "injected"; }

// Whether the project can become this export file by file.
Status check_folder(const ExportOptions& options, const std::string& service, const Value& lock) {
  std::error_code ec;
  const fs::path folder(options.folder);
  if (options.folder.empty() || !fs::exists(folder, ec)) return {};
  if (!fs::is_directory(folder, ec)) return slipway::conflict(folder.string() + " is a file; an export needs a folder", "FOLDER_NOT_EMPTY");
  if (!lock["files"].is_map()) {
    // A repository may have been made first: .git and its like are not in the way.
    if (std::all_of(fs::directory_iterator(folder, ec), fs::directory_iterator(), [](const auto& e) { return e.path().filename().string().starts_with("."); })) return {};
    return slipway::conflict(folder.string() + " holds other files and no earlier export; name a new or empty folder", "FOLDER_NOT_EMPTY");
  }
  const std::string had_service = lock["service"].to_text(), had_design = lock["design"].to_text();
  if (had_service != service || had_design != design_name(options.design))
    return slipway::conflict(folder.string() + " was exported from the service " + had_service + " with the design " + had_design + ", and its handlers are yours by now; export " + service + " with the design " +
                                 design_name(options.design) + " into another folder",
                             "EXPORT_DIFFERS");
  return {};
}

// Nothing is written through a link that leads out of the project.
Status check_inside(const fs::path& folder, const std::string& path) {
  std::error_code ec;
  const fs::path root = fs::weakly_canonical(folder, ec);
  const fs::path relative = fs::weakly_canonical(folder / path, ec).lexically_relative(root);
  if (!relative.empty() && *relative.begin() != "..") return {};
  return slipway::bad_request((folder / path).string() + " leads out of the project; remove that link", "PATH_OUTSIDE");
}

Status write_changed(const fs::path& path, const std::string& content, bool executable) {
  if (fs::exists(path) && read_file(path) == content) return {};
  return write_file(path, content, executable);
}

}  // namespace

std::string_view class_name(FileClass c) {
  switch (c) {
    case FileClass::Generated: return "generated";
    case FileClass::Scaffold: return "scaffold";
    case FileClass::Merged: return "merged";
    case FileClass::Traffic: return "traffic";
  }
  return "";
}

Result<ExportPlan> plan(const workspace::Workspace& workspace, const ExportOptions& options, ExportControl& control) {
  const workspace::Service* service = workspace.find(options.service);
  if (!service) {
    std::string known;
    for (const auto& s : workspace.services) known += (known.empty() ? "" : ", ") + s.name;
    return slipway::not_found("there is no service '" + options.service + "' to export (" + known + ")", "SERVICE_UNKNOWN");
  }
  if (!service->http) return slipway::bad_request("the service " + service->name + " has no HTTP server; gRPC-only services cannot be exported yet", "EXPORT_UNSUPPORTED");
  auto where = locate();
  if (!where.ok()) return where.error();
  const fs::path folder(options.folder);
  const Value lock = read_lock(folder);
  if (auto s = check_folder(options, service->name, lock); !s.ok()) return s.error();

  ProjectModel model;
  model.workspace = &workspace;
  model.service = service;
  model.design = options.design;
  auto routes = prototype::ServiceRun::read_routes(*service);
  if (!routes.ok()) return routes.error();
  for (const auto& r : *routes) {
    if (r.method == "gRPC") continue;
    model.handlers.push_back(handler_text(service->name, r.method, r.path, r.steps, options.design));
    for (const auto& need : model.handlers.back().needs)
      if (need.starts_with("grpc:")) {
        const auto* target = workspace.find(need.substr(5));
        if (target && target->grpc) model.grpc_targets[target->name] = target->grpc->proto;
      }
    for (const auto& step : r.steps)
      for (const auto& target : step->calls()) {
        const auto* t = workspace.find(target);
        if (t && t->http && std::find(model.http_targets.begin(), model.http_targets.end(), target) == model.http_targets.end()) model.http_targets.push_back(target);
      }
  }
  slipway::config::ConfigOptions quiet;
  quiet.watch_files = false;
  slipway::config::Config config(quiet);
  if (auto s = workspace::add_layers(config, workspace); !s.ok()) return s.error();
  if (auto s = config.start(); !s.ok()) return s.error();
  model.config = config.snapshot();

  ExportPlan out;
  out.options = options;
  if (options.record) {
    auto sessions = record(workspace, service->name, control);
    if (sessions.ok()) {
      model.sessions = std::move(*sessions);
    } else if (sessions.error().reason() == "NO_RECORDING") {
      out.notes.push_back(sessions.error().message());
    } else {
      return sessions.error();
    }
  }
  for (const auto& s : model.sessions) out.exchanges += s.exchanges.size();
  auto files = project_files(model, where->templates);
  if (!files.ok()) return files.error();
  out.files = std::move(*files);
  if (options.vendor_engine) out.vendored_files = engine_files(where->engine).size();

  for (auto& f : out.files) {
    const fs::path path = folder / f.path;
    if (options.folder.empty() || !fs::exists(path)) {
      // What the user deleted of his own stays deleted.
      const bool was_written = lock["files"].is_map() && lock["files"].as_map().contains(f.path);
      if (f.file_class == FileClass::Scaffold && was_written) f.action = PlannedFile::Action::Keep;
      continue;
    }
    f.present = read_file(path);
    if (f.present == f.content) {
      f.action = PlannedFile::Action::Same;
      continue;
    }
    const Value& known = lock["files"][f.path]["sha256"];
    const bool edited = !known.is_string() || known.as_string() != sha256(f.present);
    switch (f.file_class) {
      case FileClass::Scaffold:
        f.action = PlannedFile::Action::Keep;
        // The user's own; but he should know when a new export would write it otherwise, as for a route that was added.
        if (known.is_string() && known.as_string() != sha256(f.content)) out.notes.push_back(f.path + " is yours and is kept; the prototype changed since: the new text is written to .slipway/merge/" + f.path);
        break;
      case FileClass::Generated:
        f.action = edited ? PlannedFile::Action::Conflict : PlannedFile::Action::Overwrite;
        break;
      case FileClass::Traffic:
        f.action = edited ? PlannedFile::Action::Keep : PlannedFile::Action::Overwrite;
        if (edited) out.notes.push_back(f.path + " was edited and is kept");
        break;
      case FileClass::Merged: {
        f.action = PlannedFile::Action::Overwrite;
        if (!edited) break;
        const fs::path base = folder / ".slipway" / "base" / f.path;
        std::optional<std::string> both;
        if (fs::exists(base)) both = merge_lines(read_file(base), f.present, f.content);
        if (both) {
          f.merged = *both;
          if (f.merged == f.present) f.action = PlannedFile::Action::Same;
        } else {
          f.action = PlannedFile::Action::Keep;
          out.notes.push_back(f.path + " was edited where the export changed it too, and is kept; the new text is written to .slipway/merge/" + f.path);
        }
        break;
      }
    }
  }
  return out;
}

Status write(const ExportPlan& plan, ExportControl& control) {
  const fs::path folder(plan.options.folder);
  if (plan.options.folder.empty()) return slipway::bad_request("an export needs a folder to write to", "FOLDER_MISSING");
  std::string conflicts;
  for (const auto& f : plan.files) {
    if (f.path.find("..") != std::string::npos || f.path.starts_with("/")) return slipway::internal_error("the path " + f.path + " leads out of the project");
    if (f.action == PlannedFile::Action::Conflict) conflicts += (conflicts.empty() ? "" : ", ") + f.path;
  }
  if (!conflicts.empty()) return slipway::conflict("these generated files were edited, and the next export would lose that: " + conflicts + "; move the edits into src/ or delete the files", "GENERATED_FILE_EDITED");
  std::error_code ec;
  fs::create_directories(folder, ec);
  if (ec) return slipway::unavailable(folder.string() + " cannot be made: " + ec.message(), "FILE_UNWRITABLE");
  Value lock = read_lock(folder);
  lock["generator"] = Value("slipway");
  lock["service"] = Value(plan.options.service);
  lock["design"] = Value(design_name(plan.options.design));
  for (const auto& f : plan.files) {
    if (control.cancelled) return slipway::client_closed("the export was cancelled", "CANCELLED");
    if (auto s = check_inside(folder, f.path); !s.ok()) return s;
    const std::string generated = sha256(f.content);
    if (f.action == PlannedFile::Action::Keep) {
      const Value& known = lock["files"][f.path]["sha256"];
      const bool aside = f.file_class == FileClass::Merged || (f.file_class == FileClass::Scaffold && !f.present.empty() && known.is_string() && known.as_string() != generated);
      if (aside)
        if (auto s = write_changed(folder / ".slipway" / "merge" / f.path, f.content, false); !s.ok()) return s;
      continue;
    }
    if (f.action != PlannedFile::Action::Same)
      if (auto s = write_file(folder / f.path, f.merged.empty() ? f.content : f.merged, f.executable); !s.ok()) return s;
    // The base of the next merge.
    if (f.file_class == FileClass::Merged)
      if (auto s = write_changed(folder / ".slipway" / "base" / f.path, f.content, false); !s.ok()) return s;
    lock["files"][f.path] = Value::object({{"class", Value(class_name(f.file_class))}, {"sha256", Value(generated)}});
    if (control.on_output) control.on_output("write", f.path);
  }
  if (plan.options.vendor_engine) {
    auto where = locate();
    if (!where.ok()) return where.error();
    for (const auto& file : engine_files(where->engine)) {
      if (auto s = write_changed(folder / "third_party" / "slipway" / file, read_file(fs::path(where->engine) / file), false); !s.ok()) return s;
    }
    if (control.on_output) control.on_output("write", "third_party/slipway");
  }
  return write_changed(folder / ".slipway" / "lock.json", slipway::codec::to_json_pretty(lock) + "\n", false);
}

}  // namespace workbench::exporter
