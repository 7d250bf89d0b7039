#include "slipway/http/json_call.h"

#include "slipway/codec/codec.h"
#include "slipway/codec/error_body.h"

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
  return codec::error_of_body(status, body, "UPSTREAM_FAILED", service + " answered " + std::to_string(status));
}

}  // namespace slipway::http
