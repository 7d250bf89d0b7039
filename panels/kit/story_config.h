// The configuration of the sample story: the settings of orders-lab by layer, and what was changed in this run.
#pragma once

#include <vector>

#include "workbench/host/views.h"

namespace panels::kit::story {

workbench::host::ConfigTable config();
std::vector<workbench::host::ConfigChange> config_history();  // newest first

}  // namespace panels::kit::story
