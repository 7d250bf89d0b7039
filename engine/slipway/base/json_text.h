// JSON text out of strings and Values, for layers below `codec`. Everybody else uses codec/codec.h, which offers the same.
#pragma once

#include <string>
#include <string_view>

#include "slipway/base/value.h"

namespace slipway {

// Quoted and escaped. Bytes that are not UTF-8 become U+FFFD, so that the result is always valid JSON.
void write_json_string(std::string& out, std::string_view text);
// Shortest text that reads back as the same double, always with a point or an exponent; NaN and infinities as null.
void write_json_number(std::string& out, double number);
// `indent` 0 = compact.
void write_json(std::string& out, const Value& value, int indent = 0);

}  // namespace slipway
