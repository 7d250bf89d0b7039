// TOML 1.0 by toml++, turned into Values at once. Dates and times become strings in their TOML form.
// Positions are toml++'s source regions; its parser refuses duplicate keys and nesting beyond its own limit.
#include <sstream>
#define TOML_EXCEPTIONS 0
#undef TOML_HEADER_ONLY  // the packaged library is built with exceptions, and its targets say so
#define TOML_HEADER_ONLY 1
#undef TOML_SHARED_LIB
// The library asserts that a key follows "[", which a document need not do ("[\n" is a text somebody is typing); without the
// assertion its parser reports the error as any other.
#define TOML_ASSERT(expr) static_cast<void>(0)
#include <toml++/toml.h>

#include "slipway/base/json_text.h"
#include "slipway/codec/builtin.h"

namespace slipway::codec {
namespace {

class TomlReader {
 public:
  explicit TomlReader(const Limits& limits) : limits_(limits) {}

  bool read(const toml::node& node, Value& out, int depth) {
    const auto begin = node.source().begin;
    if (depth > limits_.depth)
      return fail(begin, "nested deeper than " + std::to_string(limits_.depth) + " levels");
    if (++nodes_ > limits_.nodes)
      return fail(begin, "more than " + std::to_string(limits_.nodes) + " values");
    bool ok = true;
    switch (node.type()) {
      case toml::node_type::table: {
        Value::Map map;
        for (const auto& [key, item] : *node.as_table()) {
          Value& slot = map[key.str()];
          if (!read(item, slot, depth + 1)) return false;
        }
        out = Value(std::move(map));
        break;
      }
      case toml::node_type::array: {
        Value::List list;
        for (const auto& item : *node.as_array())
          if (!read(item, list.emplace_back(), depth + 1)) return false;
        out = Value(std::move(list));
        break;
      }
      case toml::node_type::string:
        out = Value(node.as_string()->get());
        break;
      case toml::node_type::integer:
        out = Value(static_cast<long>(node.as_integer()->get()));
        break;
      case toml::node_type::floating_point:
        out = Value(node.as_floating_point()->get());
        break;
      case toml::node_type::boolean:
        out = Value(node.as_boolean()->get());
        break;
      case toml::node_type::date:
        out = text_of(node.as_date()->get());
        break;
      case toml::node_type::time:
        out = text_of(node.as_time()->get());
        break;
      case toml::node_type::date_time:
        out = text_of(node.as_date_time()->get());
        break;
      case toml::node_type::none:
        break;
    }
    out.line = static_cast<int>(begin.line);
    out.column = static_cast<int>(begin.column);
    return ok;
  }
  const std::optional<Error>& error() const { return error_; }

 private:
  bool fail(toml::source_position at, std::string what) {
    error_ = syntax_error("TOML", std::move(what), static_cast<int>(at.line), static_cast<int>(at.column));
    return false;
  }
  template <class T>
  static Value text_of(const T& time) {
    std::ostringstream text;
    text << time;
    return Value(text.str());
  }

  Limits limits_;
  std::size_t nodes_ = 0;
  std::optional<Error> error_;
};

class TomlWriter {
 public:
  explicit TomlWriter(std::string& out) : out_(out) {}
  std::optional<Error> error;

  // Plain keys first, then sub-tables: TOML has no way back into a table.
  void table(const Value::Map& map, const std::string& path) {
    for (const auto& [key, item] : map) {
      if (is_section(item)) continue;
      append_key(out_, key);
      out_ += " = ";
      value(item, path.empty() ? key : path + "." + key);
      out_ += '\n';
    }
    for (const auto& [key, item] : map) {
      if (!is_section(item)) continue;
      std::string full = path;
      if (!full.empty()) full += '.';
      append_key(full, key);
      if (item.is_map()) {
        open("[" + full + "]");
        table(item.as_map(), full);
      } else {
        for (const Value& row : item.as_list()) {
          open("[[" + full + "]]");
          table(row.as_map(), full);
        }
      }
    }
  }

 private:
  static bool is_section(const Value& v) {
    if (v.is_map()) return true;
    if (!v.is_list() || v.as_list().empty()) return false;
    for (const Value& item : v.as_list())
      if (!item.is_map()) return false;
    return true;
  }
  static void append_key(std::string& out, std::string_view key) {
    const bool bare =
        !key.empty() &&
        key.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-") ==
            std::string_view::npos;
    if (bare)
      out += key;
    else
      append_json_string(out, key);
  }
  void open(const std::string& header) {
    if (!out_.empty()) out_ += '\n';
    out_ += header + '\n';
  }
  void value(const Value& v, const std::string& path) {
    switch (v.kind()) {
      case Value::Kind::Null:
        if (!error) error = bad_request(path + ": TOML has no null; leave the key out", "BAD_DOCUMENT");
        break;
      case Value::Kind::Double:
        number(v.as_double());
        break;
      case Value::Kind::List: {
        out_ += '[';
        bool first = true;
        for (const Value& item : v.as_list()) {
          if (!first) out_ += ", ";
          first = false;
          value(item, path);
        }
        out_ += ']';
        break;
      }
      case Value::Kind::Map: {
        out_ += "{ ";
        bool first = true;
        for (const auto& [key, item] : v.as_map()) {
          if (!first) out_ += ", ";
          first = false;
          append_key(out_, key);
          out_ += " = ";
          value(item, path + "." + key);
        }
        out_ += " }";
        break;
      }
      default:
        slipway::write_json(out_, v);
    }
  }
  void number(double d) {
    if (std::isnan(d))
      out_ += "nan";
    else if (std::isinf(d))
      out_ += d > 0 ? "inf" : "-inf";
    else
      append_json_number(out_, d);
  }

  std::string& out_;
};

class TomlCodec final : public Codec {
 public:
  std::string_view name() const override { return "toml"; }
  std::string_view content_type() const override { return "application/toml"; }
  Result<Value> decode(std::string_view bytes) const override { return parse_toml(bytes); }
  Status encode(const Value& value, std::string& out) const override {
    auto text = to_toml(value);
    if (!text) return text.error();
    out += *text;
    return {};
  }
};

}  // namespace

Result<Value> parse_toml(std::string_view text, const Limits& limits) {
  const toml::parse_result parsed = toml::parse(text);
  if (!parsed) {
    const auto at = parsed.error().source().begin;
    return syntax_error("TOML", std::string(parsed.error().description()), static_cast<int>(at.line),
                        static_cast<int>(at.column));
  }
  TomlReader reader(limits);
  Value value;
  if (!reader.read(parsed.table(), value, 1)) return *reader.error();
  return value;
}

Result<std::string> to_toml(const Value& value) {
  if (!value.is_map()) return bad_request("a TOML document must be a map at the top", "BAD_DOCUMENT");
  std::string out;
  TomlWriter writer(out);
  writer.table(value.as_map(), "");
  if (writer.error) return *writer.error;
  return out;
}

const Codec& toml_codec() {
  static const TomlCodec codec;
  return codec;
}

}  // namespace slipway::codec
