#include "slipway/base/error.h"

#include "slipway/base/json_text.h"

namespace slipway {

std::string Mark::to_string() const {
  std::string out = file;
  if (line > 0) {
    if (!out.empty()) out += ':';
    out += std::to_string(line);
    if (column > 0) out += ':' + std::to_string(column);
  }
  return out;
}

Error::Error(int code, std::string reason, std::string message)
    : rep_(std::make_shared<Rep>(Rep{code, std::move(reason), std::move(message), {}, {}, {}})) {}

Error Error::with_metadata(std::string key, std::string value) const {
  auto rep = std::make_shared<Rep>(*rep_);
  rep->metadata.insert_or_assign(std::move(key), std::move(value));
  return Error(std::move(rep));
}

Error Error::with_mark(Mark where) const {
  auto rep = std::make_shared<Rep>(*rep_);
  rep->where = std::move(where);
  return Error(std::move(rep));
}

Error Error::with_cause(const Error& cause) const {
  auto rep = std::make_shared<Rep>(*rep_);
  rep->cause = std::make_shared<const Error>(cause);
  return Error(std::move(rep));
}

Error Error::with_message(std::string message) const {
  auto rep = std::make_shared<Rep>(*rep_);
  rep->message = std::move(message);
  return Error(std::move(rep));
}

std::string Error::to_string() const {
  std::string out;
  for (const Error* e = this; e; e = e->cause()) {
    if (!out.empty()) out += ": ";
    if (e->where().known()) out += e->where().to_string() + ": ";
    out += e->message().empty() ? e->reason() : e->message();
  }
  return out.empty() ? "error " + std::to_string(code()) : out;
}

std::string Error::to_json() const {
  std::string out = "{\"code\":" + std::to_string(code()) + ",\"reason\":";
  write_json_string(out, reason());
  out += ",\"message\":";
  write_json_string(out, message());
  out += ",\"metadata\":{";
  bool first = true;
  for (const auto& [key, value] : metadata()) {
    if (!first) out += ',';
    first = false;
    write_json_string(out, key);
    out += ':';
    write_json_string(out, value);
  }
  return out += "}}";
}

Error bad_request(std::string message, std::string reason) {
  return {400, std::move(reason), std::move(message)};
}
Error unauthorized(std::string message, std::string reason) {
  return {401, std::move(reason), std::move(message)};
}
Error forbidden(std::string message, std::string reason) {
  return {403, std::move(reason), std::move(message)};
}
Error not_found(std::string message, std::string reason) {
  return {404, std::move(reason), std::move(message)};
}
Error conflict(std::string message, std::string reason) {
  return {409, std::move(reason), std::move(message)};
}
Error too_many_requests(std::string message, std::string reason) {
  return {429, std::move(reason), std::move(message)};
}
Error client_closed(std::string message, std::string reason) {
  return {499, std::move(reason), std::move(message)};
}
Error internal_error(std::string message, std::string reason) {
  return {500, std::move(reason), std::move(message)};
}
Error unavailable(std::string message, std::string reason) {
  return {503, std::move(reason), std::move(message)};
}
Error deadline_exceeded(std::string message, std::string reason) {
  return {504, std::move(reason), std::move(message)};
}

int grpc_status_of_http(int http_status) {
  if (http_status >= 200 && http_status < 300) return 0;  // OK
  switch (http_status) {
    case 400:
      return 3;  // INVALID_ARGUMENT
    case 401:
      return 16;  // UNAUTHENTICATED
    case 403:
      return 7;  // PERMISSION_DENIED
    case 404:
      return 5;  // NOT_FOUND
    case 409:
      return 10;  // ABORTED
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
      return 400;  // FAILED_PRECONDITION
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

}  // namespace slipway
