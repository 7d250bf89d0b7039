// The parts of the sample story that the traffic panels show: one order from gateway to pricing, its slow twin, two short
// circuits, a load run over a change of balancer, and what came of it. Fixed values; the figures come from one queueing model.
#pragma once

#include <cstdint>
#include <vector>

#include "panels/kit/views.h"

namespace panels::kit::story {

// 14:12:20 of the story's day, UTC, in ns; everything else is told relative to it.
inline constexpr std::int64_t kNow = 1795442400LL * 1'000'000'000 + 740LL * 1'000'000'000;
// Wall time of hh:mm:ss on that day.
std::int64_t at(int hours, int minutes, double seconds);

std::vector<workbench::recorder::TracePtr> traces();                  // newest first
std::vector<workbench::traffic::SavedRequest> requests();
std::vector<workbench::traffic::Exchange> exchanges();                // newest first, of orders/create
LoadView load();
std::vector<workbench::traffic::RunSummary> runs();                   // that ended before it, newest first
std::vector<workbench::host::BalancedTarget> balanced();
std::vector<workbench::host::Edge> edges();
std::vector<workbench::compare::Report> reports();

}  // namespace panels::kit::story
