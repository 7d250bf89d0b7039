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
  QString kind;          // only this part of a preset; empty: all of it
};
std::vector<Choice> choices(const QString& workspace_folder);

// How much is measured; 0 and empty: what the scenarios say.
struct Effort {
  int runs = 0;               // repetitions of each side
  std::uint64_t jobs = 0;     // simulated: jobs per run
  QString kind;               // only the scenarios of that kind: "simulated", "live", "micro"
};

// One report per scenario of the choice, in order. Cancelled, it ends with the repetitions that were complete by then.
std::uint64_t run_comparison(kit::Session* session, const Choice& choice, const Effort& effort, std::function<void(slipway::Result<std::vector<workbench::compare::Report>>)> done);
QString html_of(const workbench::compare::Report& report);
QString google_json_of(const workbench::compare::Report& report, char side);

}  // namespace panels::compare
