// Code: what kind of failure an Error is: a number that programs compare, and the HTTP and gRPC status that stand for it.
//
// Numbers from 400 to 599 are HTTP statuses and mean themselves. All others are business codes, which have a status each:
// GoFrame's (below 1000, here) and those a program defines:
//
//   constexpr Code kOutOfStock{20012, "Out Of Stock", "OUT_OF_STOCK", 409, 10};
//   return Error(kOutOfStock, "only 2 are left");         // HTTP 409, gRPC ABORTED, {"code":20012,"reason":"OUT_OF_STOCK",…}
//
// A Code is a constant of the program and holds views: its texts must live as long as it does. Register the codes of a program
// with CodeRegistry (base/code_registry.h), so that they can be listed and peers' numbers find their status.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace slipway {

struct Code {
  int number = -1;
  std::string_view text{};    // "Not Found": the message of an Error that is given none
  std::string_view reason{};  // "NOT_FOUND": stable, UPPER_SNAKE
  int http = 500;             // 400 to 599
  int grpc = 2;               // google.rpc.Code, 1 to 16
  std::string_view detail{};  // what this use of it adds; part of to_string only

  Code with_detail(std::string_view what) const;
  // "65:Not Found"; with a detail "65:Not Found of the order"; "5" without a text.
  std::string to_string() const;
};

// GoFrame's numbers and texts.
namespace codes {
inline constexpr Code kNil{-1, "", "UNKNOWN", 500, 2};  // no code was chosen
inline constexpr Code kOk{0, "OK", "OK", 200, 0};
inline constexpr Code kInternalError{50, "Internal Error", "INTERNAL_ERROR", 500, 13};
inline constexpr Code kValidationFailed{51, "Validation Failed", "VALIDATION_FAILED", 422, 3};
inline constexpr Code kDbOperationError{52, "Database Operation Error", "DB_OPERATION_ERROR", 500, 13};
inline constexpr Code kInvalidParameter{53, "Invalid Parameter", "INVALID_PARAMETER", 400, 3};
inline constexpr Code kMissingParameter{54, "Missing Parameter", "MISSING_PARAMETER", 400, 3};
inline constexpr Code kInvalidOperation{55, "Invalid Operation", "INVALID_OPERATION", 409, 9};
inline constexpr Code kInvalidConfiguration{56, "Invalid Configuration", "INVALID_CONFIGURATION", 500, 13};
inline constexpr Code kMissingConfiguration{57, "Missing Configuration", "MISSING_CONFIGURATION", 500, 13};
inline constexpr Code kNotImplemented{58, "Not Implemented", "NOT_IMPLEMENTED", 501, 12};
inline constexpr Code kNotSupported{59, "Not Supported", "NOT_SUPPORTED", 501, 12};
inline constexpr Code kOperationFailed{60, "Operation Failed", "OPERATION_FAILED", 500, 13};
inline constexpr Code kNotAuthorized{61, "Not Authorized", "NOT_AUTHORIZED", 401, 16};
inline constexpr Code kSecurityReason{62, "Security Reason", "SECURITY_REASON", 403, 7};
inline constexpr Code kServerBusy{63, "Server Is Busy", "SERVER_BUSY", 503, 14};
inline constexpr Code kUnknown{64, "Unknown Error", "UNKNOWN_ERROR", 500, 2};
inline constexpr Code kNotFound{65, "Not Found", "NOT_FOUND", 404, 5};
inline constexpr Code kInvalidRequest{66, "Invalid Request", "INVALID_REQUEST", 400, 3};
inline constexpr Code kNecessaryPackageNotImport{67, "Necessary Package Not Import", "PACKAGE_MISSING", 500, 13};
inline constexpr Code kInternalPanic{68, "Internal Panic", "INTERNAL_PANIC", 500, 13};
inline constexpr Code kBusinessValidationFailed{300, "Business Validation Failed", "BUSINESS_VALIDATION_FAILED", 422, 3};
}  // namespace codes

// All of the above, by number; and the usual HTTP errors under their own numbers (400 BAD_REQUEST, …).
std::span<const Code> goframe_codes();
std::span<const Code> http_codes();

// HTTP status <-> google.rpc.Code, by Kratos's table; every 2xx is OK, 422 is INVALID_ARGUMENT, what is not listed UNKNOWN and 500.
int grpc_status_of_http(int http_status);
int http_status_of_grpc(int grpc_code);
// "NOT_FOUND" for 5; "UNKNOWN" for numbers that are no code.
std::string_view grpc_code_name(int grpc_code);

}  // namespace slipway
