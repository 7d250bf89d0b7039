// What the readers of line-by-line formats (INI, .properties, .env) share: lines with their places, quoted texts, and values
// put under dotted keys. Inside the module only.
#pragma once

#include <string>
#include <string_view>

#include "slipway/base/value.h"

namespace slipway::codec {

inline bool is_blank(char c) { return c == ' ' || c == '\t'; }
std::string_view trim(std::string_view text);  // blanks on both sides
std::string quote(std::string_view text);      // "…" with \" \\ \n \r \t
// True when a text that starts with a quote holds its closing one.
bool closed(std::string_view text);

// Copyable: a copy remembers the line it stands on.
class LineText {
 public:
  // `format` names the format in errors. A UTF-8 byte order mark is skipped; lines end in \n or \r\n.
  LineText(std::string_view format, std::string_view text);
  bool next();  // false at the end
  std::string_view line() const { return line_; }

  // BAD_REQUEST at the place of `at`, which is part of the present line (else at its start).
  Error error(std::string what, std::string_view at) const;
  // The inside of a text that starts with a quote; only a comment may follow it. `escapes`: \n \t \r \\ \" \$ mean something.
  Result<std::string> quoted(std::string_view text, bool escapes) const;
  // Sets `path` (dots nest) in `root`, with the place of `at`. An error when it is set already (sections may come again), when
  // a part of it is a value, when a part is empty, or deeper than `depth`.
  Status put(Value& root, std::string_view path, Value value, std::string_view at, bool section, int depth) const;

 private:
  std::string_view format_, rest_, line_;
  int number_ = 0;
};

}  // namespace slipway::codec
