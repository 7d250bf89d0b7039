// Running a comparison as a task of the session: presets of the product and scenarios of the workspace.
#pragma once

#include <functional>
#include <vector>

#include "panels/kit/session.h"

namespace panels::compare {

struct Choice {
  QString name;          // preset, or path of a scenario file
  QString title, description;
  bool is_file = false;
};
std::vector<Choice> choices(const QString& workspace_folder);

// One report per scenario of the choice, in order. Cancelled between runs; what was measured until then is lost.
std::uint64_t run_comparison(kit::Session* session, const Choice& choice, int runs, std::function<void(slipway::Result<std::vector<workbench::compare::Report>>)> done);
QString html_of(const workbench::compare::Report& report);
QString google_json_of(const workbench::compare::Report& report, char side);

}  // namespace panels::compare
