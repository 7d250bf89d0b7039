// Codec: bytes <-> Value for one media type. A strategy family: this interface plus the table `codecs()` by name.
// Limits are on by default: depth 64, 1e6 nodes (YAML aliases counted each time they are visited), so a bomb is an error.
// Errors are BAD_REQUEST with a Mark (line:column) where the format allows it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "slipway/base/value.h"

namespace slipway::codec {

struct Limits {
  int depth = 64;
  std::size_t nodes = 1'000'000;
};

class Codec {
 public:
  virtual ~Codec() = default;
  virtual std::string_view name() const = 0;          // "json", "yaml", "toml", "form", "ini", "properties", "env"
  virtual std::string_view content_type() const = 0;  // "application/json"
  virtual Result<Value> decode(std::string_view bytes) const = 0;
  // Appends to `out`.
  virtual Status encode(const Value& value, std::string& out) const = 0;
};

// By name or by file extension ("yml") or media type ("application/json; charset=utf-8"); nullptr when unknown.
const Codec* find_codec(std::string_view name);
std::vector<const Codec*> codecs();

// The two that everything uses, without a lookup.
Result<Value> parse_json(std::string_view text, const Limits& limits = {});
std::string to_json(const Value& value);                    // compact
std::string to_json_pretty(const Value& value, int indent = 2);
void append_json(std::string& out, const Value& value);
void append_json_string(std::string& out, std::string_view text);  // quoted and escaped
void append_json_number(std::string& out, double number);  // reads back as the same double; not finite = null
Result<Value> parse_yaml(std::string_view text, const Limits& limits = {});
std::string to_yaml(const Value& value);  // quotes whatever would read back as another type
Result<Value> parse_toml(std::string_view text, const Limits& limits = {});
Result<std::string> to_toml(const Value& value);  // the top must be a map; TOML has no null
// application/x-www-form-urlencoded: "a=1&b.c=2&l=x&l=y" and "l[]=x", "m[k]=v" give maps and lists of strings.
Result<Value> parse_form(std::string_view text, const Limits& limits = {});
Result<std::string> to_form(const Value& value);
// Line by line formats; every value is text, dotted names nest (not in .env). Dialects: ini.cpp, properties.cpp, dotenv.cpp.
Result<Value> parse_ini(std::string_view text, const Limits& limits = {});
Result<Value> parse_properties(std::string_view text, const Limits& limits = {});
Result<Value> parse_dotenv(std::string_view text, const Limits& limits = {});  // a flat map of names
std::string percent_decode(std::string_view text, bool plus_is_space);  // a bad escape stays as it is

// Reads a file and decodes it by extension; errors carry file:line:column.
Result<Value> read_document(const std::string& path);

}  // namespace slipway::codec
