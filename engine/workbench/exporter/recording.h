// Recording: what a service answers, with a fixed clock and seeded ids, and what the services it calls answered it. Each session
// starts with empty data. The cases are what an exported project replays.
#pragma once

#include <string>
#include <vector>

#include "workbench/exporter/export_plan.h"

namespace workbench::exporter {

struct RecordedExchange {
  slipway::Value request;    // {method, target, headers{}, body}
  slipway::Value reply;      // {status, headers{}, body}
  slipway::Value upstream;   // [{service, method, target, body, status, reply}] in the order of the calls
};

struct RecordedSession {
  std::string name;
  std::vector<std::pair<std::string, std::string>> set;
  std::string clock;         // RFC 3339
  std::uint64_t seed = 1;
  std::vector<RecordedExchange> exchanges;
  std::string to_json() const;
};

// Runs the workspace's services on free ports with data of their own and sends what scenarios/record-<service>.yaml lists.
// NOT_FOUND / NO_RECORDING without that file.
slipway::Result<std::vector<RecordedSession>> record(const workspace::Workspace& workspace, const std::string& service, ExportControl& control);

}  // namespace workbench::exporter
