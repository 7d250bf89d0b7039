// Error: one failure, as every layer of the framework reports it.
//
// Use it for expected failures (bad input, refused calls, peers that went away), carried by Result<T>.
// Exceptions are for broken invariants and for user handlers; the `recovery` middleware turns them into an Error.
// An Error is one pointer wide, immutable once built and safe to copy between threads.
//
// Shape on the wire (JSON): {"code": 404, "reason": "ROUTE_NOT_FOUND", "message": "...", "metadata": {...}}.
// `code` is an HTTP status (499 = client closed, 504 = deadline) or a business code (base/code.h); http_status() and
// grpc_status() stand for either. `reason` is a stable UPPER_SNAKE token that programs compare; `message` is for people.
//
// A layer that passes a failure on says what it was doing: `return e.wrap("saving order 7")` keeps code and reason, and reads
// "saving order 7: disk full". to_string() is that one line, to_full_string() adds codes, metadata and the stack of each level.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "slipway/base/code.h"

namespace slipway {

class Stack;

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
  // The statuses are the code's: an HTTP status means itself, a registered business code what it was registered with, any other
  // 500 and UNKNOWN.
  Error(int code, std::string reason, std::string message);
  // Without a message: the code's text.
  explicit Error(const Code& code, std::string message = {});
  Error(const Error& other) noexcept : rep_(retain(other.rep_)) {}
  Error(Error&& other) noexcept : rep_(std::exchange(other.rep_, nullptr)) {}
  Error& operator=(Error other) noexcept {
    std::swap(rep_, other.rep_);
    return *this;
  }
  ~Error() {
    if (rep_ != nullptr) drop(rep_);
  }

  int code() const;
  int http_status() const;  // 400 to 599
  int grpc_status() const;  // google.rpc.Code, 1 to 16
  const std::string& reason() const;
  const std::string& message() const;  // of this level alone
  const std::map<std::string, std::string>& metadata() const;
  const Mark& where() const;
  const Error* cause() const;
  const Error& root() const;    // the innermost cause, or this
  const Stack* stack() const;   // null when none was taken (base/stack.h says when)

  bool is(int code, std::string_view reason) const;  // this level
  bool is(const Error& kind) const;                  // this level or a cause has its code and reason
  bool has_code(int code) const;                     // this level or a cause
  // The same code and the same text.
  bool equals(const Error& other) const;

  // Copies with one part replaced; the original is unchanged.
  Error with_metadata(std::string key, std::string value) const;
  Error with_mark(Mark where) const;
  Error with_cause(const Error& cause) const;
  Error with_message(std::string message) const;
  // For a business code that is not registered here, of a peer. Out of range: 500 and 2.
  Error with_status(int http, int grpc) const;
  // A new level on top, whose cause this is. Its code, reason and metadata are this one's; or those of `code`.
  Error wrap(std::string message) const;
  Error wrap(const Code& code, std::string message = {}) const;

  // "file:line:column: message", then ": cause" for each cause. Never empty.
  std::string to_string() const;
  // to_string() and, below it, each level with its code, reason, metadata and stack; outer levels leave out what inner ones show.
  // `Brief` leaves out frames of the framework and of libraries. Reads debug data: for logs of failures, not for every call.
  enum class Frames { Brief, All };
  std::string to_full_string(Frames frames = Frames::Brief) const;
  // The JSON body clients receive. Causes, marks and stacks stay inside the process.
  std::string to_json() const;

 private:
  struct Rep;
  explicit Error(Rep* rep) : rep_(rep) {}
  static const Rep* retain(const Rep* rep) noexcept;
  static void drop(const Rep* rep) noexcept;
  const Rep* rep_;  // null only after a move
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

}  // namespace slipway
