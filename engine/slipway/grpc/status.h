// Status mapping: our Error <-> what gRPC puts into trailers.
//
// The code goes by the usual table (base/error.h); `reason` and `metadata` travel as google.rpc.ErrorInfo in
// grpc-status-details-bin, which Kratos, grpc-go and Envoy read, and once more as trailers for people:
// x-error-code (our HTTP-like code, which the table loses), x-error-reason.
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
// `http_code` and `reason` come from the trailers when the peer is one of ours (0 and empty otherwise).
Error error_of(const WireStatus& status, int http_code = 0, std::string_view reason = {});
// "NOT_FOUND" for 5.
std::string_view code_name(int grpc_code);

}  // namespace slipway::grpc
