#include "slipway/middleware/call.h"

#include "slipway/telemetry/log.h"

namespace slipway::middleware {

std::string_view Request::header(std::string_view name) const {
  for (const auto& h : headers)
    if (context::same_name(h.name, name)) return h.value;
  return {};
}

std::string_view Request::param(std::string_view name) const {
  for (const auto& p : params)
    if (p.name == name) return p.value;
  return {};
}

std::string Request::query_param(std::string_view name) const {
  std::string_view rest = query;
  while (!rest.empty()) {
    const std::string_view pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
    const std::size_t equals = pair.find('=');
    const std::string_view key = pair.substr(0, equals);
    if (key != name && codec::percent_decode(key, true) != name) continue;
    return equals == std::string_view::npos ? std::string() : codec::percent_decode(pair.substr(equals + 1), true);
  }
  return {};
}

telemetry::Origin log_origin(const Call& call) {
  if (call.operation == nullptr) return {call.context.trace(), {}, {}};
  return {call.context.trace(), call.operation->name, call.operation->service};
}

Result<const Value*> Call::body_value() {
  if (body_decoded_) return &body_;
  if (request.body.empty() && !request_codec) {  // an empty protobuf message is a message
    body_ = Value();
  } else {
    const codec::Codec* decoder = request_codec;
    if (!decoder) {
      const std::string_view type = request.header("content-type");
      if (!type.empty()) decoder = codec::find_codec(type);
    }
    auto decoded = decoder ? decoder->decode(request.body) : codec::parse_json(request.body);
    if (!decoded) {
      const Error& why = decoded.error();
      std::string place;
      if (why.where().line > 0) place = " at line " + std::to_string(why.where().line) + ", column " + std::to_string(why.where().column);
      return bad_request("the body does not parse" + place + ": " + why.message(), "BODY_INVALID");
    }
    body_ = std::move(*decoded);
  }
  body_decoded_ = true;
  return &body_;
}

Status Call::set_body(const Value& value) {
  reply.body.clear();
  if (reply_codec) {
    reply.content_type = reply_codec->content_type();
    return reply_codec->encode(value, reply.body);
  }
  reply.content_type = "application/json";
  codec::append_json(reply.body, value);
  return {};
}

void Call::release() {
  if (--holds_ > 0 || !when_released_) return;
  const auto then = std::exchange(when_released_, nullptr);  // may reuse the call
  then();
}

void Call::reset() {
  operation = nullptr;
  context = context::Context();
  request = Request{};
  reply.reset();
  trace.end();
  received = 0;
  request_codec = nullptr;
  reply_codec = nullptr;
  if (body_decoded_) body_ = Value();
  body_decoded_ = false;
}

}  // namespace slipway::middleware
