// TemplateText: the export templates' language. Templates hold <<name>>: neither C++, YAML, shell nor CMake writes that.
#pragma once

#include <map>
#include <string>

#include "slipway/base/result.h"

namespace workbench::exporter {

using TemplateValues = std::map<std::string, std::string>;

// INTERNAL / TEMPLATE_NAME for a name that the text uses and `values` lacks; `name` is for that message.
slipway::Result<std::string> render_text(const std::string& text, const std::string& name, const TemplateValues& values);
// Of the file `name` in `folder`.
slipway::Result<std::string> render_template(const std::string& folder, const std::string& name, const TemplateValues& values);

}  // namespace workbench::exporter
