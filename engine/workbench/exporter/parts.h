// ExportPart: one thing that an exported project has: a family in one table (parts.cpp). A part is a list of templates, each named as the
// file that it becomes, and a function for the files that depend on the service's operations. Adding one is a row and its templates.
#pragma once

#include <string_view>
#include <vector>

#include "workbench/exporter/project_model.h"

namespace workbench::exporter {

// Where a part puts its files.
class ProjectFiles {
 public:
  void add(std::string path, FileClass file_class, std::string content, bool executable = false);
  void begin_part(std::string_view name) { part_ = name; }
  std::vector<PlannedFile> take();   // sorted by path

 private:
  std::string part_;
  std::vector<PlannedFile> files_;
};

struct TemplateFile {
  const char* path;          // the template is <path>.in; the file's name may hold <<names>> where `to` gives it
  FileClass file_class;
  bool executable = false;
  const char* to = nullptr;  // where it differs from `path`
  bool (*applies)(const ProjectModel& model) = nullptr;   // null: always
};

struct ExportPart {
  std::string_view name, doc;
  bool required = false;
  std::vector<TemplateFile> files;
  slipway::Status (*more)(const ProjectModel& model, ProjectFiles& out) = nullptr;
  // Null: always.
  bool (*applies)(const ProjectModel& model) = nullptr;
};
const std::vector<ExportPart>& export_parts();

// All files of the parts that the model's options leave in. `templates`: their folder.
slipway::Result<std::vector<PlannedFile>> project_files(const ProjectModel& model, const std::string& templates);

// The parts' own functions, one file each.
slipway::Status add_operations(const ProjectModel& model, ProjectFiles& out);   // src/handlers, schema/ and api/protos
slipway::Status add_config(const ProjectModel& model, ProjectFiles& out);
slipway::Status add_api(const ProjectModel& model, ProjectFiles& out);
slipway::Status add_cases(const ProjectModel& model, ProjectFiles& out);
slipway::Status add_licence(const ProjectModel& model, ProjectFiles& out);

}  // namespace workbench::exporter
