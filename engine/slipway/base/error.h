// Error: one failure, as every layer of the framework reports it.
//
// Use it for expected failures (bad input, refused calls, peers that went away), carried by Result<T>.
// Exceptions are for broken invariants and for user handlers; the `recovery` middleware turns them into an Error.
// An Error is one pointer wide, immutable once built and safe to copy between threads.
//
// Shape on the wire (JSON): {"code": 404, "reason": "ROUTE_NOT_FOUND", "message": "...", "metadata": {...}}.
// `code` is an HTTP status (499 = client closed, 504 = deadline); `reason` is a stable UPPER_SNAKE token that
// programs compare; `message` is for people.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace slipway {

// Where something was written. Lines and columns count from 1; 0 means unknown.
struct Mark {
  std::string file;
  int line = 0;
  int column = 0;
  bool known() const { return line > 0 || !file.empty(); }
  std::string to_string() const;  // "file:line:column", shorter when parts are unknown
};

class Error {
 public:
  Error(int code, std::string reason, std::string message);

  int code() const { return rep_->code; }
  const std::string& reason() const { return rep_->reason; }
  const std::string& message() const { return rep_->message; }
  const std::map<std::string, std::string>& metadata() const { return rep_->metadata; }
  const Mark& where() const { return rep_->where; }
  const Error* cause() const { return rep_->cause.get(); }

  // Copies with one part replaced; the original is unchanged.
  Error with_metadata(std::string key, std::string value) const;
  Error with_mark(Mark where) const;
  Error with_cause(const Error& cause) const;
  Error with_message(std::string message) const;

  // "file:line:column: message", then ": cause" for each cause. Never empty.
  std::string to_string() const;
  // The JSON body clients receive. Causes and marks stay inside the process.
  std::string to_json() const;

 private:
  struct Rep {
    int code;
    std::string reason, message;
    std::map<std::string, std::string> metadata;
    Mark where;
    std::shared_ptr<const Error> cause;
  };
  explicit Error(std::shared_ptr<const Rep> rep) : rep_(std::move(rep)) {}
  std::shared_ptr<const Rep> rep_;
};

// The usual ones. `reason` may be left to its default.
Error bad_request(std::string message, std::string reason = "BAD_REQUEST");
Error unauthorized(std::string message, std::string reason = "UNAUTHORIZED");
Error forbidden(std::string message, std::string reason = "FORBIDDEN");
Error not_found(std::string message, std::string reason = "NOT_FOUND");
Error conflict(std::string message, std::string reason = "CONFLICT");
Error too_many_requests(std::string message, std::string reason = "TOO_MANY_REQUESTS");
Error client_closed(std::string message, std::string reason = "CLIENT_CLOSED");
Error internal_error(std::string message, std::string reason = "INTERNAL");
Error unavailable(std::string message, std::string reason = "UNAVAILABLE");
Error deadline_exceeded(std::string message, std::string reason = "DEADLINE_EXCEEDED");

// HTTP status <-> gRPC status code number (google.rpc.Code), by the usual table.
int grpc_status_of_http(int http_status);
int http_status_of_grpc(int grpc_code);

}  // namespace slipway
