#include "slipway/codec/error_body.h"

#include <limits>

namespace slipway::codec {

Error error_of_body(int status, const Value& body, std::string reason, std::string message) {
  if (body["reason"].is_string()) reason = body["reason"].as_string();
  if (body["message"].is_string()) message = body["message"].as_string();
  const std::int64_t number = body["code"].is_int() ? body["code"].as_int() : status;
  const bool business = (number < 400 || number > 599) && number >= std::numeric_limits<int>::min() && number <= std::numeric_limits<int>::max();
  Error e(business ? static_cast<int>(number) : status, std::move(reason), std::move(message));
  if (business) e = e.with_status(status, grpc_status_of_http(status));
  if (body["metadata"].is_map())
    for (const auto& [key, value] : body["metadata"].as_map()) e = e.with_metadata(key, value.to_text());
  return e;
}

}  // namespace slipway::codec
