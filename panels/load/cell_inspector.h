// What the inspector says of one cell of the heat map: its requests, where they spent their time, and the traces that were kept of
// them. GUI thread.
#pragma once

#include "panels/kit/session.h"
#include "panels/load/load_plots.h"

class QWidget;

namespace panels::load {

// `wall_ns`: of the run's first second, 0 when unknown.
QWidget* make_cell_inspector(kit::Session* session, const CellView& cell, std::int64_t wall_ns, QWidget* parent);

}  // namespace panels::load
