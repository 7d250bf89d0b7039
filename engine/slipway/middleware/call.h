// Call: one request being served (or made), with its reply, the same over HTTP and gRPC.
//
// Calls are pooled per worker and reused: strings keep their capacity, so a served request allocates nothing of its own.
// A Call is used by one thread at a time (its worker); a handler that suspends is resumed there.
#pragma once

#include <array>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "slipway/base/task.h"
#include "slipway/base/value.h"
#include "slipway/codec/codec.h"
#include "slipway/context/context.h"
#include "slipway/context/headers.h"
#include "slipway/telemetry/call_trace.h"

namespace slipway::telemetry {
struct Origin;
}

namespace slipway::middleware {

// A route or a gRPC method, made once at set-up; what metrics, traces and per-operation options are keyed by.
struct Operation {
  std::string name;       // "POST /orders", "/inventory.v1.Inventory/Reserve"
  std::string service;    // "orders"
  std::string transport;  // "http" | "grpc"
  telemetry::NameId name_id = 0, service_id = 0;
  std::uint32_t index = 0;  // dense within a server; for per-operation arrays
};

struct PathParam {
  std::string_view name, value;  // value is percent-decoded
};

struct Request {
  std::string_view method;   // "GET"; "POST" for gRPC
  std::string_view target;   // as received
  std::string_view path;     // decoded path without query
  std::string_view query;    // raw, without '?'
  std::span<const context::HeaderView> headers;
  std::string_view body;
  std::span<const PathParam> params;
  std::string_view peer;     // "127.0.0.1:50312"

  std::string_view header(std::string_view name) const;      // first, or empty
  std::string_view param(std::string_view name) const;       // path parameter, or empty
  std::string query_param(std::string_view name) const;      // decoded, first, or empty
};

struct Reply {
  int status = 200;  // HTTP status; gRPC maps it
  std::string_view content_type = "application/json";  // static or interned text
  context::Headers headers;
  std::string body;
  void reset() {
    status = 200;
    content_type = "application/json";
    headers.clear();
    body.clear();
  }
};

class Call {
 public:
  const Operation* operation = nullptr;
  context::Context context;
  Request request;
  Reply reply;
  telemetry::CallTrace trace;         // active() only when recorded; context.call_trace() points here then
  std::uint64_t received = 0;         // Ticks at the first byte of the head
  const codec::Codec* request_codec = nullptr;  // null: by content-type, JSON by default
  const codec::Codec* reply_codec = nullptr;

  // The request body as a tree, decoded at most once.
  Result<const Value*> body_value();
  // Encodes into reply.body with the reply codec (JSON by default).
  Status set_body(const Value& value);

  // For a step that answers while what it wraps still runs (timeout): the call, and what its views lead into, stay as they are until
  // each hold() was released, on the call's worker. The reply that was given is not read again.
  void hold() { ++holds_; }
  void release();
  bool held() const { return holds_ > 0; }
  // For servers, when a reply was given: runs `then` at the last release().
  void when_released(std::function<void()> then) { when_released_ = std::move(then); }

  void reset();

 private:
  std::uint32_t holds_ = 0;
  std::function<void()> when_released_;
  bool body_decoded_ = false;
  Value body_;
};

// For lines of the log (telemetry/log.h): the call's trace, operation and service.
telemetry::Origin log_origin(const Call& call);

// What a handler gives: done (the reply is in call.reply), failed, or suspended.
class [[nodiscard]] Outcome {
 public:
  Outcome() = default;                                        // done
  Outcome(Status s) : status_(std::move(s)) {}                // NOLINT
  Outcome(Error e) : status_(std::move(e)) {}                 // NOLINT
  Outcome(Task<Status> t) : task_(std::move(t)) {}            // NOLINT
  bool suspended() const { return static_cast<bool>(task_); }
  Status& status() { return status_; }
  Task<Status>& task() { return task_; }

 private:
  Status status_;
  Task<Status> task_;
};

}  // namespace slipway::middleware
