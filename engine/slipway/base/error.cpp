#include "slipway/base/error.h"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <optional>

#include "slipway/base/code_registry.h"
#include "slipway/base/json_text.h"
#include "slipway/base/stack.h"
#include "slipway/base/utf8.h"

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

struct Error::Rep {
  Rep(int number, int http_status, int grpc_status, std::string token, std::string text)
      : code(number), http(static_cast<short>(http_status)), grpc(static_cast<short>(grpc_status)), reason(std::move(token)), message(std::move(text)) {
    if (http < 400 || http > 599) http = 500;
    if (grpc < 1 || grpc > 16) grpc = 2;
  }
  // A copy belongs to one owner, whoever shares the original.
  Rep(const Rep& o)
      : code(o.code), http(o.http), grpc(o.grpc), reason(o.reason), message(o.message), metadata(o.metadata), where(o.where), cause(o.cause), stack(o.stack) {}

  mutable std::atomic<std::uint32_t> owners{1};
  int code;
  short http, grpc;
  std::string reason, message;
  std::map<std::string, std::string> metadata;
  Mark where;
  std::optional<Error> cause;
  std::shared_ptr<const Stack> stack;
};

namespace {

// With U+FFFD for what is no UTF-8, as JSON writes it: two names that a peer sent must not become one only there.
std::string as_utf8(std::string text) {
  if (valid_utf8(text)) return text;
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t n = utf8_length(text, i);
    if (n == 0) append_utf8(out, 0xFFFD);
    else out.append(text, i, n);
    i += std::max<std::size_t>(n, 1);
  }
  return out;
}

bool is_http_error(int code) { return code >= 400 && code <= 599; }

// Called by the constructors of Error: the stack begins with whoever calls those.
[[gnu::noinline]] std::shared_ptr<const Stack> stack_for(int http_status) {
  const StackCapture which = stack_capture();
  if (which == StackCapture::All || (which == StackCapture::Internal && http_status == 500)) return Stack::capture(1);
  return nullptr;
}

}  // namespace

const Error::Rep* Error::retain(const Rep* rep) noexcept {
  if (rep != nullptr) rep->owners.fetch_add(1, std::memory_order_relaxed);
  return rep;
}

void Error::drop(const Rep* rep) noexcept {
  if (rep->owners.fetch_sub(1, std::memory_order_acq_rel) == 1) delete rep;
}

Error::Error(int code, std::string reason, std::string message) {
  int http = code, grpc = 0;
  if (is_http_error(code)) {
    grpc = grpc_status_of_http(code);
  } else if (const auto known = CodeRegistry::system().find(code, reason)) {
    http = known->http, grpc = known->grpc;
  } else if (const auto number = CodeRegistry::system().find(code)) {
    http = number->http, grpc = number->grpc;
  }
  auto rep = std::make_unique<Rep>(code, http, grpc, std::move(reason), std::move(message));
  rep->stack = stack_for(rep->http);
  rep_ = rep.release();
}

Error::Error(const Code& code, std::string message) {
  if (message.empty()) message = code.text;
  auto rep = std::make_unique<Rep>(code.number, code.http, code.grpc, std::string(code.reason), std::move(message));
  rep->stack = stack_for(rep->http);
  rep_ = rep.release();
}

int Error::code() const { return rep_->code; }
int Error::http_status() const { return rep_->http; }
int Error::grpc_status() const { return rep_->grpc; }
const std::string& Error::reason() const { return rep_->reason; }
const std::string& Error::message() const { return rep_->message; }
const std::map<std::string, std::string>& Error::metadata() const { return rep_->metadata; }
const Mark& Error::where() const { return rep_->where; }
const Error* Error::cause() const { return rep_->cause ? &*rep_->cause : nullptr; }
const Stack* Error::stack() const { return rep_->stack.get(); }

const Error& Error::root() const {
  const Error* e = this;
  while (const Error* deeper = e->cause()) e = deeper;
  return *e;
}

bool Error::is(int code, std::string_view reason) const { return rep_->code == code && rep_->reason == reason; }

bool Error::is(const Error& kind) const {
  for (const Error* e = this; e; e = e->cause())
    if (e->is(kind.code(), kind.reason())) return true;
  return false;
}

bool Error::has_code(int code) const {
  for (const Error* e = this; e; e = e->cause())
    if (e->code() == code) return true;
  return false;
}

bool Error::equals(const Error& other) const { return code() == other.code() && to_string() == other.to_string(); }

Error Error::with_metadata(std::string key, std::string value) const {
  auto rep = std::make_unique<Rep>(*rep_);
  rep->metadata.insert_or_assign(as_utf8(std::move(key)), std::move(value));
  return Error(rep.release());
}

Error Error::with_mark(Mark where) const {
  auto rep = std::make_unique<Rep>(*rep_);
  rep->where = std::move(where);
  return Error(rep.release());
}

Error Error::with_cause(const Error& cause) const {
  auto rep = std::make_unique<Rep>(*rep_);
  rep->cause = cause;
  return Error(rep.release());
}

Error Error::with_message(std::string message) const {
  auto rep = std::make_unique<Rep>(*rep_);
  rep->message = std::move(message);
  return Error(rep.release());
}

Error Error::with_status(int http, int grpc) const {
  auto rep = std::make_unique<Rep>(*rep_);
  rep->http = static_cast<short>(http >= 400 && http <= 599 ? http : 500);
  rep->grpc = static_cast<short>(grpc >= 1 && grpc <= 16 ? grpc : 2);
  return Error(rep.release());
}

Error Error::wrap(std::string message) const {
  auto rep = std::make_unique<Rep>(rep_->code, rep_->http, rep_->grpc, rep_->reason, std::move(message));
  rep->metadata = rep_->metadata;
  rep->cause = *this;
  rep->stack = stack_for(rep->http);
  return Error(rep.release());
}

Error Error::wrap(const Code& code, std::string message) const { return Error(code, std::move(message)).with_cause(*this); }

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

}  // namespace slipway
