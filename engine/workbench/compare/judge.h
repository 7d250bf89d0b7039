// The judgement of one or more sections: figures from the runs, and a sentence that does not say more than they do.
//
// A difference is reported only when three things agree: the Mann-Whitney p, corrected for the number of sections (Holm),
// is below 0.01; the bootstrap interval of the ratio excludes 1; and the ratio moves more than A against A did. A side that
// is overloaded has no times to compare: the sentence says so, and no ratio is given. Where no difference was found and one of a
// half could have been missed, the sentence is "too noisy to say", not "no difference".
#pragma once

#include <vector>

#include "workbench/compare/report.h"

namespace workbench::compare {

// Fills median, ratio, interval, p, noise floor, outcome and verdict of each from a.runs, b.runs and their not_steady.
void judge(std::vector<Section>& sections);

// Repetitions of each side with which a difference can be shown at all in so many sections. With fewer even sides that do not
// overlap keep a p above the limit: 2 / C(2n, n) is the least there is.
int least_repetitions(std::size_t sections);

}  // namespace workbench::compare
