#include "slipway/http/json_call.h"

#include "slipway/codec/codec.h"

namespace slipway::http {

Task<Result<JsonReply>> json_call(Client& client, context::Context context, ClientRequest request) {
  auto r = co_await client.send(std::move(context), std::move(request));
  if (!r.ok()) co_return r.error();
  JsonReply reply;
  reply.status = r->status;
  reply.raw = std::move(r->body);
  reply.node = std::move(r->node);
  auto tree = codec::parse_json(reply.raw);
  reply.body = tree.ok() ? std::move(*tree) : Value(reply.raw);
  co_return reply;
}

Error upstream_error(int status, const Value& body, const std::string& service) {
  const Value& reason = body["reason"];
  const Value& message = body["message"];
  return Error(status, reason.is_string() ? reason.as_string() : "UPSTREAM_FAILED",
               message.is_string() ? message.as_string() : service + " answered " + std::to_string(status));
}

}  // namespace slipway::http
