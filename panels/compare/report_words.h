// What a report says in words and figures of one unit. Pure; any thread.
#pragma once

#include <QString>
#include <vector>

#include "panels/kit/plots/compare_plots.h"
#include "workbench/compare/report.h"

namespace panels::compare {

struct ValueUnit {
  QString name;      // "ms"
  double one = 1;    // of the report's unit
};
ValueUnit unit_of(const workbench::compare::Section& section);
QString value_text(double value, const ValueUnit& unit);
QString change_text(const workbench::compare::Section& section);      // "-54 %", "none found"
// "3.74 ms against 8.07 ms, medians of 12 + 12 interleaved runs, 95 % CI 52 to 56 % lower, p < 0.001." Rich text.
QString evidence_line(const workbench::compare::Section& section);
// Where theory has a closed form, or that none is known. Rich text; empty when nothing is to be said.
QString theory_line(const workbench::compare::Section& section);
// Why the section's figures are those of a run that never settled: a side of it was not steady in at least half of its runs. Empty
// when it was.
QString unsteady_line(const workbench::compare::Report& report, const workbench::compare::Section& section);

// Groups of the dot plot: the chosen section first, then those with the same sides and situation.
std::vector<kit::plots::DotGroup> dot_groups(const workbench::compare::Report& report, std::size_t current, const kit::plots::PlotStyle& style, std::vector<std::size_t>& sections);
kit::plots::SpectrumData spectrum_data(const workbench::compare::Section& section, const kit::plots::PlotStyle& style);
std::vector<kit::plots::ShareRow> share_rows(const workbench::compare::Section& section);

}  // namespace panels::compare
