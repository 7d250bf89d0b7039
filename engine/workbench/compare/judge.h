// The judgement of one or more sections: figures from the runs, and a sentence that does not say more than they do.
//
// A difference is reported only when three things agree: the Mann-Whitney p, corrected for the number of sections (Holm),
// is below 0.01; the bootstrap interval of the ratio excludes 1; and the ratio moves more than A against A did.
#pragma once

#include <vector>

#include "workbench/compare/report.h"

namespace workbench::compare {

// Fills median, ratio, interval, p, noise floor, outcome and verdict of each from a.runs and b.runs.
void judge(std::vector<Section>& sections);

}  // namespace workbench::compare
