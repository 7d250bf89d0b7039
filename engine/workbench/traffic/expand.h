// Expansion of {{variables}} in a saved request: url, header values and body.
//
// Known without being given: {{$uuid}}, {{$timestamp}} (Unix seconds), {{$isoTimestamp}}, {{$randomInt}} (0 to 999, or
// {{$randomInt 5 10}}). Values may hold variables themselves (10 levels). An unknown name is BAD_REQUEST / VARIABLE_UNKNOWN and says
// where it stands and which names are near. "{{" without "}}" stays as it is written.
#pragma once

#include <string>
#include <string_view>

#include "slipway/base/random.h"
#include "slipway/base/time.h"
#include "workbench/traffic/exchange.h"

namespace workbench::traffic {

struct ExpandSources {
  slipway::Ids* ids = nullptr;             // null: the system's
  const slipway::Clock* clock = nullptr;
};

slipway::Result<std::string> expand_text(std::string_view text, const Pairs& variables, const ExpandSources& sources = {});
slipway::Result<SavedRequest> expand(const SavedRequest& request, const Pairs& variables, const ExpandSources& sources = {});
// Names used in the request, each once, in order: what an editor underlines.
std::vector<std::string> variables_of(const SavedRequest& request);

}  // namespace workbench::traffic
