// TracePrefix: a trace id as people give it, whole or its beginning, as the range of ids it stands for.
#pragma once

#include <string>
#include <string_view>

#include "slipway/base/random.h"
#include "slipway/base/result.h"

namespace workbench::recorder {

struct TracePrefix {
  std::string low_hex, high_hex;  // 32 digits each
  slipway::TraceId low, high;
  // BAD_REQUEST / TRACE_ID_INVALID when it is none.
  static slipway::Result<TracePrefix> parse(std::string_view text);
};

slipway::Error ambiguous_trace(std::string_view text);  // TRACE_ID_AMBIGUOUS

}  // namespace workbench::recorder
