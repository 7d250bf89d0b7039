// Trace: what one request did, over all services of the workspace, as panels, verbs and exporters see it.
// A plain value, immutable once handed out.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "slipway/telemetry/call_trace.h"

namespace workbench::recorder {

struct TraceSpan {
  std::string id;        // 16 hex digits
  std::string parent;    // empty for the root
  std::string name;      // "POST /orders", "rate_limit", "INSERT orders"
  std::string service;   // "orders"
  std::string instance;  // "pricing-3"; equals service when there is one
  slipway::telemetry::SpanKind kind = slipway::telemetry::SpanKind::Internal;
  slipway::telemetry::SpanStatus status = slipway::telemetry::SpanStatus::Ok;
  std::int64_t start_ns = 0;     // Unix time
  std::int64_t duration_ns = 0;
  std::int64_t enter_ns = 0;     // a step's own time before and after what it wraps; 0 for other kinds
  std::int64_t exit_ns = 0;
  std::int64_t self_ns = 0;      // duration less children
  int depth = 0;                 // in the tree; spans are listed in depth-first order
  bool critical = false;         // on the critical path
  std::vector<std::pair<std::string, std::string>> attributes;  // "config.key" names the setting(s) that shaped it
};

struct Trace {
  std::string id;            // 32 hex digits
  std::string root_name;     // "POST /orders"
  std::string root_service;  // "gateway"
  int status = 0;            // HTTP status of the root, 0 when unknown
  bool error = false;
  bool partial = false;      // some spans were sampled out or are still missing
  std::string stopped_by;    // the step that short-circuited, or empty
  std::int64_t start_ns = 0;
  std::int64_t duration_ns = 0;
  std::vector<TraceSpan> spans;  // depth-first, children by start
  std::vector<std::string> services() const;  // in order of first appearance
};
using TracePtr = std::shared_ptr<const Trace>;

}  // namespace workbench::recorder
