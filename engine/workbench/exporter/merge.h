// Merge: two edits of one text brought together by `git merge-file --diff3`.
#pragma once

#include <string>

#include "slipway/base/result.h"

namespace workbench::exporter {

struct Merged {
  std::string text;
  int conflicts = 0;   // places where both changed the same lines: both stand in `text`, with the base, between markers
};

// `mine` and `theirs` are both edits of `base`. What only one side changed is taken over. UNAVAILABLE without git.
slipway::Result<Merged> merge_texts(const std::string& base, const std::string& mine, const std::string& theirs);

// True when a conflict marker of an earlier merge stands at the start of a line.
bool holds_markers(const std::string& text);

}  // namespace workbench::exporter
