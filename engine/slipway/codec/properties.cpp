// Java's .properties, as java.util.Properties reads it: key=value, key:value or key value; # and ! start a comment line; a
// backslash continues a line and starts \t \n \r \f \uXXXX; dots in a key nest. The text is UTF-8. Where Java keeps the last
// of two equal keys this is an error, and so is a key that is both a value and a section. Every value is text.
#include "slipway/base/utf8.h"
#include "slipway/codec/builtin.h"
#include "slipway/codec/line_text.h"

namespace slipway::codec {
namespace {

// True when the line ends in an odd number of backslashes: the next one belongs to it.
bool continues(std::string_view line) {
  std::size_t count = 0;
  while (count < line.size() && line[line.size() - 1 - count] == '\\') ++count;
  return count % 2 == 1;
}

std::string_view without_lead(std::string_view text) {
  while (!text.empty() && (is_blank(text.front()) || text.front() == '\f')) text.remove_prefix(1);
  return text;
}

class PropertiesReader {
 public:
  PropertiesReader(std::string_view text, const Limits& limits) : lines_("properties", text), limits_(limits) {}

  Result<Value> read() {
    Value root{Value::Map()};
    std::size_t nodes = 0;
    while (lines_.next()) {
      const std::string_view first = without_lead(lines_.line());
      if (first.empty() || first.front() == '#' || first.front() == '!') continue;
      if (++nodes > limits_.nodes) return lines_.error("more than " + std::to_string(limits_.nodes) + " values", first);
      const LineText start = lines_;  // where the key stands, for errors
      std::string logical(first);
      while (continues(logical)) {
        logical.pop_back();
        if (!lines_.next()) break;
        logical += without_lead(lines_.line());
      }
      std::size_t end = 0;
      while (end < logical.size() && !is_blank(logical[end]) && logical[end] != '\f' && logical[end] != '=' && logical[end] != ':')
        end += logical[end] == '\\' ? 2 : 1;
      end = std::min(end, logical.size());
      std::string_view rest = without_lead(std::string_view(logical).substr(end));
      if (!rest.empty() && (rest.front() == '=' || rest.front() == ':')) rest = without_lead(rest.substr(1));
      auto key = unescape(std::string_view(logical).substr(0, end), start, first);
      if (!key) return key.error();
      if (key->empty()) return start.error("there is no key before the =", first);
      auto value = unescape(rest, start, first);
      if (!value) return value.error();
      if (auto s = start.put(root, *key, Value(std::move(*value)), first, false, limits_.depth); !s) return s.error();
    }
    return root;
  }

 private:
  static Result<std::string> unescape(std::string_view text, const LineText& at, std::string_view where) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] != '\\' || i + 1 == text.size()) {
        out += text[i];
        continue;
      }
      switch (const char c = text[++i]) {
        case 't': out += '\t'; break;
        case 'n': out += '\n'; break;
        case 'r': out += '\r'; break;
        case 'f': out += '\f'; break;
        case 'u': {
          auto unit = hex4(text, i + 1);
          if (!unit) return at.error("\\u needs four hexadecimal digits", where);
          i += 4;
          char32_t code = *unit;
          if (code >= 0xD800 && code < 0xDC00) {
            const auto low = text.substr(i + 1, 2) == "\\u" ? hex4(text, i + 3) : std::nullopt;
            if (!low || *low < 0xDC00 || *low > 0xDFFF) return at.error("\\u" + std::string(text.substr(i - 3, 4)) + " is half of a pair", where);
            code = 0x10000 + ((code - 0xD800) << 10) + (*low - 0xDC00);
            i += 6;
          } else if (code >= 0xDC00 && code < 0xE000) {
            return at.error("\\u" + std::string(text.substr(i - 3, 4)) + " is half of a pair", where);
          }
          append_utf8(out, code);
          break;
        }
        default: out += c;
      }
    }
    return out;
  }

  static std::optional<char32_t> hex4(std::string_view text, std::size_t at) {
    if (at + 4 > text.size()) return std::nullopt;
    char32_t value = 0;
    for (const char c : text.substr(at, 4)) {
      const int digit = c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1;
      if (digit < 0) return std::nullopt;
      value = value * 16 + static_cast<char32_t>(digit);
    }
    return value;
  }

  LineText lines_;
  const Limits& limits_;
};

void escape(std::string& out, std::string_view text, bool key) {
  bool leading = true;
  for (const char c : text) {
    switch (c) {
      case '\t': out += "\\t"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\f': out += "\\f"; break;
      case '\\': out += "\\\\"; break;
      case '=': case ':': case '#': case '!':
        if (key || leading) out += '\\';
        out += c;
        break;
      case ' ':
        if (key || leading) out += '\\';
        out += c;
        continue;  // still leading
      default: out += c;
    }
    leading = false;
  }
}

Status write_map(const Value& map, const std::string& path, std::string& out) {
  for (const auto& [key, value] : map.as_map()) {
    const std::string full = path.empty() ? key : path + "." + key;
    if (value.is_null()) continue;
    if (value.is_map()) {
      if (auto s = write_map(value, full, out); !s) return s;
      continue;
    }
    if (value.is_list()) return bad_request(".properties has no lists: " + full, "NOT_IN_PROPERTIES");
    escape(out, full, true);
    out += '=';
    escape(out, value.to_text(), false);
    out += '\n';
  }
  return {};
}

class PropertiesCodec final : public Codec {
 public:
  std::string_view name() const override { return "properties"; }
  std::string_view content_type() const override { return "text/x-java-properties"; }
  Result<Value> decode(std::string_view bytes) const override { return parse_properties(bytes); }
  Status encode(const Value& value, std::string& out) const override {
    if (!value.is_map()) return bad_request("the top of a .properties file is a map", "NOT_IN_PROPERTIES");
    std::string text;
    if (auto s = write_map(value, "", text); !s) return s;
    if (text.starts_with("\xEF\xBB\xBF")) text.replace(0, 3, "\\uFEFF");  // it would be taken for the file's own mark
    out += text;
    return {};
  }
};

}  // namespace

Result<Value> parse_properties(std::string_view text, const Limits& limits) { return PropertiesReader(text, limits).read(); }

const Codec& properties_codec() {
  static const PropertiesCodec codec;
  return codec;
}

}  // namespace slipway::codec
