// What the export templates' <<names>> stand for.
#pragma once

#include "workbench/exporter/project_model.h"
#include "workbench/exporter/template_text.h"

namespace workbench::exporter {

TemplateValues project_values(const ProjectModel& model);

}  // namespace workbench::exporter
