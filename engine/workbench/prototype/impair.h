// What the Balancer tab's sliders do to an instance: added latency and a share of failures, as the last step of its chain.
#pragma once

#include <string>

#include "slipway/middleware/middleware.h"

namespace workbench::prototype {

// `keys` is the config prefix shown in traces ("pricing.pricing-5.instance").
slipway::middleware::MiddlewarePtr make_impair(slipway::Duration added, double failure_percent, std::string keys);

}  // namespace workbench::prototype
