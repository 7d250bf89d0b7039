// RequestBytes: a saved request as the bytes that go out, built once. The traceparent inside is rewritten in place before
// each send, so a load run formats nothing else.
#pragma once

#include <string>

#include "slipway/base/random.h"
#include "workbench/traffic/exchange.h"
#include "workbench/traffic/target.h"

namespace workbench::traffic {

struct RequestBytes {
  std::string bytes;
  std::size_t trace_at = std::string::npos;  // of "00-...", npos when the request brings its own traceparent
  bool head = false;                         // HEAD: replies have no body
  bool retriable = false;                    // GET, HEAD: may be sent again when a kept connection had just been closed
  Pairs headers;                             // as sent

  void set_trace(const slipway::TraceId& trace, slipway::SpanId span, bool sampled);
};

// Adds host, content-length, a content-type for JSON bodies and traceparent where the request has none.
// BAD_REQUEST / HEADER_INVALID for names and values that would break the message apart.
slipway::Result<RequestBytes> request_bytes(const SavedRequest& request, const Target& target, const Pairs& extra = {});

}  // namespace workbench::traffic
