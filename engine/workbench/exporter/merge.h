// Merge: two edits of one text brought together line by line.
#pragma once

#include <optional>
#include <string>

namespace workbench::exporter {

// `mine` and `theirs` are both edits of `base`. What only one side changed is taken over; nothing when both changed the same lines
// (or lines that touch) in different ways. Pure; quadratic in the number of lines, made for files of some hundred.
std::optional<std::string> merge_lines(const std::string& base, const std::string& mine, const std::string& theirs);

}  // namespace workbench::exporter
