#include "slipway/base/json_text.h"

#include <array>
#include <charconv>
#include <cmath>

#include "slipway/base/utf8.h"

namespace slipway {
namespace {

void new_line(std::string& out, int indent, int level) {
  if (indent == 0) return;
  out += '\n';
  out.append(static_cast<std::size_t>(indent) * level, ' ');
}

void append(std::string& out, const Value& value, int indent, int level) {
  switch (value.kind()) {
    case Value::Kind::Null:
      out += "null";
      break;
    case Value::Kind::Bool:
      out += value.as_bool() ? "true" : "false";
      break;
    case Value::Kind::Int: {
      std::array<char, 24> text;
      const auto end = std::to_chars(text.data(), text.data() + text.size(), value.as_int()).ptr;
      out.append(text.data(), end);
      break;
    }
    case Value::Kind::Double:
      write_json_number(out, value.as_double());
      break;
    case Value::Kind::String:
      write_json_string(out, value.as_string());
      break;
    case Value::Kind::List: {
      out += '[';
      bool first = true;
      for (const Value& item : value.as_list()) {
        if (!first) out += ',';
        first = false;
        new_line(out, indent, level + 1);
        append(out, item, indent, level + 1);
      }
      if (!first) new_line(out, indent, level);
      out += ']';
      break;
    }
    case Value::Kind::Map: {
      out += '{';
      bool first = true;
      for (const auto& [key, item] : value.as_map()) {
        if (!first) out += ',';
        first = false;
        new_line(out, indent, level + 1);
        write_json_string(out, key);
        out += indent ? ": " : ":";
        append(out, item, indent, level + 1);
      }
      if (!first) new_line(out, indent, level);
      out += '}';
      break;
    }
  }
}

}  // namespace

void write_json_string(std::string& out, std::string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
  out += '"';
  std::size_t plain = 0;  // start of the run that needs no change
  for (std::size_t i = 0; i < text.size();) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c >= 0x20 && c < 0x80 && c != '"' && c != '\\') {
      ++i;
      continue;
    }
    if (c >= 0x80) {
      if (const std::size_t n = utf8_length(text, i)) {
        i += n;
        continue;
      }
    }
    out.append(text, plain, i - plain);
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\b':
        out += "\\b";
        break;
      case '\f':
        out += "\\f";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (c >= 0x80) {
          out += "\xEF\xBF\xBD";
        } else {
          out += "\\u00";
          out += kHex[c >> 4];
          out += kHex[c & 15];
        }
    }
    plain = ++i;
  }
  out.append(text, plain, text.size() - plain);
  out += '"';
}

void write_json_number(std::string& out, double number) {
  if (!std::isfinite(number)) {
    out += "null";
    return;
  }
  std::array<char, 32> text;
  const auto end = std::to_chars(text.data(), text.data() + text.size(), number).ptr;
  const std::string_view written(text.data(), static_cast<std::size_t>(end - text.data()));
  out += written;
  if (written.find_first_of(".e") == std::string_view::npos) out += ".0";
}

void write_json(std::string& out, const Value& value, int indent) {
  append(out, value, indent, 0);
}

}  // namespace slipway
