// Values: a call's inputs read as Values, small arithmetic on them, and text appended with the escaping that its place needs.
// The vocabulary of handlers that work on trees instead of structs: prototypes run on these functions, and the handlers
// exported from a prototype call the very same ones.
//
// Missing inputs are Null, never an error: a handler that needs one checks it. No function blocks or throws, unless said.
#pragma once

#include <string>
#include <string_view>

#include "slipway/base/random.h"
#include "slipway/base/time.h"
#include "slipway/base/value.h"
#include "slipway/middleware/call.h"

namespace slipway::values {

// Where now(), uuid() and chance come from. Put one into a Context to make a service repeatable (tests, replay); without
// it the system's are used.
struct Sources {
  const Clock* clock = nullptr;
  Ids* ids = nullptr;
};

Value path(const middleware::Call& call, std::string_view name);    // path parameter, a string
Value query(const middleware::Call& call, std::string_view name);   // decoded query parameter, a string
Value header(const middleware::Call& call, std::string_view name);  // first of that name, a string
// The request body, or the part at `path` ("lines.0.sku"; "" = whole). A body that does not parse reads as Null.
const Value& body(middleware::Call& call, std::string_view path = {});
// Part of a value, Null when missing.
const Value& at(const Value& value, std::string_view path);
Value now(const middleware::Call& call);       // RFC 3339 UTC with milliseconds
Value uuid(const middleware::Call& call);      // version 4
Value trace_id(const middleware::Call& call);  // 32 hex digits

// Numbers: strings that hold a number count as one; anything else as 0. Integers stay integers while both are.
Value add(const Value& a, const Value& b);
Value sub(const Value& a, const Value& b);
Value mul(const Value& a, const Value& b);
Value to_int(const Value& a);     // Null when it is no number
Value length(const Value& a);     // of a string (bytes), list or map; else 0
Value sum(const Value& list, std::string_view path);  // of list items' parts
const Value& first_of(const Value& a, const Value& b);  // a, or b when a is Null
Value upper(const Value& a);
Value lower(const Value& a);

// Appending. Text: strings bare, the rest as JSON. Each escapes for its place.
void append_text(std::string& out, const Value& v);
void append_json(std::string& out, const Value& v);        // as a JSON value
void append_json_text(std::string& out, const Value& v);   // as part of a JSON string, without quotes
void append_url(std::string& out, const Value& v);         // percent-encoded, RFC 3986 unreserved kept
void append_html(std::string& out, const Value& v);
std::string text(const Value& v);

}  // namespace slipway::values
