// Parts of a trace as bytes, for the file of a run. Names are numbers that the file's table of names explains; times are Unix ns, since
// ticks mean something in their own process only. Bytes of the same trace may follow each other: what came later is appended.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "workbench/recorder/assemble.h"

namespace workbench::recorder {

// Appends `parts` (not empty, times in Ticks) to `out` and their names' numbers to `names`.
void append_parts(std::string& out, std::span<const PartPtr> parts, std::vector<slipway::telemetry::NameId>& names);

// The parts again, with the file's numbers for names and times in Unix ns: to be read by `unix_reading`. Nothing when the bytes are
// not what append_parts wrote.
std::optional<std::vector<PartPtr>> parts_of(slipway::TraceId trace, std::string_view bytes);

// How such parts read, with `name` for the file's names.
Reading unix_reading(std::function<std::string_view(slipway::telemetry::NameId)> name);

}  // namespace workbench::recorder
