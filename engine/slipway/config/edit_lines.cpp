// In-place editing of line-by-line formats: INI, .properties and .env. The parser says on which line a key stands; only the
// value's part of that line is replaced, and a new key gets a line of its own.
#include "slipway/codec/codec.h"
#include "slipway/codec/line_text.h"
#include "slipway/config/edit_text.h"
#include "slipway/config/layer_document.h"

namespace slipway::config {
namespace {

using codec::is_blank;

std::size_t start_of(std::string_view text, int line) {
  std::size_t at = 0;
  for (int i = 1; i < line; ++i) at = after_line(text, at);
  return at;
}

// The text from `at` to its line's end, without the line end.
std::string_view line_at(std::string_view text, std::size_t at) {
  std::string_view line = text.substr(at, after_line(text, at) - at);
  while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.remove_suffix(1);
  return line;
}

struct Place {
  std::size_t begin = 0, value = 0, value_end = 0, end = 0;  // of the entry, its value, what follows the value, the next line
};

// An entry that starts at `begin`: where its value stands, and where its last line ends.
Place place_of(std::string_view text, std::string_view format, std::size_t begin) {
  Place p{begin, begin, begin, after_line(text, begin)};
  std::string_view line = line_at(text, begin);
  const std::string_view marks = format == "env" ? "=" : "=:";
  std::size_t at = 0;
  while (at < line.size() && is_blank(line[at])) ++at;
  if (format == "properties") {
    while (at < line.size() && !is_blank(line[at]) && marks.find(line[at]) == std::string_view::npos) at += line[at] == '\\' ? 2 : 1;
    at = std::min(at, line.size());
    while (at < line.size() && is_blank(line[at])) ++at;
    if (at < line.size() && marks.find(line[at]) != std::string_view::npos) ++at;
  } else {
    at = std::min(line.find_first_of(marks, at), line.size() - 1) + 1;
  }
  while (at < line.size() && is_blank(line[at])) ++at;
  p.value = begin + at;
  if (format == "properties") {  // runs on over every line that ends in an odd number of backslashes
    const auto continues = [](std::string_view l) { return (l.size() - 1 - std::min(l.find_last_not_of('\\'), l.size() - 1)) % 2 == 1 || l == "\\"; };
    for (std::size_t last = begin; !line_at(text, last).empty() && continues(line_at(text, last)) && p.end < text.size();) {
      last = p.end;
      p.end = after_line(text, last);
    }
    p.value_end = text.substr(0, p.end).find_last_not_of("\r\n") + 1;
    return p;
  }
  if (at < line.size() && (line[at] == '"' || line[at] == '\'')) {
    const char mark = line[at];
    std::size_t i = p.value + 1;
    for (; i < text.size() && text[i] != mark; ++i)
      if (text[i] == '\\' && mark == '"') ++i;
    p.value_end = std::min(i + 1, text.size());
    p.end = after_line(text, p.value_end);
    return p;
  }
  std::size_t end = line.size();
  for (std::size_t i = at; i < line.size(); ++i)
    if ((line[i] == '#' || (line[i] == ';' && format == "ini")) && i > 0 && is_blank(line[i - 1])) {
      end = i;
      break;
    }
  while (end > at && is_blank(line[end - 1])) --end;
  p.value_end = begin + std::max(end, at);
  return p;
}

// A value as the format writes it behind "key =".
Result<std::string> written(std::string_view format, const Value& value) {
  if (value.is_map() || value.is_list())
    return bad_request("a list or a section cannot be written into " + std::string(format) + " (use yaml, toml or json)", "NOT_IN_FORMAT");
  std::string line;
  if (auto s = codec::find_codec(format)->encode(Value::object({{"k", value}}), line); !s) return s.error();
  while (!line.empty() && line.back() == '\n') line.pop_back();
  return line.substr(std::min(line.find('=') + (format == "ini" ? 2 : 1), line.size()));
}

// Where a new key goes in an INI file: behind the last line of its section, else in a new section at the end.
std::string added_to_ini(std::string_view text, std::string_view path, const std::string& value, const std::string& eol) {
  const std::size_t last = path.rfind('.');
  const std::string_view section = last == std::string_view::npos ? std::string_view() : path.substr(0, last);
  const std::string_view name = last == std::string_view::npos ? path : path.substr(last + 1);
  const std::string entry = std::string(name) + " = " + value + eol;
  std::string_view inside;
  std::size_t behind = section.empty() ? 0 : std::string_view::npos;
  for (std::size_t at = 0; at < text.size(); at = after_line(text, at)) {
    const std::string_view line = codec::trim(line_at(text, at));
    if (!line.empty() && line.front() == '[') inside = codec::trim(line.substr(1, std::min(line.find(']'), line.size()) - 1));
    if (inside == section && !line.empty()) behind = after_line(text, at);
  }
  std::string out(text);
  if (behind == std::string_view::npos) {
    if (!out.empty()) out += (out.back() == '\n' ? "" : eol) + eol;
    return out + "[" + std::string(section) + "]" + eol + entry;
  }
  const bool open = behind > 0 && out[behind - 1] != '\n';
  return out.insert(behind, (open ? eol : "") + entry);
}

Result<Value> parse(std::string_view text, std::string_view format) { return codec::find_codec(format)->decode(text); }

}  // namespace

Result<std::string> set_in_lines(std::string_view text, std::string_view format, std::string_view path, const Value& value) {
  auto root = parse(text, format);
  if (!root) return root.error();
  auto now = written(format, value);
  if (!now) return now.error();
  if (const Value* old = root->at_path(path); old && !old->is_map()) {
    const Place p = place_of(text, format, start_of(text, old->line));
    return std::string(text.substr(0, p.value)) + *now + std::string(text.substr(p.value_end));
  }
  const std::string eol = line_end(text);
  if (format == "ini") return added_to_ini(text, path, *now, eol);
  std::string line;
  if (auto s = codec::find_codec(format)->encode(Value::object({{std::string(path), value}}), line); !s) return s.error();
  if (eol != "\n") line.insert(line.size() - 1, "\r");
  return std::string(text) + (text.empty() || text.back() == '\n' ? "" : eol) + line;
}

Result<std::string> unset_in_lines(std::string_view text, std::string_view format, std::string_view path) {
  std::string out(text);
  for (;;) {  // one entry at a time: each removal moves the lines below it
    auto root = parse(out, format);
    if (!root) return root.error();
    const Value* node = root->at_path(path);
    if (!node) return out;
    auto flat = flatten({node->is_map() ? *node : Value::object({{"v", *node}}), "", {}}, "");
    if (!flat) return flat.error();
    if ((*flat)->leaves.empty()) return out;  // an empty [section] sets nothing
    const Place p = place_of(out, format, start_of(out, (*flat)->leaves.front().raw.line));
    out.erase(p.begin, p.end - p.begin);
  }
}

}  // namespace slipway::config
