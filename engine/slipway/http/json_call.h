// json_call: a request whose reply is wanted as a Value. For handlers that work on trees.
#pragma once

#include <string>

#include "slipway/base/value.h"
#include "slipway/http/client.h"

namespace slipway::http {

struct JsonReply {
  int status = 0;
  Value body;         // decoded JSON; the text itself when it is not JSON
  std::string raw;
  std::string node;   // which instance answered
};

// Errors are the client's; any complete reply is a value.
Task<Result<JsonReply>> json_call(Client& client, context::Context context, ClientRequest request);

// The error that a reply of 400 and above stands for: its own business code, reason, message and metadata where it has them.
Error upstream_error(int status, const Value& body, const std::string& service);

}  // namespace slipway::http
