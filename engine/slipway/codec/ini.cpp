// INI as most programs read it; there is no standard, so this is the dialect:
//   [section] and [a.b] (dots nest), key = value or key : value, before any section at the top;
//   ; or # starts a comment at the start of a line, or after white space behind an unquoted value;
//   "…" quotes a value, with \" \\ \n \t inside; '…' quotes it as it stands;
//   a key written twice in a section, or a section's name used as a key, is an error.
// Every value is text: the schema that reads it decides what it means. Lists and null cannot be written.
#include "slipway/codec/builtin.h"
#include "slipway/codec/line_text.h"

namespace slipway::codec {
namespace {

class IniReader {
 public:
  IniReader(std::string_view text, const Limits& limits) : lines_("INI", text), limits_(limits) {}

  Result<Value> read() {
    std::string section;
    while (lines_.next()) {
      std::string_view line = trim(lines_.line());
      if (line.empty() || line.front() == ';' || line.front() == '#') continue;
      if (line.front() == '[') {
        const std::size_t end = line.find(']');
        if (end == std::string_view::npos) return lines_.error("this section has no closing ]", line);
        if (const auto rest = trim(line.substr(end + 1)); !rest.empty() && rest.front() != ';' && rest.front() != '#')
          return lines_.error("nothing but a comment may stand behind a section", rest);
        section = trim(line.substr(1, end - 1));
        if (section.empty()) return lines_.error("this section has no name", line);
        if (auto s = put(section, Value(Value::Map()), line, true); !s) return s.error();
        continue;
      }
      const std::size_t mark = line.find_first_of("=:");
      if (mark == std::string_view::npos)
        return lines_.error("\"" + std::string(line.substr(0, 40)) + "\" is neither [section] nor key = value", line);
      const std::string_view key = trim(line.substr(0, mark));
      if (key.empty()) return lines_.error("there is no key before the " + std::string(1, line[mark]), line);
      auto text = value_of(trim(line.substr(mark + 1)));
      if (!text) return text.error();
      if (auto s = put(section.empty() ? std::string(key) : section + "." + std::string(key), Value(std::move(*text)), line, false); !s)
        return s.error();
    }
    return std::move(root_);
  }

 private:
  Result<std::string> value_of(std::string_view text) {
    if (text.empty()) return std::string();
    if (text.front() == '"' || text.front() == '\'') return lines_.quoted(text, text.front() == '"');
    for (std::size_t i = 1; i < text.size(); ++i)
      if ((text[i] == ';' || text[i] == '#') && is_blank(text[i - 1])) return std::string(trim(text.substr(0, i)));
    return std::string(text);
  }

  Status put(const std::string& path, Value value, std::string_view at, bool section) {
    if (++nodes_ > limits_.nodes) return lines_.error("more than " + std::to_string(limits_.nodes) + " values", at);
    return lines_.put(root_, path, std::move(value), at, section, limits_.depth);
  }

  LineText lines_;
  const Limits& limits_;
  Value root_{Value::Map()};
  std::size_t nodes_ = 0;
};

// A text that reads back as itself.
std::string written(const std::string& text) {
  const bool plain = !text.empty() && !is_blank(text.front()) && !is_blank(text.back()) && text.front() != '"' && text.front() != '\'' &&
                     text.find_first_of("\r\n;#") == std::string::npos;
  return plain || text.empty() ? text : quote(text);
}

// There is no way to quote a name: one that would be read as something else cannot be written.
bool readable_name(std::string_view name, bool section) {
  if (name.empty() || is_blank(name.front()) || is_blank(name.back()) || name.starts_with("\xEF\xBB\xBF")) return false;
  return section ? name.find_first_of("]\r\n") == std::string_view::npos : name.find_first_of("=:\r\n") == std::string_view::npos && std::string_view(";#[").find(name.front()) == std::string_view::npos;
}
Error no_name(const std::string& name) { return bad_request("INI cannot hold the name \"" + name + "\"", "NOT_IN_INI"); }

Status write_section(const Value& map, const std::string& path, std::string& out) {
  for (const auto& [key, value] : map.as_map()) {
    if (value.is_map() || value.is_null()) continue;
    if (value.is_list()) return bad_request("INI has no lists: " + (path.empty() ? key : path + "." + key), "NOT_IN_INI");
    if (!readable_name(key, false)) return no_name(key);
    out += key + " = " + written(value.to_text()) + "\n";
  }
  for (const auto& [key, value] : map.as_map()) {
    if (!value.is_map()) continue;
    const std::string below = path.empty() ? key : path + "." + key;
    if (!readable_name(below, true)) return no_name(below);
    if (!out.empty()) out += "\n";
    out += "[" + below + "]\n";
    if (auto s = write_section(value, below, out); !s) return s;
  }
  return {};
}

class IniCodec final : public Codec {
 public:
  std::string_view name() const override { return "ini"; }
  std::string_view content_type() const override { return "text/x-ini"; }
  Result<Value> decode(std::string_view bytes) const override { return parse_ini(bytes); }
  Status encode(const Value& value, std::string& out) const override {
    if (!value.is_map()) return bad_request("the top of an INI file is a map", "NOT_IN_INI");
    std::string text;
    if (auto s = write_section(value, "", text); !s) return s;
    out += text;
    return {};
  }
};

}  // namespace

Result<Value> parse_ini(std::string_view text, const Limits& limits) { return IniReader(text, limits).read(); }

const Codec& ini_codec() {
  static const IniCodec codec;
  return codec;
}

}  // namespace slipway::codec
