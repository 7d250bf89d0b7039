// Extensions: what plugins add to a workspace's services, besides what is built in. One object per host, which its services carry.
#pragma once

#include "slipway/balance/family.h"
#include "slipway/middleware/family.h"
#include "workbench/behaviour/behaviour.h"

namespace workbench::behaviour {

struct Extensions {
  Kinds behaviours;
  slipway::middleware::Steps steps;
  slipway::balance::Strategies balancers;
};

}  // namespace workbench::behaviour
