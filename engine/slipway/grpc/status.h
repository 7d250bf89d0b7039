// Status mapping: our Error <-> what gRPC puts into trailers.
//
// The status goes by the usual table (base/code.h); `reason` and `metadata` travel as google.rpc.ErrorInfo in
// grpc-status-details-bin, which Kratos, grpc-go and Envoy read and pass on. The code, where the status does not say it already
// (a business code, 422), travels in that metadata as x-error-code. Once more as trailers for people: x-error-code,
// x-error-reason.
#pragma once

#include <string>
#include <string_view>

#include "slipway/base/error.h"

namespace slipway::grpc {

struct WireStatus {
  int code = 0;         // google.rpc.Code
  std::string message;
  std::string details;  // bytes of google.rpc.Status
};

WireStatus wire_status(const Error& error);
// `code` and `reason` come from the trailers when the peer is one of ours (0 and empty otherwise). An HTTP code is believed only
// where it agrees with the status; a business code always, its statuses are those it has here or else the wire's.
Error error_of(const WireStatus& status, int code = 0, std::string_view reason = {});

}  // namespace slipway::grpc
