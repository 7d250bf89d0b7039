// Checks of a set of bindings before anything is made from it.
#pragma once

#include <vector>

#include "slipway/inject/bindings.h"

namespace slipway::inject {

// The bindings with dependencies before those who need them, or one Error that lists every mistake:
// INJECT_INVALID, one line each.
Result<std::vector<detail::Binding>> check_and_order(std::vector<detail::Binding> bindings);

}  // namespace slipway::inject
