// The other direction of Error::to_json(): an error from the body a service answered with.
#pragma once

#include <string>

#include "slipway/base/value.h"

namespace slipway::codec {

// `status` is the HTTP status it came with (400 and above). A business code, the reason, the message and the metadata are the
// body's where it has them; an HTTP code in the body is not believed against the status.
Error error_of_body(int status, const Value& body, std::string reason, std::string message);

}  // namespace slipway::codec
