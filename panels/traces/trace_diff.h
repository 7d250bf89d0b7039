// Two traces of one operation beside each other: spans matched by service and name along the tree, so that what one took longer
// in, or did not do at all, stands in one row. Pure but for the rows; any thread.
#pragma once

#include <vector>

#include "panels/kit/cell_rows.h"
#include "workbench/recorder/trace.h"

namespace panels::traces {

struct SpanPair {
  int depth = 0;
  int a = -1, b = -1;                          // index in the trace's spans; -1: only in the other one
  std::int64_t a_ns = 0, b_ns = 0;             // total
  std::int64_t a_self_ns = 0, b_self_ns = 0;   // own time: the differences of these add up to that of the whole
  std::int64_t self_difference() const { return b_self_ns - a_self_ns; }
};

// Depth first, children of matched spans in B's order with A's own ones after them.
std::vector<SpanPair> match_spans(const workbench::recorder::Trace& a, const workbench::recorder::Trace& b);

// Of several traces the one that stands in the middle of those with that root name; `except` is left out. Null when there is none.
workbench::recorder::TracePtr typical_of(const std::vector<workbench::recorder::TracePtr>& traces, const workbench::recorder::TracePtr& except);

std::vector<kit::Column> diff_columns();
std::vector<kit::CellRow> diff_rows(const workbench::recorder::Trace& a, const workbench::recorder::Trace& b, const std::vector<SpanPair>& pairs);
// "B took 6.44 ms longer; handler of pricing-5 accounts for 6.20 ms of it." Rich text.
QString diff_sentence(const workbench::recorder::Trace& a, const workbench::recorder::Trace& b, const std::vector<SpanPair>& pairs);

}  // namespace panels::traces
