#include "slipway/base/code.h"

#include <array>

namespace slipway {
namespace {

constexpr std::array kGoframe = {codes::kNil,
                                 codes::kOk,
                                 codes::kInternalError,
                                 codes::kValidationFailed,
                                 codes::kDbOperationError,
                                 codes::kInvalidParameter,
                                 codes::kMissingParameter,
                                 codes::kInvalidOperation,
                                 codes::kInvalidConfiguration,
                                 codes::kMissingConfiguration,
                                 codes::kNotImplemented,
                                 codes::kNotSupported,
                                 codes::kOperationFailed,
                                 codes::kNotAuthorized,
                                 codes::kSecurityReason,
                                 codes::kServerBusy,
                                 codes::kUnknown,
                                 codes::kNotFound,
                                 codes::kInvalidRequest,
                                 codes::kNecessaryPackageNotImport,
                                 codes::kInternalPanic,
                                 codes::kBusinessValidationFailed};

constexpr std::array kHttp = {Code{400, "Bad Request", "BAD_REQUEST", 400, 3},
                              Code{401, "Unauthorized", "UNAUTHORIZED", 401, 16},
                              Code{403, "Forbidden", "FORBIDDEN", 403, 7},
                              Code{404, "Not Found", "NOT_FOUND", 404, 5},
                              Code{405, "Method Not Allowed", "METHOD_NOT_ALLOWED", 405, 2},
                              Code{409, "Conflict", "CONFLICT", 409, 10},
                              Code{412, "Precondition Failed", "PRECONDITION_FAILED", 412, 9},
                              Code{413, "Content Too Large", "CONTENT_TOO_LARGE", 413, 2},
                              Code{415, "Unsupported Media Type", "UNSUPPORTED_MEDIA_TYPE", 415, 2},
                              Code{422, "Unprocessable Content", "VALIDATION_FAILED", 422, 3},
                              Code{429, "Too Many Requests", "TOO_MANY_REQUESTS", 429, 8},
                              Code{499, "Client Closed Request", "CLIENT_CLOSED", 499, 1},
                              Code{500, "Internal Server Error", "INTERNAL", 500, 13},
                              Code{501, "Not Implemented", "NOT_IMPLEMENTED", 501, 12},
                              Code{502, "Bad Gateway", "BAD_GATEWAY", 502, 2},
                              Code{503, "Service Unavailable", "UNAVAILABLE", 503, 14},
                              Code{504, "Gateway Timeout", "DEADLINE_EXCEEDED", 504, 4}};

constexpr std::array<std::string_view, 17> kGrpcNames = {
    "OK",           "CANCELLED",         "UNKNOWN",           "INVALID_ARGUMENT",    "DEADLINE_EXCEEDED", "NOT_FOUND",
    "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED",           "OUT_OF_RANGE",
    "UNIMPLEMENTED", "INTERNAL",          "UNAVAILABLE",       "DATA_LOSS",           "UNAUTHENTICATED"};

}  // namespace

Code Code::with_detail(std::string_view what) const {
  Code c = *this;
  c.detail = what;
  return c;
}

std::string Code::to_string() const {
  std::string out = std::to_string(number);
  if (!detail.empty()) return out.append(":").append(text).append(" ").append(detail);
  return text.empty() ? out : out.append(":").append(text);
}

std::span<const Code> goframe_codes() { return kGoframe; }
std::span<const Code> http_codes() { return kHttp; }

int grpc_status_of_http(int http_status) {
  if (http_status >= 200 && http_status < 300) return 0;  // OK
  switch (http_status) {
    case 400:
    case 422:
      return 3;  // INVALID_ARGUMENT
    case 401:
      return 16;  // UNAUTHENTICATED
    case 403:
      return 7;  // PERMISSION_DENIED
    case 404:
      return 5;  // NOT_FOUND
    case 409:
      return 10;  // ABORTED
    case 412:
      return 9;  // FAILED_PRECONDITION
    case 429:
      return 8;  // RESOURCE_EXHAUSTED
    case 499:
      return 1;  // CANCELLED
    case 500:
      return 13;  // INTERNAL
    case 501:
      return 12;  // UNIMPLEMENTED
    case 503:
      return 14;  // UNAVAILABLE
    case 504:
      return 4;  // DEADLINE_EXCEEDED
    default:
      return 2;  // UNKNOWN
  }
}

int http_status_of_grpc(int grpc_code) {
  switch (grpc_code) {
    case 0:
      return 200;  // OK
    case 1:
      return 499;  // CANCELLED
    case 3:
      return 400;  // INVALID_ARGUMENT
    case 4:
      return 504;  // DEADLINE_EXCEEDED
    case 5:
      return 404;  // NOT_FOUND
    case 6:
      return 409;  // ALREADY_EXISTS
    case 7:
      return 403;  // PERMISSION_DENIED
    case 8:
      return 429;  // RESOURCE_EXHAUSTED
    case 9:
      return 412;  // FAILED_PRECONDITION
    case 10:
      return 409;  // ABORTED
    case 11:
      return 400;  // OUT_OF_RANGE
    case 12:
      return 501;  // UNIMPLEMENTED
    case 14:
      return 503;  // UNAVAILABLE
    case 16:
      return 401;  // UNAUTHENTICATED
    default:
      return 500;  // UNKNOWN, INTERNAL, DATA_LOSS and numbers that are no code
  }
}

std::string_view grpc_code_name(int code) {
  return code >= 0 && code < static_cast<int>(kGrpcNames.size()) ? kGrpcNames[static_cast<std::size_t>(code)] : "UNKNOWN";
}

}  // namespace slipway
