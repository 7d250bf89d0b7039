// StartPlan: what starting a workspace's services would do on this machine, so that a folder from elsewhere can be opened without
// running anything (the window's bar, and `slipway serve --dry-run`). Pure: from the files as they were read.
#pragma once

#include <string>
#include <vector>

#include "workbench/workspace/model.h"

namespace workbench::workspace {

struct StartStep {
  enum class Kind { Listen, Database, Call, Read };   // Read: config from a server
  Kind kind = Kind::Listen;
  std::string service;
  std::string what;            // "listens on 127.0.0.1:8081 (HTTP)", "runs schema/orders.sql in .slipway/data/orders.db"
  bool off_loopback = false;   // others on the network could reach it, or are called
};
std::vector<StartStep> start_plan(const Workspace& workspace);

}  // namespace workbench::workspace
