// Document formats: what was read is written and read again as the same tree.
#include <cmath>

#include "slipway/base/base64.h"
#include "slipway/base/time.h"
#include "slipway/codec/codec.h"
#include "slipway/config/config.h"
#include "slipway/config/edit.h"
#include "slipway/config/source.h"
#include "slipway/config/template.h"
#include "slipway/context/context.h"
#include "tests/fuzz/targets.h"

namespace fuzz {
namespace {

using slipway::Value;

// Trees that a format cannot hold as they are (not a number, a whole double beside an int) are left out of the comparison.
bool comparable(const Value& v) {
  if (v.is_double()) return std::isfinite(v.as_double());
  if (v.is_list()) {
    for (const auto& item : v.as_list())
      if (!comparable(item)) return false;
  }
  if (v.is_map()) {
    for (const auto& [key, item] : v.as_map())
      if (!comparable(item)) return false;
  }
  return true;
}

void round_trip(const char* format, std::string_view bytes) {
  const auto* codec = slipway::codec::find_codec(format);
  const auto value = codec->decode(bytes);
  if (!value) {
    require(!value.error().message().empty(), "a refusal says why");
    return;
  }
  std::string text;
  if (!codec->encode(*value, text) || !comparable(*value)) return;
  const auto again = codec->decode(text);
  require(again.ok(), "what was written can be read");
  require(*again == *value, "what was written reads back as it was");
}

}  // namespace

void json(std::string_view bytes) { round_trip("json", bytes); }
void yaml(std::string_view bytes) { round_trip("yaml", bytes); }
void toml(std::string_view bytes) { round_trip("toml", bytes); }
void ini(std::string_view bytes) { round_trip("ini", bytes); }
void properties(std::string_view bytes) { round_trip("properties", bytes); }
void dotenv(std::string_view bytes) { round_trip("env", bytes); }
void form(std::string_view bytes) { round_trip("form", bytes); }

// "<format>\n<key>\n<document>": setting and removing keep every other key.
void edit_in_place(std::string_view bytes) {
  const std::size_t first = bytes.find('\n');
  if (first == std::string_view::npos) return;
  const std::size_t second = bytes.find('\n', first + 1);
  if (second == std::string_view::npos) return;
  const std::string_view format = bytes.substr(0, first), key = bytes.substr(first + 1, second - first - 1), text = bytes.substr(second + 1);
  const auto edited = slipway::config::set_in_text(text, format, key, Value("new value"));
  if (edited) {
    const auto root = slipway::codec::find_codec(format)->decode(*edited);
    require(root.ok(), "an edited document can be read");
    const auto expanded = slipway::config::expand_dots(*root);
    require(expanded.ok(), "an edited document has no conflicting keys");
    const Value* set = expanded->at_path(key);
    require(set && set->to_text() == "new value", "what was set is there");
  }
  static_cast<void>(slipway::config::unset_in_text(text, format, key));
}

void config_templates(std::string_view bytes) {
  // Resolved against a tree that refers back to the text, so circles come up too.
  const Value text{std::string(bytes)};
  static_cast<void>(slipway::config::has_template(text));
  static_cast<void>(slipway::config::resolve_templates(text, [](std::string_view key) -> slipway::Result<Value> {
    if (key == "a") return Value("x");
    if (key == "n") return Value(5);
    if (key == "bad") return slipway::bad_request("no");
    return Value();
  }));
  slipway::config::Document document;
  document.root = Value::object({{"k", text}, {"a", "${k}"}, {"n", 5}});
  slipway::config::Config config({.watch_files = false});
  static_cast<void>(config.add_source(std::make_unique<slipway::config::MemorySource>("memory", slipway::config::Rank::File, document)));
  static_cast<void>(config.start());
}

void units(std::string_view bytes) {
  if (const auto d = slipway::parse_duration(bytes)) require(slipway::parse_duration(slipway::format_duration(*d)).ok(), "a duration that was written can be read");
  static_cast<void>(slipway::parse_size(bytes));
}

void traceparent(std::string_view bytes) {
  const auto trace = slipway::context::TraceIdentity::parse(bytes);
  static_cast<void>(slipway::context::TraceIdentity::parse(trace.traceparent()));
}

void base64(std::string_view bytes) {
  require(slipway::from_base64(slipway::base64(bytes)) == std::string(bytes), "base64 reads back");
  static_cast<void>(slipway::from_base64(bytes));
}

}  // namespace fuzz
