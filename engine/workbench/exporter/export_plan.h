// Export: a service of a workspace as a complete C++ project of its own.
//
//   plan   what would be written: every file with its class and content
//   write  the plan into a folder; files that the user owns are never overwritten, edits of generated ones stop it
//   verify build it with all warnings as errors, run its tests, start the installed binary, replay the recorded exchanges
// Every function blocks; run them off the GUI thread. Progress and cancel go through ExportControl.
#pragma once

#include <atomic>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "slipway/base/result.h"
#include "workbench/workspace/model.h"

namespace workbench::exporter {

// Who owns a file after it was written.
enum class FileClass {
  Generated,  // overwritten by the next export, unless edited: then the export stops and says so
  Scaffold,   // written once, then the user's
  Merged,     // three-way merged with the user's edits; where both changed the same lines both stand there between conflict markers
  Traffic,    // recorded cases: added to, never removed silently
};
std::string_view class_name(FileClass c);

struct PlannedFile {
  std::string path;       // relative to the project: "src/handlers/post_orders.cpp"
  FileClass file_class = FileClass::Generated;
  std::string content;
  bool executable = false;
  // Against the folder. Conflict stops the whole export; Remove is for files that earlier exports wrote and this one does not.
  enum class Action { Create, Keep, Overwrite, Same, Conflict, Remove } action = Action::Create;
  std::string present;    // what stands there now; empty when nothing does
  std::string merged;     // Merged files edited by the user: both sides together, what Overwrite writes
  int marked = 0;         // places in `merged` where both sides changed the same lines
  std::string part;       // of export_parts(): "docker"
};

enum class Design { G, Injected };   // lazy singletons by name, or a composition root with constructors

struct ExportOptions {
  std::string service;
  std::string folder;                 // of the project to write
  Design design = Design::Injected;
  std::set<std::string> without;      // names of export_parts() to leave out
  std::set<std::string> adopt;        // generated files that were edited and become the user's own
  bool with(const std::string& part) const { return !without.contains(part); }
};

// What an export is made of, in the order people are shown it. A required part cannot be left out.
struct PartInfo {
  std::string name;    // "kubernetes"
  std::string doc;     // one line
  bool required = false;
};
const std::vector<PartInfo>& part_infos();

struct ExportPlan {
  ExportOptions options;
  std::vector<PlannedFile> files;     // sorted by path, the vendored engine's left out
  std::size_t vendored_files = 0;
  std::size_t exchanges = 0;          // recorded
  std::size_t tests = 0;              // that its ctest will run
  std::vector<std::string> notes;     // what the user should know
  std::vector<std::string> marked() const;   // Merged files that will hold conflict markers
};

struct ExportControl {
  std::atomic<bool> cancelled{false};
  std::function<void(const std::string& step, const std::string& line)> on_output;  // any thread
};

struct VerifyStep {
  std::string name;       // "configure", "build", "tests", "install", "start", "replay"
  bool passed = false;
  std::int64_t took_ns = 0;
  std::string output;     // the tail of it
};

struct ReplayedOperation {
  std::string name;       // "GET /orders/{}"
  std::size_t cases = 0, equal = 0;
};

struct VerifyReport {
  std::vector<VerifyStep> steps;      // until the first that failed
  std::vector<ReplayedOperation> operations;
  std::vector<std::string> differences;   // "orders.json #3 POST /orders: status 201 became 500: ..."
  std::size_t tests_run = 0, tests_expected = 0;
  bool has_cases = true;              // false: the project was written without recorded exchanges
  std::size_t replayed = 0, equal = 0, different = 0, masked = 0;
  bool passed() const;
};

enum class VerifyMode { Installed, Vendored };   // against the engine built here, or the copy in the project

// BAD_REQUEST / PART_UNKNOWN or PART_REQUIRED for what cannot be left out.
// CONFLICT / FOLDER_NOT_EMPTY for a folder that holds something else, CONFLICT / EXPORT_DIFFERS for a project of another service or
// design: neither can become this export file by file.
slipway::Result<ExportPlan> plan(const workspace::Workspace& workspace, const ExportOptions& options, ExportControl& control);
// CONFLICT / GENERATED_FILE_EDITED lists generated files that were edited, CONFLICT / MERGE_UNRESOLVED files that still hold the
// markers of an earlier merge; nothing is written then.
slipway::Status write(const ExportPlan& plan, ExportControl& control);
slipway::Result<VerifyReport> verify(const ExportOptions& options, VerifyMode mode, ExportControl& control);

}  // namespace workbench::exporter
