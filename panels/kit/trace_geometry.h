// trace_geometry: from a recorded trace to what a waterfall paints. Consecutive plumbing steps (recovery, tracing, logging …)
// become one closed group; own time is the gaps between children, or a step's entry and exit; the critical path, short
// circuits and steps not reached are carried over. Pure; any thread.
#pragma once

#include "panels/kit/plots/geometry.h"
#include "workbench/recorder/trace.h"

namespace panels::kit {

plots::WaterfallGeometry trace_geometry(const workbench::recorder::Trace& trace);
// Its rows tab-separated with a header line: what a waterfall lets out as a table. Times in ns from the trace's start.
QString waterfall_tsv(const plots::WaterfallGeometry& geometry);
// "step", "gateway", "sql": the grey words after a span's name.
QString span_detail(const workbench::recorder::TraceSpan& span);
// Value of an attribute, empty when there is none.
QString attribute_of(const workbench::recorder::TraceSpan& span, const char* key);
// Config keys named by a span: every "config.key" attribute, split at commas.
QStringList config_keys_of(const workbench::recorder::TraceSpan& span);

}  // namespace panels::kit
