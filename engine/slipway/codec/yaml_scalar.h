// What a plain (unquoted) YAML scalar means: the core schema of YAML 1.2, narrowed. Used by the reader and by
// the writer, so that whatever is written plain reads back as what it was.
//
//   null   empty, ~, null            bool   true, false           (not yes, no, on, off, True, TRUE)
//   int    12, -3, 0o17, 0x1F        double 1.5, 1e3, .inf, .nan  (an integer beyond int64 is a double)
//   refused: a leading zero (010), which is 8 in YAML 1.1 and 10 in YAML 1.2
#pragma once

#include <string_view>

#include "slipway/base/value.h"

namespace slipway::codec {

// The value of a plain scalar; a string when nothing else fits. `ambiguous` is set for a leading zero.
Value resolve_yaml_scalar(std::string_view text, bool& ambiguous);

// Whether `text` may be written without quotes and be a string for us and for YAML 1.1 readers.
bool plain_yaml_string(std::string_view text);

}  // namespace slipway::codec
