// A middleware step that gives every call its Sources: a fixed clock and seeded ids, for tests and replay.
#pragma once

#include "slipway/middleware/middleware.h"
#include "slipway/values/values.h"

namespace slipway::values {

// What `sources` points at must outlive the step.
middleware::MiddlewarePtr make_sources_step(Sources sources);

}  // namespace slipway::values
