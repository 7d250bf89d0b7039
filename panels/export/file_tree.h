// The files of a plan as a list of rows with folders between, each with what writing would do to it. Pure rows for CellRows.
#pragma once

#include <vector>

#include "panels/kit/cell_rows.h"
#include "workbench/exporter/export_plan.h"

namespace panels::exporting {

// Key of a file's row: its path. Folder rows have the key "folder:<path>".
std::vector<kit::CellRow> file_rows(const std::vector<workbench::exporter::PlannedFile>& files);
// "A" new, "M" changed, "K" kept as yours, "!" edited by you where the export would write,
// "M!" merged with conflict markers, "D" removed, "" equal.
QString action_letter(workbench::exporter::PlannedFile::Action action);
struct ActionCounts {
  int created = 0, changed = 0, kept = 0, same = 0, conflicts = 0, removed = 0;
};
ActionCounts count_actions(const std::vector<workbench::exporter::PlannedFile>& files);

}  // namespace panels::exporting
