// Bounded: runs something that may hang, and waits no longer than a limit.
#pragma once

#include <functional>
#include <string>

#include "slipway/base/result.h"
#include "slipway/base/time.h"

namespace slipway::app {

// Runs `work` on a thread of its own. When `limit` passes it is left behind (so it must own all it uses) and
// the Status is DEADLINE_EXCEEDED, naming `what`. An exception becomes INTERNAL.
Status run_bounded(const std::string& what, Duration limit, std::function<Status()> work);

// On this thread, without a limit; an exception becomes INTERNAL.
Status run_guarded(const std::string& what, const std::function<Status()>& work);

}  // namespace slipway::app
