// What the inspector says of one span: its time, what it decided, the settings that shaped it (each a link to Config), where
// it stands among all kept spans of its name, its attributes. Shared by Requests and Traces. GUI thread.
#pragma once

#include <functional>
#include <vector>

#include "panels/kit/session.h"
#include "panels/kit/widgets.h"

namespace panels::kit {

// Where one value stands among others: a histogram over log time and its percentile.
struct Standing {
  std::vector<double> bars;        // counts, from the lowest to the highest
  double lowest_ns = 0, highest_ns = 0;
  std::uint64_t count = 0;
  double percentile = 0;           // of the marked value, 0..100
  std::int64_t p50_ns = 0, p99_ns = 0, p999_ns = 0;
};
Standing standing_of(const std::vector<std::int64_t>& durations_ns, std::int64_t marked_ns);

// Own times of every span of that name and service in the traces at hand.
std::vector<std::int64_t> durations_of(const std::vector<workbench::recorder::TracePtr>& traces, const std::string& service, const std::string& name);

// Asks the recorder for all kept spans of that name; `done` runs in the GUI thread, or never when there is no host.
void ask_standing(Session* session, const std::string& service, const std::string& name, std::int64_t marked_ns, std::function<void(Standing)> done);

InspectorView* make_span_inspector(Session* session, workbench::recorder::TracePtr trace, std::size_t span, QWidget* parent);

}  // namespace panels::kit
