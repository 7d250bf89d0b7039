#include "slipway/codec/line_text.h"

#include "slipway/base/utf8.h"
#include "slipway/codec/builtin.h"

namespace slipway::codec {

std::string_view trim(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

std::string quote(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      default: out += c;
    }
  }
  return out + "\"";
}

bool closed(std::string_view text) {
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '\\' && text.front() == '"')
      ++i;
    else if (text[i] == text.front())
      return true;
  }
  return false;
}

LineText::LineText(std::string_view format, std::string_view text) : format_(format), rest_(text) {
  if (rest_.starts_with("\xEF\xBB\xBF")) rest_.remove_prefix(3);
}

bool LineText::next() {
  if (rest_.empty()) return false;
  const std::size_t end = rest_.find('\n');
  line_ = rest_.substr(0, end);
  rest_ = end == std::string_view::npos ? std::string_view() : rest_.substr(end + 1);
  if (!line_.empty() && line_.back() == '\r') line_.remove_suffix(1);
  ++number_;
  return true;
}

Error LineText::error(std::string what, std::string_view at) const {
  const bool inside = at.data() >= line_.data() && at.data() <= line_.data() + line_.size();
  return syntax_error(format_, std::move(what), number_, inside ? static_cast<int>(at.data() - line_.data()) + 1 : 1);
}

Result<std::string> LineText::quoted(std::string_view text, bool escapes) const {
  std::string out;
  for (std::size_t i = 1; i < text.size(); ++i) {
    const char c = text[i];
    if (c == text.front()) {
      const auto rest = trim(text.substr(i + 1));
      if (!rest.empty() && rest.front() != '#' && rest.front() != ';') return error("nothing but a comment may stand behind the closing quote", rest);
      return out;
    }
    if (c != '\\' || !escapes || i + 1 == text.size()) {
      out += c;
      continue;
    }
    switch (const char e = text[++i]) {
      case 'n': out += '\n'; break;
      case 't': out += '\t'; break;
      case 'r': out += '\r'; break;
      case '"': case '\\': case '$': out += e; break;
      default: return error("\\" + std::string(1, e) + " means nothing here (write \\\\ for a backslash)", text.substr(i - 1));
    }
  }
  return error("this quote is never closed", text);
}

Status LineText::put(Value& root, std::string_view path, Value value, std::string_view at, bool section, int depth) const {
  const auto place = [&](Value& v) {
    v.line = number_;
    const Error here = error("", at);
    v.column = here.where().column;
  };
  if (!valid_utf8(path) || (value.is_string() && !valid_utf8(value.as_string()))) return error("this is not UTF-8", at);
  place(value);
  Value* node = &root;
  for (std::string_view rest = path;;) {
    const std::size_t dot = rest.find('.');
    const std::string_view step = rest.substr(0, dot);
    if (step.empty()) return error("\"" + std::string(path) + "\" has an empty part (write a.b, without doubled dots)", at);
    if (--depth < 0) return error("nested too deeply", at);
    Value& next = node->as_map()[step];
    const bool last = dot == std::string_view::npos;
    if (last && !section) {
      if (!next.is_null()) return error(std::string(path) + (next.is_map() ? " is both a value and a section" : " is set twice") + " (keep one of the two)", at);
      next = std::move(value);
      return {};
    }
    if (next.is_null()) {
      next = Value(Value::Map());
      place(next);
    }
    if (!next.is_map()) return error(std::string(path) + " is both a value and a section (keep one of the two)", at);
    if (last) return {};
    node = &next;
    rest.remove_prefix(dot + 1);
  }
}

}  // namespace slipway::codec
