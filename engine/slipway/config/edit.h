// In-place editing of YAML, TOML, JSON, INI, .properties and .env text: one value is set or removed, and every comment, blank line and the order of
// the rest stay as they were (JSON has no comments and is written anew, in its own order).
// The result is read back before it is returned: an edit that would change anything else is refused (CONFLICT).
#pragma once

#include <string>
#include <string_view>

#include "slipway/base/value.h"

namespace slipway::config {

struct KeySpec;

// `format` is "yaml", "toml", "json", "ini", "properties" or "env" (extensions too). `path` is dotted; keys written with dots in the text are found too.
// Missing parents are added at the end of the nearest one that exists.
Result<std::string> set_in_text(std::string_view text, std::string_view format, std::string_view path, const Value& value);
// NOT_FOUND when it is not there. Parents left empty are removed too.
Result<std::string> unset_in_text(std::string_view text, std::string_view format, std::string_view path);

// Text as a person types it for a key, as the value a document would hold; `spec` is null for a key without a schema.
Value value_of_text(const KeySpec* spec, std::string_view text);

// "a.b": 1 as {a: {b: 1}}: what a dotted key means. Places are kept. CONFLICT where a key is both a value and a parent.
Result<Value> expand_dots(const Value& map);

}  // namespace slipway::config
