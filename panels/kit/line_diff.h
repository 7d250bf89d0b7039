// Difference of two texts line by line (longest common subsequence after equal heads and tails are cut off). Pure; any thread.
#pragma once

#include <QString>
#include <vector>

#include "panels/kit/code_edit.h"

namespace panels::kit {

struct DiffLine {
  enum class Kind { Same, Removed, Added } kind = Kind::Same;
  int before = 0, after = 0;   // line numbers from 1; 0 where there is none
  QString text;
};
std::vector<DiffLine> diff_lines(const QString& before, const QString& after);
// Puts a difference into a CodeEdit: two columns of numbers, a wash behind what changed.
void show_diff(CodeEdit& edit, const std::vector<DiffLine>& lines);

}  // namespace panels::kit
