// Recording: what a server does at both ends of a call so that it is traced and counted.
#pragma once

#include "slipway/middleware/call.h"
#include "slipway/telemetry/telemetry.h"

namespace slipway::middleware {

// After operation, request and received are set. Reads traceparent, tracestate and x-slipway-keep; x-md-* fields become the context's
// metadata (the step `metadata` is for other prefixes). `telemetry` may be null: then
// only the trace identity of the caller (or a new one) is put into the context, so that it travels on.
void begin_recording(telemetry::Telemetry* telemetry, Call& call);

// When the reply is complete; `status` is the HTTP status that was sent.
void end_recording(telemetry::Telemetry* telemetry, Call& call, int status);

// An Operation with its names interned. `service` is the name that traces and rates show: an instance's, when there are several.
Operation make_operation(std::string name, std::string service, std::string transport, std::uint32_t index = 0);

}  // namespace slipway::middleware
